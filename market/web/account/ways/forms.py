"""Where a person wants word: ticks of the ways that the operator has set up, and an e-mail address."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectMultipleField, ValidationError

from market.base.errors import Refused
from market.notices.actions import ChosenWays
from market.notices.ports import Sender
from market.notices.queries import WordChoice
from market.places.rules import check_email
from market.web.base.forms import BaseForm, ValueField, optional


class OwnEmailField(ValueField):
    """An e-mail address; None for nothing."""

    def read(self, text: str) -> str:
        try:
            return check_email(text)
        except Refused as error:
            raise ValueError("Thư điện tử viết như ten@gmail.com. Mời xem lại từng chữ.") from error


class TicksField(SelectMultipleField):
    """Ticks; the message for what is none of them is ours."""

    offered: tuple[str, ...] = ()

    def pre_validate(self, form: Any) -> None:
        if not set(self.data or ()) <= set(self.offered):
            raise ValidationError("Mời chọn trong danh sách.")


class WaysForm(BaseForm):
    ways = TicksField("Báo cho tôi qua")
    email = OwnEmailField("Địa chỉ thư điện tử", [optional()])
    wakes = BooleanField("Có đơn mới thì báo cả ban đêm")

    @classmethod
    def of_choice(cls, choice: WordChoice, offered: Sequence[Sender]) -> "WaysForm":
        on = [one.name for one in offered if one.name not in choice.off]
        form = cls.of_request(data={"ways": on, "email": choice.email, "wakes": choice.wakes_for_orders})
        form.ways.choices = [(one.name, one.word) for one in offered]
        form.ways.offered = tuple(one.name for one in offered)
        return form

    def as_chosen(self, before: WordChoice) -> ChosenWays:
        """A way that is not offered now stays as it was."""
        on, offered = set(self.ways.data or ()), self.ways.offered
        off = [one for one in before.off if one not in offered] + [one for one in offered if one not in on]
        return ChosenWays(off=tuple(off), email=self.email.data or None, wakes_for_orders=self.wakes.data)
