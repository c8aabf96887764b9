"""What goes on while processes are killed: orders from the cart to the hand-over, banks' notices, pictures, jobs. Each
step is sent again, as it was, until it is acknowledged, and what was acknowledged is written down."""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import TypeVar

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from bench.crash_jobs import KIND
from bench.visitors import Answer, HttpVisitor, Thing, look, press
from market.base import clock
from market.base.db import transaction
from market.base.jobs import enqueue
from market.orders.rules import PayChoice
from tests.catalog import pictures
from tests.factories import sign_in
from tests.pages import hidden
from tests.payments.steps import BANK, HOOK
from tests.web.shop.buying import WHO, hidden_fields, terms

T = TypeVar("T")
PAUSE = 0.2
JOBS_A_ROUND = 12
ACKNOWLEDGED_WITHIN = 120.0
SUM = 45_000
BOUNDARY = "----crash"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
TRIED_AGAIN = (OSError, HTTPException, SQLAlchemyError)
BUSY = (502, 503, 504)
TOO_MANY = 429


@dataclass(slots=True)
class Ledger:
    """What the market has acknowledged: codes of orders, numbers of notices, jobs and taken in files, keys of
    pictures, how many files are looked at and how many lists are made."""

    placed: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    handed_over: list[str] = field(default_factory=list)
    noticed: list[int] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    jobs: list[int] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)
    looks: int = 0
    lists: int = 0
    faults: list[str] = field(default_factory=list)

    def total(self) -> int:
        kinds = (self.placed, self.accepted, self.handed_over, self.noticed, self.pictures, self.jobs, self.imports)
        return sum(map(len, kinds)) + self.looks + self.lists


class Stories:
    """Tells them in threads until it is told to stop; then each story in hand comes to its end."""

    def __init__(self, app: Flask, port: int, thing: Thing, seller: tuple[int, str]) -> None:
        self.ledger = Ledger()
        self._app, self._port, self._thing = app, port, thing
        self._seller, self._slug = seller
        self._numbers = count(1)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._jobs_left = 0

    def begin(self, *once: Callable[[], None]) -> None:
        """Those that go on, and others that are told once."""
        self._stopping.clear()
        told = (self._buy, self._buy, self._buy, self._send_picture, self._enqueue)
        self._threads = [threading.Thread(target=self._tell, args=(story,)) for story in told]
        self._threads += [threading.Thread(target=self._tell_once, args=(story,)) for story in once]
        self._jobs_left = JOBS_A_ROUND
        for one in self._threads:
            one.start()

    def end(self) -> None:
        self._stopping.set()
        for one in self._threads:
            one.join()

    def _tell(self, story: Callable[[], None]) -> None:
        while not self._stopping.is_set() and self._tell_once(story):
            pass

    def _tell_once(self, story: Callable[[], None]) -> bool:
        """Whether it came to its end."""
        try:
            story()
        except Exception as error:  # noqa: BLE001 - whatever a story ends in is a finding
            self.ledger.faults.append(f"{story.__name__}: {type(error).__name__}: {error}"[:300])
            return False
        return True

    # --- an order ---------------------------------------------------------------------------------------------------

    def _buy(self) -> None:
        number = next(self._numbers)
        pay = PayChoice.TRANSFER if number % 2 else PayChoice.ON_RECEIPT
        code = self._placed(number, pay)
        seller = self._at_the_stall()
        page = f"/ban-hang/{self._slug}/don/{code}"
        decided(seller, page, f"{page}/nhan", {})
        self.ledger.accepted.append(code)
        if pay is PayChoice.TRANSFER:
            self._notice(number, code)
        cash = {} if pay is PayChoice.TRANSFER else {"cash": "co"}
        decided(seller, f"{page}/giao", f"{page}/giao", {"how": "khong_ma", "shown": "", **cash})
        self.ledger.handed_over.append(code)

    def _placed(self, number: int, pay: PayChoice) -> str:
        buyer = HttpVisitor(self._port)
        who = WHO | {"phone": f"090{number:07d}"} | terms(self._thing.stall_id, pay=pay.value)
        insisted(lambda: look(buyer, self._thing))
        _done(buyer, "/gio-hang/them", {"variant_id": str(self._thing.variant_id), "amount": "1"})
        form = hidden_fields(insisted(lambda: buyer.get_on("GET", "/dat-hang")).page)
        _done(buyer, "/dat-hang", {"csrf_token": form["csrf_token"]} | who)
        fields = hidden_fields(insisted(lambda: buyer.get_on("GET", "/dat-hang/xem-lai")).page)
        receipt = insisted(lambda: _unless_busy(press(buyer, fields))).location
        found = re.search(r"/don/(DS[0-9A-Z]{7})", insisted(lambda: buyer.get_on("GET", receipt)).page)
        if found is None:
            raise RuntimeError(f"no order on {receipt}")
        self.ledger.placed.append(found[1])
        return found[1]

    def _at_the_stall(self) -> HttpVisitor:
        return signed_in(self._app, self._port, self._seller)

    def _notice(self, number: int, code: str) -> None:
        def told() -> None:
            sent = BANK.send(number, SUM, code, clock.now())
            answer = posted(self._port, HOOK, sent.body, dict(sent.headers))
            if answer.status != 200:
                raise ConnectionError(f"the notice got {answer.status}")

        insisted(told)
        self.ledger.noticed.append(number)

    # --- a picture, a job -------------------------------------------------------------------------------------------

    def _send_picture(self) -> None:
        seller, page = self._at_the_stall(), f"/ban-hang/{self._slug}/san-pham/moi"
        token = hidden_fields(insisted(lambda: seller.get_on("GET", page)).page)["csrf_token"]
        body = parts({"csrf_token": token}, "photo", "rau.jpg", pictures.jpeg(400, 300))
        headers = {"Content-Type": MULTIPART, "Cookie": seller.cookie_header}

        def sent() -> str:
            answer = posted(self._port, f"/ban-hang/{self._slug}/anh", body, headers)
            if answer.status == TOO_MANY:  # sixty in ten minutes are what a stall may send
                return ""
            if answer.status != 200:
                raise ConnectionError(f"the picture got {answer.status}")
            kept: str = json.loads(answer.page)["kept"]
            return kept.partition(".")[0]

        if key := insisted(sent):
            self.ledger.pictures.append(key)
        self._stopping.wait(PAUSE if key else None)

    def _enqueue(self) -> None:
        if not self._jobs_left:
            self._stopping.wait()
            return
        self._jobs_left -= 1
        number = next(self._numbers)

        def written() -> None:
            with self._app.app_context(), transaction() as session:
                enqueue(session, KIND, {"number": number}, dedupe_key=f"{KIND} {number}")

        insisted(written)
        self.ledger.jobs.append(number)
        self._stopping.wait(PAUSE)


def insisted(do: Callable[[], T]) -> T:
    """Do it again, as long as the market is away, until it is acknowledged; what it then returned."""
    until = time.monotonic() + ACKNOWLEDGED_WITHIN
    while True:
        try:
            return do()
        except TRIED_AGAIN as error:
            if time.monotonic() > until:
                raise RuntimeError(f"not acknowledged: {error}") from error
            time.sleep(PAUSE)
        except RuntimeError as error:  # what a visitor says of an answer that it cannot go on with
            if not str(error).endswith(tuple(f"answered {status}" for status in BUSY)) or time.monotonic() > until:
                raise
            time.sleep(PAUSE)


def signed_in(app: Flask, port: int, person_id: int) -> HttpVisitor:
    visitor, client = HttpVisitor(port), app.test_client()

    def cookie() -> str:
        with app.app_context():
            sign_in(client, person_id, clock.now())
        kept = client.get_cookie("choso") or client.get_cookie("choso", domain="127.0.0.1")
        return kept.value if kept else ""

    visitor.cookies.load({"choso": insisted(cookie)})
    return visitor


def decided(visitor: HttpVisitor, page: str, action: str, typed: dict[str, str]) -> None:
    """Press a button of a page, until it is acknowledged."""
    shown = insisted(lambda: visitor.get_on("GET", page)).page
    _done(visitor, action, hidden(shown, action) | typed)


def _done(visitor: HttpVisitor, path: str, fields: dict[str, str]) -> None:
    insisted(lambda: visitor.get_on("POST", path, fields))


def _unless_busy(answer: Answer) -> Answer:
    if answer.status in BUSY:
        raise ConnectionError(f"the market answered {answer.status}")
    if answer.status != 303:
        raise RuntimeError(f"the last button answered {answer.status}")
    return answer


def posted(port: int, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return Answer(status=answer.status, headers=answer.getheaders(), page=answer.read().decode())
    finally:
        connection.close()


def parts(fields: dict[str, str], name: str, filename: str, content: bytes) -> bytes:
    """A form of parts, as a browser sends one with a file: `MULTIPART`."""
    lines = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{one}"\r\n\r\n{fields[one]}\r\n' for one in fields]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    typed = "".join(lines) + head + "Content-Type: application/octet-stream\r\n\r\n"
    return typed.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
