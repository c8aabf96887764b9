"""What is to be done on a commune's first day, and what of it is: read from the data, not ticked by hand."""

from flask import render_template

from market.base import clock
from market.base.db import reading
from market.communes.queries.first_day import TARGET, first_day_of
from market.communes.rules.first_day import StepKey
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.rollout.words import STEPS


@blueprint.get("/van-phong/bat-dau")
@office_page
def first_day(desk: OfficeDesk) -> Page:
    day = first_day_of(reading(), desk.commune_id, local_day(clock.now()))
    return render_template("office/rollout/first_day.html", day=day, words=STEPS, target=TARGET, key=StepKey.TARGET)
