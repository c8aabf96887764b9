"""How a stall sells, where it comes, and whom its business lets help."""

from collections.abc import Sequence

from flask import flash, redirect, request, session, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.catalog.actions.changes import withdraw_change
from market.sellers import actions, queries
from market.sellers.models import Mandate
from market.sellers.queries.fees import fee_facts, hamlet_fees_of
from market.sellers.queries.visits import points_for, visit_facts
from market.values.period import local_day
from market.web.base.access import StallContext, stall_page
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.settings.forms import HamletFeesForm, MandateCodeForm, StallForm, VisitsForm

WORDS_WAIT = "Tên và lời giới thiệu mới chờ xã xem, thường trong ngày. Trên chợ vẫn hiện bản cũ."
SHOWN_CODE = "mandate_code"
MANDATES_A_PAGE = 10


@blueprint.route("/ban-hang/<gian>/cai-dat", methods=["GET", "POST"])
@stall_page
def settings(desk: StallContext) -> Page:
    stall = queries.stall_of(reading(), desk.stall_id)
    form = StallForm.of_stall(stall, queries.stall_draft(reading(), stall))
    if form.submitted():
        with form.keeping_what_was_typed():
            new, seen = form.as_stall_settings(), seen_given()
            with transaction() as writing:
                actions.change_stall(writing, desk.actor, desk.stall_id, new, seen=seen, now=clock.now())
            waits = queries.change_waiting(reading(), desk.stall_id)
            flash(f"Đã lưu cách bán hàng. {WORDS_WAIT}" if waits else "Đã lưu cách bán hàng.")
            return redirect(url_for("stall.settings", gian=desk.slug), 303)
    return form.page(
        "stall/settings/settings.html",
        desk=desk,
        stall=stall,
        facts=queries.stall_facts(reading(), stall),
        change=queries.last_change(reading(), desk.stall_id),
        texts=queries.stall_texts(stall),
    )


@blueprint.post("/ban-hang/<gian>/cai-dat/ban-moi/bo")
@stall_page
def settings_change_withdraw(desk: StallContext) -> Page:
    with transaction() as writing:
        withdraw_change(writing, desk.actor, desk.stall_id, None, now=clock.now())
    flash("Đã bỏ bản mới. Chợ vẫn hiện bản cũ.")
    page = "stall.window" if request.form.get("tu") == "gian" else "stall.settings"
    return redirect(url_for(page, gian=desk.slug), 303)


@blueprint.route("/ban-hang/<gian>/noi-giao", methods=["GET", "POST"])
@stall_page
def visits(desk: StallContext) -> Page:
    """Where the stall brings goods, on which days and at which hours."""
    points = points_for(reading(), desk.commune_id, desk.stall_id)
    form = VisitsForm.of_points(points, request.form if request.method == "POST" else None)
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                new, seen = form.as_visits(), seen_given()
                actions.change_visits(writing, desk.actor, desk.stall_id, new, seen=seen, now=clock.now())
            flash("Đã lưu nơi giao hàng.")
            return redirect(url_for("stall.visits", gian=desk.slug), 303)
    points = points_for(reading(), desk.commune_id, desk.stall_id)
    return form.page("stall/settings/visits.html", desk=desk, facts=visit_facts(points))


@blueprint.route("/ban-hang/<gian>/phi-giao", methods=["GET", "POST"])
@stall_page
def fees(desk: StallContext) -> Page:
    """What the stall asks for bringing goods to each hamlet."""
    stall = queries.stall_of(reading(), desk.stall_id)
    typed = request.form if request.method == "POST" else None
    form = HamletFeesForm.of_hamlets(hamlet_fees_of(reading(), stall), typed)
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                new, seen = form.as_fees(), seen_given()
                actions.change_fees(writing, desk.actor, desk.stall_id, new, seen=seen, now=clock.now())
            flash("Đã lưu phí giao. Đơn đã đặt giữ phí cũ.")
            return redirect(url_for("stall.fees", gian=desk.slug), 303)
    rows = hamlet_fees_of(reading(), stall)
    return form.page("stall/settings/fees.html", desk=desk, stall=stall, facts=fee_facts(stall, rows))


# --- whom it lets help ----------------------------------------------------------------------------------------------


@blueprint.get("/ban-hang/<gian>/uy-quyen")
@stall_page
def mandates(desk: StallContext) -> Page:
    return _mandates_page(desk, MandateCodeForm())


@blueprint.post("/ban-hang/<gian>/uy-quyen/ma")
@stall_page
def mandate_code(desk: StallContext) -> Page:
    form = MandateCodeForm.of_request()
    if form.submitted():
        last_day = form.last_day(local_day(clock.now()))
        with transaction() as writing:
            session[SHOWN_CODE] = actions.make_mandate_code(
                writing, desk.actor, desk.business_id, last_day, clock=clock.now
            )
        return redirect(url_for("stall.mandates", gian=desk.slug), 303)
    return _mandates_page(desk, form)


@blueprint.post("/ban-hang/<gian>/uy-quyen/<int:mandate_id>/ngung")
@stall_page
def mandate_end(desk: StallContext, mandate_id: int) -> Page:
    with transaction() as writing:
        actions.revoke_mandate(writing, desk.actor, desk.business_id, mandate_id, now=clock.now())
    flash("Đã chấm dứt ủy quyền.")
    return redirect(url_for("account.me") if desk.is_helper else url_for("stall.mandates", gian=desk.slug), 303)


def _mandates_page(desk: StallContext, form: MandateCodeForm) -> Page:
    today = local_day(clock.now())

    def given(first: int, most: int) -> Sequence[Mandate]:
        return queries.mandates_of_business(reading(), desk.business_id, today, first=first, most=most)

    page = listed(given, "page", MANDATES_A_PAGE)
    return form.page(
        "stall/settings/mandates.html",
        desk=desk,
        code=session.pop(SHOWN_CODE, None),
        page=page,
        live=[one for one in page.rows if one.revoked_at is None and one.ends_on >= today],
        ended=[one for one in page.rows if one.revoked_at is not None or one.ends_on < today],
    )
