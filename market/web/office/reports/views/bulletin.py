"""This week's bulletin for the loudspeakers, on a page and as files."""

from flask import render_template

from market.adoption.papers import DOCX, TEXT
from market.adoption.papers.bulletin import bulletin_docx as bulletin_paper
from market.adoption.queries.reporting import commune_names
from market.adoption.rules.reporting.bulletin import TITLE, Bulletin, week_of_day
from market.adoption.rules.reporting.bulletin import bulletin as bulletin_of
from market.base import clock
from market.base.db import reading
from market.catalog.queries.bulletin import seasonal_on_sale
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.commune import current_commune
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.reports.downloads import as_download

MOST_LISTINGS = 120


def _bulletin(desk: OfficeDesk) -> Bulletin:
    now = clock.now()
    today = local_day(now)
    goods = seasonal_on_sale(reading(), desk.commune_id, today.month, MOST_LISTINGS, now=now)
    return bulletin_of(commune_names(reading(), desk.commune_id).name, week_of_day(today), goods)


@blueprint.get("/van-phong/bao-cao/ban-tin-loa")
@office_page
def bulletin(desk: OfficeDesk) -> Page:
    return render_template("office/reports/bulletin.html", bulletin=_bulletin(desk), heading=TITLE)


@blueprint.get("/van-phong/bao-cao/ban-tin-loa/docx")
@office_page
def bulletin_docx(desk: OfficeDesk) -> Page:
    told = _bulletin(desk)
    return as_download(bulletin_paper(told, current_commune().office_name), DOCX, _name(told, "docx"))


@blueprint.get("/van-phong/bao-cao/ban-tin-loa/txt")
@office_page
def bulletin_text(desk: OfficeDesk) -> Page:
    told = _bulletin(desk)
    return as_download(told.text.encode(), TEXT, _name(told, "txt"))


def _name(told: Bulletin, kind: str) -> str:
    return f"ban-tin-loa-{told.week.start.isoformat()}.{kind}"
