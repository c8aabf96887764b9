"""How the helpers' work goes: hamlets' targets, households step by step, who sells alone, a helper's month."""

from collections.abc import Sequence

from flask import render_template, request

from market.adoption.queries.independence import help_given, names_of_helped
from market.adoption.queries.next_visits import visits_a_week
from market.adoption.queries.steps import HouseholdSteps, households_by_step
from market.adoption.queries.targets import hamlet_targets
from market.adoption.rules.independence import HELP_STANDING_WORDS, HelpStanding, cohorts
from market.base import clock
from market.base.db import reading
from market.places.queries import hamlet_names
from market.sellers import queries
from market.sellers.models import HelpVisit, PostRole
from market.sellers.queries.help_visits import helper_named, month_counts, visits_of_month
from market.sellers.rules.help_visits import VISIT_WORDS
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import listed, part_of
from market.web.base.months import month_asked
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.helping.forms import HamletFilterForm, StandingFilterForm

A_PAGE = 50
A_SHEET = 100
MONTHS_SHOWN = 12


@blueprint.get("/van-phong/to-cong-nghe/chi-tieu-thon")
@office_page
def help_board(desk: OfficeDesk) -> Page:
    today = local_day(clock.now())
    held = queries.held_posts(desk.commune_id, PostRole.HELPER, today)
    return render_template(
        "office/helping/help_board.html",
        boards=part_of(hamlet_targets(reading(), desk.commune_id, today), "page", A_PAGE),
        helpers=listed(lambda first, most: queries.holders_in(reading(), held, first, most), "to_vien"),
        hamlets=hamlet_names(reading(), desk.commune_id),
        a_week=visits_a_week(reading(), desk.commune_id, today),
        today=today,
        words=VISIT_WORDS,
    )


@blueprint.get("/van-phong/to-cong-nghe/cac-buoc")
@office_page
def help_steps(desk: OfficeDesk) -> Page:
    """Each household with the steps it has done."""
    today, hamlets = local_day(clock.now()), hamlet_names(reading(), desk.commune_id)
    form = HamletFilterForm(request.args)
    form.offer(hamlets)
    hamlet_id = form.hamlet_id()

    def households(first: int, most: int) -> Sequence[HouseholdSteps]:
        return households_by_step(reading(), desk.commune_id, hamlet_id=hamlet_id, today=today, first=first, most=most)

    return render_template(
        "office/helping/help_steps.html",
        form=form,
        asked={"thon": hamlet_id} if hamlet_id else {},
        households=listed(households, "page", A_PAGE),
        hamlets=hamlets,
        words=VISIT_WORDS,
    )


@blueprint.get("/van-phong/to-cong-nghe/tu-lam")
@office_page
def help_alone(desk: OfficeDesk) -> Page:
    """Help that ends: by the month in which it began, who is helped still and who sells alone."""
    form = StandingFilterForm(request.args)
    given, standing = help_given(reading(), desk.commune_id, local_day(clock.now())), form.standing()
    shown = part_of([one for one in given if standing in (None, one.standing)], "page", A_PAGE)
    return render_template(
        "office/helping/help_alone.html",
        form=form,
        asked={"the": standing.value} if standing else {},
        cohorts=cohorts(given)[:MONTHS_SHOWN],
        alone=sum(one.standing is HelpStanding.ALONE for one in given),
        total=len(given),
        shown=shown,
        names=names_of_helped(reading(), [one.business_id for one in shown.rows]),
        standings=HELP_STANDING_WORDS,
    )


@blueprint.get("/van-phong/to-cong-nghe/<int:helper_id>/so-luot")
@office_page
def help_month(desk: OfficeDesk, helper_id: int) -> Page:
    """A helper's month as a sheet, as they see it themselves."""
    month, helper = month_asked(), helper_named(reading(), desk.commune_id, helper_id)

    def visits(first: int, most: int) -> Sequence[HelpVisit]:
        return visits_of_month(reading(), desk.commune_id, helper_id, month.days, first=first, most=most)

    return render_template(
        "office/helping/help_month.html",
        month=month,
        helper=helper,
        counts=month_counts(reading(), desk.commune_id, helper_id, month.days),
        visits=listed(visits, "page", A_SHEET),
        a_sheet=A_SHEET,
        words=VISIT_WORDS,
    )
