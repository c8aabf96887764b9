"""What the office asks of households that are helped."""

from collections.abc import Mapping

from market.adoption.rules.independence import HELP_STANDING_WORDS, HelpStanding
from market.web.base.forms import BaseForm, ChoiceField

STANDINGS = {one.value: word for one, word in HELP_STANDING_WORDS.items()}


class HamletFilterForm(BaseForm):
    thon = ChoiceField("Thôn", default="")

    def offer(self, hamlets: Mapping[int, str]) -> None:
        self.thon.choices = {"": "Mọi thôn"} | {str(number): name for number, name in hamlets.items()}

    def hamlet_id(self) -> int | None:
        """The one asked for; None for all, and for one that is none of the list."""
        return int(self.thon.data) if self.validate() and self.thon.data else None


class StandingFilterForm(BaseForm):
    the = ChoiceField("Đang thế nào", default="", choices={"": "Tất cả", **STANDINGS})

    def standing(self) -> HelpStanding | None:
        return HelpStanding(self.the.data) if self.validate() and self.the.data else None
