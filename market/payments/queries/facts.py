"""What the pages that ask for a decision about an order show of it: the facts that their `seen` stands for."""

from sqlalchemy.orm import Session

from market.base.seen import Facts
from market.orders.models import Order, OrderLine
from market.orders.queries.changes import OpenOffer
from market.orders.rules import STATUS_WORDS, Delivery, PayChoice
from market.payments.models import PaymentRequest
from market.payments.queries.cards import card_keys_of
from market.payments.queries.orders import Paid
from market.payments.rules.matching import UNMATCHED_WORDS, Unmatched
from market.payments.rules.status import remaining
from market.sellers.models import ChangeKind
from market.sellers.queries import change_words, waiting_change
from market.values.money import Dong, format_dong
from market.values.quantity import format_quantity, unit

_PAY_WORDS = {PayChoice.ON_RECEIPT: "trả khi nhận", PayChoice.TRANSFER: "chuyển khoản"}
_DELIVERY_WORDS = {
    Delivery.PICKUP_POINT: "khách đến nhận ở nhà bạn",
    Delivery.IN_COMMUNE: "giao tận nơi",
    Delivery.SHIPPED: "gửi chuyển phát",
    Delivery.BUS: "gửi xe khách",
}


def facts_to_accept(order: Order, paid: Paid | PaymentRequest | None) -> Facts:
    """What a stall takes an order on: goods, money, delivery. `paid` is None where the order asks for nothing.

    The status is not among them: only an order that waits for its answer is asked about, and one that moved on says so
    itself.
    """
    goods = {f"món {number}": _line_words(line) for number, line in enumerate(order.lines, start=1)}
    return goods | {
        "phí giao": format_dong(order.delivery_fee),
        "bớt": format_dong(order.discount),
        "tổng tiền": format_dong(order.total),
        "cách giao": _delivery_words(order),
        "cách trả": f"{_PAY_WORDS[order.pay_choice]}{_deposit_words(order)}",
        "tiền đã vào": format_dong(paid.received) if paid else "không phải trả",
    }


def facts_to_decline(order: Order, paid: Paid | PaymentRequest | None) -> Facts:
    """What a stall refuses an order on, or says that it has less: what it is taken on, and how far it has come, because
    one that was accepted or is ready can still be stopped, and what its buyer was asked before."""
    asked = {"lần báo còn ít": str(order.changes)} if order.changes else {}
    return {**facts_to_accept(order, paid), "đơn": STATUS_WORDS[order.status], **asked}


def facts_of_goods(order: Order) -> Facts:
    """What a buyer takes a line off an order on: its goods, and what it comes to."""
    goods = {f"món {number}": _line_words(line) for number, line in enumerate(order.lines, start=1)}
    return goods | {"tổng tiền": format_dong(order.total)}


def facts_to_reply(order: Order, question: OpenOffer) -> Facts:
    """What a buyer agrees to less on, or refuses it: what is left, and what the order comes to either way."""
    without = "đơn dừng" if question.total_without is None else format_dong(question.total_without)
    return {
        "số hàng còn": ", ".join(question.left),
        "đồng ý thì đơn còn": format_dong(question.total),
        "không lấy thì đơn còn": without,
    }


def facts_to_allocate(left: Dong, reason: Unmatched, *, offered: tuple[str, Dong] | None = None) -> Facts:
    """What a person puts a bank's notice on an order on: what is left of it, why it waits. `offered`: the code of the
    order that the page named, and what that still lacks; None where its code was typed."""
    facts = {"số tiền": format_dong(left), "vì sao chưa rõ": UNMATCHED_WORDS[reason]}
    return facts if offered is None else facts | {f"đơn {offered[0]} còn thiếu": format_dong(offered[1])}


def facts_to_undo(code: str, amount: Dong, *, is_over: bool) -> Facts:
    """What a person takes an amount off an order on: `is_over` says where the money goes then."""
    return {"số tiền": format_dong(amount), f"đơn {code}": "đã dừng" if is_over else "chưa dừng"}


def facts_to_confirm(asked: Dong, received: Dong, due: Dong | None = None) -> Facts:
    """What a seller says on their word that the rest of an order came in on; `due`: what they say came, where that is
    its deposit alone."""
    facts = {"tổng tiền": format_dong(asked), "tiền đã vào": format_dong(received)}
    is_part = due is not None and due != remaining(asked, received)
    return facts | {"tiền cọc": format_dong(due)} if is_part and due is not None else facts


def facts_of_card_keys(session: Session, stall_id: int) -> Facts:
    """Which keys of a stall's own account at the card gateway are kept, and which wait, as much as is ever shown."""
    keys = card_keys_of(session, stall_id)
    waiting = waiting_change(session, ChangeKind.CARD_KEYS, stall_id)
    ends = (keys.secret_last4, keys.hook_last4) if keys else None
    return {
        "khóa riêng": f"…{ends[0]}" if ends else "chưa có",
        "khóa báo tin": f"…{ends[1]}" if ends else "chưa có",
        "khóa đang chờ thay": change_words(waiting) if waiting else "không có",
    }


def _deposit_words(order: Order) -> str:
    return f", đặt cọc {format_dong(order.deposit)}" if order.deposit else ""


def _line_words(line: OrderLine) -> str:
    name = f"{line.product_name} {line.variant_label}".rstrip()
    return f"{name}, {format_quantity(line.amount, unit(line.unit))} × {format_dong(line.price)}"


def _delivery_words(order: Order) -> str:
    if order.hamlet is not None:
        return f"{_DELIVERY_WORDS[order.delivery]} ở {order.hamlet.name}"
    if order.pays_carrier:
        return f"{_DELIVERY_WORDS[order.delivery]}, khách trả nhà xe"
    if order.pickup_point is None:
        return _DELIVERY_WORDS[order.delivery]
    return f"khách đến nhận ở {order.pickup_point.name}"
