"""A stall writes down what somebody ordered by phone: who it was, then what."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.orders.models import Order
from market.orders.queries.offers import StallGoods, goods_of_stall
from market.orders.queries.orders import order_of_stall
from market.orders.queries.regulars import regulars_of
from market.payments.actions import order_by_phone
from market.places.rules.modes import Feature
from market.values.money import format_dong
from market.values.text import fold, nfc
from market.web.base.access import StallContext, stall_page
from market.web.base.listing import number_asked
from market.web.base.modes import needs
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.money.access import of_owners
from market.web.stall.orders.phoning import PhoneOrderForm


@blueprint.get("/ban-hang/<gian>/don/qua-dien-thoai")
@stall_page
@of_owners
@needs(Feature.ORDERS)
def phone_buyers(desk: StallContext) -> Page:
    """Who rang up: one of those who ordered from this stall before, or somebody new."""
    called = nfc(request.args.get("tim", ""))[:60]
    found = regulars_of(reading(), desk.stall_id, called=called, page=number_asked("page"))
    return render_template("stall/orders/phone_buyers.html", desk=desk, found=found, called=called)


@blueprint.route("/ban-hang/<gian>/don/qua-dien-thoai/ghi", methods=["GET", "POST"])
@stall_page
@of_owners
@needs(Feature.ORDERS)
def phone_order(desk: StallContext) -> Page:
    form, goods = _form(desk)
    if goods.offers and form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_phone_order(desk, goods.offers[0].stall, goods.offers)
            with transaction() as writing:
                placed = order_by_phone(writing, desk.actor, new, clock=clock.now)
                order = writing.get_one(Order, placed.order_ids[0])
                code, total = order.code, order.total
            flash(f"Đã ghi đơn {code}, tổng {format_dong(total)}. Hàng đã giữ cho khách.")
            return redirect(url_for("stall.order", gian=desk.slug, code=code), 303)
    return form.page("stall/orders/phone_order.html", desk=desk, goods=goods)


@blueprint.post("/ban-hang/<gian>/don/qua-dien-thoai/tim-mon")
@stall_page
@of_owners
@needs(Feature.ORDERS)
def phone_goods(desk: StallContext) -> Page:
    """Other goods of a large stall, by their name; what is typed stays, and nothing is written."""
    form, goods = _form(desk)
    return form.page("stall/orders/phone_order.html", desk=desk, goods=goods)


def _form(desk: StallContext) -> tuple[PhoneOrderForm, StallGoods]:
    """The form as posted, or as the last time of whom the address names; and the goods it offers."""
    form, now = PhoneOrderForm.of_request(), clock.now()
    form.read_request()
    code = None if form.is_posted else request.args.get("nhu")
    last = _of_stall(desk, code) if code else None
    if last is not None:
        form.like(last)
    called = fold(form.tim.data or "")
    goods = goods_of_stall(reading(), desk.stall_id, chosen=form.wanted, called=called, now=now)
    if goods.offers:
        form.offer(goods.offers[0].stall)
    if last is not None:
        form.fill(last, goods)
    return form, goods


def _of_stall(desk: StallContext, code: str) -> Order:
    """NotFound where it is another stall's, or its buyer was forgotten."""
    order = order_of_stall(reading(), desk.stall_id, code)
    if order.purchase.contact.erased_at is not None:
        raise NotFound
    return order
