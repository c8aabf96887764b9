"""A stall's goods: the list, a new one, one of them."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.catalog.actions import changes
from market.catalog.actions import listing as actions
from market.catalog.queries import listing as queries
from market.channels.formats import labels
from market.sellers.queries import goods_with_changes
from market.web.base.access import StallContext, stall_page
from market.web.base.listing import number_asked
from market.web.base.web import Page, takes_up_to
from market.web.stall.blueprint import blueprint
from market.web.stall.products.editing import (
    PHOTOS_SENT,
    PageForms,
    back,
    back_to_list,
    compare_prices,
    edit_page,
    reserving,
    shown_of,
)
from market.web.stall.products.forms import NewListingForm
from market.web.stall.products.saving import posted_forms, save


@blueprint.get("/ban-hang/<gian>/san-pham")
@stall_page
def products(desk: StallContext) -> Page:
    number = number_asked("page")
    page = queries.listings_of(reading(), desk.stall_id, page=number, now=clock.now())
    shown = {variant.id: shown_of(variant) for one in page.listings for variant in one.product.variants}
    return render_template(
        "stall/products/products.html",
        desk=desk,
        page=page,
        shown=shown,
        waiting=goods_with_changes(reading(), desk.stall_id),
        marketplaces=labels().values(),
    )


@blueprint.route("/ban-hang/<gian>/san-pham/moi", methods=["GET", "POST"])
@takes_up_to(PHOTOS_SENT)
@stall_page
def product_new(desk: StallContext) -> Page:
    form = NewListingForm.of_stall(reserving(desk))
    form.offer_categories(queries.category_choices(reading()))
    compare_prices(form, desk.commune_id)
    form.offer_unit(queries.last_unit(reading(), desk.stall_id))
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_listing(desk.stall_id)
            with transaction() as writing:
                product_id = actions.list_product(writing, desk.actor, new, now=clock.now())
            flash(f"Đã đăng {new.name}. Xã xem xong, thường trong ngày, là món hiện trên chợ.")
            return back_to_list(desk, product_id)
    return form.page("stall/products/product_new.html", desk=desk)


@blueprint.route("/ban-hang/<gian>/san-pham/<int:product_id>", methods=["GET", "POST"])
@takes_up_to(PHOTOS_SENT)
@stall_page
def product_edit(desk: StallContext, product_id: int) -> Page:
    product = queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now()).product
    if request.method == "GET":
        return edit_page(desk, product_id, PageForms(of=product.variants[0]))
    forms = posted_forms(desk, product)
    return back_to_list(desk, product_id) if save(desk, product, forms) else edit_page(desk, product_id, forms)


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/ban-moi/bo")
@stall_page
def product_change_withdraw(desk: StallContext, product_id: int) -> Page:
    with transaction() as writing:
        changes.withdraw_change(writing, desk.actor, desk.stall_id, product_id, now=clock.now())
    flash("Đã bỏ bản mới. Chợ vẫn hiện bản cũ.")
    if request.form.get("tu") == "gian":
        return redirect(url_for("stall.window", gian=desk.slug), 303)
    return back(desk, product_id)
