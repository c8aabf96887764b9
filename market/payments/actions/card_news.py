"""What the two sides of an order hear of a card's money that left again, or did not."""

from sqlalchemy.orm import Session

from market.payments.actions.allocations import tell_both, tell_seller
from market.payments.actions.locking import OrderMoney
from market.payments.models import CardDispute, CardRefund
from market.payments.rules.cards import CardDisputeState, CardRefundState, not_refunded_words
from market.payments.rules.status import PaidStatus, paid_status, remaining
from market.values.money import format_dong
from market.values.period import format_moment

REFUND_NEWS, DISPUTE_NEWS = "hoan_the", "khieu_nai_the"


def tell_refund(session: Session, held: OrderMoney, refund: CardRefund) -> None:
    """What became of a refund at the gateway; nothing of one that is under way. The order's sums follow it already."""
    code, amount = held.order.row.code, format_dong(refund.amount)
    about, once = ("card_refund", refund.id, REFUND_NEWS), refund.state.value
    if refund.state is CardRefundState.SUCCEEDED:
        to_seller = f"Nơi nhận thẻ báo đã trả khách {amount} qua thẻ của đơn {code}.{_lacking(held)}"
        to_buyer = f"Đã trả lại {amount} vào thẻ bạn dùng cho đơn {code}. Ngân hàng cần 5 đến 10 ngày để ghi vào thẻ."
        tell_both(session, held, about, to_seller=to_seller, to_buyer=to_buyer, once=once)
    elif not refund.state.takes_off:
        why = not_refunded_words(refund.failure)
        back = "Khoản này lại nằm ở mục Phải trả lại, mời trả cách khác."
        to_seller = f"Chưa trả được {amount} qua thẻ của đơn {code}: {why}. {back}"
        to_buyer = f"Chưa trả được {amount} vào thẻ bạn dùng cho đơn {code}. Người bán sẽ trả bạn cách khác."
        tell_both(session, held, about, to_seller=to_seller, to_buyer=to_buyer, once=once)


def tell_dispute(session: Session, held: OrderMoney, dispute: CardDispute) -> None:
    """Where a dispute stands, to the seller alone: its other side is the card's holder and their bank."""
    sentence = _dispute_words(held, dispute)
    if sentence:
        about = ("card_dispute", dispute.id, DISPUTE_NEWS)
        tell_seller(session, held, about, sentence, once=dispute.state.value)


def _dispute_words(held: OrderMoney, dispute: CardDispute) -> str:
    of_it = f"{format_dong(dispute.amount)} trả thẻ của đơn {held.order.row.code}"
    until = f" trước {format_moment(dispute.due_at)}" if dispute.due_at else ""
    match dispute.state:
        case CardDisputeState.INQUIRY:
            return f"Ngân hàng của chủ thẻ hỏi lại khoản {of_it}. Tiền chưa bị giữ. Mời trả lời ở nơi nhận thẻ{until}."
        case CardDisputeState.NEEDS_RESPONSE:
            answer = f"Mời trả lời ở nơi nhận thẻ{until}, quá hạn là mất khoản này."
            return f"Chủ thẻ khiếu nại {of_it}: ngân hàng giữ lại tiền.{_lacking(held)} {answer}"
        case CardDisputeState.WON:
            return f"Khiếu nại {of_it} đã xong: tiền về lại bạn."
        case CardDisputeState.LOST:
            return f"Khiếu nại {of_it} đã xong: ngân hàng trả tiền cho chủ thẻ.{_lacking(held)}"
        case CardDisputeState.CLOSED:
            return f"Ngân hàng thôi hỏi về {of_it}. Không ai mất tiền."
    return ""


def _lacking(held: OrderMoney) -> str:
    """What an order that goes on lacks now."""
    request = held.asked
    kept = request.received - request.refunded
    status = paid_status(request.amount, kept)
    if request.closed_at is not None or status not in (PaidStatus.UNPAID, PaidStatus.PARTIAL):
        return ""
    return f" Đơn còn THIẾU {format_dong(remaining(request.amount, kept))}."
