"""The reporting periods of the commune: those that were opened, and the form that opens one."""

from flask import flash, redirect, url_for

from market.adoption import actions
from market.adoption.queries.periods import periods_of
from market.adoption.rules.periods import PERIOD_CUT_WORDS, PERIOD_STATE_WORDS
from market.base import clock
from market.base.db import reading, transaction
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import listed
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.kpi.period_forms import OpenPeriodForm


@blueprint.route("/van-phong/chi-tieu/ky", methods=["GET", "POST"])
@office_page
def kpi_periods(desk: OfficeDesk) -> Page:
    form = OpenPeriodForm.of_request()
    form.offer(local_day(clock.now()))
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                period_id = actions.open_period(writing, desk.actor, desk.commune_id, form.as_period(), clock=clock.now)
            flash("Đã mở kỳ. Xem những việc cần làm xong trước khi chốt.")
            return redirect(url_for("office.kpi_period", period_id=period_id), 303)
    page = listed(lambda first, most: periods_of(reading(), desk.commune_id, first, most), "page")
    return form.page("office/kpi/kpi_periods.html", periods=page, states=PERIOD_STATE_WORDS, cuts=PERIOD_CUT_WORDS)
