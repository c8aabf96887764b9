"""An order as evidence: who is behind it, what is flagged; an officer's call to its buyer, and the verdict."""

from collections.abc import Mapping

from flask import flash, redirect, url_for

from market.adoption import actions, queries
from market.adoption.rules import (
    CALL_CAUSE_WORDS,
    CALL_OUTCOME_WORDS,
    EVIDENCE_WORDS,
    REVIEW_WAY_WORDS,
    RISK_FLAG_WORDS,
    VOUCH_WORDS,
    CallOutcome,
)
from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.orders.models import Order
from market.orders.queries.orders import order_with_code
from market.places.queries.modes import MODE_WORDS, mode_of
from market.web.base.access import OfficeDesk, office_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.kpi.forms import VERDICTS, CallForm, ReviewForm

WORDS: Mapping[str, object] = {
    "evidences": EVIDENCE_WORDS,
    "risk_flags": RISK_FLAG_WORDS,
    "verdicts": VERDICTS,
    "ways": REVIEW_WAY_WORDS,
    "vouches": VOUCH_WORDS,
    "causes": CALL_CAUSE_WORDS,
    "outcomes": CALL_OUTCOME_WORDS,
}
CALLED = {
    CallOutcome.CONFIRMED: "Đã ghi. Người mua này từ nay được coi là có thật khi mua ở gian khác, trong một năm.",
    CallOutcome.NO_ANSWER: "Đã ghi. Mời gọi lại vào hôm khác.",
}
CALLED_AGAINST = "Đã ghi. Đơn này không được tính, các đơn khác của người mua này ở gian đó sẽ được đưa ra kiểm tra."


@blueprint.get("/van-phong/chi-tieu/don/<code>")
@office_page
def kpi_order(desk: OfficeDesk, code: str) -> Page:
    return _order_page(desk, order_with_code(reading(), desk.commune_id, code))


def _order_page(
    desk: OfficeDesk, order: Order, *, review: ReviewForm | None = None, call: CallForm | None = None
) -> Page:
    now = clock.now()
    sale = queries.sale_of(reading(), desk.commune_id, order.id, known_at=now)
    if sale is None:
        raise NotFound("Đơn này chưa giao nên chưa là bằng chứng.")
    case = queries.case_of(reading(), desk.commune_id, sale, known_at=now)
    review_form, call_form = review or ReviewForm(), call or CallForm()
    return (call or review_form).page(
        "office/kpi/kpi_order.html",
        order=order,
        case=case,
        mode=MODE_WORDS[mode_of(reading(), desk.commune_id, order.placed_at)],
        facts=queries.facts_to_review(case),
        review=review_form,
        call=call_form,
        **WORDS,
    )


@blueprint.post("/van-phong/chi-tieu/don/<code>")
@office_page
def kpi_review(desk: OfficeDesk, code: str) -> Page:
    order = order_with_code(reading(), desk.commune_id, code)
    form = ReviewForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            look = form.as_look(desk.commune_id, order.id, seen_given())
            with transaction() as writing:
                actions.review_evidence(writing, desk.actor, look, clock=clock.now)
            flash("Đã ghi quyết định của bạn, số liệu đã tính lại.")
            return redirect(url_for("office.kpi_order", code=order.code), 303)
    return _order_page(desk, order, review=form)


@blueprint.post("/van-phong/chi-tieu/don/<code>/goi")
@office_page
def kpi_call(desk: OfficeDesk, code: str) -> Page:
    order = order_with_code(reading(), desk.commune_id, code)
    form = CallForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            call = form.as_call(desk.commune_id, order.id, seen_given())
            with transaction() as writing:
                actions.record_call(writing, desk.actor, call, clock=clock.now)
            flash(CALLED.get(call.outcome, CALLED_AGAINST))
            return redirect(url_for("office.kpi_order", code=order.code), 303)
    return _order_page(desk, order, call=form)
