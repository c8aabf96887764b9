"""The form of a visit: six touches on a phone."""

from datetime import date
from typing import Any

from wtforms import BooleanField, SelectMultipleField, ValidationError

from market.sellers.actions.help_visits import NewHelpVisit
from market.sellers.rules.help_visits import (
    HELP_STEP_WORDS,
    VISIT_OUTCOME_WORDS,
    VISIT_PLACE_WORDS,
    HelpStep,
    VisitOutcome,
    VisitPlace,
)
from market.web.base.forms import BaseForm, DayField, KeyField, OneOf, optional, required


class StepsField(SelectMultipleField):
    """Some of a few; the message for anything else is ours."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValueError as error:
            raise ValidationError("Mời chọn trong danh sách.") from error


class VisitForm(BaseForm):
    """Nothing is chosen for the helper but where their visit before was, and today."""

    steps = StepsField("Làm việc gì?", choices={one.value: word for one, word in HELP_STEP_WORDS.items()})
    place = OneOf(
        "Ở đâu?",
        choices={one.value: word for one, word in VISIT_PLACE_WORDS.items()},
        validators=[required("Mời chọn ở đâu.")],
    )
    outcome = OneOf(
        "Kết quả, và việc tiếp theo",
        choices={one.value: word for one, word in VISIT_OUTCOME_WORDS.items()},
        validators=[required("Mời chọn kết quả.")],
    )
    agrees = BooleanField("Chủ hộ đồng ý để tôi giúp và ghi lượt này")
    visited_on = DayField("Ngày ghé", [required("Mời ghi ngày ghé.")])
    next_on = DayField("Hẹn quay lại ngày", [optional()])
    client_key = KeyField()

    is_mandated = False

    def validate_steps(self, field: StepsField) -> None:
        if self._is_helped() and not field.data:
            raise ValidationError("Mời chọn hôm nay làm việc gì.")

    def validate_agrees(self, field: BooleanField) -> None:
        if self._is_helped() and not self.is_mandated and not field.data:
            raise ValidationError("Mời hỏi chủ hộ có đồng ý không, rồi đánh dấu.")

    def _is_helped(self) -> bool:
        return self.outcome.data in {one.value for one in VisitOutcome if one.has_consent}

    def as_new_visit(self, commune_id: int, business_id: int, key: str) -> NewHelpVisit:
        on: date = self.visited_on.data
        return NewHelpVisit(
            commune_id=commune_id,
            business_id=business_id,
            visited_on=on,
            place=VisitPlace(self.place.data),
            steps=[HelpStep(one) for one in self.steps.data or ()],
            outcome=VisitOutcome(self.outcome.data),
            has_agreed=bool(self.agrees.data),
            next_on=self.next_on.data,
            client_key=key,
        )
