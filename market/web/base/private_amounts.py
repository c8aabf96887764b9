"""A stall's đồng are its people's own: no answer about its orders or its money that a helper is given has any.

Pages say instead whether there is money and for how many orders; here is the net beneath them, for the sentences of
refusals, of what was done and of what the office answered.
"""

import re

from flask import Response, g

AMOUNT = re.compile(r"\d[\d.]*(?:\u00a0|&nbsp;|\s)?₫")
INSTEAD = "số tiền riêng"
PRICED = frozenset({"channels", "lots", "products", "settings"})
"""The areas whose pages show the prices and fees that every buyer sees, and no more."""


def hide_amounts_from_helper(area: str) -> None:
    """Say that this request is a helper's, about something of a stall."""
    g.hides_amounts = area not in PRICED


def without_amounts(response: Response) -> None:
    """Take the amounts out of an answer that is a helper's."""
    if g.get("hides_amounts") and response.mimetype in ("text/html", "application/json"):
        response.set_data(AMOUNT.sub(INSTEAD, response.get_data(as_text=True)))
