"""The commune's targets and the numbers by which the KPI is counted: each from a day on, with its source."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.places import actions, queries
from market.places.models import DatedFact
from market.places.rules import FACTS
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.first_day import after_saving
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.settings.forms import FactForm
from market.web.office.settings.words import FactShown


@blueprint.route("/van-phong/cai-dat/muc-tieu", methods=["GET", "POST"])
@office_page
def facts(desk: OfficeDesk) -> Page:
    today = local_day(clock.now())
    form = FactForm.of_request(data={"key": request.args.get("so")})
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_fact(desk.commune_id)
            with transaction() as writing:
                changed = actions.set_fact(writing, desk.actor, new, clock=clock.now)
            flash(SET if changed else "Không có gì thay đổi.")
            return redirect(after_saving(desk.commune_id, url_for("office.facts")), 303)
    rows = queries.facts_of(reading(), desk.commune_id, FACTS)
    shown = [FactShown.of(key, kind, _of_key(rows)[key], today) for key, kind in FACTS.items()]
    return form.page("office/settings/facts.html", facts=shown, today=today)


SET = "Đã ghi. Số mới dùng từ ngày ấy, số liệu những ngày trước giữ nguyên."


def _of_key(rows: Sequence[DatedFact]) -> Mapping[str, list[DatedFact]]:
    return {key: [row for row in rows if row.key == key] for key in FACTS}


@blueprint.post("/van-phong/cai-dat/muc-tieu/<int:fact_id>/bo")
@office_page
def fact_withdraw(desk: OfficeDesk, fact_id: int) -> Page:
    with transaction() as writing:
        actions.withdraw_fact(writing, desk.actor, desk.commune_id, fact_id, clock=clock.now)
    flash("Đã bỏ. Số đang dùng vẫn dùng tiếp.")
    return redirect(url_for("office.facts"), 303)
