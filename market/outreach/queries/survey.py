"""Products that were surveyed: a page of them, one, and all for a spreadsheet."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.errors import NotFound
from market.catalog.models import Category, Product
from market.outreach.models import OcopEntry, SurveyedProduct
from market.places.models import Hamlet
from market.sellers.models import Business, Stall

A_PAGE = 30
MOST_IN_FILE = 2000
"""No commune surveys more; a catalogue ends there, and says so."""
MOST_LISTINGS = 100
"""So many of a stall's goods are offered to choose from, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyedLine:
    """A surveyed product with the names of its hamlet, its maker, its OCOP set and who saw it; its listing's name and
    its place on the OCOP path, where it has them."""

    surveyed: SurveyedProduct
    hamlet: str
    maker: str
    category: str | None
    surveyor: str
    listing: str | None
    slug: str | None
    entry_id: int | None


_COLUMNS = (
    SurveyedProduct,
    Hamlet.name,
    func.coalesce(Business.name, SurveyedProduct.maker),
    Category.name,
    Person.name,
    Product.name,
    Product.slug,
)


def _query(commune_id: int) -> Select[SurveyedProduct, str, str, str, str, str, str]:
    return (
        select(*_COLUMNS)
        .join(Hamlet, Hamlet.id == SurveyedProduct.hamlet_id)
        .join(Person, Person.id == SurveyedProduct.surveyed_by)
        .outerjoin(Business, Business.id == SurveyedProduct.business_id)
        .outerjoin(Category, Category.id == SurveyedProduct.category_id)
        .outerjoin(Product, Product.id == SurveyedProduct.product_id)
        .where(SurveyedProduct.commune_id == commune_id)
    )


def _told(session: Session, query: Select[SurveyedProduct, str, str, str, str, str, str]) -> list[SurveyedLine]:
    rows = session.execute(query).all()
    entries = _entries(session, [row[0].id for row in rows])
    return [
        SurveyedLine(
            surveyed=surveyed,
            hamlet=hamlet,
            maker=maker,
            category=category,
            surveyor=surveyor,
            listing=listing,
            slug=slug,
            entry_id=entries.get(surveyed.id),
        )
        for surveyed, hamlet, maker, category, surveyor, listing, slug in rows
    ]


def _entries(session: Session, surveyed_ids: Collection[int]) -> dict[int, int]:
    """Surveyed product -> the newest entry on the OCOP path that began with it."""
    if not surveyed_ids:
        return {}
    query = select(OcopEntry.surveyed_id, func.max(OcopEntry.id)).where(OcopEntry.surveyed_id.in_(surveyed_ids))
    return {key: entry_id for key, entry_id in session.execute(query.group_by(OcopEntry.surveyed_id)) if key}


def surveyed_page(
    session: Session, commune_id: int, hamlet_ids: Collection[int] | None = None, *, first: int, most: int
) -> list[SurveyedLine]:
    """A page of the catalogue, the newest first; of some hamlets alone where they are named."""
    query = _query(commune_id).where(SurveyedProduct.withdrawn_at.is_(None))
    if hamlet_ids is not None:
        query = query.where(SurveyedProduct.hamlet_id.in_(hamlet_ids))
    return _told(session, query.order_by(SurveyedProduct.id.desc()).offset(first).limit(most))


def surveyed_line(session: Session, commune_id: int, surveyed_id: int) -> SurveyedLine:
    """One of them; NotFound for another commune's."""
    found = _told(session, _query(commune_id).where(SurveyedProduct.id == surveyed_id))
    if not found:
        raise NotFound
    return found[0]


def catalogue(session: Session, commune_id: int) -> Iterator[SurveyedLine]:
    """All that was surveyed, hamlet by hamlet, two thousand at most."""
    query = _query(commune_id).where(SurveyedProduct.withdrawn_at.is_(None))
    yield from _told(session, query.order_by(Hamlet.sort_key, SurveyedProduct.id).limit(MOST_IN_FILE))


def surveyed_count(session: Session, commune_id: int) -> int:
    query = select(func.count(SurveyedProduct.id)).where(
        SurveyedProduct.commune_id == commune_id, SurveyedProduct.withdrawn_at.is_(None)
    )
    return session.scalars(query).one()


def listings_of(session: Session, business_id: int) -> Sequence[tuple[int, str]]:
    """A business's goods by id, the newest first: what a surveyed product may be sold as."""
    query = select(Product.id, Product.name).join(Stall, Stall.id == Product.stall_id)
    newest = query.where(Stall.business_id == business_id).order_by(Product.id.desc()).limit(MOST_LISTINGS)
    return [(key, name) for key, name in session.execute(newest)]


def ocop_sets(session: Session) -> Sequence[tuple[int, str]]:
    """The sets of goods that OCOP knows, by their numbers."""
    query = select(Category.id, Category.name).where(Category.ocop_set.is_not(None)).order_by(Category.ocop_set)
    return [(key, name) for key, name in session.execute(query)]


def businesses_of_hamlets(session: Session, commune_id: int, hamlet_ids: Collection[int]) -> Sequence[tuple[int, str]]:
    """Whom a form offers as makers: the businesses of some hamlets by name, two hundred at most."""
    query = select(Business.id, Business.name).where(
        Business.commune_id == commune_id, Business.hamlet_id.in_(hamlet_ids)
    )
    return [(key, name) for key, name in session.execute(query.order_by(Business.folded, Business.id).limit(200))]
