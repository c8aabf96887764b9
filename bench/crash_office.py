"""The office's part of `bench.crash`: registers of many rows are looked at and taken in, and lists are made, while what
does them is killed; then each row is there once."""

import time
from collections import Counter
from collections.abc import Iterator
from itertools import count

from flask import Flask
from sqlalchemy import ColumnElement, func, select

from bench.crash_faults import count_of, rows_of
from bench.crash_stories import MULTIPART, Ledger, decided, insisted, parts, posted, signed_in
from bench.visitors import HttpVisitor
from market.adoption.exporting import KPI_LIST, asks_for_list
from market.adoption.queries import ListFilter
from market.base import clock
from market.base.audit import Actor, Event
from market.base.db import transaction
from market.base.jobs.long_tasks import LongTask, LongTaskState, NewTask, ask_for
from market.sellers.importing import REGISTER_IMPORT, REGISTER_PREVIEW
from market.sellers.models import Business, BusinessHistory
from market.values.period import local_day
from tests.cast import Cast
from tests.web.shop.buying import hidden_fields

NEW_ROWS, CHANGED_ROWS = 301, 40
"""Of a file: businesses of its own, and those of the file before the last whose trade it changes."""
TRADE, CHANGED_TRADE = "Bún bánh", "Bún bánh, miến"
PATH = "/van-phong/so-ho/nhap"
MIDWAY_WITHIN = 30.0


class Officer:
    """Takes in a file a round; the next one is looked at meanwhile."""

    def __init__(self, app: Flask, port: int, cast: Cast, ledger: Ledger) -> None:
        self._app, self._port, self._cast, self._ledger = app, port, cast, ledger
        self._files = count(1)
        self._looked_at: tuple[int, str] | None = None

    def work(self) -> None:
        """Have the file that was looked at taken in, a list made, and the next file looked at."""
        if self._looked_at:
            number, page = self._looked_at
            decided(self._at_the_office(), page, f"{page}/ghi", {})
            self._ledger.imports.append(number)
        insisted(self._ask_for_list)
        self._ledger.lists += 1
        self._send(next(self._files))

    def _at_the_office(self) -> HttpVisitor:
        return signed_in(self._app, self._port, self._cast.hung)

    def _send(self, number: int) -> None:
        visitor = self._at_the_office()
        fields = hidden_fields(insisted(lambda: visitor.get_on("GET", PATH)).page)
        body = parts(fields, "file", "so.csv", _sheet(number))
        headers = {"Content-Type": MULTIPART, "Cookie": visitor.cookie_header}

        def sent() -> str:
            answer = posted(self._port, PATH, body, headers)
            if answer.status != 303:
                raise ConnectionError(f"the file got {answer.status}")
            return answer.location.rpartition("/")[2]

        self._looked_at = number, f"{PATH}/viec/{insisted(sent)}"
        self._ledger.looks += 1

    def _ask_for_list(self) -> None:
        asks = asks_for_list(local_day(clock.now()), ListFilter())
        key = f"list {self._ledger.lists}"
        new = NewTask(commune_id=self._cast.commune, kind=KPI_LIST, asks=asks, client_key=key)
        with self._app.app_context(), transaction() as session:
            ask_for(session, Actor(person_id=self._cast.hung), new, clock=clock.now)


def _sheet(number: int) -> bytes:
    """A file of the commune: new businesses, and some of the file before the last with another trade."""
    rows = [_row(number, n, TRADE) for n in range(NEW_ROWS)]
    if number > 2:
        rows += [_row(number - 2, n, CHANGED_TRADE) for n in range(CHANGED_ROWS)]
    return "\n".join(["Tên cơ sở,Loại hình,Thôn,Điện thoại,Ngành nghề", *rows]).encode()


def _row(number: int, n: int, trade: str) -> str:
    return f'{_name(number, n)},HKD,thôn Nghĩa Dũng,09{number:03}{n:05},"{trade}"'


def _name(number: int, n: int) -> str:
    """Read alike, "Hộ 11-0" and "Hộ 1-10" would be one business to a person, who is asked."""
    return f"Hộ {n} của sổ {number}"


# --- looking ----------------------------------------------------------------------------------------------------------


def imports_midway() -> int:
    """How many imports are under way, some of their rows written and some not."""
    is_midway = LongTask.state == LongTaskState.RUNNING, LongTask.done > 0, LongTask.done < LongTask.total
    return count_of(LongTask, LongTask.kind == REGISTER_IMPORT, *is_midway)


def wait_until_midway() -> None:
    until = time.monotonic() + MIDWAY_WITHIN
    while not imports_midway() and time.monotonic() < until:
        time.sleep(0.02)


def faults_of_office(ledger: Ledger) -> Iterator[str]:
    """Long tasks that have not come to their end, rows of files that are not in the register once as they were told."""
    asked = {REGISTER_IMPORT: len(ledger.imports), REGISTER_PREVIEW: ledger.looks, KPI_LIST: ledger.lists}
    for kind, number in asked.items():
        own = LongTask.kind == kind, LongTask.state == LongTaskState.DONE
        if (done := count_of(LongTask, *own)) != number:
            yield f"{done} of {number} {kind} are done"
    yield from _faults_of_register(set(ledger.imports))


def _faults_of_register(taken_in: set[int]) -> Iterator[str]:
    told = {
        _name(number, n): CHANGED_TRADE if n < CHANGED_ROWS and number + 2 in taken_in else TRADE
        for number in taken_in
        for n in range(NEW_ROWS)
    }
    query = select(Business.id, Business.name, Business.trade).where(Business.trade.in_((TRADE, CHANGED_TRADE)))
    found = rows_of(query)
    wrong = Counter((name, trade) for _id, name, trade in found)
    wrong.subtract(told.items())
    yield from (f"{name} with {trade}: {number:+}" for (name, trade), number in wrong.items() if number)
    written, added, edited = _counts(BusinessHistory.business_id), _logged("add_business"), _logged("edit_business")
    for at, name, trade in found:
        if (written[at], added[at], edited[at]) != (1, 1, trade == CHANGED_TRADE):
            yield f"{name}: {written[at]} lines of history, entered {added[at]} times, changed {edited[at]} times"


def _logged(verb: str) -> Counter[object]:
    return _counts(Event.subject_id, Event.subject == "business", Event.verb == verb)


def _counts(column: object, *scope: ColumnElement[bool]) -> Counter[object]:
    query = select(column, func.count()).where(*scope).group_by(column)
    return Counter(dict(rows_of(query)))
