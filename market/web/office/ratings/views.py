"""What buyers say in the commune; an officer hides one of it with a reason that everybody reads."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.orders.actions.rating import hide_rating
from market.orders.queries.ratings import rating_of_commune, ratings_of_commune
from market.web.base.access import OfficeDesk, office_page
from market.web.base.forms import BaseForm
from market.web.base.listing import listed
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.ratings.forms import HideForm


@blueprint.get("/van-phong/danh-gia")
@office_page
def ratings(desk: OfficeDesk) -> Page:
    return _page(desk, 0, HideForm())


def _page(desk: OfficeDesk, typed_for: int, typed: BaseForm) -> Page:
    """The page, with what was typed for one of them."""
    page = listed(lambda first, most: ratings_of_commune(reading(), desk.commune_id, first, most), "page")
    forms = [
        (one, order, typed if one.id == typed_for else HideForm(prefix=f"dg{one.id}-")) for one, order in page.rows
    ]
    return typed.page("office/ratings/ratings.html", ratings=forms, page=page)


@blueprint.post("/van-phong/danh-gia/<int:rating_id>/an")
@office_page
def rating_hide(desk: OfficeDesk, rating_id: int) -> Page:
    rating_of_commune(reading(), desk.commune_id, rating_id)
    form = HideForm.of_request(prefix=f"dg{rating_id}-")
    with form.keeping_what_was_typed(), transaction() as writing:
        if form.submitted():
            hide_rating(writing, desk.actor, desk.commune_id, rating_id, form.reason.data or "", clock=clock.now)
            flash("Đã ẩn đánh giá. Chỗ đó ghi là đã ẩn và vì sao.")
            return redirect(url_for("office.ratings"), 303)
    return _page(desk, rating_id, form)
