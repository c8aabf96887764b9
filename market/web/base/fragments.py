"""Markup that is rendered once and kept: a macro says the same as long as its facts are the same."""

from collections.abc import Hashable, Sequence
from typing import Any

from flask import current_app, g, url_for
from jinja2 import Template
from markupsafe import Markup

from market.catalog.queries.browse import Card
from market.web.base.blueprint import blueprint
from market.web.base.caching import is_shared_page
from market.web.base.cart_count import cart_count
from market.web.base.commune import Here
from market.web.base.kept import MarkupCache

_KEPT = MarkupCache(most_bytes=2_000_000)
"""Of one process. A card costs a fortieth of b to render (docs/benchmarks.md) and two kilobytes to keep: the goods that
are looked at most are kept, and those of a hundred communes are not."""
TABS = (
    ("cho", "house", "Chợ", "shop.home"),
    ("tim", "search", "Tìm", "shop.search"),
    ("gio", "shopping-cart", "Giỏ", "shop.cart"),
    ("don", "package", "Đơn", "shop.orders"),
    ("toi", "user", "Tôi", "account.me"),
)


def fragment(template: str, macro: str, *facts: object) -> Markup:
    """What a macro makes of these facts now."""
    markup: Markup = getattr(_template(template).module, macro)(*facts)
    return markup


def _template(name: str) -> Template:
    return current_app.jinja_env.get_template(name)


@blueprint.app_template_global()
def fragment_cache(template: str, macro: str, *facts: Hashable) -> Markup:
    """What a macro makes of these facts. It must depend on nothing else."""
    return _KEPT.get((_template(template), macro, facts), lambda: fragment(template, macro, *facts))


@blueprint.app_template_global()
def product_grid(goods: Sequence[Card], eager: int = 2) -> Markup:
    """The cards of goods as a list; the pictures after the first `eager` wait until they are near."""
    template = _template("parts/product.html")
    keys = [(template, *card, place >= eager) for place, card in enumerate(goods)]
    cards = "\n".join(_KEPT.get_each(keys, _cards))
    return Markup(f'<ul class="product-grid">\n{cards}\n</ul>')  # noqa: S704 - each of them is markup


def _cards(keys: Sequence[tuple[Any, ...]]) -> list[str]:
    """By one macro, as to call it takes a quarter of a card. It ends each card by what stands in no markup."""
    cards = str(keys[0][0].module.cards([facts for _template, *facts in keys]))
    return cards.split("<>")[:-1]


@blueprint.app_template_global()
def buyer_tabs(active: str) -> Markup:
    """The tab bar of every page for buyers, with the number of lines in the cart; where all guests share the page, the
    script puts it there."""
    here: Here | None = g.get("here")  # read before every page; none where a page says that there is no market here
    has_cart = here is None or here.takes_orders
    count = 0 if is_shared_page() or not has_cart else cart_count()
    template = _template("parts/tabs.html")
    return _KEPT.get((template, active, count, has_cart), lambda: _tabs(active, count, has_cart=has_cart))


def _tabs(active: str, count: int, *, has_cart: bool) -> Markup:
    """Without the cart where the market takes no orders."""
    shown = [tab for tab in TABS if has_cart or tab[0] != "gio"]
    items = tuple((key, icon, word, url_for(page), count if key == "gio" else 0) for key, icon, word, page in shown)
    return fragment("parts/tabs.html", "tab_bar", items, active, "Chợ")
