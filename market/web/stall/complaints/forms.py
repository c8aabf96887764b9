"""A stall's answer to a complaint, and what of the goods it puts back into its stock."""

from collections.abc import Mapping

from flask import request
from wtforms import BooleanField, Field, ValidationError

from market.base.errors import Refused
from market.orders.models import Complaint, ComplaintLine
from market.orders.rules.complaints import LONGEST_WORDS, Remedy
from market.payments.actions import ComplaintAnswer
from market.values.money import Dong
from market.values.quantity import parse_quantity, typed_number, unit
from market.web.base.forms import BaseForm, DongField, OneOf, TextField, at_most, required

NO = "khong"
ANSWERS = {
    Remedy.MONEY.value: "Trả lại tiền",
    Remedy.REPLACEMENT.value: "Đổi hàng khác",
    Remedy.HEARD.value: "Ghi nhận, lần sau làm tốt hơn",
    NO: "Không đồng ý",
}


class AnswerComplaintForm(BaseForm):
    """Nothing is chosen for anybody."""

    answer = OneOf("Bạn trả lời thế nào?", choices=ANSWERS, validators=[required("Mời chọn một cách trả lời.")])
    amount = DongField("Số tiền trả lại")
    goods_back = BooleanField("Khách trả lại hàng trước")
    words = TextField("Nói với khách", [at_most(LONGEST_WORDS)])

    def validate_amount(self, field: Field) -> None:
        if self.answer.data == Remedy.MONEY and not field.data and not field.errors:
            raise ValidationError("Mời ghi số tiền trả lại.")

    def validate_words(self, field: Field) -> None:
        if self.answer.data == NO and not field.data:
            raise ValidationError("Mời ghi lý do không đồng ý: khách và xã đọc được.")

    def as_answer(self, seen: str) -> ComplaintAnswer:
        return ComplaintAnswer(
            remedy=None if self.answer.data == NO else Remedy(self.answer.data),
            amount=self.amount.data or Dong(0),
            goods_back=bool(self.goods_back.data),
            words=self.words.data or "",
            seen=seen,
        )


class RestockForm(BaseForm):
    """How much of each line that came back can still be sold, in fields `lai-<line>`."""

    def shown(self, one: ComplaintLine) -> str:
        return request.form.get(f"lai-{one.line_id}", typed_number(one.amount))

    def amounts(self, complaint: Complaint) -> Mapping[int, int]:
        """Line -> how much goes back (thousandths). Refused where one of them cannot be read."""
        return {one.line_id: self._amount(one) for one in complaint.lines}

    def _amount(self, one: ComplaintLine) -> int:
        text = self.shown(one)
        if text.strip() in ("", "0"):
            return 0
        try:
            return parse_quantity(text, unit(one.line.unit))
        except ValueError as error:
            raise Refused("bad_amount", f"{one.line.product_name}: {error} Chưa ghi gì cả.") from error
