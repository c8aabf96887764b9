"""The register's yearly look: who is still there, who has closed, moved or is otherwise, and what is written of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import check_seen
from market.places.models import Hamlet
from market.sellers import queries
from market.sellers.actions.register import (
    EDITABLE,
    NewBusiness,
    bring_to,
    lock_register,
    log_business,
)
from market.sellers.models import Business, BusinessStatus, CheckFinding, RegisterCheck
from market.values.period import format_date, local_day

BY_ITSELF = frozenset({CheckFinding.SUSPENDED, CheckFinding.CLOSED, CheckFinding.MOVED})
"""What says all that the register must say; of what is otherwise an officer reads the note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCheck:
    """What somebody found at a business: of one that moved the hamlet where it is now, of what is otherwise a note.
    `hamlet_ids`: those in which a helper may look; None for an officer, whose word is written at once."""

    commune_id: int
    business_id: int
    finding: CheckFinding
    to_hamlet_id: int | None = None
    since: date | None = None
    note: str = ""
    hamlet_ids: Collection[int] | None = None


def record_check(session: Session, actor: Actor, new: NewCheck, *, clock: Clock) -> int:
    """Write down that the actor looked at a business today; returns the look's id. Said twice by one person on one day,
    and nothing by anybody between, it is one.

    What an officer found goes into the register with it, from the day it holds; what a helper found waits for an
    officer, but for one that is as the register says. Refused without what the finding needs, Conflict for a business
    that has ended or is another one now, NotFound for another commune's or, to a helper, another hamlet's.
    """
    lock_register(session, new.commune_id)
    business = locked(session, Business, Business.id == new.business_id, Business.commune_id == new.commune_id)
    if actor.person_id is None or (new.hamlet_ids is not None and business.row.hamlet_id not in new.hamlet_ids):
        raise NotFound
    now = clock()
    if known := _same(session, actor.person_id, new, local_day(now)):
        return known
    _refuse_ended(session, business)
    _refuse_unclear(session, business, new, now=now)
    check = _written(session, business, actor.person_id, new, now=now)
    log_business(session, actor, "check_business", business.row, now=now)
    if new.hamlet_ids is None and new.finding in BY_ITSELF:
        _write(session, actor, business, check, now=now)
    session.flush()
    return check.id


def _same(session: Session, person_id: int, new: NewCheck, today: date) -> int | None:
    """The newest look at the business, where it is this very one."""
    its = select(RegisterCheck).where(RegisterCheck.business_id == new.business_id)
    last = session.scalar(its.order_by(RegisterCheck.id.desc()).limit(1))
    if last is None:
        return None
    said = last.looked_by, last.looked_on, last.finding, last.to_hamlet_id, last.since, last.note
    found = person_id, today, new.finding, new.to_hamlet_id, new.since, new.note
    return last.id if said == found else None


def _refuse_ended(session: Session, business: Locked[Business]) -> None:
    if merge := queries.merge_in_force(session, business.row.id):
        raise Conflict("business_merged", f"Hộ, HTX này đã gộp vào {merge.into.name}. Mời xem ở đó.")
    if business.row.has_ended:
        raise Conflict("business_ended", "Sổ đã ghi hộ, HTX này chấm dứt. Nếu còn hoạt động, mời xã sửa sổ.")


def _refuse_unclear(session: Session, business: Locked[Business], new: NewCheck, *, now: datetime) -> None:
    if new.since and new.since > local_day(now):
        raise Refused("bad_dates", f"Ngày {format_date(new.since)} chưa tới. Mời ghi khi đã đúng như vậy.")
    if (new.finding is CheckFinding.MOVED) != (new.to_hamlet_id is not None):
        raise Refused("moved_where", "Chuyển thôn thì mời chọn thôn mới; không chuyển thì để trống.")
    if new.finding is CheckFinding.CHANGED and not new.note:
        raise Refused("changed_what", "Khác sổ chỗ nào? Mời ghi một câu, ví dụ tên mới hoặc nghề mới.")
    if new.to_hamlet_id is not None:
        hamlet = session.get(Hamlet, new.to_hamlet_id, populate_existing=True)
        if hamlet is None or hamlet.commune_id != business.row.commune_id or not hamlet.is_active:
            raise NotFound
        if hamlet.id == business.row.hamlet_id:
            raise Refused("same_hamlet", f"Sổ đã ghi {hamlet.name}. Mời chọn thôn khác.")


def _written(
    session: Session, business: Locked[Business], person_id: int, new: NewCheck, *, now: datetime
) -> RegisterCheck:
    is_settled = new.finding is CheckFinding.STILL_THERE
    check = RegisterCheck(
        commune_id=new.commune_id,
        business_id=new.business_id,
        hamlet_id=business.row.hamlet_id,
        finding=new.finding,
        to_hamlet_id=new.to_hamlet_id,
        since=new.since,
        note=new.note,
        looked_on=local_day(now),
        looked_at=now,
        looked_by=person_id,
        settled_at=now if is_settled else None,
        settled_by=person_id if is_settled else None,
    )
    session.add(check)
    session.flush()
    return check


def _write(session: Session, actor: Actor, business: Locked[Business], check: RegisterCheck, *, now: datetime) -> None:
    """What was found is what the register says, from its day on: not from before what it says already."""
    row = business.row
    said = {name: getattr(row, name) for name in EDITABLE} | _found(check)
    looked_by = session.get_one(Person, check.looked_by).name
    days = [check.since or check.looked_on, queries.history_since(session, row.id)]
    new = NewBusiness(
        commune_id=row.commune_id,
        valid_from=max(day for day in days if day is not None),
        source=f"Rà soát năm {check.looked_on.year}: {looked_by} xem ngày {format_date(check.looked_on)}",
        **said,
    )
    bring_to(session, actor, business, new, now=now)
    check.settled_at, check.settled_by, check.was_written = now, actor.person_id, True


def _found(check: RegisterCheck) -> dict[str, object]:
    match check.finding:
        case CheckFinding.CLOSED:
            return {"status": BusinessStatus.TERMINATED}
        case CheckFinding.SUSPENDED:
            return {"status": BusinessStatus.SUSPENDED}
        case CheckFinding.MOVED:
            return {"hamlet_id": check.to_hamlet_id}
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCheck:
    """A look of a commune, and what an officer saw of it: `seen_of()` of `check_facts`."""

    commune_id: int
    check_id: int
    seen: str


def write_check(session: Session, actor: Actor, shown: SeenCheck, *, clock: Clock) -> None:
    """Write what a helper found into the register. Idempotent once it is settled. ChangedSince where the register says
    something else than was seen, Conflict where the business has ended or is another one now, NotFound for another
    commune's, Refused for what an officer must write in their own words."""
    business, check = _locked_check(session, shown.commune_id, shown.check_id)
    if check.settled_at is not None:
        return
    check_seen(shown.seen, queries.check_facts(check))
    if check.finding not in BY_ITSELF:
        raise Refused("changed_what", "Chỗ khác sổ thì mời bấm Sửa sổ, rồi bấm Xong.")
    _refuse_ended(session, business)
    _write(session, actor, business, check, now=clock())


def settle_check(session: Session, actor: Actor, commune_id: int, check_id: int, *, now: datetime) -> None:
    """An officer has looked into what was found and there is nothing to write any more. Idempotent; NotFound for
    another commune's."""
    business, check = _locked_check(session, commune_id, check_id)
    if check.settled_at is None:
        check.settled_at, check.settled_by, check.was_written = now, actor.person_id, False
        log_business(session, actor, "settle_check", business.row, now=now)


def _locked_check(session: Session, commune_id: int, check_id: int) -> tuple[Locked[Business], RegisterCheck]:
    """The look, under the lock of its business, in its register."""
    lock_register(session, commune_id)
    business_id = queries.check_with_id(session, commune_id, check_id).business_id
    business = locked(session, Business, Business.id == business_id)
    fresh = select(RegisterCheck).where(RegisterCheck.id == check_id).execution_options(populate_existing=True)
    return business, session.scalars(fresh).one()
