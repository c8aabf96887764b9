"""The number of lines in the cart, as every page for buyers shows."""

from flask import request

from market.web.base.blueprint import blueprint

CART_COUNT_COOKIE = "gio"
"""The number of lines in the cart, beside the cart's own key: the tab bar shows it without asking the database."""


def cart_count() -> int:
    known = request.cookies.get(CART_COUNT_COOKIE, "")
    return int(known) if known.isascii() and known.isdigit() and len(known) <= 3 else 0


@blueprint.app_context_processor
def _page_context() -> dict[str, object]:
    return {"cart_count": cart_count}
