"""What buyers say of a stall's goods, and its one answer to each."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.orders.actions.rating import answer_rating
from market.orders.queries.ratings import rating_of_stall, ratings_in_all, ratings_of_stall
from market.web.base.access import StallContext, stall_page
from market.web.base.forms import BaseForm
from market.web.base.listing import listed
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.ratings.forms import AnswerForm


@blueprint.get("/ban-hang/<gian>/danh-gia")
@stall_page
def ratings(desk: StallContext) -> Page:
    return _page(desk, 0, AnswerForm())


def _form(rating_id: int) -> AnswerForm:
    return AnswerForm.of_request(prefix=f"dg{rating_id}-")


def _page(desk: StallContext, typed_for: int, typed: BaseForm) -> Page:
    """The page, with what was typed for one of them."""
    page = listed(lambda first, most: ratings_of_stall(reading(), desk.stall_id, first, most), "page")
    forms = [(one, typed if one.id == typed_for else AnswerForm(prefix=f"dg{one.id}-")) for one in page.rows]
    all_of_them = ratings_in_all(reading(), desk.stall_id)
    return typed.page("stall/ratings/ratings.html", desk=desk, ratings=forms, page=page, all=all_of_them)


@blueprint.post("/ban-hang/<gian>/danh-gia/<int:rating_id>")
@stall_page
def rating_answer(desk: StallContext, rating_id: int) -> Page:
    rating_of_stall(reading(), desk.stall_id, rating_id)
    form = _form(rating_id)
    with form.keeping_what_was_typed(), transaction() as writing:
        if form.submitted():
            answer_rating(writing, desk.actor, desk.stall_id, rating_id, form.text.data or "", clock=clock.now)
            flash("Đã ghi câu trả lời, ai cũng đọc được.")
            return redirect(url_for("stall.ratings", gian=desk.slug), 303)
    return _page(desk, rating_id, form)
