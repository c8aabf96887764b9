"""Hôm nay: money, the orders to answer with their buttons right there, what is nearly gone, the first step."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotAllowed
from market.catalog.queries.listing import nearly_sold_out
from market.catalog.queries.stock import has_goods
from market.notices.actions import know_unreached, see_news
from market.notices.queries import NewsReader, count_unreached, news_of, unreached_of
from market.orders.queries.complaints import complaints_for_stall
from market.orders.queries.orders import life_of
from market.orders.queries.recalls import bad_goods_of
from market.orders.queries.still import OpenPages, open_orders
from market.orders.queries.talk import talk_hints
from market.payments.queries import facts_to_accept, money_today, owed_in_all, paid_of
from market.sellers.actions import SeenChange, stop_change
from market.sellers.queries import change_of_business
from market.sellers.queries.drafts import drafts_of
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page, require_person
from market.web.stall.blueprint import blueprint
from market.web.stall.settings.views.claims import seen_up_to
from market.web.stall.today.queries import first_steps

MOST_UNREACHED = 30
SHOWN = 10
"""So many orders of each kind stand here; the others are a tap away, where they are paged."""


@blueprint.get("/ban-hang/<gian>")
@stall_page
def today(desk: StallContext) -> Page:
    now, session = clock.now(), reading()
    still = open_orders(session, desk.stall_id, OpenPages(size=SHOWN), now=now)
    waiting, in_hand = still.to_answer.rows, still.in_hand.rows
    paid = paid_of(session, [order.id for order in (*waiting, *in_hand)], now=now)
    few = nearly_sold_out(session, desk.stall_id, now=now)
    return render_template(
        "stall/today/today.html",
        desk=desk,
        money=money_today(session, desk.stall_id, now=now),
        owed=owed_in_all(session, desk.stall_id, now=now),
        still=still,
        lives={order.id: life_of(order, now=now) for order in in_hand},
        paid=paid,
        bad=bad_goods_of(session, [order.id for order in (*waiting, *in_hand)], now=now),
        to_accept={order.id: facts_to_accept(order, paid.get(order.id)) for order in waiting},
        hints=talk_hints(session, [order.id for order in (*waiting, *in_hand)]),
        complaints=complaints_for_stall(session, desk.stall_id),
        few=few,
        news=news_of(session, _reader(desk, desk.business_id)),
        unreached=count_unreached(session, desk.business_id, now=now),
        drafts=() if desk.is_helper else drafts_of(session, desk.commune_id, require_person()),
        first_steps=() if waiting or in_hand else first_steps(session, desk),
        is_new=not (waiting or in_hand or few or has_goods(session, desk.stall_id)),
    )


def _reader(desk: StallContext, business_id: int | None) -> NewsReader:
    return NewsReader(commune_id=desk.commune_id, person_id=require_person(), business_id=business_id)


@blueprint.post("/ban-hang/<gian>/tin")
@stall_page
def today_seen(desk: StallContext) -> Page:
    own = None if desk.is_helper else desk.business_id  # what the seller has not read, a helper does not put away
    with transaction() as writing:
        see_news(writing, _reader(desk, own), seen_up_to(), now=clock.now())
    return redirect(url_for("stall.today", gian=desk.slug), 303)


@blueprint.post("/ban-hang/<gian>/thay-doi/<int:change_id>/dung")
@stall_page
def today_stop_change(desk: StallContext, change_id: int) -> Page:
    """Stop what waits to change; one that has begun, or was replaced, has a page of its own that says so."""
    change_of_business(reading(), desk.business_id, change_id)
    shown = SeenChange(id=change_id, seen=seen_given())
    with transaction() as writing:
        stop_change(writing, desk.actor, desk.business_id, shown, clock=clock.now)
    flash("Đã dừng. Mọi thứ giữ như cũ, người của gian hàng thấy tin này ở Hôm nay.")
    return redirect(url_for("stall.today", gian=desk.slug), 303)


@blueprint.get("/ban-hang/<gian>/tin-chua-toi")
@stall_page
def unreached(desk: StallContext) -> Page:
    """What could not be sent to the stall's people, and what to do about it."""
    found = unreached_of(reading(), desk.business_id, now=clock.now(), most=MOST_UNREACHED)
    return render_template("stall/today/unreached.html", desk=desk, notices=found)


@blueprint.post("/ban-hang/<gian>/tin-chua-toi/da-biet")
@stall_page
def unreached_known(desk: StallContext) -> Page:
    """The stall's own people alone say that they know."""
    if desk.is_helper:
        raise NotAllowed("owner_only", "Chủ hộ tự đọc tin và tự nói là đã biết: tin vẫn còn đây cho chủ hộ.")
    with transaction() as writing:
        know_unreached(writing, desk.business_id, seen_up_to(), now=clock.now())
    return redirect(url_for("stall.today", gian=desk.slug), 303)
