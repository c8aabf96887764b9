"""Pictures: sent ahead from the phone, added, removed, put first, shown."""

from flask import flash, jsonify, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.catalog import pictures
from market.catalog.actions import photos as actions
from market.catalog.queries import listing as queries
from market.web.base.access import StallContext, stall_page
from market.web.base.caching import public_for
from market.web.base.pictures import PUBLIC_SECONDS, SHARED_SECONDS, picture_answer
from market.web.base.web import Page, takes_up_to
from market.web.stall.blueprint import blueprint
from market.web.stall.products.editing import PHOTOS_SENT, PageForms, back, edit_page, reserving, which
from market.web.stall.products.forms import PhotoForm
from market.web.stall.products.saving import posted_forms, save


@blueprint.get("/anh/<key>-<int:width>.webp")
@public_for(PUBLIC_SECONDS, shared=SHARED_SECONDS)
def photo(key: str, width: int) -> Page:
    return picture_answer(key, "image/webp", lambda: pictures.load(key, width))


@blueprint.post("/ban-hang/<gian>/anh")
@takes_up_to(PHOTOS_SENT)
@stall_page
def photo_keep(desk: StallContext) -> Page:
    """A picture sent ahead while the rest is still being typed: answers with the text that names it in the form."""
    form = PhotoForm.of_stall(reserving(desk))
    if not form.submitted() or form.kept_photo.data is None:
        response = jsonify(sentence=" ".join(form.photo.errors))
        response.status_code = form.wrong_status
        return response
    shown = url_for("stall.photo", key=form.kept_photo.data.key, width=640)
    return jsonify(kept=form.kept_photo.show(form.kept_photo.data), shown=shown)


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/anh")
@takes_up_to(PHOTOS_SENT)
@stall_page
def photo_add(desk: StallContext, product_id: int) -> Page:
    """The button beside the picture: it keeps what else was typed on the page too."""
    product = queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now()).product
    forms = posted_forms(desk, product)
    return back(desk, product_id) if save(desk, product, forms) else edit_page(desk, product_id, forms)


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/anh/<int:photo_id>/bo")
@stall_page
def photo_remove(desk: StallContext, product_id: int, photo_id: int) -> Page:
    form = PhotoForm()
    with form.keeping_what_was_typed():
        with transaction() as writing:
            actions.remove_photo(writing, desk.actor, which(desk, product_id), photo_id, now=clock.now())
        flash("Đã bỏ ảnh.")
        return back(desk, product_id)
    product = queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now()).product
    return edit_page(desk, product_id, PageForms(of=product.variants[0], photo=form))


@blueprint.post("/ban-hang/<gian>/san-pham/<int:product_id>/anh/<int:photo_id>/len-dau")
@stall_page
def photo_first(desk: StallContext, product_id: int, photo_id: int) -> Page:
    with transaction() as writing:
        actions.put_photo_first(writing, desk.actor, which(desk, product_id), photo_id, now=clock.now())
    flash("Ảnh này giờ đứng đầu.")
    return back(desk, product_id)
