"""What a product is sold as, where it is sold as several things: one more, one of them, one less."""

from flask import flash, redirect, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.catalog.actions import variants as actions
from market.catalog.queries import listing as queries
from market.values.money import format_dong
from market.values.quantity import unit
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.products.editing import PageForms, after_change, one_of, variant_form, variant_page, which
from market.web.stall.products.forms import NewVariantForm, VariantForm
from market.web.stall.products.saving import posted_forms, save


def _back_to(desk: StallContext, product_id: int) -> Page:
    return redirect(url_for("stall.product_edit", gian=desk.slug, product_id=product_id, _anchor="cac-loai"), 303)


@blueprint.route("/ban-hang/<gian>/san-pham/<int:product_id>/loai/moi", methods=["GET", "POST"])
@stall_page
def variant_new(desk: StallContext, product_id: int) -> Page:
    product = queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now()).product
    form = NewVariantForm.of_request()
    form.offer_unit(None)
    if form.submitted():
        with form.keeping_what_was_typed():
            new, one = form.as_new_variant(), which(desk, product_id)
            with transaction() as writing:
                state = actions.add_variant(writing, desk.actor, one, new, now=clock.now())
            said = [f"thêm loại {new.choice.label or unit(new.choice.unit).name}, giá {format_dong(new.choice.price)}"]
            flash(after_change(product, said, is_sent=product.state is not state))
            return _back_to(desk, product_id)
    return form.page("stall/products/variant_new.html", desk=desk, product=product)


@blueprint.route("/ban-hang/<gian>/san-pham/<int:product_id>/loai/<int:variant_id>", methods=["GET", "POST"])
@stall_page
def variant_edit(desk: StallContext, product_id: int, variant_id: int) -> Page:
    product = queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now()).product
    variant = one_of(product, variant_id)
    if request.method == "GET":
        return variant_page(desk, product, variant, PageForms(of=variant))
    forms = posted_forms(desk, product, variant)
    return _back_to(desk, product_id) if save(desk, product, forms) else variant_page(desk, product, variant, forms)


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
    return variant_page(desk, product, variant, PageForms(of=variant, variant=filled))
