"""A lock that was wrong: what its replacement would say, and why it must be."""

from flask import flash, redirect, url_for

from market.adoption import actions
from market.adoption.actions import facts_to_lock
from market.adoption.queries.locked import LockedFigure, count_period, locked_figure
from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.web.base.access import OfficeDesk, office_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.kpi.period_forms import ReplaceForm
from market.web.office.kpi.views.kpi_period import HEADLINES


@blueprint.route("/van-phong/chi-tieu/ky/<int:period_id>/thay-the", methods=["GET", "POST"])
@office_page
def kpi_period_replace(desk: OfficeDesk, period_id: int) -> Page:
    figure = _newest_lock(desk, period_id)
    form = ReplaceForm.of_request(data={"replaces": str(figure.version)})
    if form.submitted():
        with form.keeping_what_was_typed():
            locking = form.as_replacement(desk.commune_id, period_id, seen_given())
            with transaction() as writing:
                version = actions.lock_period(writing, desk.actor, locking, clock=clock.now)
            flash(f"Đã ghi bản {version}. Bản trước vẫn còn để xem lại.")
            return redirect(url_for("office.kpi_period", period_id=period_id), 303)
    counting = count_period(reading(), desk.commune_id, figure.days, known_at=clock.now(), names_proofs=False)
    return form.page(
        "office/kpi/kpi_period_replace.html",
        figure=figure,
        today=counting.content,
        facts=facts_to_lock(counting, figure.version),
        headlines=HEADLINES,
    )


def _newest_lock(desk: OfficeDesk, period_id: int) -> LockedFigure:
    """NotFound for a draft: there is nothing to replace."""
    figure = locked_figure(reading(), desk.commune_id, period_id)
    if figure is None:
        raise NotFound("Kỳ này chưa chốt số nên chưa có gì để thay.")
    return figure
