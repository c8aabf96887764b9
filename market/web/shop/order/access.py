"""Who sees what of an order or a receipt, said here alone.

The phone or the account that ordered *owns* it: all of it, the hand-over code and every button. A browser that was told
the phone's last four digits has it *opened*: status, goods and deadline, for the stall sees those digits too. Everybody
else sees how to open it, whether or not there is such a code: the address is sent round by Zalo, and gives no right.
"""

import enum

from flask import abort, redirect, session, url_for

from market.base import clock
from market.base.attempts import count_try, succeed_try
from market.base.db import reading
from market.base.errors import NotAllowed, NotFound
from market.orders.actions.brakes import UNLOCK_ORDER
from market.orders.models import Order
from market.orders.queries.orders import OrderViewer, Receipt, order_with_code, receipt_with_code
from market.payments.queries import OrderNow
from market.sellers.queries import right_to
from market.values.codes import parse_order_code, parse_purchase_code
from market.values.period import local_day
from market.values.phone import Phone
from market.web.base.callers import caller
from market.web.base.commune import current_commune
from market.web.base.web import signed_in_id, visitor

UNLOCKED = "da_mo"
"""The purchases that this browser opened by a phone's last digits."""
FOLLOWED = "duoc_gui"
"""The purchases that this browser holds by the address that their stall sent."""
MOST_UNLOCKED = 20
NO_ORDER = "Không tìm thấy đơn này. Mời xem lại mã đơn."
NO_RECEIPT = "Không tìm thấy biên nhận này. Mời xem lại mã."
ONLY_WHERE_ORDERED = (
    "Máy này chỉ xem được tình trạng đơn nên chưa làm gì cả. Mời làm trên máy hoặc tài khoản đã đặt đơn, "
    "hoặc gọi người bán."
)


class Access(enum.Enum):
    """What a browser may do with an order: everything, see how it stands, nothing."""

    OWNED = enum.auto()
    OPENED = enum.auto()
    CLOSED = enum.auto()


def viewer() -> OrderViewer:
    return OrderViewer(device=visitor(), person_id=signed_in_id())


def access_to(found: Order | OrderNow | Receipt | None) -> Access:
    """What this browser may do; a code that there is none of is as closed as another's."""
    if found is None:
        return Access.CLOSED
    who = found.purchase.contact if isinstance(found, Order) else found
    if viewer().owns(who) or _is_followed(found.purchase_id, who.holder_id):
        return Access.OWNED
    return Access.OPENED if found.purchase_id in session.get(UNLOCKED, []) else Access.CLOSED


def follow(order: Order) -> None:
    """Let this browser hold an order that its stall wrote down by phone, whose address it was sent."""
    session[FOLLOWED] = [*session.get(FOLLOWED, []), order.purchase_id][-MOST_UNLOCKED:]


def _is_followed(purchase_id: int, holder_id: int | None) -> bool:
    """By who is not signed in, or while no account holds it."""
    is_open = holder_id is None or signed_in_id() is None
    return is_open and purchase_id in session.get(FOLLOWED, [])


def order_code(typed: str) -> str:
    """The order's code, however typed; NotFound for what is none."""
    try:
        return parse_order_code(typed, current_commune().letters)
    except ValueError as error:
        raise NotFound(NO_ORDER) from error


def receipt_code(typed: str) -> str:
    """The receipt's code, however typed; NotFound for what is none."""
    try:
        return parse_purchase_code(typed)
    except ValueError as error:
        raise NotFound(NO_RECEIPT) from error


def order_here(code: str) -> Order | None:
    """The commune's order of this code: the caller asks `access_to`."""
    try:
        return order_with_code(reading(), current_commune().id, order_code(code))
    except NotFound:
        return None


def receipt_here(code: str) -> Receipt | None:
    """The commune's receipt of this code: the caller asks `access_to`."""
    try:
        return receipt_with_code(reading(), current_commune().id, code, now=clock.now())
    except NotFound:
        return None


def order_to_see(code: str) -> Order:
    """The order, for a page of its owner's; others are led to where it can be opened."""
    order = order_here(code)
    if order is None or access_to(order) is not Access.OWNED:
        abort(redirect(url_for("shop.order", code=order_code(code)), 303))
    return order


def own_order(code: str) -> Order:
    """The order, for what only its owner may do. NotAllowed on a browser that has it opened, NotFound elsewhere."""
    order = order_here(code)
    access = access_to(order)
    if order is None or access is Access.CLOSED:
        raise NotFound(NO_ORDER)
    if access is Access.OPENED:
        raise NotAllowed("only_where_ordered", ONLY_WHERE_ORDERED)
    return order


def own_receipt(code: str) -> Receipt:
    """The receipt, for what only its owner may do; NotFound elsewhere."""
    receipt = receipt_here(receipt_code(code))
    if receipt is None or access_to(receipt) is not Access.OWNED:
        raise NotFound(NO_RECEIPT)
    return receipt


def is_of_own_stall(order: Order | None) -> bool:
    """Whether the person signed in runs the order's stall, or helps it under a mandate of today."""
    person_id = signed_in_id()
    if order is None or person_id is None:
        return False
    return right_to(reading(), order.business_id, person_id, local_day(clock.now())) is not None


def unlock(code: str, found: Order | Receipt | None, digits: str | None) -> bool:
    """Open the purchase on this browser where these are the last digits of its buyer's phone; returns whether.

    What is not four digits is not looked at, and is no try. A code that there is none of counts its tries like any
    other. TooManyTries past a limit.
    """
    if digits is None:
        return False
    which = f"purchase {found.purchase_id}" if found else code
    tried = count_try(UNLOCK_ORDER, which, caller=caller())
    phone = _phone_of(found) if found else None
    if found is None or phone is None or not phone.endswith(digits):
        return False
    succeed_try(tried)
    session[UNLOCKED] = [*session.get(UNLOCKED, []), found.purchase_id][-MOST_UNLOCKED:]
    return True


def _phone_of(found: Order | Receipt) -> Phone | None:
    return found.buyer_phone if isinstance(found, Receipt) else found.purchase.contact.phone
