"""The log: who did what, when, for whom."""

from flask import render_template, request

from market.base.db import reading
from market.base.web import Page
from market.office import queries
from market.office.forms import LogFilterForm
from market.office.rules import NOBODY, VERBS
from market.office.views.blueprint import blueprint
from market.sellers.views.access import OfficeDesk, office_page


@blueprint.get("/van-phong/nhat-ky")
@office_page
def log(desk: OfficeDesk) -> Page:
    form = LogFilterForm(request.args)
    form.viec.choices = {"": "Mọi việc"} | VERBS
    found = queries.log(reading(), desk.commune_id, form.as_filter(max(1, request.args.get("page", 1, type=int))))
    asked = {name: value for name, value in request.args.items() if value and name != "page"}
    return render_template("office/log.html", form=form, found=found, asked=asked, verbs=VERBS, nobody=NOBODY)
