"""A cart that is filled, changed and bought."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.secrets import random_key
from market.catalog.models import Variant
from market.orders.actions import carts
from market.orders.actions.carts import CartKey
from market.orders.actions.inputs import PlacePurchase
from market.orders.models import Cart, CartLine, Order, OrderLine, Purchase
from market.orders.queries.offers import Offer, offers_of
from market.orders.rules import cart_state
from market.payments.actions import check_out
from tests.cast import Cast
from tests.orders.steps import MAI, wanted
from tests.races.harness import Aggregate, running_now

PLENTY = 100_000_000
"""More of it than all rounds of a night buy."""
REVIEWED = 1
"""How often the cart had changed when its buyer reviewed it."""


class Basket:
    """A cart with 1 kg of gạo nếp, reviewed, and what can be done with it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def start(self) -> int:
        with transaction() as session:
            session.get_one(Variant, self.cast.gao_nep).on_hand = PLENTY
        key = CartKey(commune_id=self.cast.commune, key_hash=random_key())
        for amount in (500, 500):
            with transaction() as session:
                carts.put_in(session, key, self.offer(), amount, now=running_now())
        return reading().scalars(select(Cart.id).where(Cart.key_hash == key.key_hash)).one()

    def offer(self) -> Offer:
        return offers_of(reading(), [self.cast.gao_nep], now=running_now())[self.cast.gao_nep]

    def key(self, at: int) -> CartKey:
        return CartKey(commune_id=self.cast.commune, key_hash=reading().get_one(Cart, at).key_hash)

    def add(self, at: int) -> None:
        key, offer = self.key(at), self.offer()
        with transaction() as session:
            carts.put_in(session, key, offer, 2000, now=running_now())

    def tap(self, at: int) -> None:
        key, offer = self.key(at), self.offer()
        with transaction() as session:
            carts.put_in(session, key, offer, 3000, client_key="tap", now=running_now())

    def change(self, at: int) -> None:
        key, offer = self.key(at), self.offer()
        with transaction() as session:
            carts.change_all(session, key, [(offer, 7000)], now=running_now())

    def refill(self, at: int) -> None:
        """The goods of an earlier order once more."""
        key, offer = self.key(at), self.offer()
        with transaction() as session:
            carts.refill(session, key, [(offer, 4000)], now=running_now())

    def take_out(self, at: int) -> None:
        key = self.key(at)
        with transaction() as session:
            carts.take_out(session, key, self.cast.gao_nep, now=running_now())

    def check_out(self, at: int) -> None:
        new = PlacePurchase(
            commune_id=self.cast.commune,
            client_key=self.state(at),
            buyer=MAI,
            orders=(wanted(self.cast.gao_nep),),
            cart_id=at,
        )
        with transaction() as session:
            check_out(session, GUEST, new, clock=running_now)

    def state(self, at: int) -> str:
        return cart_state(self.key(at).key_hash, REVIEWED)

    def picture(self, session: Session, at: int) -> object:
        cart = session.get_one(Cart, at)
        lines = session.scalars(select(CartLine.amount).where(CartLine.cart_id == at)).all()
        sold = select(OrderLine.amount).join(Order, Order.id == OrderLine.order_id).join(Order.purchase)
        bought = session.scalars(sold.where(Purchase.client_key == cart_state(cart.key_hash, REVIEWED))).all()
        held = session.scalars(select(Variant.reserved).where(Variant.id == self.cast.gao_nep)).one()
        ordered = session.scalar(select(func.coalesce(func.sum(OrderLine.amount), 0)))
        return cart.changes, lines, bought, held == ordered


def baskets(cast: Cast) -> Aggregate:
    basket = Basket(cast)
    return Aggregate(
        start=basket.start,
        moves={
            "add": basket.add,
            "tap": basket.tap,
            "change": basket.change,
            "take out": basket.take_out,
            "refill": basket.refill,
            "check out": basket.check_out,
        },
        picture=basket.picture,
        tables=["cart"],
    )
