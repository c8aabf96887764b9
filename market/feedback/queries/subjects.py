"""What a page of the market is about, so that a ticket which was begun there says so."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from market.catalog.models import Product
from market.sellers.models import Business, Stall
from market.trace.models import Lot, Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSubject:
    """A business, where it is, and what of it the page shows."""

    business_id: int
    hamlet_id: int
    said: str


Found = Select[int, int, str]
_OF_BUSINESS = Business.id, Business.hamlet_id


def subject_of_stall(session: Session, commune_id: int, slug: str) -> TicketSubject | None:
    query = select(*_OF_BUSINESS, Stall.name).join(Stall, Stall.business_id == Business.id)
    return _subject(session, query.where(Stall.commune_id == commune_id, Stall.slug == slug))


def subject_of_product(session: Session, commune_id: int, product_id: int) -> TicketSubject | None:
    said = Product.name + ", " + Stall.name
    query = select(*_OF_BUSINESS, said).join(Stall, Stall.business_id == Business.id)
    of_it = query.join(Product, Product.stall_id == Stall.id)
    return _subject(session, of_it.where(Stall.commune_id == commune_id, Product.id == product_id))


def subject_of_lot(session: Session, commune_id: int, code: str) -> TicketSubject | None:
    return _subject(session, _of_lots(commune_id).where(Lot.code == code))


def subject_of_stamp(session: Session, commune_id: int, code: str) -> TicketSubject | None:
    """Of the stamp's lot; None at another commune's market too, where its page can be seen."""
    return _subject(session, _of_lots(commune_id).join(Stamp, Stamp.lot_id == Lot.id).where(Stamp.code == code))


def _of_lots(commune_id: int) -> Found:
    said = "Lô " + Lot.code + ", " + Stall.name
    query = select(*_OF_BUSINESS, said).join(Stall, Stall.business_id == Business.id)
    return query.join(Lot, Lot.stall_id == Stall.id).where(Stall.commune_id == commune_id)


def _subject(session: Session, query: Found) -> TicketSubject | None:
    row = session.execute(query.limit(1)).first()
    return TicketSubject(business_id=row[0], hamlet_id=row[1], said=row[2]) if row else None
