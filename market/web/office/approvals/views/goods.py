"""The office's look at goods before they stand on the market, and what it takes down again."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.catalog.actions import moderation
from market.catalog.queries import listing as queries
from market.catalog.queries.facts import listing_facts
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import number_asked
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.approvals.bulk import Bulk, Ticked, ticked
from market.web.office.approvals.goods_forms import ListingRefusalForm
from market.web.office.approvals.waiting import office_waiting, queue_watch
from market.web.office.blueprint import blueprint
from market.web.office.register.forms import EndingForm


@blueprint.get("/van-phong/duyet")
@office_page
def goods(desk: OfficeDesk) -> Page:
    return _goods_page(desk)


def _goods_page(desk: OfficeDesk, form: ListingRefusalForm | None = None, *, product_id: int | None = None) -> Page:
    """What is to be looked at, and the goods on the market; as typed, where a decision on one of them was not taken."""
    text = request.args.get("q", "")
    number = number_asked("page")
    form, watch = form or ListingRefusalForm(), queue_watch(desk)
    return form.page(
        "office/approvals/goods.html",
        watch=watch,
        to_look_at=queries.goods_to_look_at(reading(), desk.commune_id),
        waiting=office_waiting().goods,
        on_market=queries.goods_on_market(reading(), desk.commune_id, text, page=number),
        text=text,
        facts_of=listing_facts,
        wrong_id=product_id,
    )


@blueprint.post("/van-phong/duyet/<int:product_id>/duyet")
@office_page
def goods_approve(desk: OfficeDesk, product_id: int) -> Page:
    shown = _shown(desk, product_id)

    def act(writing: Session) -> None:
        moderation.approve_product(writing, desk.actor, shown, clock=clock.now)

    return _decide(desk, product_id, ListingRefusalForm(), act, "Đã duyệt.")


@blueprint.post("/van-phong/duyet/duyet")
@office_page
def goods_approve_all(desk: OfficeDesk) -> Page:
    """Each that is ticked is decided by itself: one that was changed meanwhile keeps none of the others back."""

    def name(product_id: int) -> str:
        return queries.name_of(reading(), desk.commune_id, product_id)

    def act(writing: Session, one: Ticked) -> None:
        shown = moderation.SeenListing(commune_id=desk.commune_id, product_id=one.id, seen=one.seen)
        moderation.approve_product(writing, desk.actor, shown, clock=clock.now)

    Bulk(name=name, act=act, done="Đã duyệt {} món.", nothing=NO_GOODS).decide(ticked())
    return redirect(url_for("office.goods"), 303)


NO_GOODS = "Chưa duyệt món nào. Mời đánh dấu ít nhất một món đã xem."


@blueprint.post("/van-phong/duyet/<int:product_id>/tu-choi")
@office_page
def goods_refuse(desk: OfficeDesk, product_id: int) -> Page:
    form = _reasoned(desk, product_id)
    if form.errors:
        return _goods_page(desk, form, product_id=product_id)
    shown = _shown(desk, product_id)

    def act(writing: Session) -> None:
        moderation.refuse_product(writing, desk.actor, shown, form.reason(), clock=clock.now)

    return _decide(desk, product_id, form, act, "Đã từ chối. Người bán đọc được lý do và sửa rồi gửi lại.")


@blueprint.post("/van-phong/duyet/<int:product_id>/go")
@office_page
def goods_take_down(desk: OfficeDesk, product_id: int) -> Page:
    form = _reasoned(desk, product_id)
    if form.errors:
        return _goods_page(desk, form, product_id=product_id)
    commune = desk.commune_id

    def act(writing: Session) -> None:
        moderation.take_down_product(writing, desk.actor, commune, product_id, form.reason(), clock=clock.now)

    return _decide(desk, product_id, form, act, "Đã gỡ khỏi chợ. Người bán đọc được lý do.")


@blueprint.route("/van-phong/duyet/<int:product_id>/anh/<int:photo_id>/go", methods=["GET", "POST"])
@office_page
def goods_photo_remove(desk: OfficeDesk, product_id: int, photo_id: int) -> Page:
    """A question first, with the picture: why it goes."""
    product = queries.product_of_commune(reading(), desk.commune_id, product_id)
    form, which = EndingForm.of_request(), moderation.PhotoOf(product_id=product_id, photo_id=photo_id)
    if form.submitted():
        with form.keeping_what_was_typed():
            reason = form.reason.data or ""
            with transaction() as writing:
                moderation.take_photo_off(writing, desk.actor, desk.commune_id, which, reason, clock=clock.now)
            flash("Đã gỡ ảnh. Người bán đọc được lý do.")
            return redirect(url_for("office.goods", q=product.name, _anchor="dang-ban"), 303)
    photo = next((one for one in product.photos if one.id == photo_id), None)
    if photo is None:
        raise NotFound
    return form.page("office/approvals/goods_photo_remove.html", product=product, photo=photo)


def _reasoned(desk: OfficeDesk, product_id: int) -> ListingRefusalForm:
    queries.refuse_other_commune(reading(), desk.commune_id, product_id)
    form = ListingRefusalForm.of_request()
    form.validate()
    return form


def _shown(desk: OfficeDesk, product_id: int) -> moderation.SeenListing:
    queries.refuse_other_commune(reading(), desk.commune_id, product_id)
    return moderation.SeenListing(commune_id=desk.commune_id, product_id=product_id, seen=seen_given())


def _decide(
    desk: OfficeDesk, product_id: int, form: ListingRefusalForm, act: Callable[[Session], None], said: str
) -> Page:
    """Back to the queue; the page itself where the product is not what the officer saw."""
    with form.keeping_what_changed(about=queries.name_of(reading(), desk.commune_id, product_id)):
        with transaction() as writing:
            act(writing)
        flash(said)
        return redirect(url_for("office.goods"), 303)
    return _goods_page(desk, form, product_id=product_id)
