"""A report: everything it says with its codes on one page, and the same as a file."""

from flask import render_template, url_for

from market.adoption import queries
from market.adoption.papers import DOCX, XLSX
from market.adoption.papers.report_docx import report_docx
from market.adoption.papers.report_xlsx import report_xlsx
from market.adoption.rules.reporting.content import FORM_NOT_CHECKED, ReportContent, report_content
from market.adoption.rules.reporting.table import HEADS
from market.base.db import reading
from market.web.base.access import OfficeDesk, office_page
from market.web.base.commune import whole_address
from market.web.base.heavy import heavy
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.reports.downloads import as_download


def _content(desk: OfficeDesk, report_code: str) -> ReportContent:
    """As the figures were known when the report was made."""
    report = queries.report_with_code(reading(), desk.commune_id, report_code.upper())
    return report_content(queries.report_figures(reading(), report), queries.paper_of(reading(), report))


@blueprint.get("/van-phong/bao-cao/<report_code>")
@office_page
@heavy
def report(desk: OfficeDesk, report_code: str) -> Page:
    content = _content(desk, report_code)
    return render_template("office/reports/report.html", content=content, heads=HEADS, not_checked=FORM_NOT_CHECKED)


@blueprint.get("/van-phong/bao-cao/<report_code>/docx")
@office_page
@heavy
def report_file(desk: OfficeDesk, report_code: str) -> Page:
    content = _content(desk, report_code)
    return as_download(report_docx(content, _rows_at), DOCX, f"bao-cao-{content.paper.code}.docx")


@blueprint.get("/van-phong/bao-cao/<report_code>/xlsx")
@office_page
@heavy
def report_workbook(desk: OfficeDesk, report_code: str) -> Page:
    content = _content(desk, report_code)
    return as_download(report_xlsx(content, _rows_at), XLSX, f"bao-cao-{content.paper.code}.xlsx")


def _rows_at(figure_code: str) -> str:
    """Where the rows behind a figure stand, at this market's own host."""
    return whole_address(url_for("office.figure_rows", figure_code=figure_code))
