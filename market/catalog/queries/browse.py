"""What a buyer leafs through: cards of goods by category, by stall and by age; a product with all that is shown of it.

Statements are built once, and what is asked for is bound when they run: building costs as much as running.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Integer,
    Row,
    Select,
    Subquery,
    bindparam,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from market.base.db import NOW
from market.catalog.models import Category, Photo, Product, Variant
from market.catalog.queries.public import is_open, presentable, public_conditions
from market.catalog.queries.stock import available_amount, has_some_left
from market.catalog.rules.kind_names import kind_words
from market.places.models import Hamlet
from market.sellers.models import Business, Stall
from market.values.money import Dong

CARDS_A_PAGE = 24
COMMUNE: BindParameter[int] = bindparam("commune", type_=Integer())
FIRST: BindParameter[int] = bindparam("first", type_=Integer())
MOST: BindParameter[int] = bindparam("most", type_=Integer())
REACH: BindParameter[int] = bindparam("reach", type_=Integer())
"""FIRST + MOST: no part of a page need be looked at further than this."""
HIGHEST_ID = 2**62


class Card(NamedTuple):
    """What a card says. `left` is thousandths of the unit that can be bought, None where stock is not counted."""

    id: int
    name: str
    slug: str
    hamlet: str
    photo: str
    price: Dong
    unit: str
    left: int | None
    has_choice: bool
    has_stamp: bool


def is_in_stock() -> ColumnElement[bool]:
    """Whether any variant of a product can be bought now, for a query over `product`; bind `now`."""
    left = select(Variant.id).where(Variant.product_id == Product.id, has_some_left(NOW))
    return left.correlate(Product).exists()


class CardPlace(NamedTuple):
    """Where a card stands in a list: among what can be bought (part 0) or what is sold out (1), there by falling id."""

    part: int
    id: int

    @property
    def edges(self) -> dict[str, int]:
        """The id in each part below which a list goes on after this place, and above which it comes before."""
        return {"edge_0": 0 if self.part else self.id, "edge_1": self.id if self.part else HIGHEST_ID}


START = CardPlace(part=0, id=HIGHEST_ID)


def part_by_part(goods: Select[int], *, backwards: bool = False) -> Subquery:
    """One page (`id`, `part`) of goods from a place on: first what can be bought, then what is sold out, newest first;
    or, backwards, those that stand nearest before it. Bind `edge_0` and `edge_1`, which a CardPlace gives.

    A part that the page does not reach is not looked at, and no part from its beginning.
    """
    halves = [goods.where(stocked) for stocked in (is_in_stock(), ~is_in_stock())]
    parts = [_from_edge(half, part, backwards=backwards).subquery() for part, half in enumerate(halves)]
    whole = union_all(*map(select, reversed(parts) if backwards else parts)).subquery()
    return select(whole.c.id, whole.c.part).limit(MOST).offset(FIRST).subquery("page")


def _from_edge(goods: Select[int], part: int, *, backwards: bool) -> Select[int, int]:
    edge: BindParameter[int] = bindparam(f"edge_{part}", type_=BigInteger())
    beyond, nearest = (Product.id > edge, Product.id) if backwards else (Product.id < edge, Product.id.desc())
    return goods.where(beyond).order_by(nearest).add_columns(literal(part).label("part")).limit(REACH)


_first = aliased(Photo)
_cheapest = aliased(Variant)
_other = aliased(Variant)


CardRows = Select[int, str, str, str, str, Dong, str, int | None, bool, bool, int]
"""A card's fields, and the part it stands in."""


def cards_of(page: Subquery, has_stamp: ColumnElement[bool]) -> CardRows:
    """The cards of a page, in its order. A product shows its first photo and its cheapest variant that is on sale.

    `has_stamp` says of a product whether a sealed lot of it bears stamps: the tracing's own column.
    """
    first_photo = select(_first.id).where(_first.product_id == Product.id).order_by(_first.position, _first.id).limit(1)
    shown = (
        select(_cheapest.id)
        .where(_cheapest.product_id == Product.id, _cheapest.removed_at.is_(None))
        .order_by(_cheapest.is_sold_out, _cheapest.price, _cheapest.id)
        .limit(1)
    )
    others = (_other.product_id == Product.id, _other.id != Variant.id, _other.removed_at.is_(None))
    has_choice = select(_other.id).where(*others).exists()
    return (
        select(
            Product.id,
            Product.name,
            Product.slug,
            Hamlet.name,
            Photo.key,
            Variant.price,
            Variant.unit,
            available_amount(NOW),
            has_choice,
            has_stamp,
            page.c.part,
        )
        .select_from(page)
        .join(Product, Product.id == page.c.id)
        .join(Photo, Photo.id == first_photo.correlate(Product).scalar_subquery())
        .join(Variant, Variant.id == shown.correlate(Product).scalar_subquery())
        .join(Stall, Stall.id == Product.stall_id)
        .join(Business, Business.id == Stall.business_id)
        .join(Hamlet, Hamlet.id == Business.hamlet_id)
        .order_by(page.c.part, page.c.id.desc())
    )


# --- pages of cards --------------------------------------------------------------------------------------------------

CATEGORY: BindParameter[int] = bindparam("category", type_=Integer())
STALL: BindParameter[int] = bindparam("stall", type_=Integer())
CATEGORIES: BindParameter[Sequence[int]] = bindparam("categories", expanding=True)
PRODUCTS: BindParameter[Sequence[int]] = bindparam("products", expanding=True)

_PUBLIC = select(Product.id).where(Product.commune_id == COMMUNE, *public_conditions())

ALL_GOODS = _PUBLIC
GOODS_OF_CATEGORY = _PUBLIC.where(Product.category_id == CATEGORY)
GOODS_OF_CATEGORIES = _PUBLIC.where(Product.category_id.in_(CATEGORIES))
GOODS_OF_STALL = _PUBLIC.where(Product.stall_id == STALL)
GIVEN_GOODS = _PUBLIC.add_columns(literal(0).label("part")).where(Product.id.in_(PRODUCTS)).subquery("page")


class Kind(NamedTuple):
    """A category as people call it; `picture` is one of `img/kinds.svg`."""

    id: int
    parent_id: int | None
    name: str
    slug: str
    picture: str


_KINDS = select(Category.id, Category.parent_id, Category.slug, Category.code, Category.name).order_by(
    Category.position, Category.id
)
_KINDS_ON_SALE = _KINDS.where(_PUBLIC.where(Product.category_id == Category.id).correlate(Category).exists())


def kinds(session: Session) -> list[Kind]:
    """The whole tree of categories, in its order."""
    return list(map(_kind, session.execute(_KINDS)))


def kinds_on_sale(session: Session, commune_id: int) -> list[Kind]:
    """The categories in which something is public."""
    return list(map(_kind, session.execute(_KINDS_ON_SALE, {"commune": commune_id})))


def _kind(row: Row[int, int | None, str, str, str]) -> Kind:
    words = kind_words(row.code, row.name)
    return Kind(id=row.id, parent_id=row.parent_id, name=words.name, slug=row.slug, picture=words.picture)


_MONTH: BindParameter[int] = bindparam("month", type_=Integer())
_MONTHS_LONG = (Product.season_to - Product.season_from + 12) % 12
IS_SEASON = (
    Product.season_from.is_not(None),
    (_MONTH - Product.season_from + 12) % 12 <= _MONTHS_LONG,
    _MONTHS_LONG < 11,
)
"""Whether a product has a season and it is now; bind `month`. What is there all the year has none."""
_IN_SEASON = (
    select(Product.name)
    .where(Product.commune_id == COMMUNE, *IS_SEASON, *public_conditions(), is_in_stock())
    .order_by(_MONTHS_LONG, Product.id.desc())
    .limit(MOST)
)


def in_season(session: Session, commune_id: int, month: int, most: int, *, now: datetime) -> list[str]:
    """Names of goods whose season it is and that can be bought, those with the shortest season first."""
    values = {"commune": commune_id, "month": month, "most": most, "now": now}
    return list(session.scalars(_IN_SEASON, values))


class StallSign(NamedTuple):
    """A stall as a list names it."""

    name: str
    slug: str
    hamlet: str


EVERY_STALL = 1_000_000
_OPEN_STALLS = (
    select(Stall.id, Stall.name, Stall.slug, Hamlet.name.label("hamlet"), Hamlet.sort_key)
    .join(Business, Business.id == Stall.business_id)
    .join(Hamlet, Hamlet.id == Business.hamlet_id)
    .where(Stall.commune_id == COMMUNE, is_open())
    .order_by(Hamlet.sort_key, Stall.id)
    .limit(EVERY_STALL)
    .subquery()
)
"""In their order already, and with a limit, so that PostgreSQL looks at the goods of no more than are wanted."""
_HAS_GOODS = select(Product.id).where(Product.stall_id == _OPEN_STALLS.c.id, *presentable()).exists()
_STALLS_ON_SALE = (
    select(_OPEN_STALLS.c.name, _OPEN_STALLS.c.slug, _OPEN_STALLS.c.hamlet)
    .where(_HAS_GOODS)
    .order_by(_OPEN_STALLS.c.sort_key, _OPEN_STALLS.c.id)
    .limit(MOST)
)


def stalls_on_sale(session: Session, commune_id: int, most: int) -> list[StallSign]:
    """The stalls with something public, hamlet by hamlet."""
    return [StallSign(*row) for row in session.execute(_STALLS_ON_SALE, {"commune": commune_id, "most": most})]


def names_of(session: Session, product_ids: Sequence[int]) -> dict[int, str]:
    """The names of some products, by id."""
    query = select(Product.id, Product.name).where(Product.id.in_(product_ids))
    return {product_id: name for product_id, name in session.execute(query)}
