"""The office's door."""

from flask import redirect, url_for

from market.base.db import reading
from market.communes.queries.first_day import register_begun
from market.web.base.access import OfficeDesk, office_page
from market.web.base.web import Page
from market.web.office.blueprint import blueprint


@blueprint.get("/van-phong")
@office_page
def home(desk: OfficeDesk) -> Page:
    """Of a commune with nothing in its register: what to do on the first day."""
    is_new = not register_begun(reading(), desk.commune_id)
    return redirect(url_for("office.first_day" if is_new else "office.kpi"), 303)
