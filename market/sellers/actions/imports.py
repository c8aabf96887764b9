"""What happens to the register when a spreadsheet of the commune is taken in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.errors import Refused
from market.base.seen import check_seen
from market.base.spreadsheets.tables import read_tables
from market.sellers import queries
from market.sellers.actions.register import NewBusiness, enter_businesses, lock_register, update_business
from market.sellers.rules import BusinessStatus, ImportReport, RegisterRow, TypedRow, typed_rows
from market.values.period import local_day

IMPORT_SOURCE = "Nhập từ bảng tính của xã"
NO_HEADER = (
    "Chưa thấy hàng tiêu đề có đủ ba cột Tên cơ sở, Loại hình, Thôn. "
    "Mời tải bảng mẫu, chép số liệu vào đó rồi gửi lại. Sổ chưa có gì thay đổi."
)


def register_rows(raw: bytes) -> list[TypedRow]:
    """The rows of the first sheet that is a register. Refused where the file cannot be read or has none."""
    try:
        for sheet in read_tables(raw):
            rows = typed_rows(sheet.rows)
            if rows is not None:
                return rows
    except ValueError as error:
        raise Refused("bad_file", str(error)) from error
    raise Refused("no_header", NO_HEADER)


def import_register(
    session: Session,
    actor: Actor,
    commune_id: int,
    rows: Sequence[TypedRow],
    *,
    seen: str | None = None,
    clock: Clock,
) -> ImportReport:
    """Take the rows of a spreadsheet into the register; the rows that cannot go are told with their reasons.

    Idempotent: the same file again changes nothing. What the plan found new needs no second look, and is entered
    together once what is known has made way for it. Kind, status and hamlet hold from the row's day, else from today.
    `seen`: `seen_of()` of what a page showed that it would do (`import_facts`), None where none was shown; ChangedSince
    where it would do something else. Else Refused as `add_business` and `update_business`.
    """
    register = lock_register(session, commune_id)
    now = clock()
    report = queries.plan_import(session, commune_id, rows, today=local_day(now))
    if seen is not None and report.changes:
        check_seen(seen, queries.import_facts(report, queries.overwritten_by(session, commune_id, report)))
    entered = []
    for one in report.changes:
        if one.said is None:
            continue
        new = _new_business(commune_id, one.said, now)
        if one.business_id is None:
            entered.append(new)
        else:
            update_business(session, actor, one.business_id, new, now=now)
    enter_businesses(session, actor, register, entered, now=now)
    return report


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
