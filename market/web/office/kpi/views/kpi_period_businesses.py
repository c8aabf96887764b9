"""Every business that a lock counts, with the order that proves it; a page at a time."""

from flask import render_template, request

from market.adoption import queries
from market.adoption.queries.locked import counted_page, locked_figure, order_codes
from market.adoption.rules import EVIDENCE_WORDS
from market.base.db import reading
from market.base.errors import NotFound
from market.web.base.access import OfficeDesk, office_page
from market.web.base.addresses import row_number
from market.web.base.listing import number_asked
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.kpi.forms import KINDS


@blueprint.get("/van-phong/chi-tieu/ky/<int:period_id>/ho")
@office_page
def kpi_period_businesses(desk: OfficeDesk, period_id: int) -> Page:
    asked = request.args.get("ban", type=row_number)
    figure = locked_figure(reading(), desk.commune_id, period_id, version=asked)
    if figure is None:
        raise NotFound("Kỳ này chưa chốt số.")
    found = counted_page(figure, number_asked("page"))
    return render_template(
        "office/kpi/kpi_period_businesses.html",
        figure=figure,
        found=found,
        names=queries.names_of(reading(), [one.business_id for one in found.rows]),
        codes=order_codes(reading(), desk.commune_id, [one.order_id for one in found.rows]),
        hamlets=queries.hamlet_names(reading(), desk.commune_id),
        evidences=EVIDENCE_WORDS,
        kinds=KINDS,
        platforms=queries.platform_words(),
    )
