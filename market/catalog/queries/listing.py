"""Questions about listings: a stall's own, those that wait for the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from market.base.db import NOW
from market.base.errors import NotFound
from market.catalog.models import Category, Photo, Product, Variant
from market.catalog.queries.public import any_stopped, is_listed, is_verified, public_conditions, trades
from market.catalog.queries.stock import available, available_amount, is_stopped
from market.catalog.rules import ListingFacts, Reason, why_not_public
from market.catalog.rules.kind_names import kind_words
from market.sellers.models import Business, Stall
from market.values.paging import pages_of
from market.values.text import fold

PAGE = 30
FEW = 5000
"""Thousandths of the unit: with so little left a seller is told."""


# --- a stall's own ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A product of a stall with what is free to sell of each variant (thousandths; None: not counted) and every reason
    why it is not on the market or cannot be bought."""

    product: Product
    left: Mapping[int, int | None]
    is_public: bool
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    listings: Sequence[Listing]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return pages_of(self.total, PAGE)


def _with_all(query: Select[Product]) -> Select[Product]:
    """Products with what a listing shows of them, in a fixed number of statements."""
    return query.options(joinedload(Product.stall), selectinload(Product.variants), selectinload(Product.photos))


def listings_of(session: Session, stall_id: int, *, page: int = 1, now: datetime) -> ListingPage:
    """A page of a stall's listings, the newest first."""
    total = session.scalars(select(func.count()).where(Product.stall_id == stall_id)).one()
    query = select(Product).where(Product.stall_id == stall_id).order_by(Product.id.desc())
    products = session.scalars(_with_all(query).limit(PAGE).offset((page - 1) * PAGE)).all()
    return ListingPage(listings=_as_listings(session, products, now), total=total, page=page)


def listing_of(session: Session, stall_id: int, product_id: int, *, now: datetime) -> Listing:
    """One listing of a stall; NotFound where it is another's."""
    query = select(Product).where(Product.id == product_id, Product.stall_id == stall_id)
    products = session.scalars(_with_all(query)).all()
    if not products:
        raise NotFound
    return _as_listings(session, products, now)[0]


def _as_listings(session: Session, products: Sequence[Product], now: datetime) -> list[Listing]:
    left = available(session, [variant.id for product in products for variant in product.variants], now=now)
    columns = (
        Product.id,
        and_(*public_conditions()).label("is_public"),
        is_verified(Stall.business_id).label("is_verified"),
        (~trades(Stall.business_id)).label("is_ended"),
        any_stopped(now).label("is_stopped"),
    )
    query = select(*columns).join(Product.stall).where(Product.id.in_([product.id for product in products]))
    marks = {mark["id"]: _Marks(**mark) for mark in session.execute(query).mappings()}
    return [
        Listing(
            product=product,
            left=left,
            is_public=marks[product.id].is_public,
            reasons=why_not_public(_standing(product, left, marks[product.id])),
        )
        for product in products
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """What `catalog.queries.public` says of a product and its seller."""

    id: int
    is_public: bool
    is_verified: bool
    is_ended: bool
    is_stopped: bool


def _standing(product: Product, left: Mapping[int, int | None], marks: _Marks) -> ListingFacts:
    offered = [variant for variant in product.variants if not variant.is_sold_out]
    return ListingFacts(
        state=product.state,
        refusal=product.refusal,
        is_hidden=product.is_hidden,
        has_photo=bool(product.photos),
        is_sold_out=not offered,
        counted=_sum([variant.on_hand for variant in offered]),
        left=_sum([left[variant.id] for variant in offered]),
        is_paused=product.stall.is_paused,
        is_closed=product.stall.is_closed,
        is_ended=marks.is_ended,
        is_verified=marks.is_verified,
        is_stopped=marks.is_stopped,
    )


def _sum(amounts: Sequence[int | None]) -> int | None:
    """The amounts together; one that is not counted makes the whole not counted."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def listing_with_key(session: Session, stall_id: int, client_key: str) -> int | None:
    """The id of the listing this very form made before."""
    return session.scalar(select(Product.id).where(Product.stall_id == stall_id, Product.client_key == client_key))


def variant_id_of(session: Session, product: Product, variant_id: int | None) -> int:
    """The id of a variant of a product: its first where none is named."""
    live = (Variant.product_id == product.id, Variant.removed_at.is_(None))
    query = select(Variant.id).where(*live).order_by(Variant.id)
    if variant_id is not None:
        query = query.where(Variant.id == variant_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def variants_of(session: Session, product_id: int) -> Sequence[Variant]:
    """What a product is sold as now, the first first."""
    query = select(Variant).where(Variant.product_id == product_id, Variant.removed_at.is_(None))
    return session.scalars(query.order_by(Variant.id)).all()


def variant_ever(session: Session, product_id: int, variant_id: int | None) -> Variant:
    """One of the things that a product was ever sold as, removed or not; NotFound for another product's."""
    found = session.scalar(select(Variant).where(Variant.product_id == product_id, Variant.id == variant_id))
    if found is None:
        raise NotFound
    return found


def variants_ever(session: Session, product_id: int) -> int:
    """How many things a product was ever sold as."""
    return session.scalars(select(func.count()).where(Variant.product_id == product_id)).one()


def photos_of(session: Session, product_id: int) -> Sequence[Photo]:
    """A product's pictures in their order, the one on its card first."""
    query = select(Photo).where(Photo.product_id == product_id)
    return session.scalars(query.order_by(Photo.position, Photo.id)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class NearlyOut:
    """A counted stock that is nearly or wholly sold; `left` in thousandths of `unit`. Or (`is_stopped`) goods that
    their lots keep from being sold."""

    product_id: int
    name: str
    unit: str
    left: int
    is_stopped: bool


_LEFT = available_amount(NOW)
_NEARLY_OUT = (
    select(
        Product.id.label("product_id"),
        Product.name,
        Variant.label,
        Variant.unit,
        _LEFT.label("left"),
        is_stopped(NOW).label("is_stopped"),
    )
    .join(Variant.product)
    .where(
        Product.stall_id == bindparam("stall", type_=BigInteger()),
        is_listed(),
        or_(Variant.on_hand.is_not(None), is_stopped(NOW)),
        Variant.removed_at.is_(None),
        _LEFT <= FEW,
    )
    .order_by(_LEFT, Product.id)
    .limit(10)
)


def nearly_sold_out(session: Session, stall_id: int, *, now: datetime) -> Sequence[NearlyOut]:
    """A stall's approved and not hidden counted goods of which five units or less are left, and those
    that their lots stop, the emptiest first."""
    return [
        NearlyOut(
            product_id=row.product_id,
            name=f"{row.name} {row.label}".strip(),
            unit=row.unit,
            left=row.left,
            is_stopped=row.is_stopped,
        )
        for row in session.connection().execute(_NEARLY_OUT, {"stall": stall_id, "now": now})
    ]


# --- categories a seller may choose -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChoice:
    """A category without any below it, with the name of the one it stands under."""

    id: int
    name: str
    group: str


def category_choices(session: Session) -> list[CategoryChoice]:
    """What goods can be put under, in the order of the tree."""
    categories = session.scalars(select(Category).order_by(Category.position, Category.id)).all()
    names: dict[int | None, str] = {one.id: kind_words(one.code, one.name).name for one in categories}
    parents = {category.parent_id for category in categories}
    return [
        CategoryChoice(id=category.id, name=names[category.id], group=names[category.parent_id or category.id])
        for category in categories
        if category.id not in parents
    ]


def last_unit(session: Session, stall_id: int) -> str | None:
    """What the newest goods of a stall are sold by; None where it has none."""
    newest = select(Variant.unit).where(Variant.stall_id == stall_id).order_by(Variant.id.desc()).limit(1)
    return session.scalar(newest)


def category_of_set(session: Session, ocop_set: int) -> int | None:
    return session.scalar(select(Category.id).where(Category.ocop_set == ocop_set).order_by(Category.id))


# --- the office's queue -----------------------------------------------------------------------------------------------


def refuse_other_commune(session: Session, commune_id: int, product_id: int) -> None:
    """NotFound where the commune has no such product."""
    if session.scalar(select(Product.commune_id).where(Product.id == product_id)) != commune_id:
        raise NotFound


def product_of_commune(session: Session, commune_id: int, product_id: int) -> Product:
    """A product as the office sees it; NotFound where the commune has no such product."""
    which = Product.id == product_id, Product.commune_id == commune_id
    product = session.scalars(_for_the_office(select(Product).where(*which))).one_or_none()
    if product is None:
        raise NotFound
    return product


def name_of(session: Session, commune_id: int, product_id: int) -> str:
    """NotFound where the commune has no such product."""
    name = session.scalar(select(Product.name).where(Product.id == product_id, Product.commune_id == commune_id))
    if name is None:
        raise NotFound
    return name


def _for_the_office(query: Select[Product]) -> Select[Product]:
    return query.options(
        joinedload(Product.stall).joinedload(Stall.business).joinedload(Business.hamlet),
        joinedload(Product.category),
        selectinload(Product.variants),
        selectinload(Product.photos),
    )


def goods_to_look_at(session: Session, commune_id: int) -> Sequence[Product]:
    """The goods that an officer must look at before they stand on the market, the oldest first."""
    query = select(Product).where(Product.commune_id == commune_id, Product.is_waiting)
    return session.scalars(_for_the_office(query).order_by(Product.updated_at, Product.id).limit(PAGE)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsPage:
    products: Sequence[Product]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return pages_of(self.total, PAGE)


def goods_on_market(session: Session, commune_id: int, text: str = "", *, page: int = 1) -> GoodsPage:
    """A page of the approved goods whose name, or whose stall's, holds the text; the newest first."""
    query = select(Product).where(Product.commune_id == commune_id, Product.is_approved)
    words = fold(text)
    if words:
        named = Product.folded.contains(words, autoescape=True)
        query = query.where(or_(named, Product.stall.has(Stall.slug.contains(words.replace(" ", "-")))))
    total = session.scalars(query.with_only_columns(func.count(Product.id))).one()
    rows = _for_the_office(query).order_by(Product.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    return GoodsPage(products=session.scalars(rows).all(), total=total, page=page)
