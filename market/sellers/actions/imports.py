"""What happens to the register when a spreadsheet of the commune is taken in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked
from market.base.errors import Refused
from market.base.seen import check_seen
from market.base.spreadsheets.intake import Vocabulary, take_in
from market.places.models import Commune
from market.places.queries import merged_hamlets
from market.sellers import queries
from market.sellers.actions.joining import note_joins
from market.sellers.actions.register import NewBusiness, bring_businesses, enter_businesses, lock_register
from market.sellers.actions.unread import note_unread
from market.sellers.rules import (
    BusinessStatus,
    Decision,
    ImportReport,
    KnownBusiness,
    NumberedRow,
    RegisterFile,
    RegisterRow,
    RowOutcome,
    TypedRow,
    plan,
    vocabulary,
)
from market.values.period import local_day

IMPORT_SOURCE = "Nhập từ bảng tính của xã"
MOST_ROWS = 10_000
TOO_MANY_ROWS = "Sổ có quá nhiều dòng: nhiều nhất 10.000 dòng một tệp. Hãy chia thành nhiều tệp rồi gửi từng tệp."
NO_HEADER = (
    "Chưa thấy hàng tiêu đề có đủ ba cột Tên cơ sở, Loại hình, Thôn. "
    "Mời tải bảng mẫu, chép số liệu vào đó rồi gửi lại. Sổ chưa có gì thay đổi."
)


def register_file(raw: bytes, words: Vocabulary) -> RegisterFile:
    """All that a file holds: the rows of every sheet that is a register, and the account of the rest. Refused where the
    file cannot be read, or no sheet of it can be a register."""
    from market.base.spreadsheets.tables import (
        read_tables,
    )  # here, since a process that reads none would be 1 MB larger

    try:
        tables = take_in(read_tables(raw), words)
    except ValueError as error:
        raise Refused("bad_file", str(error)) from error
    found = RegisterFile(tables=tables)
    if len(found.rows) > MOST_ROWS:
        raise Refused("bad_file", TOO_MANY_ROWS)
    if not found.is_register:
        raise Refused("no_header", NO_HEADER)
    return found


def register_rows(raw: bytes, words: Vocabulary | None = None) -> list[TypedRow]:
    """The rows alone; without `words` of a file whose titles are as everybody writes them. Refused as by
    `register_file`."""
    return list(register_file(raw, words or vocabulary({})).rows)


def import_register(
    session: Session,
    actor: Actor,
    commune_id: int,
    rows: Sequence[TypedRow],
    *,
    seen: str | None = None,
    clock: Clock,
) -> ImportReport:
    """Take the rows of a small spreadsheet into the register at once; the rows that cannot go are told with their
    reasons.

    Idempotent: the same file again changes nothing. What the plan found new needs no second look, and is entered
    together once what is known has made way for it. Kind, status and hamlet hold from the row's day, else from today.
    `seen`: `seen_of()` of what a page showed that it would do (`import_facts`), None where none was shown; ChangedSince
    where it would do something else.
    """
    register = lock_register(session, commune_id)
    now = clock()
    report = queries.plan_import(session, commune_id, rows, today=local_day(now))
    if seen is not None and report.changes:
        check_seen(seen, queries.import_facts(report, queries.overwritten_by(session, commune_id, report)))
    _write(session, actor, register, report.changes, now=now)
    return report


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """The numbers of the rows that were written, and why those that were not stayed out."""

    created: Collection[int]
    updated: Collection[int]
    left: Mapping[int, str]


def import_rows(
    session: Session, actor: Actor, commune_id: int, planned: Sequence[Decision], *, clock: Clock
) -> TakenIn:
    """Take a share of a plan's changes into the register, those before them taken in already.

    Each row goes in as it was planned, or stays out: where somebody has meanwhile changed what the register says of it,
    it is told. Compared is with all that the register has of these names and tax codes, under its lock. NotFound for no
    commune.
    """
    register = lock_register(session, commune_id)
    now = clock()
    known = queries.known_near(session, commune_id, planned)
    standing, ended = _in_hamlets_of_today(session, commune_id, planned)
    kept, left = _as_planned(standing, known, now=now)
    left |= ended
    _write(session, actor, register, kept, now=now)
    return TakenIn(
        created=[one.number for one in kept if one.outcome is RowOutcome.CREATED],
        updated=[one.number for one in kept if one.outcome is RowOutcome.UPDATED],
        left=left,
    )


def _in_hamlets_of_today(
    session: Session, commune_id: int, planned: Sequence[Decision]
) -> tuple[list[Decision], dict[int, str]]:
    """Those of hamlets that are in use, and why the others stay out: theirs was merged since the plan was made."""
    merged = {one.id: one.name for one in merged_hamlets(session, commune_id)}
    ended = {one.number: one.says.hamlet_id for one in planned if one.says and one.says.hamlet_id in merged}
    told = {at: f"{merged[hamlet]} đã gộp vào thôn khác từ lúc bạn xem. {SEND_AGAIN}" for at, hamlet in ended.items()}
    return [one for one in planned if one.number not in ended], told


def _as_planned(
    planned: Sequence[Decision], known: Sequence[KnownBusiness], *, now: datetime
) -> tuple[list[Decision], dict[int, str]]:
    """Which of them would still be decided so, once those that would not are left out; and why the others would not."""
    kept, left = list(planned), dict[int, str]()
    while True:
        rows = [NumberedRow(number=one.number, row=one.says, means=one.means) for one in kept if one.says]
        fresh = {one.number: one for one in plan(rows, known, today=local_day(now))}
        other = {one.number: fresh[one.number] for one in kept if fresh[one.number] != one}
        if not other:
            return kept, left
        left |= {number: left_out(one) for number, one in other.items()}
        kept = [one for one in kept if one.number not in other]


SEND_AGAIN = "Mời gửi lại tệp để xem và ghi tiếp."


def left_out(now_decided: Decision) -> str:
    """Why a row stays out that would not do any more what was seen."""
    becomes = now_decided.reason or f"nay là {queries.OUTCOME_WORDS[now_decided.outcome]}"
    return f"Từ lúc bạn xem, sổ đã đổi nên dòng này chưa ghi ({becomes}). {SEND_AGAIN}"


def _write(
    session: Session, actor: Actor, register: Locked[Commune], changes: Sequence[Decision], *, now: datetime
) -> None:
    """Bring what is known to what the rows say, then enter what is new."""
    commune_id = register.row.id
    said = [(one, _new_business(commune_id, one.said, now)) for one in changes if one.said]
    known = {one.business_id: new for one, new in said if one.business_id is not None}
    bring_businesses(session, actor, register, known, now=now)
    fresh = [(one, new) for one, new in said if one.business_id is None]
    ids = enter_businesses(session, actor, register, [new for _one, new in fresh], now=now)
    written = {one.business_id: one for one, _new in said if one.business_id is not None}
    written |= {at: one for at, (one, _new) in zip(ids, fresh, strict=True)}
    note_unread(session, {at: one.says.cells for at, one in written.items() if one.says}, now=now)
    note_joins(session, actor, written, now=now)


def _new_business(commune_id: int, said: RegisterRow, now: datetime) -> NewBusiness:
    return NewBusiness(
        commune_id=commune_id,
        hamlet_id=said.hamlet_id,
        kind=said.kind,
        name=said.name,
        valid_from=said.valid_from or local_day(now),
        source=IMPORT_SOURCE,
        status=said.status or BusinessStatus.ACTIVE,
        owner_name=said.owner_name,
        phone=said.phone,
        tax_id=said.tax_id,
        trade=said.trade,
        address=said.address,
    )
