"""The office's door."""

from flask import redirect, url_for

from market.base.web import Page
from market.office.views.blueprint import blueprint
from market.sellers.views.access import OfficeDesk, office_page


@blueprint.get("/van-phong")
@office_page
def home(_desk: OfficeDesk) -> Page:
    return redirect(url_for("office.kpi"), 303)
