"""What happens to the register: a business is entered, or brought to what is now said of it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.errors import Conflict
from market.sellers import queries
from market.sellers.models import Business, BusinessHistory, BusinessKind, BusinessStatus
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
    status: BusinessStatus = BusinessStatus.DANG_HOAT_DONG
    owner_name: str | None = None
    phone: Phone | None = None
    tax_id: TaxId | None = None
    trade: str | None = None
    address: str | None = None


def log_business(session: Session, actor: Actor, verb: str, business: Business, *fields: str, now: datetime) -> None:
    change = Change(
        verb=verb,
        subject="business",
        subject_id=business.id,
        commune_id=business.commune_id,
        business_id=business.id,
        fields=fields,
    )
    record(session, actor, change, now=now)


def add_business(session: Session, actor: Actor, new: NewBusiness, *, now: datetime) -> int:
    """Enter a business and the first line of its history; gives the id. Conflict where the tax code is known."""
    if new.tax_id and session.scalar(
        select(Business.id).where(Business.commune_id == new.commune_id, Business.tax_id == new.tax_id)
    ):
        raise Conflict(f"Mã số thuế {new.tax_id} đã có trong sổ hộ.")
    business = Business(
        commune_id=new.commune_id,
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
    session.add(business)
    session.flush()
    _write_history(session, business, new.valid_from, new.source, now=now)
    log_business(session, actor, "add_business", business, now=now)
    return business.id


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


def edit_business(session: Session, actor: Actor, business_id: int, new: NewBusiness, *, now: datetime) -> list[str]:
    """Bring a business to what is now said of it; gives the changed fields. Kind, status and hamlet leave history."""
    business = queries.business_of(session, new.commune_id, business_id)
    changed = [field for field in EDITABLE if getattr(business, field) != getattr(new, field)]
    for field in changed:
        setattr(business, field, getattr(new, field))
    if not changed:
        return []
    business.folded = fold(new.name)
    business.updated_at = now
    if set(changed) & set(HISTORIC):
        _write_history(session, business, new.valid_from, new.source, now=now)
    log_business(session, actor, "edit_business", business, *changed, now=now)
    return changed
