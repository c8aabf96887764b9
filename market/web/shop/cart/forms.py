"""The form of a line in the cart."""

from typing import Any

from wtforms import HiddenField

from market.values.quantity import Unit, parse_quantity
from market.web.base.forms import BaseForm, KeyField, TextField

MOST_TYPED = 64


class CartLineForm(BaseForm):
    """An amount of one variant, as typed."""

    variant_id = HiddenField()
    amount = TextField("Số lượng")
    client_key = KeyField()

    def which(self) -> int:
        """The variant named; 0, which is none, for anything that is no number."""
        typed = self.variant_id.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0

    def asked_again(self) -> dict[str, Any]:
        """What the page that asks once more shows, as it was typed; its key comes along, so that both count once."""
        typed = {"variant_id": self.variant_id.data, "amount": self.amount.data, "client_key": self.client_key.data}
        return {name: (said or "")[:MOST_TYPED] for name, said in typed.items()}

    def thousandths(self, unit: Unit) -> int:
        """The amount typed, in thousandths of the unit; ValueError with a sentence otherwise."""
        return parse_quantity(self.amount.data or "", unit)
