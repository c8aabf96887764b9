"""What buyers say of goods: of each line that was handed to them, and what everybody reads of a stall."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.orders.actions.rating import NewRating, rate
from market.orders.models import Order
from market.orders.queries.ratings import ratings_in_all, ratings_of_order, ratings_of_stall
from market.sellers.queries.stalls import stall_with_visits
from market.web.base.addresses import row_number
from market.web.base.commune import current_commune
from market.web.base.listing import listed
from market.web.base.web import Page, actor
from market.web.shop.blueprint import blueprint
from market.web.shop.order.access import order_to_see, own_order
from market.web.shop.rating.forms import RateForm


@blueprint.get("/gian-hang/<slug>/danh-gia")
def ratings(slug: str) -> Page:
    found = stall_with_visits(reading(), current_commune().id, slug)
    if found is None or found[0].is_resting:
        raise NotFound("Không có gian hàng này.")
    stall = found[0]
    page = listed(lambda first, most: ratings_of_stall(reading(), stall.id, first, most), "page")
    all_of_them = ratings_in_all(reading(), stall.id)
    return render_template("shop/rating/ratings.html", stall=stall, ratings=page, all=all_of_them)


@blueprint.get("/don/<code>/danh-gia")
def order_ratings(code: str) -> Page:
    return _page(order_to_see(code), 0, RateForm())


def _page(order: Order, typed_for: int, typed: RateForm) -> Page:
    """Each line with what was said of it, or a form; with what was typed for one of them."""
    said = ratings_of_order(reading(), order.id)
    lines = [
        (line, said.get(line.id), typed if line.id == typed_for else RateForm(prefix=f"mon{line.id}-"))
        for line in order.lines
    ]
    return typed.page("shop/rating/order_ratings.html", order=order, lines=lines)


@blueprint.post("/don/<code>/danh-gia")
def order_rate(code: str) -> Page:
    order, line_id = own_order(code), request.form.get("mon", 0, type=row_number)
    form = RateForm.of_request(prefix=f"mon{line_id}-")
    if form.submitted():
        with form.keeping_what_was_typed():
            new = NewRating(order_id=order.id, line_id=line_id, stars=int(form.stars.data), text=form.text.data or "")
            with transaction() as writing:
                rate(writing, actor(), new, clock=clock.now)
            flash("Đã ghi đánh giá, ai cũng đọc được. Cảm ơn bạn.")
            return redirect(url_for("shop.order_ratings", code=order.code), 303)
    return _page(order, line_id, form)
