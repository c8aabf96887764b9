"""The office's look at goods before they stand on the market, and what it takes down again."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import reading, transaction
from market.catalog.actions import moderation
from market.catalog.queries import listing as queries
from market.web.base.access import OfficeDesk, office_page
from market.web.base.web import Page
from market.web.office.approvals.goods_forms import ListingRefusalForm
from market.web.office.blueprint import blueprint


@blueprint.get("/van-phong/duyet")
@office_page
def goods(desk: OfficeDesk) -> Page:
    return _goods_page(desk)


def _goods_page(desk: OfficeDesk, *, wrong: ListingRefusalForm | None = None, product_id: int | None = None) -> Page:
    """What is to be looked at, and the goods on the market; 422 where a reason for one of them was missing."""
    text = request.args.get("q", "")
    number = max(1, request.args.get("page", 1, type=int))
    page = render_template(
        "office/approvals/goods.html",
        to_look_at=queries.goods_to_look_at(reading(), desk.commune_id),
        waiting=queries.count_to_look_at(reading(), desk.commune_id),
        on_market=queries.goods_on_market(reading(), desk.commune_id, text, page=number),
        text=text,
        form=wrong or ListingRefusalForm(),
        wrong_id=product_id,
    )
    return page, 422 if wrong else 200


@blueprint.post("/van-phong/duyet/<int:product_id>/duyet")
@office_page
def goods_approve(desk: OfficeDesk, product_id: int) -> Page:
    with transaction() as writing:
        moderation.approve_product(writing, desk.actor, desk.commune_id, product_id, clock=clock.now)
    flash("Đã duyệt.")
    return redirect(url_for("office.goods"), 303)


@blueprint.post("/van-phong/duyet/<int:product_id>/tu-choi")
@office_page
def goods_refuse(desk: OfficeDesk, product_id: int) -> Page:
    def act(writing: Session, reason: str) -> None:
        moderation.refuse_product(writing, desk.actor, desk.commune_id, product_id, reason, clock=clock.now)

    return _say_no(desk, product_id, act, "Đã từ chối. Người bán đọc được lý do và sửa rồi gửi lại.")


@blueprint.post("/van-phong/duyet/<int:product_id>/go")
@office_page
def goods_take_down(desk: OfficeDesk, product_id: int) -> Page:
    def act(writing: Session, reason: str) -> None:
        moderation.take_down_product(writing, desk.actor, desk.commune_id, product_id, reason, clock=clock.now)

    return _say_no(desk, product_id, act, "Đã gỡ khỏi chợ. Người bán đọc được lý do.")


def _say_no(desk: OfficeDesk, product_id: int, act: Callable[[Session, str], None], said: str) -> Page:
    queries.refuse_other_commune(reading(), desk.commune_id, product_id)
    form = ListingRefusalForm.of_request()
    if not form.submitted():
        return _goods_page(desk, wrong=form, product_id=product_id)
    with transaction() as writing:
        act(writing, form.reason())
    flash(said)
    return redirect(url_for("office.goods"), 303)
