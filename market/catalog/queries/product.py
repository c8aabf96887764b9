"""One product with all that its page shows: what it is, who sells it, its variants and photos."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    select,
)

from market.base.db import NOW
from market.base.errors import NotFound
from market.base.row_query import AnyRowQuery, RowQuery, with_commas
from market.catalog.models import Category, Photo, Product, Variant
from market.catalog.queries.browse import COMMUNE
from market.catalog.queries.public import legal_name, public_conditions
from market.catalog.queries.stock import available_amount, is_stopped
from market.places.models import Hamlet
from market.sellers.models import Business, BusinessKind, Stall
from market.sellers.queries.visits import VISIT_ROWS, Visit, read_visits
from market.sellers.rules.fees import BY_BUS, ways_outside
from market.values.money import Dong
from market.values.phone import Phone
from market.values.quantity import Unit, price_per_base, unit

GONE = "Món này không còn trên chợ: người bán đã cất đi, hoặc đang chờ xã xem lại."


class Facts(NamedTuple):
    """What the market says of a product and its seller."""

    id: int
    is_public: bool
    name: str
    slug: str
    description: str
    season_from: int | None
    season_to: int | None
    category_slug: str | None
    stall_name: str
    stall_slug: str
    seller_name: str | None
    delivers_in_commune: bool
    ships_outside: bool
    sends_by_bus: bool
    is_live: bool
    by_bus: bool
    least_order: Dong
    visit_rows: str | None
    business_kind: BusinessKind
    phone: Phone | None
    hamlet: str

    @property
    def ways_outside(self) -> list[str]:
        """How it can go out of the commune: what lives does not go by courier, nor by bus where that is not said."""
        ways = ways_outside(by_bus=self.sends_by_bus, by_courier=self.ships_outside)
        return [way for way in ways if not self.is_live or (way == BY_BUS and self.by_bus)]

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The pickup points that the stall comes to."""
        return read_visits(self.visit_rows)


class OnSale(NamedTuple):
    """A variant as it is sold. `left` is thousandths of the unit, None where stock is not counted. `is_stopped`: its
    lots keep it from being sold; `weighed_within`: as of a variant."""

    id: int
    label: str
    unit_code: str
    pack_amount: int | None
    pack_unit: str | None
    price: Dong
    left: int | None
    is_stopped: bool
    weighed_within: int | None = None

    @property
    def unit(self) -> Unit:
        return unit(self.unit_code)

    @property
    def is_in_stock(self) -> bool:
        return self.left is None or self.left > 0

    @property
    def per_base(self) -> tuple[Dong, Unit] | None:
        """The price of one kg, lít, quả ..., where that says more than the price itself."""
        return price_per_base(self.price, self.unit, self.pack_amount, unit(self.pack_unit) if self.pack_unit else None)


class Picture(NamedTuple):
    key: str
    is_illustration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A public product, whole: `variants` with those in stock first, then by price. Equal facts are equal values."""

    facts: Facts
    variants: tuple[OnSale, ...]
    pictures: tuple[Picture, ...]
    has_lot: bool

    @property
    def is_in_stock(self) -> bool:
        return self.variants[0].is_in_stock

    @property
    def is_stopped(self) -> bool:
        return self.variants[0].is_stopped


_PRODUCT = bindparam("product", type_=Integer())
_PICTURE = (
    cast(Photo.position, Text)
    .concat(":")
    .concat(cast(Photo.id, Text))
    .concat(case((Photo.is_illustration, ":m:"), else_="::"))
    .concat(Photo.key)
)
_PICTURES = select(with_commas(_PICTURE)).where(Photo.product_id == Product.id).correlate(Product).scalar_subquery()


def goods_with(has_lot: ColumnElement[bool]) -> AnyRowQuery:
    """The statement of a product's page, one row a variant. All in one, because a statement costs a fifth of the page.

    `has_lot` says whether the tracing knows a lot of the product.
    """
    return RowQuery(
        select(
            Product.id,
            and_(*public_conditions()),
            Product.name,
            Product.slug,
            Product.description,
            Product.season_from,
            Product.season_to,
            Category.slug,
            Stall.name,
            Stall.slug,
            legal_name(Stall.business_id),
            Stall.delivers_in_commune,
            Stall.ships_outside,
            Stall.sends_by_bus,
            Product.is_live,
            Product.by_bus,
            Stall.least_order,
            VISIT_ROWS,
            Business.kind,
            Business.phone,
            Hamlet.name,
            Variant.id,
            Variant.label,
            Variant.unit,
            Variant.pack_amount,
            Variant.pack_unit,
            Variant.price,
            available_amount(NOW),
            is_stopped(NOW),
            Variant.weighed_within,
            _PICTURES,
            has_lot,
        )
        .join(Stall, Stall.id == Product.stall_id)
        .join(Business, Business.id == Stall.business_id)
        .join(Hamlet, Hamlet.id == Business.hamlet_id)
        .join(Variant, (Variant.product_id == Product.id) & Variant.removed_at.is_(None))
        .outerjoin(Category, Category.id == Product.category_id)
        .where(Product.id == _PRODUCT, Product.commune_id == COMMUNE)
    )


def public_goods(rows: Connection, query: AnyRowQuery, commune_id: int, product_id: int, *, now: datetime) -> Goods:
    """A public product. NotFound, saying so, for one that is no longer public; NotFound for one that never was."""
    values = {"product": product_id, "commune": commune_id, "now": now}
    found = query.rows(rows, values)
    if not found:
        raise NotFound
    parts = len(Facts._fields)
    facts = Facts._make(found[0][:parts])
    if not facts.is_public:
        raise NotFound(GONE)
    *_, pictures, has_lot = found[0]
    variants = (OnSale._make(row[parts:-2]) for row in found)
    return Goods(
        facts=facts,
        variants=tuple(sorted(variants, key=lambda one: (not one.is_in_stock, one.price, one.id))),
        pictures=_pictures(pictures),
        has_lot=bool(has_lot),
    )


def _pictures(written: str) -> tuple[Picture, ...]:
    """The pictures of `position:id:m:key,...`, in their order; `m` marks an illustration."""
    parts = (picture.split(":") for picture in written.split(","))
    in_order = sorted((int(position), int(number), mark, key) for position, number, mark, key in parts)
    return tuple(Picture(key, mark == "m") for _, _, mark, key in in_order)
