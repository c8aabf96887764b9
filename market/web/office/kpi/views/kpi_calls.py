"""Whom the office's random sample wants called next."""

from flask import render_template

from market.adoption import queries
from market.base import clock
from market.base.db import reading
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import number_asked
from market.web.base.web import Page
from market.web.office.blueprint import blueprint


@blueprint.get("/van-phong/chi-tieu/goi")
@office_page
def kpi_calls(desk: OfficeDesk) -> Page:
    calls = queries.calls_of(reading(), desk.commune_id, number_asked("page"), now=clock.now())
    return render_template("office/kpi/kpi_calls.html", calls=calls)
