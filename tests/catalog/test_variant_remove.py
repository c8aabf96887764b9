"""A choice that is no longer sold: the market forgets it, the orders that name it do not."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import db, transaction
from market.catalog.actions import amounts
from market.catalog.actions.listing import Which
from market.catalog.models import Product, Variant
from market.catalog.queries.listing import variant_id_of
from market.catalog.queries.stock import nearly_sold_out
from market.shop.queries import Sight, goods_of_stall, product_offered
from market.values.money import Dong
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.orders.steps import place, wanted


def second_choice(cast: Cast, **fields: object) -> int:
    """Another choice of bà Lan's đậu xanh, cheaper than the first."""
    with transaction() as session:
        product = session.get_one(Product, shelf.product_id(cast.dau_xanh))
        said = {"label": "túi 500 g", "unit": "tui", "price": Dong(20_000), "on_hand": 3000, "sku": f"SP{product.id}-2"}
        variant = Variant(product_id=product.id, stall_id=product.stall_id, **said | fields)
        session.add(variant)
        session.flush()
        return variant.id


def take_off(variant: int, now: Clock) -> None:
    with transaction() as session:
        row = session.get_one(Variant, variant)
        row.is_sold_out, row.removed_at = True, now()


def test_what_is_removed_is_nowhere_on_the_market(cast: Cast, now: Clock) -> None:
    which = Which(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))
    taken = second_choice(cast)
    sight = Sight(commune_id=cast.commune, now=now())
    with Session(db.engine) as session:
        card = next(one for one in goods_of_stall(session, cast.lan.stall, sight).cards if one.name == "Đậu xanh")
        assert (card.price, card.has_choice) == (20_000, True)
    take_off(taken, now)
    with transaction() as session:
        amounts.report_sold_out(session, GUEST, which, now=now())
        amounts.report_back(session, GUEST, which, now=now())
    with Session(db.engine) as session:
        card = next(one for one in goods_of_stall(session, cast.lan.stall, sight).cards if one.name == "Đậu xanh")
        assert (card.price, card.has_choice) == (45_000, False)
        offer = product_offered(session, cast.commune, which.product_id, now=now())
        assert [one.id for one in offer.goods.variants] == [cast.dau_xanh]
        product = session.get_one(Product, which.product_id)
        assert [one.id for one in product.variants] == [cast.dau_xanh]
        assert variant_id_of(session, product, None) == cast.dau_xanh
        assert [one.left for one in nearly_sold_out(session, cast.lan.stall, now=now())] == [5000]
        assert session.get_one(Variant, taken).is_sold_out, "no button for the whole product brings it back"


def test_what_is_held_for_an_order_cannot_be_removed(cast: Cast, now: Clock) -> None:
    taken = second_choice(cast)
    place(cast.commune, wanted(taken, 1000), now=now())
    with pytest.raises(IntegrityError, match="removed_holds_nothing"):
        take_off(taken, now)
