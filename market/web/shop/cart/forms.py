"""The forms of the cart: one line that is put in, and the amounts of all that lies in it."""

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import HiddenField

from market.base.errors import Refused
from market.orders.queries.offers import CartNow, CartRow, Offer
from market.values.quantity import Unit, parse_quantity
from market.web.base.forms import BaseForm, KeyField, TextField

MOST_TYPED = 64
MOST_DIGITS = 19
"""Of a number that names a row: one longer is none."""


class CartLineForm(BaseForm):
    """An amount of one variant, as typed."""

    variant_id = HiddenField()
    amount = TextField("Số lượng")
    client_key = KeyField()

    def which(self) -> int:
        """The variant named; 0, which is none, for anything that is no number."""
        typed = self.variant_id.data or ""
        return int(typed) if _is_id(typed) else 0

    def asked_again(self) -> dict[str, Any]:
        """What the page that asks once more shows, as it was typed; its key comes along, so that both count once."""
        typed = {"variant_id": self.variant_id.data, "amount": self.amount.data, "client_key": self.client_key.data}
        return {name: (said or "")[:MOST_TYPED] for name, said in typed.items()}

    def thousandths(self, unit: Unit) -> int:
        """The amount typed, in thousandths of the unit; ValueError with a sentence otherwise."""
        return parse_quantity(self.amount.data or "", unit)


class CartForm(BaseForm):
    """The amounts of the whole cart, as typed: whichever button is tapped carries all of them."""

    typed: Mapping[int, str] = {}

    def read_request(self) -> None:
        """Take the amounts of the lines: fields `amount-<variant>`, or `variant_id` with `amount` for one."""
        fields = {name.removeprefix("amount-"): text for name, text in request.form.items()}
        if "amount" in fields and "variant_id" in fields:
            fields[fields["variant_id"]] = fields["amount"]
        self.typed = {int(name): text for name, text in fields.items() if _is_id(name)}

    def shown(self, row: CartRow) -> str:
        """What the line's field shows: what was typed, else what lies in the cart."""
        return self.typed.get(row.offer.variant_id, row.typed_amount)

    def rest(self, row: CartRow) -> int:
        """What is left of a line that asks for more (thousandths); 0 where there is none, or enough."""
        return row.offer.rest(self._asked(row))

    def as_much_as_there_is(self, row: CartRow) -> int:
        return self.rest(row) or self._asked(row)

    def _asked(self, row: CartRow) -> int:
        """What was typed of a line; what lies in the cart where nothing was, or it cannot be read."""
        try:
            return parse_quantity(self.typed.get(row.offer.variant_id, row.typed_amount), row.offer.unit)
        except ValueError:
            return row.amount

    def changed(self, cart: CartNow) -> list[tuple[Offer, int]]:
        """The lines whose amount was typed anew, in thousandths. Refused where one of them cannot be read."""
        typed = [(row, self.typed[row.offer.variant_id]) for row in cart.rows if row.offer.variant_id in self.typed]
        amounts = [(row, _amount(row.offer, text)) for row, text in typed if text.strip() != row.typed_amount]
        return [(row.offer, amount) for row, amount in amounts if amount != row.amount]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < MOST_DIGITS


def _amount(offer: Offer, text: str) -> int:
    try:
        return parse_quantity(text, offer.unit)
    except ValueError as error:
        raise Refused("bad_amount", f"{offer.name}: {error} Giỏ vẫn như cũ, số bạn gõ còn ở dưới.") from error
