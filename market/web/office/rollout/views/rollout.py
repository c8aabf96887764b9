"""The roll-out: a map of the hamlets with a table beside it, and the page on which the market is switched in one."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.communes.queries.rollout import rollout_of
from market.communes.rules.rollout import WIDTH, draw_map
from market.places import actions, queries
from market.places.queries.rollout import opening_facts
from market.values.period import format_date, local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import A_PAGE, part_of
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.rollout.forms import SwitchForm
from market.web.office.rollout.words import STATES


@blueprint.get("/van-phong/trien-khai")
@office_page
def rollout(desk: OfficeDesk) -> Page:
    found = rollout_of(reading(), desk.commune_id, local_day(clock.now()))
    outlines = {one.hamlet.id: one.hamlet.outline for one in found.hamlets if one.hamlet.outline}
    return render_template(
        "office/rollout/rollout.html",
        rollout=found,
        page=part_of(found.hamlets, "page", A_PAGE),
        drawn=draw_map([(one.hamlet.id, one.hamlet.name) for one in found.hamlets], outlines),
        width=WIDTH,
        by_id={one.hamlet.id: one for one in found.hamlets},
        states=STATES,
    )


@blueprint.get("/van-phong/trien-khai/<int:hamlet_id>")
@office_page
def rollout_hamlet(desk: OfficeDesk, hamlet_id: int) -> Page:
    return _hamlet_page(desk, hamlet_id, SwitchForm(data={"from_day": local_day(clock.now())}))


def _hamlet_page(desk: OfficeDesk, hamlet_id: int, form: SwitchForm) -> Page:
    queries.hamlet_with_id(reading(), desk.commune_id, hamlet_id)
    found = rollout_of(reading(), desk.commune_id, local_day(clock.now()))
    now = next((one for one in found.hamlets if one.hamlet.id == hamlet_id), None)
    if now is None:
        raise NotFound
    return form.page(
        "office/rollout/rollout_hamlet.html",
        now=now,
        rule=found.rule,
        states=STATES,
        facts=opening_facts(reading(), hamlet_id),
    )


@blueprint.post("/van-phong/trien-khai/<int:hamlet_id>/bat")
@office_page
def rollout_on(desk: OfficeDesk, hamlet_id: int) -> Page:
    hamlet, form = queries.hamlet_with_id(reading(), desk.commune_id, hamlet_id), SwitchForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            switch = form.as_switch(desk.commune_id, hamlet_id, seen_given())
            with transaction() as writing:
                actions.switch_on(writing, desk.actor, switch, clock=clock.now)
            flash(f"Chợ số bật ở {hamlet.name} từ {format_date(switch.from_day)}. Hộ ở thôn mở gian được từ ngày ấy.")
            return redirect(url_for("office.rollout"), 303)
    return _hamlet_page(desk, hamlet_id, form)


@blueprint.post("/van-phong/trien-khai/<int:hamlet_id>/tat")
@office_page
def rollout_off(desk: OfficeDesk, hamlet_id: int) -> Page:
    hamlet, form = queries.hamlet_with_id(reading(), desk.commune_id, hamlet_id), SwitchForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            switch = form.as_switch(desk.commune_id, hamlet_id, seen_given())
            with transaction() as writing:
                actions.switch_off(writing, desk.actor, switch, clock=clock.now)
            flash(f"Chợ số ở {hamlet.name} tắt từ {format_date(switch.from_day)}. Gian đang có vẫn bán tiếp.")
            return redirect(url_for("office.rollout"), 303)
    return _hamlet_page(desk, hamlet_id, form)
