"""What the office makes of an idea."""

from wtforms import BooleanField, Field, ValidationError

from market.feedback.actions.ideas import IdeaDecision
from market.feedback.models import Idea
from market.feedback.rules.ideas import LONGEST_REASON, STATE_WORDS, IdeaState
from market.web.base.forms import BaseForm, OneOf, TextField, at_most, required


class IdeaDecisionForm(BaseForm):
    """The sender reads the state and the reason; everybody does where it is published."""

    state = OneOf(
        "Xã trả lời",
        choices={one.value: words for one, words in STATE_WORDS.items()},
        validators=[required("Mời chọn.")],
    )
    reason = TextField("Nói rõ thêm, hoặc vì sao không làm", [at_most(LONGEST_REASON)])
    is_published = BooleanField("Đăng cho bà con cùng đọc")

    @classmethod
    def of_idea(cls, idea: Idea) -> "IdeaDecisionForm":
        return cls.of_request(
            data={"state": idea.state.value, "reason": idea.reason or "", "is_published": bool(idea.published_at)}
        )

    def validate_reason(self, field: Field) -> None:
        if self.state.data == IdeaState.NOT_DOING and not field.data:
            raise ValidationError("Mời ghi vì sao xã không làm: người gửi đọc được.")

    def as_decision(self, seen: str) -> IdeaDecision:
        return IdeaDecision(
            state=IdeaState(self.state.data),
            reason=self.reason.data or None,
            is_published=bool(self.is_published.data),
            seen=seen,
        )
