"""The OCOP products of a year, on a page and as files."""

from flask import render_template, request

from market.adoption.papers import DOCX, XLSX
from market.adoption.papers.ocop import HEADS, OcopYear, ocop_docx, ocop_xlsx
from market.adoption.queries.ocop import ocop_of_year
from market.adoption.queries.reporting import commune_names
from market.adoption.rules.reporting.content import FORM_NOT_CHECKED
from market.adoption.rules.reporting.signing import Issuer, ReportKind, Signatory
from market.base import clock
from market.base.db import reading
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.addresses import row_number
from market.web.base.heavy import heavy
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.reports.downloads import as_download

FIRST_YEAR = 2019
"""The programme's first year: no certificate is older."""


def _asked(desk: OfficeDesk) -> OcopYear:
    """Of the year that the address names, as of its end or of today."""
    today = local_day(clock.now())
    year = request.args.get("nam", today.year, type=row_number)
    year = year if FIRST_YEAR <= year <= today.year else today.year
    names = commune_names(reading(), desk.commune_id)
    return OcopYear(
        issuer=Issuer(kind=ReportKind.ECONOMY, signatory=Signatory.HEAD, commune=names),
        year=year,
        as_of=min(today, today.replace(year=year, month=12, day=31)),
        products=ocop_of_year(reading(), desk.commune_id, year),
    )


@blueprint.get("/van-phong/bao-cao/ocop")
@office_page
def ocop_year(desk: OfficeDesk) -> Page:
    listed, this_year = _asked(desk), local_day(clock.now()).year
    return render_template(
        "office/reports/ocop_year.html",
        listed=listed,
        heads=HEADS,
        years=range(this_year, max(FIRST_YEAR, this_year - 5) - 1, -1),
        not_checked=FORM_NOT_CHECKED,
    )


@blueprint.get("/van-phong/bao-cao/ocop/docx")
@office_page
@heavy
def ocop_year_docx(desk: OfficeDesk) -> Page:
    listed = _asked(desk)
    return as_download(ocop_docx(listed), DOCX, f"ocop-{listed.year}.docx")


@blueprint.get("/van-phong/bao-cao/ocop/xlsx")
@office_page
def ocop_year_xlsx(desk: OfficeDesk) -> Page:
    listed = _asked(desk)
    return as_download(ocop_xlsx(listed), XLSX, f"ocop-{listed.year}.xlsx")
