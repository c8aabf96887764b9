"""The communes of the city side by side: read only, a page at a time, without one person's data."""

from flask import render_template

from market.adoption.rules import DEFINITIONS
from market.base import clock
from market.base.db import reading
from market.communes.queries.city import communes_of, totals_of
from market.communes.queries.rollout import OF_THE_COUNTRY, active_rule
from market.values.period import local_day
from market.web.base.access import CityDesk, city_page
from market.web.base.listing import counted
from market.web.base.web import Page
from market.web.office.blueprint import blueprint

COMMUNES = 25
"""A page."""


@blueprint.get("/thanh-pho")
@city_page
def city(desk: CityDesk) -> Page:
    totals = totals_of(reading(), desk.provinces)
    page = counted(
        totals.communes,
        lambda first, most: communes_of(reading(), desk.provinces, first=first, most=most),
        "page",
        COMMUNES,
    )
    return render_template(
        "office/city/city.html",
        totals=totals,
        page=page,
        definition=DEFINITIONS[0],
        rule=active_rule(reading(), OF_THE_COUNTRY, local_day(clock.now())),
    )
