"""One button each: a price, an amount, sold out and back again, hidden and shown."""

from datetime import datetime
from typing import Protocol

from flask import flash, request
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.base.web import Page
from market.catalog.actions import amounts, listing
from market.catalog.actions.listing import Which
from market.catalog.forms import StockChange, StockForm
from market.catalog.models import Product, Variant
from market.catalog.queries import listing as queries
from market.catalog.views.blueprint import blueprint
from market.catalog.views.editing import EditForms, back, edit_page, form_with_price, which
from market.sellers.views.access import Desk, stall_page
from market.values.money import format_dong


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/gia")
@stall_page
def product_price(desk: Desk, product_id: int) -> Page:
    product = _product(desk, product_id)
    form = form_with_price(product, product.variants[0], request.form.get("price", ""))
    if not form.validate():
        return edit_page(desk, product_id, EditForms(listing=form))
    with transaction() as writing:
        listing.set_price(writing, desk.actor, which(desk, product_id), form.price.data, now=clock.now())
    flash(f"{product.name}: giá mới {format_dong(form.price.data)}.")
    return back(desk, product_id)


def _product(desk: Desk, product_id: int) -> Product:
    return queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now()).product


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/con-hang")
@stall_page
def product_stock(desk: Desk, product_id: int) -> Page:
    form = StockForm.of_request()
    variant = _variant(_product(desk, product_id), form.variant_id)
    form.unit_code = variant.unit
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                _count(writing, desk.actor, which(desk, product_id, variant.id), form)
            return back(desk, product_id)
    return edit_page(desk, product_id, EditForms(stock=form))


def _variant(product: Product, variant_id: int | None) -> Variant:
    if variant_id is None:
        return product.variants[0]
    found = next((variant for variant in product.variants if variant.id == variant_id), None)
    if found is None:
        raise NotFound
    return found


def _count(writing: Session, actor: Actor, one: Which, form: StockForm) -> None:
    now = clock.now()
    amount: int = form.amount.data or 0
    match form.change:
        case StockChange.SET:
            amounts.set_amount(writing, actor, one, amount, was=form.was.data, now=now)
        case StockChange.PLUS:
            amounts.add_amount(writing, actor, one, amount, now=now)
        case StockChange.MINUS:
            amounts.add_amount(writing, actor, one, -amount, now=now)
        case StockChange.UNCOUNT:
            amounts.set_amount(writing, actor, one, None, now=now)


class _Switch(Protocol):
    def __call__(self, session: Session, actor: Actor, which: Which, *, now: datetime) -> None: ...


def _switch(desk: Desk, product_id: int, action: _Switch, said: str) -> Page:
    """Do what a single button says, and say that it was done."""
    name = _product(desk, product_id).name
    with transaction() as writing:
        action(writing, desk.actor, which(desk, product_id), now=clock.now())
    flash(said.format(name=name))
    return back(desk, product_id)


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/het-hang")
@stall_page
def product_sold_out(desk: Desk, product_id: int) -> Page:
    return _switch(desk, product_id, amounts.report_sold_out, "Đã báo hết {name}. Khách vẫn thấy món, không đặt được.")


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/co-hang")
@stall_page
def product_back_in_stock(desk: Desk, product_id: int) -> Page:
    return _switch(desk, product_id, amounts.report_back, "{name} đã có hàng lại.")


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/an")
@stall_page
def product_hide(desk: Desk, product_id: int) -> Page:
    return _switch(desk, product_id, listing.hide_product, "Đã ẩn {name}. Muốn bán tiếp thì bấm Hiện lại.")


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/hien")
@stall_page
def product_show(desk: Desk, product_id: int) -> Page:
    return _switch(desk, product_id, listing.show_product, "Đã hiện lại {name}.")
