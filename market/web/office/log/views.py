"""The log: who did what, when, for whom."""

from flask import render_template, request

from market.base.db import reading
from market.values.paging import Place
from market.web.base.access import OfficeDesk, office_page
from market.web.base.heavy import heavy
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.log import queries
from market.web.office.log.forms import LogFilterForm
from market.web.office.log.words import NOBODY, VERBS

OLDER = "truoc"


@blueprint.get("/van-phong/nhat-ky")
@office_page
@heavy
def log(desk: OfficeDesk) -> Page:
    form = LogFilterForm(request.args)
    form.viec.choices = {"": "Mọi việc"} | VERBS
    after = Place.of(request.args.get(OLDER, ""))
    found = queries.log(reading(), desk.commune_id, form.as_filter(after))
    asked = {name: value for name, value in request.args.items() if value and name != OLDER}
    return render_template(
        "office/log/log.html", form=form, found=found, asked=asked, after=after, verbs=VERBS, nobody=NOBODY
    )
