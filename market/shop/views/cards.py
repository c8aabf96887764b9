"""Markup that is rendered once and kept: a card of goods and the tab bar say the same as long as their facts do."""

from collections.abc import Sequence
from functools import lru_cache

from flask import current_app, url_for
from jinja2 import Template
from markupsafe import Markup

from market.catalog.queries.browse import Card
from market.shop.views.blueprint import blueprint, cart_count

KEPT = 4096
TABS = (
    ("cho", "house", "Chợ", "shop.home"),
    ("tim", "search", "Tìm", "shop.search"),
    ("gio", "shopping-cart", "Giỏ", "shop.cart"),
    ("don", "package", "Đơn", "shop.orders"),
    ("toi", "user", "Tôi", "accounts.me"),
)


def _template(name: str) -> Template:
    return current_app.jinja_env.get_template(name)


@lru_cache(maxsize=KEPT)
def _card(template: Template, card: Card, is_lazy: bool) -> str:
    return str(template.module.card(card, is_lazy))  # type: ignore[attr-defined] # the template's macro


@blueprint.app_template_global()
def product_cards(goods: Sequence[Card], eager: int) -> Markup:
    """The cards' list items; the pictures after the first `eager` wait until they are near."""
    template = _template("parts/product.html")
    return Markup("\n".join(_card(template, card, place >= eager) for place, card in enumerate(goods)))  # noqa: S704


@lru_cache(maxsize=KEPT)
def _tab_bar(template: Template, active: str, count: int) -> Markup:
    items = [(key, icon, word, url_for(page), count if key == "gio" else 0) for key, icon, word, page in TABS]
    return Markup(template.module.tab_bar(items, active, "Chợ"))  # type: ignore[attr-defined] # noqa: S704


@blueprint.app_template_global()
def buyer_tabs(active: str) -> Markup:
    """The tab bar of every page for buyers, with the number of lines in the cart."""
    return _tab_bar(_template("parts/tabs.html"), active, cart_count())
