"""A helper's week: whom to visit and why, a visit written down, the hamlet's targets, the month's sheet."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for

from market.adoption.queries.next_visits import ToVisit, to_visit, visits_a_week, week_done
from market.adoption.queries.targets import hamlet_targets
from market.base import clock
from market.base.db import reading, transaction
from market.base.secrets import random_key
from market.places.queries import hamlet_names
from market.sellers import queries
from market.sellers.actions.help_visits import record_visit, withdraw_visit
from market.sellers.models import HelpVisit
from market.sellers.queries import HelpedBusiness
from market.sellers.queries.help_visits import helper_named, last_place, month_counts, visits_of_month
from market.sellers.rules.help_visits import VISIT_REASON_WORDS, VISIT_WORDS
from market.values.period import local_day
from market.web.base.access import HamletDesk, helper_page
from market.web.base.listing import listed
from market.web.base.months import month_asked
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.reach import reach_of
from market.web.stall.visits.forms import VisitForm

A_PAGE = 10
A_SHEET = 100


@blueprint.get("/to-cong-nghe/tuan-nay")
@helper_page
def helper_week(desk: HamletDesk) -> Page:
    reach = reach_of(desk)

    def households(first: int, most: int) -> Sequence[ToVisit]:
        return to_visit(reading(), reach, first=first, most=most)

    return render_template(
        "stall/visits/helper_week.html",
        households=listed(households, "page", A_PAGE),
        done=week_done(reading(), reach),
        reasons=VISIT_REASON_WORDS,
    )


@blueprint.route("/to-cong-nghe/<int:business_id>/luot", methods=["GET", "POST"])
@helper_page
def helper_visit(desk: HamletDesk, business_id: int) -> Page:
    business = queries.helped_business(reading(), reach_of(desk), business_id)
    place = last_place(reading(), desk.person_id)
    form = VisitForm.of_request(data={"visited_on": local_day(clock.now()), "place": place and place.value})
    form.is_mandated = business.mandate_id is not None
    if form.submitted():
        with form.keeping_what_was_typed():
            _record(desk, business_id, form)
            flash(f"Đã ghi lượt ghé {business.name}.")
            return redirect(url_for("stall.helper_business", business_id=business_id), 303)
    return _visit_page(form, business)


def _record(desk: HamletDesk, business_id: int, form: VisitForm) -> None:
    new = form.as_new_visit(desk.commune_id, business_id, form.client_key.data or random_key())
    with transaction() as writing:
        record_visit(writing, desk.actor, new, clock=clock.now)


def _visit_page(form: VisitForm, business: HelpedBusiness) -> Page:
    return form.page("stall/visits/helper_visit.html", business=business)


@blueprint.post("/to-cong-nghe/luot/<int:visit_id>/rut")
@helper_page
def helper_visit_withdraw(desk: HamletDesk, visit_id: int) -> Page:
    with transaction() as writing:
        business_id = withdraw_visit(writing, desk.actor, desk.commune_id, visit_id, clock=clock.now)
    flash("Đã rút lượt ghi nhầm.")
    return redirect(url_for("stall.helper_business", business_id=business_id), 303)


@blueprint.get("/to-cong-nghe/so-luot")
@helper_page
def helper_month(desk: HamletDesk) -> Page:
    """The month's sheet, to be printed and signed."""
    month = month_asked()

    def visits(first: int, most: int) -> Sequence[HelpVisit]:
        return visits_of_month(reading(), desk.commune_id, desk.person_id, month.days, first=first, most=most)

    return render_template(
        "stall/visits/helper_month.html",
        month=month,
        helper=helper_named(reading(), desk.commune_id, desk.person_id),
        hamlets=[name for key, name in hamlet_names(reading(), desk.commune_id).items() if key in desk.hamlet_ids],
        counts=month_counts(reading(), desk.commune_id, desk.person_id, month.days),
        visits=listed(visits, "page", A_SHEET),
        a_sheet=A_SHEET,
        words=VISIT_WORDS,
    )


@blueprint.get("/to-cong-nghe/chi-tieu")
@helper_page
def helper_targets(desk: HamletDesk) -> Page:
    """How far the helper's own hamlets are: counts, and nobody's sales."""
    today = local_day(clock.now())
    return render_template(
        "stall/visits/helper_targets.html",
        boards=hamlet_targets(reading(), desk.commune_id, today, hamlet_ids=sorted(desk.hamlet_ids)),
        a_week=visits_a_week(reading(), desk.commune_id, today),
        today=today,
        words=VISIT_WORDS,
    )
