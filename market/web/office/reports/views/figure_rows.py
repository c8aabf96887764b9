"""What a printed figure was counted from: its businesses, each with the sale that speaks for it."""

from flask import redirect, render_template, request, url_for

from market.adoption import queries
from market.adoption.rules import EVIDENCE_WORDS, RISK_FLAG_WORDS, STATE_WORDS
from market.adoption.rules.reporting.codes import FigureCode
from market.adoption.rules.reporting.tallies import COUNTED_WORDS
from market.base.db import reading
from market.base.errors import NotFound
from market.sellers.rules import KIND_WORDS
from market.web.base.access import OfficeDesk, office_page
from market.web.base.heavy import heavy
from market.web.base.listing import number_asked
from market.web.base.web import Page
from market.web.office.blueprint import blueprint

LONGEST_CODE = 40


@blueprint.get("/van-phong/so-lieu/<figure_code>")
@office_page
@heavy
def figure_rows(desk: OfficeDesk, figure_code: str) -> Page:
    try:
        code = FigureCode.read(figure_code)
    except ValueError as error:
        raise NotFound("Không có mã số liệu này. Mời xem lại mã in trong phụ lục của báo cáo.") from error
    found = queries.rows_of_figure(reading(), desk.commune_id, code, number_asked("page"))
    return render_template(
        "office/reports/figure_rows.html",
        found=found,
        words=COUNTED_WORDS[code.counted],
        hamlets=queries.hamlet_names(reading(), desk.commune_id),
        kinds={kind.value: word for kind, word in KIND_WORDS.items()},
        platforms=queries.platform_words(),
        states=STATE_WORDS,
        evidences=EVIDENCE_WORDS,
        risk_flags=RISK_FLAG_WORDS,
    )


@blueprint.get("/van-phong/so-lieu")
@office_page
def figure_rows_find(_desk: OfficeDesk) -> Page:
    """Leads from a code that somebody typed off the paper to its rows."""
    typed = "".join(request.args.get("ma", "").split())
    if not typed:
        return redirect(url_for("office.reports"), 303)
    return redirect(url_for("office.figure_rows", figure_code=typed[:LONGEST_CODE]), 303)
