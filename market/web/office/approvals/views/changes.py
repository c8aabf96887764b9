"""The office's look at what sellers change of stalls and approved goods: the public version stays until then."""

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import reading, transaction
from market.catalog.actions import changes as actions
from market.sellers.actions import SeenRequest
from market.sellers.queries import change_of
from market.web.base.access import OfficeDesk, office_page
from market.web.base.forms import BaseForm
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.approvals.bulk import Bulk, Ticked, ticked
from market.web.office.approvals.changes import called, shown_changes
from market.web.office.approvals.forms import ClaimRefusalForm
from market.web.office.approvals.waiting import queue_watch
from market.web.office.blueprint import blueprint


@blueprint.get("/van-phong/duyet/sua")
@office_page
def changes(desk: OfficeDesk) -> Page:
    return _changes_page(desk, ClaimRefusalForm())


def _changes_page(desk: OfficeDesk, form: BaseForm, *, wrong_id: int | None = None) -> Page:
    watch, found = queue_watch(desk), shown_changes(reading(), desk.commune_id)
    return form.page("office/approvals/changes.html", changes=found, wrong_id=wrong_id, watch=watch)


@blueprint.post("/van-phong/duyet/sua/<int:change_id>/duyet")
@office_page
def changes_approve(desk: OfficeDesk, change_id: int) -> Page:
    shown, form = _shown(desk, change_id), ClaimRefusalForm()
    with form.keeping_what_was_typed():
        with transaction() as writing:
            actions.approve_change(writing, desk.actor, shown, clock=clock.now)
        flash("Đã duyệt. Chợ hiện bản mới.")
        return redirect(url_for("office.changes"), 303)
    return _changes_page(desk, form, wrong_id=change_id)


@blueprint.post("/van-phong/duyet/sua/<int:change_id>/tu-choi")
@office_page
def changes_refuse(desk: OfficeDesk, change_id: int) -> Page:
    change_of(reading(), desk.commune_id, change_id)
    form = ClaimRefusalForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            shown = _shown(desk, change_id)
            with transaction() as writing:
                actions.refuse_change(writing, desk.actor, shown, form.text(), clock=clock.now)
            flash("Đã từ chối. Chợ vẫn hiện bản cũ, người bán đọc được lý do.")
            return redirect(url_for("office.changes"), 303)
    return _changes_page(desk, form, wrong_id=change_id)


def _shown(desk: OfficeDesk, change_id: int) -> SeenRequest:
    change_of(reading(), desk.commune_id, change_id)
    return SeenRequest(commune_id=desk.commune_id, id=change_id, seen=seen_given())


@blueprint.post("/van-phong/duyet/sua/duyet")
@office_page
def changes_approve_all(desk: OfficeDesk) -> Page:
    """Each that is ticked is decided by itself: one that was changed meanwhile keeps none of the others back."""

    def name(change_id: int) -> str:
        return called(reading(), desk.commune_id, change_id)

    def act(writing: Session, one: Ticked) -> None:
        shown = SeenRequest(commune_id=desk.commune_id, id=one.id, seen=one.seen)
        actions.approve_change(writing, desk.actor, shown, clock=clock.now)

    Bulk(name=name, act=act, done="Đã duyệt {} bản sửa.", nothing=NO_CHANGE).decide(ticked())
    return redirect(url_for("office.changes"), 303)


NO_CHANGE = "Chưa duyệt bản nào. Mời chọn ít nhất một bản đã xem."
