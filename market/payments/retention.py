"""How long what tells of money is kept."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select

from market.base.retention import ORDERS_BY_LAW, Rule, legal_end
from market.payments.models import (
    Allocation,
    BankAccess,
    BankCredit,
    BankCreditCheck,
    BankDebit,
    CardAccount,
    CardDispute,
    CardPayment,
    CardRefund,
    DebtLine,
    Debtor,
    PaymentRequest,
    Refund,
    RefundAccount,
    RefundAnswer,
    StatementLayout,
    WebhookDelivery,
)

ACCOUNTING = "Luật Kế toán 88/2015/QH13, Điều 41, và Nghị định 174/2016/NĐ-CP: chứng từ giữ 10 năm"
ACCOUNT_KEPT = timedelta(days=365)
CALLS_KEPT = timedelta(days=180)


def _old_debtor(now: datetime) -> ColumnElement[bool]:
    """Of somebody whose newest row the law lets go, as it lets go of an order."""
    until = legal_end(ORDERS_BY_LAW, now)
    newer = select(DebtLine.id).where(DebtLine.debtor_id == Debtor.id, DebtLine.at >= until).correlate(Debtor)
    return Debtor.erased_at.is_(None) & (Debtor.created_at < until) & ~newer.exists()


def _of_erased_debtor() -> ColumnElement[bool]:
    gone = select(Debtor.id).where(Debtor.id == DebtLine.debtor_id, Debtor.erased_at.is_not(None))
    return gone.correlate(DebtLine).exists()


RULES = (
    Rule(model=PaymentRequest, says="Giữ hẳn: mỗi đơn một dòng tiền phải trả.", source=ACCOUNTING),
    Rule(model=BankCredit, says="Giữ hẳn, nguyên văn mã hóa: tiền đã vào, chứng minh chỉ tiêu.", source=ACCOUNTING),
    Rule(model=BankCreditCheck, says="Giữ hẳn, chỉ ghi thêm: ngân hàng đã trả lời gì.", source=ACCOUNTING),
    Rule(model=StatementLayout, says="Giữ khi gian hàng còn: cột nào của sao kê là gì, không có dòng nào của sao kê."),
    Rule(model=Allocation, says="Giữ hẳn, chỉ ghi thêm: tiền nào của đơn nào.", source=ACCOUNTING),
    Rule(model=Refund, says="Giữ hẳn, chỉ ghi thêm: tiền đã trả lại.", source=ACCOUNTING),
    Rule(model=RefundAnswer, says="Giữ hẳn, chỉ ghi thêm: tiền trả lại đã tới chưa, ai nói.", source=ACCOUNTING),
    Rule(model=BankDebit, says="Giữ hẳn, nguyên văn mã hóa: tiền hoàn đã rời tài khoản.", source=ACCOUNTING),
    Rule(
        model=RefundAccount,
        says="Số tài khoản khách cho để nhận lại tiền, đã mã hóa: xóa khi tiền đã tới, lâu nhất một năm.",
        is_old=lambda now: RefundAccount.given_at < now - ACCOUNT_KEPT,
    ),
    Rule(
        model=Debtor,
        says="Tên và số máy của người mua chịu trong sổ của gian: xóa khi dòng cuối đã quá hạn luật buộc giữ đơn hàng. "
        "Số tiền thì còn.",
        source=ORDERS_BY_LAW[-1].source,
        is_old=_old_debtor,
        cleared={"key": None, "name": "(đã xóa)", "phone": None},
        cleared_at="erased_at",
    ),
    Rule(
        model=DebtLine,
        says="Giữ hẳn, chỉ ghi thêm: nợ và trả của sổ mua chịu. Chữ ghi món hàng xóa khi tên người nợ bị xóa.",
        source=ORDERS_BY_LAW[-1].source,
        is_old=lambda _now: (DebtLine.text != "") & _of_erased_debtor(),
        cleared={"text": ""},
    ),
    Rule(model=CardPayment, says="Giữ hẳn: lần trả bằng thẻ; không có số thẻ.", source=ACCOUNTING),
    Rule(model=CardRefund, says="Giữ hẳn: lần trả lại qua thẻ và kết quả; không có số thẻ.", source=ACCOUNTING),
    Rule(model=CardDispute, says="Giữ hẳn: khiếu nại của chủ thẻ và kết quả; không có số thẻ.", source=ACCOUNTING),
    Rule(model=CardAccount, says="Giữ khi gian còn nhận thẻ; khóa đã mã hóa."),
    Rule(model=BankAccess, says="Xóa khi nối ngân hàng đã thôi và không còn gì để hỏi.", task="ask bank providers"),
    Rule(
        model=WebhookDelivery,
        says=(
            "Lượt gọi của ngân hàng và cổng thẻ: 180 ngày, nội dung đã mã hóa, để đọc lại và dò khi tiền không tới. "
            "Tin chưa đọc được thì giữ tới khi đọc được. Tiền thì ở bảng của nó."
        ),
        is_old=lambda now: and_(WebhookDelivery.at < now - CALLS_KEPT, WebhookDelivery.unread.is_(None)),
    ),
)
