"""One button each: a price, an amount, sold out and back again, hidden and shown."""

from datetime import datetime
from typing import Protocol

from flask import flash, request
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.catalog.actions import amounts, listing
from market.catalog.actions.listing import VariantRef
from market.catalog.models import Product, Variant
from market.catalog.queries import listing as queries
from market.values.money import format_dong
from market.web.base.access import StallContext, stall_page
from market.web.base.addresses import row_number
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.products.editing import (
    PageForms,
    back,
    edit_page,
    listing_with_price,
    one_of,
    variant_page,
    variant_with_price,
    which,
)
from market.web.stall.products.forms import ListingForm, VariantForm
from market.web.stall.products.saving import posted_forms, save


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/gia")
@stall_page
def product_price(desk: StallContext, product_id: int) -> Page:
    product = _product(desk, product_id)
    variant = one_of(product, _variant_meant())
    typed = request.form.get("price", "")
    if len(product.variants) > 1:
        form: ListingForm | VariantForm = variant_with_price(variant, typed)
    else:
        form = listing_with_price(product, typed)
    if form.validate():
        with form.keeping_what_was_typed():
            one, price, seen = which(desk, product_id, variant.id), form.price.data, seen_given()
            with transaction() as writing:
                listing.set_price(writing, desk.actor, one, price, seen=seen, now=clock.now())
            flash(f"{_name(product, variant)}: giá mới {format_dong(price)}.")
            return back(desk, product_id)
    if isinstance(form, VariantForm):
        return variant_page(desk, product, variant, PageForms(of=variant, variant=form))
    return edit_page(desk, product_id, PageForms(of=variant, listing=form))


def _product(desk: StallContext, product_id: int) -> Product:
    return queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now()).product


def _name(product: Product, variant: Variant) -> str:
    """The product's name, and which of several things it is sold as."""
    return product.name if len(product.variants) == 1 else f"{product.name}, {variant.label}"


def _variant_meant() -> int | None:
    """Which of several a button is about, where it says so."""
    return request.form.get("variant", type=row_number)


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/con-hang")
@stall_page
def product_stock(desk: StallContext, product_id: int) -> Page:
    """The amount beside a listing in the list; a button of its own page keeps what else was typed there too."""
    product = _product(desk, product_id)
    forms = posted_forms(desk, product)
    if save(desk, product, forms):
        return back(desk, product_id, forms.of.id)
    if len(product.variants) > 1 and forms.listing is None:
        return variant_page(desk, product, forms.of, forms)
    return edit_page(desk, product_id, forms)


class _Switch(Protocol):
    def __call__(self, session: Session, actor: Actor, which: VariantRef, *, now: datetime) -> None: ...


def _switch(desk: StallContext, product_id: int, action: _Switch, said: str) -> Page:
    """Do what a single button says, of the whole listing or of the one thing it names, and say that it was done."""
    product, meant = _product(desk, product_id), _variant_meant()
    name = product.name if meant is None else _name(product, one_of(product, meant))
    with transaction() as writing:
        action(writing, desk.actor, which(desk, product_id, meant), now=clock.now())
    flash(said.format(name=name))
    return back(desk, product_id, meant)


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/het-hang")
@stall_page
def product_sold_out(desk: StallContext, product_id: int) -> Page:
    return _switch(desk, product_id, amounts.report_sold_out, "Đã báo hết {name}. Khách vẫn thấy món, không đặt được.")


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/co-hang")
@stall_page
def product_back_in_stock(desk: StallContext, product_id: int) -> Page:
    return _switch(desk, product_id, amounts.report_back, "{name} đã có hàng lại.")


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/an")
@stall_page
def product_hide(desk: StallContext, product_id: int) -> Page:
    return _switch(desk, product_id, listing.hide_product, "Đã ẩn {name}. Muốn bán tiếp thì bấm Hiện lại.")


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/hien")
@stall_page
def product_show(desk: StallContext, product_id: int) -> Page:
    return _switch(desk, product_id, listing.show_product, "Đã hiện lại {name}.")
