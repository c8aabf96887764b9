"""What there is to choose from in the lists of a commune, the same for everybody and hardly ever changed: kept for some
seconds, with the form that offers it."""

from dataclasses import dataclass, replace

from flask import request
from markupsafe import Markup

from market.base.db import reading
from market.catalog.queries.browse import Kind, kinds, kinds_on_sale
from market.catalog.rules.filters import CardOrder
from market.places.queries.neighbours import HamletChoice, hamlet_choices, renamed_choice
from market.web.base.commune import current_commune
from market.web.base.fragments import fragment
from market.web.base.kept import TimedCache
from market.web.shop.browse.filters import DELIVERY_WAYS, NOTHING, Choices, Filtering, Wish, read_wish

KEEP_SECONDS = 30
COMMUNES_KEPT = 128
"""Of so many lists (a commune has two kinds) a process keeps the choices and their form, some 10 KB each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The categories by address and by the one above."""

    by_slug: dict[str, Kind]

    def below(self, kind_id: int) -> list[Kind]:
        return [kind for kind in self.by_slug.values() if kind.parent_id == kind_id]

    def family(self, kind: Kind) -> list[int]:
        """A category's id and those of all below it."""
        return [kind.id, *(one for child in self.below(kind.id) for one in self.family(child))]


_TREE: TimedCache[str, Tree] = TimedCache("kinds", seconds=KEEP_SECONDS, most=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offered:
    """What there is to choose from, with the form's fields where nothing is chosen, and the kinds as pictures."""

    choices: Choices
    fields: Markup
    kinds: Markup


_OFFERED: TimedCache[tuple[int, bool], _Offered] = TimedCache(
    "filter_choices", seconds=KEEP_SECONDS, most=COMMUNES_KEPT
)


def tree() -> Tree:
    return _TREE.get("", lambda: Tree(by_slug={kind.slug: kind for kind in kinds(reading())}))


def filtering_of(path: str, text: str = "", *, of_kinds: bool = False) -> Filtering:
    """What this request asks of a list; `of_kinds`: categories are to choose from there, too."""
    offered = _offered_here(of_kinds=of_kinds)
    choices, default = offered.choices, None if text else CardOrder.NEWEST
    wish = read_wish(request.args, choices, hamlet=_hamlet(choices), default=default) if request.args else NOTHING
    return _filtering(offered, path, text, wish)


def in_any_kind(filtering: Filtering) -> Filtering:
    """The same of goods of all categories."""
    wish = replace(filtering.wish, kind=None)
    return replace(
        _filtering(_offered_here(of_kinds=True), filtering.path, filtering.text, wish), left=filtering.wish.kind
    )


def _filtering(offered: _Offered, path: str, text: str, wish: Wish) -> Filtering:
    if wish == NOTHING:
        return Filtering(path=path, text=text, wish=NOTHING, fields=offered.fields, kinds=offered.kinds)
    fields = _fields(offered.choices, wish)
    return Filtering(path=path, text=text, wish=wish, fields=fields, kinds=offered.kinds, asks=bool(wish.parts))


def _offered_here(*, of_kinds: bool) -> _Offered:
    here = current_commune().id
    return _OFFERED.get((here, of_kinds), lambda: _offered(here, of_kinds=of_kinds))


def _offered(commune_id: int, *, of_kinds: bool) -> _Offered:
    choices = Choices(
        hamlets=hamlet_choices(reading(), commune_id),
        kinds=kinds_on_sale(reading(), commune_id) if of_kinds else (),
        delivery_ways=DELIVERY_WAYS if current_commune().takes_orders else {},
    )
    pictures = fragment("parts/show.html", "kind_tiles", choices.kinds) if choices.kinds else Markup()
    return _Offered(choices=choices, fields=_fields(choices, NOTHING), kinds=pictures)


def _fields(choices: Choices, wish: Wish) -> Markup:
    return fragment("shop/browse/_filters.html", "fields", choices, wish)


def _hamlet(choices: Choices) -> HamletChoice | None:
    """The hamlet that the address names, by its name of now or of before."""
    named = request.args.get("thon", "")
    now_called = next((one for one in choices.hamlets if one.slug == named), None)
    if now_called or not named:
        return now_called
    return renamed_choice(reading(), current_commune().id, named, choices.hamlets)
