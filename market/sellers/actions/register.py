"""What happens to the register: a business is entered, or brought to what is now said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record, record_all
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import Base, Locked, locked, locked_all
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.places.models import Commune, Hamlet
from market.sellers import queries
from market.sellers.actions.stall_names import follow_register, names_before
from market.sellers.actions.unread import close_unread
from market.sellers.models import Business, BusinessHistory, BusinessKind, BusinessStatus
from market.sellers.rules import reason_against_day
from market.values.period import local_day
from market.values.phone import Phone
from market.values.taxid import TaxId
from market.values.text import fold

HISTORIC = ("kind", "status", "hamlet_id")
CALLED_BY = frozenset({"name", "hamlet_id"})
"""By what a stall is called whose seller chose no name."""
EDITABLE = (*HISTORIC, "name", "owner_name", "phone", "tax_id", "trade", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBusiness:
    """A business for the register; `valid_from` is the day from which what is said of it holds."""

    commune_id: int
    hamlet_id: int
    kind: BusinessKind
    name: str
    valid_from: date
    source: str
    status: BusinessStatus = BusinessStatus.ACTIVE
    owner_name: str | None = None
    phone: Phone | None = None
    tax_id: TaxId | None = None
    trade: str | None = None
    address: str | None = None


def lock_register(session: Session, commune_id: int) -> Locked[Commune]:
    """One transaction at a time compares with all of a commune's register: names, tax codes, addresses of stalls.

    The first lock of any transaction that takes it. NotFound for no commune.
    """
    return locked(session, Commune, Commune.id == commune_id)


def log_business(session: Session, actor: Actor, verb: str, business: Business, *fields: str, now: datetime) -> None:
    record(session, actor, _change(verb, business.id, business.commune_id, *fields), now=now)


def _change(verb: str, business_id: int, commune_id: int, *fields: str) -> Change:
    return Change(
        verb=verb,
        subject="business",
        subject_id=business_id,
        commune_id=commune_id,
        business_id=business_id,
        fields=fields,
    )


def add_business(
    session: Session, actor: Actor, new: NewBusiness, *, client_key: str | None = None, now: datetime
) -> int:
    """Enter a business and the first line of its history; returns the id, also to the same form again.

    Conflict where it is known already: by its tax code, or by name, hamlet and phone; SentOtherwise where the key has
    entered another one. Refused for a day to come.
    """
    register = lock_register(session, new.commune_id)
    sent = SentForm(key=client_key, content=("business", new), told=f"cơ sở {new.name} vào sổ")
    if at := used_before(session, f"commune:{new.commune_id}", sent, now=now):
        return _entered_at(session, new.commune_id, at)
    if known := _entered_so(session, new):
        return known
    _refuse_ended_hamlet(session, new)
    refuse_known(session, new, None)
    (business_id,) = enter_businesses(session, actor, register, [new], now=now)
    return business_id


def _entered_at(session: Session, commune_id: int, at: datetime) -> int:
    """The business that was entered at a moment, as a form's key remembers it."""
    there = Business.commune_id == commune_id, Business.created_at == at
    return session.scalars(select(Business.id).where(*there).order_by(Business.id.desc()).limit(1)).one()


def enter_businesses(
    session: Session, actor: Actor, register: Locked[Commune], entered: Sequence[NewBusiness], *, now: datetime
) -> list[int]:
    """Enter businesses that were compared with the whole register under its lock; returns their ids, in order.

    Many take as many statements as one. No two of them have the same name, hamlet and phone. Refused for a day to come.
    """
    for new in entered:
        _refuse_day(new.valid_from, None, now=now)
    if not entered:
        return []
    commune_id = register.row.id
    rows = [_row_of(commune_id, new, now=now) for new in entered]
    written = {(row.name, row.hamlet_id, row.phone): row.id for row in session.connection().execute(_ENTER, rows)}
    ids = [written[new.name, new.hamlet_id, new.phone] for new in entered]
    told = list(zip(ids, entered, strict=True))
    write_histories(session, told, now=now)
    record_all(session, actor, [_change("add_business", at, commune_id) for at in ids], now=now)
    return ids


_BUSINESS = Base.metadata.tables["business"]
_ENTER = insert(_BUSINESS).returning(*(_BUSINESS.c[name] for name in ("id", "name", "hamlet_id", "phone")))
_APPEND_HISTORY = insert(Base.metadata.tables["business_history"])


def _row_of(commune_id: int, new: NewBusiness, *, now: datetime) -> dict[str, object]:
    said = {field: getattr(new, field) for field in EDITABLE}
    return {"commune_id": commune_id, "folded": fold(new.name), "created_at": now, "updated_at": now, **said}


def write_histories(session: Session, told: Sequence[tuple[int, NewBusiness]], *, now: datetime) -> None:
    """What is now said of each business, by its id: from its day on, and nobody has said otherwise since."""
    said = [
        {"business_id": at, **{field: getattr(new, field) for field in (*HISTORIC, "valid_from", "source")}}
        for at, new in told
    ]
    if said:
        session.connection().execute(_APPEND_HISTORY, [{**line, "recorded_at": now} for line in said])


def _entered_so(session: Session, new: NewBusiness) -> int | None:
    """The business that was entered with all of this."""
    said = asdict(new)
    first = {field: said.pop(field) for field in ("valid_from", "source")}
    lines = select(BusinessHistory.business_id).filter_by(**first)
    return session.scalar(select(Business.id).filter_by(**said).where(Business.id.in_(lines)))


def refuse_known(session: Session, new: NewBusiness, business_id: int | None) -> None:
    """Conflict where another business than this one (None: than any) is known so."""
    others = select(Business.name).where(Business.commune_id == new.commune_id, Business.id != business_id)
    if new.tax_id and session.scalars(others.where(Business.tax_id == new.tax_id)).first():
        raise Conflict("tax_id_known", f"Mã số thuế {new.tax_id} đã có trong sổ hộ.")
    alike = others.where(
        Business.folded == fold(new.name),
        Business.hamlet_id == new.hamlet_id,
        Business.phone == new.phone,
        Business.id.not_in(queries.merged_away()),
    )
    if any(name.casefold() == new.name.casefold() for name in session.scalars(alike)):
        raise Conflict(
            "business_known",
            "Cơ sở cùng tên, cùng thôn, cùng số điện thoại đã có trong sổ hộ. "
            "Nếu là cơ sở khác, mời ghi số điện thoại hoặc tên để phân biệt.",
        )


def _refuse_ended_hamlet(session: Session, new: NewBusiness) -> None:
    """Conflict where the hamlet was merged while the page was open."""
    hamlet = session.get(Hamlet, new.hamlet_id, populate_existing=True)
    if hamlet is not None and hamlet.merged_into is not None:
        into = session.get_one(Hamlet, hamlet.merged_into)
        raise Conflict(
            "hamlet_merged", f"{hamlet.name} đã gộp vào {into.name}. Chưa ghi gì, mời chọn {into.name} rồi bấm lại."
        )


def _refuse_day(valid_from: date, since: date | None, *, now: datetime) -> None:
    """What is written down holds from a day that has come, and not from before what was written last."""
    if reason := reason_against_day(valid_from, since, today=local_day(now)):
        raise Refused("bad_dates", reason)


def edit_business(
    session: Session, actor: Actor, business_id: int, new: NewBusiness, *, seen: str, clock: Clock
) -> list[str]:
    """Bring a business to what an officer now says of it; returns the changed fields, none where it is so already.

    `seen`: `seen_of()` of what the register said before (`business_facts`); ChangedSince where it says something else.
    Refuses as `update_business` does.
    """
    business = _locked_business(session, business_id, new.commune_id)
    if changed_fields(business.row, new):
        check_seen(seen, queries.business_facts(business.row))
    return bring_to(session, actor, business, new, now=clock())


def update_business(session: Session, actor: Actor, business_id: int, new: NewBusiness, *, now: datetime) -> list[str]:
    """Bring a business to what a spreadsheet says of it, whatever the register said; returns the changed fields.

    Kind, status and hamlet leave history: Refused for a day to come, or before the last one written. Conflict where
    another business is known so already, NotFound for one of another commune.
    """
    return bring_to(session, actor, _locked_business(session, business_id, new.commune_id), new, now=now)


def _locked_business(session: Session, business_id: int, commune_id: int) -> Locked[Business]:
    lock_register(session, commune_id)
    business = locked(session, Business, Business.id == business_id, Business.commune_id == commune_id)
    refuse_merged(session, business)
    return business


def refuse_merged(session: Session, business: Locked[Business]) -> None:
    """Conflict for a business that is another one now: nothing more is said of it."""
    if merge := queries.merge_in_force(session, business.row.id):
        raise Conflict("business_merged", f"Cơ sở này đã gộp vào {merge.into.name}. Mời sửa ở đó, hoặc tách ra trước.")


def changed_fields(business: Business, new: NewBusiness) -> list[str]:
    return [field for field in EDITABLE if getattr(business, field) != getattr(new, field)]


def bring_to(session: Session, actor: Actor, edited: Locked[Business], new: NewBusiness, *, now: datetime) -> list[str]:
    """Bring a locked business to what is said of it; returns the changed fields.

    Refused for a day to come or before the last one written, Conflict where another business is known so already.
    """
    business = edited.row
    changed = changed_fields(business, new)
    if not changed:
        return []
    if "hamlet_id" in changed:
        _refuse_ended_hamlet(session, new)
    if set(changed) & {"name", "hamlet_id", "phone", "tax_id"}:
        refuse_known(session, new, business.id)
    if set(changed) & set(HISTORIC):
        _refuse_day(new.valid_from, queries.history_since(session, business.id), now=now)
    before = names_before([business]) if set(changed) & CALLED_BY else {}
    set_fields(business, new, changed, now=now)
    if before:
        session.flush()
        follow_register(session, lock_register(session, business.commune_id), before)
    if set(changed) & set(HISTORIC):
        write_histories(session, [(business.id, new)], now=now)
    close_unread(session, {business.id: changed}, now=now)
    log_business(session, actor, "edit_business", business, *changed, now=now)
    return changed


def set_fields(business: Business, new: NewBusiness, changed: Sequence[str], *, now: datetime) -> None:
    for field in changed:
        setattr(business, field, getattr(new, field))
    business.folded = fold(new.name)
    business.updated_at = now


def bring_businesses(
    session: Session, actor: Actor, register: Locked[Commune], told: Mapping[int, NewBusiness], *, now: datetime
) -> None:
    """Bring businesses, by their ids, to what a spreadsheet says of them, compared with the whole register under its
    lock. Many take few statements."""
    if not told:
        return
    commune_id = register.row.id
    rows = [one.row for one in locked_all(session, Business, Business.id.in_(told), Business.commune_id == commune_id)]
    changed = {business.id: changed_fields(business, told[business.id]) for business in rows}
    before = names_before([business for business in rows if set(changed[business.id]) & CALLED_BY])
    for business in rows:
        if changed[business.id]:
            set_fields(business, told[business.id], changed[business.id], now=now)
    session.flush()
    follow_register(session, register, before)
    close_unread(session, changed, now=now)
    moved = [(at, told[at]) for at, fields in changed.items() if set(fields) & set(HISTORIC)]
    write_histories(session, moved, now=now)
    changes = [_change("edit_business", at, commune_id, *fields) for at, fields in changed.items() if fields]
    record_all(session, actor, changes, now=now)


def move_businesses(
    session: Session,
    actor: Actor,
    register: Locked[Commune],
    moved: Sequence[Locked[Business]],
    hamlet_id: int,
    *,
    source: str,
    now: datetime,
) -> None:
    """Let businesses stand in another hamlet from today on, with a line of their history each, and all else as before.
    Figures of days before count them where they stood. Many take few statements."""
    today, commune_id = local_day(now), register.row.id
    before = names_before([one.row for one in moved])
    lines = []
    for business in (one.row for one in moved):
        business.hamlet_id, business.updated_at = hamlet_id, now
        said = {field: getattr(business, field) for field in HISTORIC}
        lines.append({"business_id": business.id, **said, "valid_from": today, "source": source, "recorded_at": now})
    session.flush()
    follow_register(session, register, before)
    if lines:
        session.connection().execute(_APPEND_HISTORY, lines)
    changes = [_change("edit_business", one.row.id, commune_id, "hamlet_id") for one in moved]
    record_all(session, actor, changes, now=now)
