"""A stall has less of some goods than was ordered: how much is there, who gets what by the one rule, and one tap."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.orders.queries.sharing import Scarce, facts_to_share, orders_wanting, scarce_goods, shares_of
from market.orders.rules.sharing import MOST_SHARED, SHARE_RULE
from market.payments.actions import SharedOut, ShareOut, share_out
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.forms import ShareForm


@blueprint.route("/ban-hang/<gian>/chia/<int:variant_id>", methods=["GET", "POST"])
@stall_page
def share(desk: StallContext, variant_id: int) -> Page:
    """How much there is stands in the address, so that what each would get is looked at before anything is done."""
    goods = scarce_goods(reading(), desk.stall_id, variant_id)
    form = ShareForm.of_page(goods.unit)
    if form.submitted():
        with form.keeping_what_was_typed():
            new = ShareOut(
                stall_id=desk.stall_id,
                variant_id=variant_id,
                there=form.there or 0,
                seen=seen_given(),
                stops_sale=bool(form.stops.data),
                client_key=form.client_key.data,
            )
            with transaction() as writing:
                told = share_out(writing, desk.actor, new, clock=clock.now)
            flash(_said(goods, told))
            return redirect(url_for("stall.orders", gian=desk.slug), 303)
    return _page(desk, goods, form)


def _said(goods: Scarce, told: SharedOut) -> str:
    asked = f" {told.asked} khách được hỏi có lấy số còn lại không." if told.asked else ""
    declined = f" {told.declined} đơn hết hàng nên dừng, khách mở đơn là thấy." if told.declined else ""
    return f"Đã chia {goods.name}.{asked}{declined}"


def _page(desk: StallContext, goods: Scarce, form: ShareForm) -> Page:
    orders = orders_wanting(reading(), desk.stall_id, goods.variant_id, now=clock.now())
    shares = shares_of(orders, goods, form.there or 0)
    return form.page(
        "stall/orders/share.html",
        desk=desk,
        goods=goods,
        shares=shares,
        there=form.there,
        wanted=sum(one.line.amount for one in shares),
        facts=facts_to_share(shares),
        rule=SHARE_RULE,
        is_too_many=len(orders) > MOST_SHARED,
    )
