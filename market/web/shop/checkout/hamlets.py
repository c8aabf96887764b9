"""In which hamlet the house stands to which goods are brought: it says what that costs."""

from collections.abc import Mapping

from market.orders.queries.last_terms import LastTerms
from market.orders.queries.offers import CartNow
from market.web.base.forms import BaseForm, ChoiceField
from market.web.shop.checkout.places import LAST


def hamlet_number(value: str | int | None) -> int | None:
    """The number that an answer names; None for what is none."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class HouseForm(BaseForm):
    """The hamlets of a commune to choose from; nothing is chosen for who was never here."""

    hamlet = ChoiceField("Thôn nhận hàng", coerce=hamlet_number, choices={}, validate_choice=False)
    hamlets: Mapping[int, str] = {}

    def offer_hamlets(self, cart: CartNow, last: LastTerms | None) -> None:
        """All of them by id, where some stall of the cart brings goods to houses. That of the last time is chosen, and
        said to be that."""
        self.hamlets = next((stall.hamlets for stall in cart.stalls if stall.hamlets), {})
        before = last.hamlet_id if last else None
        named = {str(number): f"{name}{LAST if number == before else ''}" for number, name in self.hamlets.items()}
        self.hamlet.choices = {"": "Chọn thôn", **named}
        if before in self.hamlets:
            self.hamlet.data = before
