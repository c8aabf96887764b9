"""What a product is sold as, where it is sold as several things: one more, one of them, one less."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.catalog.actions import variants as actions
from market.catalog.queries import listing as queries
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.products.editing import VariantForms, after_change, one_of, variant_form, variant_page, which
from market.web.stall.products.forms import NewVariantForm, VariantForm


def _back_to(desk: StallContext, product_id: int) -> Page:
    return redirect(url_for("stall.product_edit", gian=desk.slug, product_id=product_id, _anchor="cac-loai"), 303)


@blueprint.route("/ban-hang/<gian>/san-pham/<int:product_id>/loai/moi", methods=["GET", "POST"])
@stall_page
def variant_new(desk: StallContext, product_id: int) -> Page:
    product = queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now()).product
    form = NewVariantForm.of_request(data={"unit": "tui"})
    if form.submitted():
        with form.keeping_what_was_typed():
            new, one = form.as_new_variant(), which(desk, product_id)
            with transaction() as writing:
                state = actions.add_variant(writing, desk.actor, one, new, now=clock.now())
            flash(after_change(product, before=product.state, after=state))
            return _back_to(desk, product_id)
    return form.page("stall/products/variant_new.html", desk=desk, product=product)


@blueprint.route("/ban-hang/<gian>/san-pham/<int:product_id>/loai/<int:variant_id>", methods=["GET", "POST"])
@stall_page
def variant_edit(desk: StallContext, product_id: int, variant_id: int) -> Page:
    product = queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now()).product
    variant = one_of(product, variant_id)
    form = variant_form(variant)
    if form.submitted():
        with form.keeping_what_was_typed():
            choice, one, seen = form.as_variant(), which(desk, product_id, variant_id), seen_given()
            with transaction() as writing:
                state = actions.change_variant(writing, desk.actor, one, choice, seen=seen, now=clock.now())
            flash(after_change(product, before=product.state, after=state))
            return _back_to(desk, product_id)
    return variant_page(desk, product, variant, VariantForms(variant=form))


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/loai/<int:variant_id>/bo")
@stall_page
def variant_remove(desk: StallContext, product_id: int, variant_id: int) -> Page:
    product = queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now()).product
    variant, form = queries.variant_ever(reading(), product.id, variant_id), VariantForm()
    with form.keeping_what_was_typed():
        one, seen = which(desk, product_id, variant_id), seen_given()
        with transaction() as writing:
            actions.remove_variant(writing, desk.actor, one, seen=seen, now=clock.now())
        flash(f"Đã bỏ loại {variant.label} của {product.name}.")
        return _back_to(desk, product_id)
    filled = variant_form(variant)
    filled.refusal, filled.wrong_status = form.refusal, form.wrong_status
    return variant_page(desk, product, variant, VariantForms(variant=filled))
