"""What a buyer leafs through: cards of goods by category, by stall and by age; a product with all that is shown of it.

Statements are built once, and what is asked for is bound when they run: building costs as much as running.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    bindparam,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from market.catalog.models import Photo, Product, Variant
from market.catalog.queries.stock import NOW, available_amount, overdue_amount
from market.places.models import Hamlet
from market.sellers.models import Business, Stall
from market.values.money import Dong

CARDS_A_PAGE = 24
COMMUNE: BindParameter[int] = bindparam("commune", type_=Integer())
FIRST: BindParameter[int] = bindparam("first", type_=Integer())
MOST: BindParameter[int] = bindparam("most", type_=Integer())
REACH: BindParameter[int] = bindparam("reach", type_=Integer())
"""FIRST + MOST: no part of a page need be looked at further than this."""


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

    @property
    def is_in_stock(self) -> bool:
        return self.left is None or self.left > 0


def is_in_stock() -> ColumnElement[bool]:
    """Whether any variant of a product can be bought now, for a query over `product`; bind `now`."""
    left = Variant.on_hand - Variant.reserved
    can_be_bought = or_(Variant.on_hand.is_(None), left > 0, left + overdue_amount(NOW) > 0)
    return (
        select(Variant.id)
        .where(Variant.product_id == Product.id, Variant.is_sold_out.is_(False), can_be_bought)
        .correlate(Product)
        .exists()
    )


def part_by_part(goods: Sequence[Select[int]]) -> Subquery:
    """One page (`id`, `part`) of goods: of each part first what can be bought, then what is sold out, newest first.

    A part that the page does not reach is not looked at.
    """
    halves = [ids.where(stocked) for ids in goods for stocked in (is_in_stock(), ~is_in_stock())]
    parts = [half.add_columns(literal(place).label("part")).limit(REACH) for place, half in enumerate(halves)]
    whole = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(whole.c.id, whole.c.part).limit(MOST).offset(FIRST).subquery("page")


_first = aliased(Photo)
_cheapest = aliased(Variant)
_other = aliased(Variant)


def cards_of(page: Subquery) -> Select[int, str, str, str, str, Dong, str, int | None, bool]:
    """The cards of a page, in its order. A product shows its first photo and its cheapest variant that is on sale."""
    first_photo = select(_first.id).where(_first.product_id == Product.id).order_by(_first.position, _first.id).limit(1)
    shown = (
        select(_cheapest.id)
        .where(_cheapest.product_id == Product.id)
        .order_by(_cheapest.is_sold_out, _cheapest.price, _cheapest.id)
        .limit(1)
    )
    has_choice = select(_other.id).where(_other.product_id == Product.id, _other.id != Variant.id).exists()
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


def names_of(session: Session, product_ids: Sequence[int]) -> dict[int, str]:
    """The names of some products, by id."""
    query = select(Product.id, Product.name).where(Product.id.in_(product_ids))
    return {product_id: name for product_id, name in session.execute(query)}
