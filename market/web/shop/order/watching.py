"""What the pages of an order and of a receipt watch: no more than who looks may see of it."""

from collections.abc import Collection, Mapping

from market.base import clock
from market.base.db import reading
from market.base.errors import NotFound
from market.orders.models import Order
from market.orders.queries.complaints import newest_step
from market.orders.queries.orders import Receipt, lives_of_buyer
from market.orders.queries.recalls import bad_goods_of
from market.orders.queries.talk import newest_message
from market.orders.rules.life import Life
from market.payments.queries import Paid, order_now, order_progress
from market.web.base.commune import current_commune
from market.web.base.watching import Watch, watched
from market.web.shop.order.access import Access, access_to, order_code, receipt_code, receipt_here, viewer

ORDER, RECEIPT, ORDERS = "don", "bien-nhan", "don-cua-toi"
HERE = "may-nay"


def order_watch(
    code: str, life: Life, paid: Paid | None, newest_message: int | None, newest_step: int | None = None
) -> Watch:
    """For the pages of its owner; `newest_step` of what was said of its goods, once they are handed over."""
    return Watch(topic=ORDER, key=code, progress=(order_progress(life, paid), newest_message, newest_step))


def order_watch_of(order: Order, life: Life, paid: Paid | None) -> Watch:
    """The same, for pages that show nothing else of what was written and said."""
    newest = newest_message(reading(), order.id), newest_step(reading(), order)
    return order_watch(order.code, life, paid, *newest)


def order_watch_by_digits(code: str, life: Life) -> Watch:
    """For who opened it by the phone's last digits, and is told nothing of money."""
    return Watch(topic=ORDER, key=code, progress=life)


def receipt_watch(receipt: Receipt) -> Watch:
    return Watch(topic=RECEIPT, key=receipt.code, progress=[order.life for order in receipt.orders])


@watched(ORDER)
def look_at_order(code: str) -> Watch:
    found = order_now(reading(), current_commune().id, order_code(code), now=clock.now())
    access = access_to(found)
    if found is None or access is Access.CLOSED:
        raise NotFound
    is_owner = access is Access.OWNED
    return Watch(topic=ORDER, key=code, progress=found.progress if is_owner else found.life)


@watched(RECEIPT)
def look_at_receipt(code: str) -> Watch:
    receipt = receipt_here(receipt_code(code))
    if receipt is None or access_to(receipt) is Access.CLOSED:
        raise NotFound
    return receipt_watch(receipt)


def orders_watch(lives: Mapping[int, Life], bad: Collection[int]) -> Watch:
    """For the list of what this phone, or who is signed in on it, ordered: how each stands, and which have goods of a
    lot that is not to be eaten."""
    return Watch(topic=ORDERS, key=HERE, progress=(dict(lives), sorted(bad)))


@watched(ORDERS)
def look_at_orders(key: str) -> Watch:
    if key != HERE:
        raise NotFound
    lives = lives_of_buyer(reading(), current_commune().id, viewer(), now=clock.now())
    return orders_watch(lives, bad_goods_of(reading(), lives, now=clock.now()))
