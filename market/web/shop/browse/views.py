"""Looking around: the market's first page, search, a category, a stall."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from flask import redirect, render_template, request, url_for
from markupsafe import Markup

from market.base import clock
from market.base.db import reading, reading_rows
from market.base.errors import NotFound
from market.catalog.queries.browse import CardPlace, in_season, kinds_on_sale, stalls_on_sale
from market.catalog.queries.filtered import PricedPlace
from market.catalog.queries.finding import Found
from market.catalog.queries.search import search as find_goods
from market.catalog.queries.vocabulary import other_names
from market.catalog.rules.filters import CardOrder
from market.sellers.models import Stall
from market.sellers.queries.changes import coming_account
from market.sellers.queries.claims import verification_of
from market.sellers.queries.merges import stall_going_on
from market.sellers.queries.register import certificates_in_force
from market.sellers.queries.stalls import slug_now, stall_with_visits
from market.sellers.rules import KIND_WORDS
from market.values.period import local_day
from market.web.base.addresses import row_number
from market.web.base.caching import same_for_guests
from market.web.base.commune import current_commune
from market.web.base.fragments import fragment
from market.web.base.kept import TimedCache
from market.web.base.web import Page
from market.web.shop.blueprint import blueprint
from market.web.shop.browse import queries
from market.web.shop.browse.choices import KEEP_SECONDS, filtering_of, in_any_kind, tree
from market.web.shop.browse.filters import NEW_TEXT, Filtering
from market.web.shop.browse.queries import CardPage, PageQuery, Place
from market.web.shop.browse.ranking import ranking_criteria
from market.web.shop.browse.rules import as_written, short_names
from market.web.shop.browse.site import site

COUNTED_PAGES = 20
"""So many pages are counted from the first card; a page behind them is asked for by the place of the card before it."""
LAST_NUMBER = 100_000
SEARCH_PAGES = 400
MOST_FILTERED = 2400
"""Of so many of the best that a text finds, those that are as asked for are shown."""
_PLACE = re.compile(r"([01])-([1-9][0-9]{0,17})(?:-([1-9][0-9]{0,17}))?", re.ASCII)
CARDS_AT_HOME = 12
SEASONS_AT_HOME = 3
STALLS_AT_HOME = 60
HOMES_KEPT = 32
"""Of so many communes a process keeps the first page's content, some 40 KB each."""


def page_query(most: int = COUNTED_PAGES, order: CardOrder = CardOrder.NEWEST) -> PageQuery:
    """The page of cards that this request asks for: by the place of the card beside it, or counted from the first, of
    which no more than `most`."""
    after, before = _place("sau", order), _place("truoc", order)
    page = min(request.args.get("page", 1, type=row_number), LAST_NUMBER if after or before else most)
    return PageQuery(commune_id=current_commune().id, now=clock.now(), page=page, after=after, before=before)


def _place(name: str, order: CardOrder) -> Place | None:
    """A card's place as `place_word` writes it into an address; None where there is none of this order."""
    written = _PLACE.fullmatch(request.args.get(name, ""))
    if written is None or (written[3] is not None) != order.is_by_price:
        return None
    part, number = int(written[1]), int(written[2])
    if order.is_by_price:
        return PricedPlace(part=part, id=number, price=int(written[3]), order=order)
    return CardPlace(part=part, id=number)


@blueprint.app_template_filter()
def place_word(place: Place) -> str:
    """`0-8231`: the part of the list in which a card stands, and its id; by price `0-8231-25000`."""
    priced = f"-{place.price}" if isinstance(place, PricedPlace) else ""
    return f"{place.part}-{place.id}{priced}"


@blueprint.get("/")
@same_for_guests
def home() -> Page:
    return render_template("shop/browse/home.html", home=_HOMES.get(current_commune().id, _home_now))


class _Home(NamedTuple):
    """What the first page shows of the market, and what other sites show of a link to it."""

    market: Markup
    preview: Markup


def _home_now() -> _Home:
    """Made anew: the dearest of all pages, the same for everybody, and asked for most."""
    here, now, session = current_commune().id, clock.now(), reading()
    names = in_season(session, here, local_day(now).month, 40, now=now)
    newest = queries.newest(session.connection(), PageQuery(commune_id=here, now=now, size=CARDS_AT_HOME))
    market = fragment(
        "shop/browse/_market.html",
        "market",
        short_names(names, SEASONS_AT_HOME),
        kinds_on_sale(session, here),
        newest.cards,
        stalls_on_sale(session, here, STALLS_AT_HOME),
    )
    return _Home(market, fragment("parts/preview.html", "home_preview", current_commune(), site().base, newest.cards))


@blueprint.get("/tim")
@same_for_guests
def search() -> Page:
    text = request.args.get("q", "").strip()
    filtering = filtering_of("/tim", text, of_kinds=True)
    if not text:
        return _search_page(filtering, _goods(filtering))
    return _found_goods(filtering, page_query(SEARCH_PAGES))


def _found_goods(filtering: Filtering, asked: PageQuery) -> Page:
    """What a text finds, all of it or what is as asked for."""
    if filtering.asks:
        return _found_and_filtered(filtering, asked)
    text = filtering.text
    with reading_rows() as rows:
        found = find_goods(rows, asked.commune_id, text, now=asked.now, page=asked.page)
        cards = queries.given_goods(rows, found.ids, asked)
    return _search_page(filtering, CardPage(cards=cards, page=found.page, has_more=found.has_more), found)


def _found_and_filtered(filtering: Filtering, asked: PageQuery) -> Page:
    """Of the best that a text finds, what is as asked for."""
    wish = filtering.wish
    wanted = wish.as_filter(tree().family(wish.kind) if wish.kind else ())
    with reading_rows() as rows:
        found = find_goods(rows, asked.commune_id, filtering.text, now=asked.now, size=MOST_FILTERED)
        page, total = queries.found_and_filtered(rows, found.ids, wanted, wish.order, asked)
    if wish.kind and found.ids and not total and NEW_TEXT in request.args:
        return _found_goods(in_any_kind(filtering), asked)
    return _search_page(filtering, page, found, total=total)


def _search_page(filtering: Filtering, page: CardPage, found: Found | None = None, *, total: int | None = None) -> Page:
    """`total`: how many of what was found are as asked for."""
    instead = as_written(found.instead, [card.name for card in page.cards]) if found and found.instead else None
    return render_template(
        "shop/browse/search.html",
        text=filtering.text,
        instead=instead,
        is_wider=found is not None and found.is_wider,
        filtering=filtering,
        page=page,
        total=total,
        finds_nothing=found is not None and not found.ids,
        is_cut=total is not None and found is not None and found.has_more,
    )


def _goods(filtering: Filtering, category_ids: Sequence[int] = ()) -> CardPage:
    """A page of the goods of these categories, or of all, that are as asked for."""
    wish = filtering.wish
    wanted = wish.as_filter(category_ids or (tree().family(wish.kind) if wish.kind else ()))
    order = wish.order or CardOrder.NEWEST
    with reading_rows() as rows:
        if filtering.asks:
            return queries.filtered_goods(rows, wanted, order, page_query(order=order))
        if category_ids:
            return queries.goods_of_categories(rows, category_ids, page_query())
        return queries.newest(rows, page_query())


@blueprint.get("/quy-che/xep-hang")
@same_for_guests
def ranking() -> Page:
    """What the order of a search follows, from the weights that it is made with."""
    return render_template("shop/browse/ranking.html", criteria=ranking_criteria(), names=other_names())


@blueprint.get("/nhom/<slug>")
@same_for_guests
def category(slug: str) -> Page:
    kinds = tree()
    kind = kinds.by_slug.get(slug)
    if kind is None:
        raise NotFound("Không có nhóm hàng này.")
    filtering = filtering_of(f"/nhom/{kind.slug}")
    page = _goods(filtering, kinds.family(kind))
    below = kinds.below(kind.id)
    return render_template("shop/browse/category.html", kind=kind, below=below, filtering=filtering, page=page)


@blueprint.get("/gian-hang/<slug>")
@same_for_guests
def stall(slug: str) -> Page:
    with_visits = stall_with_visits(reading(), current_commune().id, slug)
    if with_visits is None:
        return _moved_stall(slug)
    found, visits = with_visits
    if found.is_resting:
        raise NotFound(f"{found.name} đang nghỉ bán. Mời xem gian hàng khác.")
    if found.business.has_ended and (on := stall_going_on(reading(), found.business_id)):
        return redirect(url_for("shop.stall", slug=on), 302)
    return render_template("shop/browse/stall.html", stall=found, visits=visits, **_stall_facts(found))


def _moved_stall(slug: str) -> Page:
    new = slug_now(reading(), current_commune().id, slug)
    if new is None:
        raise NotFound("Không có gian hàng này.")
    return redirect(url_for("shop.stall", slug=new), 301)


def _stall_facts(found: Stall) -> dict[str, object]:
    papers = certificates_in_force(reading(), found.business_id, local_day(clock.now()))
    return {
        "page": queries.goods_of_stall(reading().connection(), found.id, page_query()),
        "certificates": papers,
        "verified": verification_of(reading(), found.business_id),
        "coming": coming_account(reading(), found.business_id),
        "site": site(),
        "takes_orders": current_commune().takes_orders,
    }


blueprint.add_app_template_filter(KIND_WORDS.__getitem__, "kind_word")


_HOMES: TimedCache[int, _Home] = TimedCache("homes", seconds=KEEP_SECONDS, most=HOMES_KEPT)
"""What every guest asks for and hardly changes."""
