"""The reports that were made, and the form that makes another."""

from flask import redirect, url_for

from market.adoption import queries
from market.adoption.actions import make_report
from market.adoption.queries.reporting import commune_names, last_report_of
from market.adoption.rules.reporting.signing import ReportKind, report_kind_words
from market.base import clock
from market.base.db import reading, transaction
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import listed
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.reports.forms import ReportForm, chosen_last_time


@blueprint.route("/van-phong/bao-cao", methods=["GET", "POST"])
@office_page
def reports(desk: OfficeDesk) -> Page:
    session, today = reading(), local_day(clock.now())
    form = ReportForm.of_request(data=chosen_last_time(last_report_of(session, desk.commune_id, desk.person_id)))
    names = commune_names(session, desk.commune_id)
    form.offer(names, today)
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                code = make_report(writing, desk.actor, form.as_new_report(desk.commune_id), clock=clock.now)
            return redirect(url_for("office.report", report_code=code), 303)
    return form.page(
        "office/reports/reports.html",
        made=listed(lambda first, most: queries.reports_of(reading(), desk.commune_id, first, most), "page"),
        kinds={kind: report_kind_words(kind, names) for kind in ReportKind},
    )
