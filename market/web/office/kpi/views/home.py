"""The office's door."""

from flask import redirect, url_for

from market.web.base.access import OfficeDesk, office_page
from market.web.base.web import Page
from market.web.office.blueprint import blueprint


@blueprint.get("/van-phong")
@office_page
def home(_desk: OfficeDesk) -> Page:
    return redirect(url_for("office.kpi"), 303)
