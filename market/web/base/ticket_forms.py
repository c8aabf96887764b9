"""What who sits at a desk writes of a ticket: an answer, or where it goes on to."""

from collections.abc import Iterable

from market.feedback.actions.tickets import Handover, TicketAnswer
from market.feedback.rules.tickets import DESK_WORDS, LONGEST_ANSWER, Desk
from market.web.base.forms import BaseForm, OneOf, TextField, at_most, required


class TicketAnswerForm(BaseForm):
    """The sender reads it."""

    words = TextField("Trả lời người gửi", [required("Mời viết trả lời: người gửi đọc được."), at_most(LONGEST_ANSWER)])

    def as_answer(self, seen: str) -> TicketAnswer:
        return TicketAnswer(words=self.words.data or "", seen=seen)


class HandoverForm(BaseForm):
    """The sender reads why."""

    desk = OneOf("Chuyển sang đâu?", validators=[required("Mời chọn nơi chuyển sang.")])
    reason = TextField("Vì sao chuyển", [required("Mời ghi vì sao: người gửi đọc được."), at_most(300)])

    def offer(self, desks: Iterable[Desk]) -> None:
        self.desk.choices = {one.value: DESK_WORDS[one] for one in desks}

    def as_handover(self, seen: str) -> Handover:
        return Handover(desk=Desk(self.desk.data), reason=self.reason.data or "", seen=seen)
