"""What happens to the register: a business is entered, or brought to what is now said of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record, record_all
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.places.models import Commune
from market.sellers import queries
from market.sellers.models import Business, BusinessHistory, BusinessKind, BusinessStatus
from market.sellers.rules import reason_against_day
from market.values.period import local_day
from market.values.phone import Phone
from market.values.taxid import TaxId
from market.values.text import fold


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
    record(session, actor, _change(verb, business, *fields), now=now)


def _change(verb: str, business: Business, *fields: str) -> Change:
    return Change(
        verb=verb,
        subject="business",
        subject_id=business.id,
        commune_id=business.commune_id,
        business_id=business.id,
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
    _refuse_known(session, new, None)
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

    Many take as many statements as one. Refused for a day to come.
    """
    for new in entered:
        _refuse_day(new.valid_from, None, now=now)
    written = [(new, _row_of(register.row, new, now=now)) for new in entered]
    session.add_all(business for _, business in written)
    session.flush()
    for new, business in written:
        _write_history(session, business, new.valid_from, new.source, now=now)
    record_all(session, actor, [_change("add_business", business) for _, business in written], now=now)
    return [business.id for _, business in written]


def _row_of(commune: Commune, new: NewBusiness, *, now: datetime) -> Business:
    return Business(
        commune_id=commune.id,
        hamlet_id=new.hamlet_id,
        kind=new.kind,
        status=new.status,
        name=new.name,
        folded=fold(new.name),
        owner_name=new.owner_name,
        phone=new.phone,
        tax_id=new.tax_id,
        trade=new.trade,
        address=new.address,
        created_at=now,
        updated_at=now,
    )


def _entered_so(session: Session, new: NewBusiness) -> int | None:
    """The business that was entered with all of this."""
    said = asdict(new)
    first = {field: said.pop(field) for field in ("valid_from", "source")}
    lines = select(BusinessHistory.business_id).filter_by(**first)
    return session.scalar(select(Business.id).filter_by(**said).where(Business.id.in_(lines)))


def _refuse_known(session: Session, new: NewBusiness, business_id: int | None) -> None:
    """Conflict where another business than this one (None: than any) is known so."""
    others = select(Business.name).where(Business.commune_id == new.commune_id, Business.id != business_id)
    if new.tax_id and session.scalars(others.where(Business.tax_id == new.tax_id)).first():
        raise Conflict("tax_id_known", f"Mã số thuế {new.tax_id} đã có trong sổ hộ.")
    alike = others.where(
        Business.folded == fold(new.name), Business.hamlet_id == new.hamlet_id, Business.phone == new.phone
    )
    if any(name.casefold() == new.name.casefold() for name in session.scalars(alike)):
        raise Conflict(
            "business_known",
            "Cơ sở cùng tên, cùng thôn, cùng số điện thoại đã có trong sổ hộ. "
            "Nếu là cơ sở khác, mời ghi số điện thoại hoặc tên để phân biệt.",
        )


def _refuse_day(valid_from: date, since: date | None, *, now: datetime) -> None:
    """What is written down holds from a day that has come, and not from before what was written last."""
    if reason := reason_against_day(valid_from, since, today=local_day(now)):
        raise Refused("bad_dates", reason)


def _write_history(session: Session, business: Business, valid_from: date, source: str, *, now: datetime) -> None:
    session.add(
        BusinessHistory(
            business_id=business.id,
            kind=business.kind,
            status=business.status,
            hamlet_id=business.hamlet_id,
            valid_from=valid_from,
            recorded_at=now,
            source=source,
        )
    )


HISTORIC = ("kind", "status", "hamlet_id")
EDITABLE = (*HISTORIC, "name", "owner_name", "phone", "tax_id", "trade", "address")


def edit_business(
    session: Session, actor: Actor, business_id: int, new: NewBusiness, *, seen: str, clock: Clock
) -> list[str]:
    """Bring a business to what an officer now says of it; returns the changed fields, none where it is so already.

    `seen`: `seen_of()` of what the register said before (`business_facts`); ChangedSince where it says something else.
    Refuses as `update_business` does.
    """
    business = _locked_business(session, business_id, new.commune_id)
    if _changed(business.row, new):
        check_seen(seen, queries.business_facts(business.row))
    return _bring_to(session, actor, business, new, now=clock())


def update_business(session: Session, actor: Actor, business_id: int, new: NewBusiness, *, now: datetime) -> list[str]:
    """Bring a business to what a spreadsheet says of it, whatever the register said; returns the changed fields.

    Kind, status and hamlet leave history: Refused for a day to come, or before the last one written. Conflict where
    another business is known so already, NotFound for one of another commune.
    """
    return _bring_to(session, actor, _locked_business(session, business_id, new.commune_id), new, now=now)


def _locked_business(session: Session, business_id: int, commune_id: int) -> Locked[Business]:
    lock_register(session, commune_id)
    return locked(session, Business, Business.id == business_id, Business.commune_id == commune_id)


def _changed(business: Business, new: NewBusiness) -> list[str]:
    return [field for field in EDITABLE if getattr(business, field) != getattr(new, field)]


def _bring_to(
    session: Session, actor: Actor, edited: Locked[Business], new: NewBusiness, *, now: datetime
) -> list[str]:
    business = edited.row
    changed = _changed(business, new)
    if not changed:
        return []
    if set(changed) & {"name", "hamlet_id", "phone", "tax_id"}:
        _refuse_known(session, new, business.id)
    if set(changed) & set(HISTORIC):
        _refuse_day(new.valid_from, queries.history_since(session, business.id), now=now)
    for field in changed:
        setattr(business, field, getattr(new, field))
    business.folded = fold(new.name)
    business.updated_at = now
    if set(changed) & set(HISTORIC):
        _write_history(session, business, new.valid_from, new.source, now=now)
    log_business(session, actor, "edit_business", business, *changed, now=now)
    return changed
