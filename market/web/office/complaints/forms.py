"""What an officer finds."""

from wtforms import Field, ValidationError

from market.orders.rules.complaints import LONGEST_WORDS, ComplaintOutcome
from market.payments.actions import ComplaintDecision
from market.values.money import Dong
from market.web.base.forms import BaseForm, DongField, OneOf, TextField, at_most, required

OUTCOMES = {
    ComplaintOutcome.UPHELD.value: "Khách đúng: làm như khách muốn",
    ComplaintOutcome.PART.value: "Khách đúng một phần: trả lại số tiền dưới đây",
    ComplaintOutcome.NOT_UPHELD.value: "Khách chưa đúng",
    ComplaintOutcome.SETTLED.value: "Hai bên đã tự thỏa thuận xong",
}


class DecisionForm(BaseForm):
    """Both sides read the reason."""

    outcome = OneOf("Kết luận", choices=OUTCOMES, validators=[required("Mời chọn kết luận.")])
    amount = DongField("Số tiền trả lại")
    reason = TextField("Lý do", [required("Mời ghi lý do: hai bên đọc được."), at_most(LONGEST_WORDS)])

    def validate_amount(self, field: Field) -> None:
        if self.outcome.data == ComplaintOutcome.PART and not field.data and not field.errors:
            raise ValidationError("Mời ghi số tiền trả lại.")

    def as_decision(self, seen: str) -> ComplaintDecision:
        outcome, amount = ComplaintOutcome(self.outcome.data), self.amount.data or Dong(0)
        return ComplaintDecision(outcome=outcome, amount=amount, reason=self.reason.data or "", seen=seen)
