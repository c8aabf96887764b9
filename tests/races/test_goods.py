"""A listing between its seller and the office, its stock between the seller and the buyers: two moves at a time."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.secrets import random_key
from market.base.seen import seen_of
from market.catalog.actions import amounts, listing, moderation, photos, variants
from market.catalog.actions.listing import Choice, ListingChange, NewListing, VariantRef
from market.catalog.actions.locking import stall_product
from market.catalog.actions.moderation import SeenListing
from market.catalog.models import Photo, Product, StockMove, Variant
from market.catalog.queries.facts import amount_facts
from market.catalog.queries.listing import variant_id_of
from market.catalog.queries.spelling import wrongly_counted
from market.catalog.rules import KeptPhoto
from market.orders.actions.inputs import WantedLine, WantedOrder
from market.orders.rules import Delivery, PayChoice
from market.values.money import Dong
from tests.cast import Cast
from tests.catalog import shelf
from tests.orders.steps import place
from tests.races.harness import Aggregate, Move, assert_noticed, assert_orderly, database_url, real_now, verbs_of

__all__ = ["database_url"]
PRICE = Dong(20_000)


def photo() -> KeptPhoto:
    return KeptPhoto(key=random_key(), width=400, height=300)


class Goods:
    """Cà chua of bà Lan, and what can be done with it; the office has it on its screen as it was first listed."""

    seen: SeenListing
    edit_seen: str

    def __init__(self, cast: Cast) -> None:
        self.cast, self.lan, self.hung = cast, Actor(person_id=cast.lan.person), Actor(person_id=cast.hung)

    def listed(self) -> int:
        new = NewListing(
            stall_id=self.cast.lan.stall, name="Cà chua", unit="kg", price=PRICE, photo=photo(), on_hand=5000
        )
        with transaction() as session:
            at = listing.list_product(session, self.lan, new, now=real_now())
        self.seen = shelf.seen(self.cast.commune, at)
        self.edit_seen = shelf.edit_seen(at)
        return at

    def on_sale(self) -> int:
        """An approved listing that is sold as two things."""
        at = self.listed()
        bag = Choice(unit="tui", price=PRICE, pack_amount=None, pack_unit=None, label="")
        self.approve(at)
        with transaction() as session:
            new = variants.NewVariant(choice=bag, on_hand=3000)
            variants.add_variant(session, self.lan, self.which(at), new, now=real_now())
        return at

    def which(self, at: int, variant_id: int | None = None) -> VariantRef:
        return VariantRef(stall_id=self.cast.lan.stall, product_id=at, variant_id=variant_id)

    def approve(self, at: int) -> None:
        with transaction() as session:
            moderation.approve_product(session, self.hung, self.seen, clock=real_now)

    def refuse(self, at: int) -> None:
        with transaction() as session:
            moderation.refuse_product(session, self.hung, self.seen, "Ảnh mờ", clock=real_now)

    def take_down(self, at: int) -> None:
        with transaction() as session:
            moderation.take_down_product(session, self.hung, self.cast.commune, at, "Hàng giả", clock=real_now)

    def edit(self, at: int) -> None:
        new = ListingChange(name="Cà chua bi", description="", category_id=None, seen=self.edit_seen)
        with transaction() as session:
            listing.change_listing(session, self.lan, self.which(at), new, now=real_now())

    def hide(self, at: int) -> None:
        with transaction() as session:
            listing.hide_product(session, self.lan, self.which(at), now=real_now())

    def add_photo(self, at: int) -> None:
        with transaction() as session:
            photos.add_photo(session, self.lan, self.which(at), photo(), client_key="photo", clock=real_now)

    def first_variant(self, at: int) -> int:
        with transaction() as session:
            return session.scalars(select(func.min(Variant.id)).where(Variant.product_id == at)).one()

    def count(self, at: int) -> None:
        """The page is opened once the listing is locked, so that it shows the amount that is counted anew."""
        which = self.which(at)
        with transaction() as session:
            product = stall_product(session, which.stall_id, at)
            counted = session.get_one(Variant, variant_id_of(session, product.row, None))
            seen = seen_of(amount_facts(counted))
            amounts.set_amount(session, self.lan, which, 4000, seen=seen, now=real_now())

    def add(self, at: int) -> None:
        with transaction() as session:
            amounts.add_amount(session, self.lan, self.which(at), 2000, now=real_now())

    def tap_add(self, at: int) -> None:
        with transaction() as session:
            amounts.add_amount(session, self.lan, self.which(at), 1000, client_key=f"tap-{at}", now=real_now())

    def sell_out(self, at: int) -> None:
        with transaction() as session:
            amounts.report_sold_out(session, self.lan, self.which(at), now=real_now())

    def remove(self, at: int) -> None:
        one = self.which(at, self.first_variant(at))
        with transaction() as session:
            variants.remove_variant(session, self.lan, one, now=real_now())

    def buy(self, at: int) -> None:
        line = WantedLine(variant_id=self.first_variant(at), amount=4500, price=PRICE)
        order = WantedOrder(
            stall_id=self.cast.lan.stall,
            lines=(line,),
            delivery=Delivery.PICKUP_POINT,
            pay_choice=PayChoice.ON_RECEIPT,
            delivery_fee=Dong(0),
        )
        place(self.cast.commune, order, now=real_now())


def listing_picture(session: Session, at: int) -> object:
    product = session.get_one(Product, at)
    times = session.scalars(select(Photo.created_at).where(Photo.product_id == at).order_by(Photo.id)).all()
    unseen = [product.decided_at is None or time > product.decided_at for time in times]
    said = product.name, product.state, product.is_hidden, product.refusal
    return said, unseen, wrongly_counted(session), verbs_of(session, "product", at)


def variants_picture(session: Session, at: int) -> object:
    rows = session.scalars(select(Variant).where(Variant.product_id == at).order_by(Variant.id)).all()
    moved = [session.scalar(select(func.sum(StockMove.delta)).where(StockMove.variant_id == one.id)) for one in rows]
    kept = [(one.on_hand, one.reserved, one.is_sold_out, one.removed_at is None) for one in rows]
    return kept, moved, sorted(verbs_of(session, "product", at))


@pytest.fixture
def listings(cast: Cast) -> Aggregate:
    goods = Goods(cast)
    moves: dict[str, Move] = {
        "approve": goods.approve,
        "refuse": goods.refuse,
        "take down": goods.take_down,
        "edit": goods.edit,
        "hide": goods.hide,
        "add photo": goods.add_photo,
    }
    return Aggregate(start=goods.listed, moves=moves, picture=listing_picture, tables=["product"])


@pytest.fixture
def sold_as(cast: Cast) -> Aggregate:
    goods = Goods(cast)
    moves: dict[str, Move] = {
        "count": goods.count,
        "add": goods.add,
        "tap add": goods.tap_add,
        "sell out": goods.sell_out,
        "remove": goods.remove,
        "buy": goods.buy,
    }
    return Aggregate(start=goods.on_sale, moves=moves, picture=variants_picture, tables=["product", "variant"])


def test_what_happens_to_a_listing_at_once_happens_in_an_order(app: Flask, listings: Aggregate) -> None:
    assert_orderly(app, listings)


def test_a_listing_without_its_lock_would_be_noticed(app: Flask, listings: Aggregate) -> None:
    assert_noticed(app, listings)


def test_what_happens_to_a_stock_at_once_happens_in_an_order(app: Flask, sold_as: Aggregate) -> None:
    assert_orderly(app, sold_as)


def test_a_stock_without_its_locks_would_be_noticed(app: Flask, sold_as: Aggregate) -> None:
    assert_noticed(app, sold_as)
