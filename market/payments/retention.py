"""How long what tells of money is kept."""

from datetime import timedelta

from sqlalchemy import and_

from market.base.retention import Rule
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
