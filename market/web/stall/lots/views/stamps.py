"""A lot's stamps: printed, downloaded as a sheet, activated, made void."""

from typing import Protocol

from flask import Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import transaction
from market.base.jobs.long_tasks import NewTask, ask_for
from market.trace import actions
from market.trace.actions import LotRef, Serials
from market.trace.models import Lot
from market.trace.rules import LONG_SHEET, MOST_STAMPS_AT_ONCE
from market.trace.sheets import STAMP_PRINT, STAMP_SHEET, sheet_of
from market.web.base.access import StallContext, stall_page
from market.web.base.addresses import row_number
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.lots.desk import LotForms, lot_of, lot_page, ref_of, to_lot
from market.web.stall.lots.forms import PrintForm, SerialsForm, SheetForm


@blueprint.post("/ban-hang/<gian>/lo/<lot:code>/tem")
@stall_page
def stamps_print(desk: StallContext, code: str) -> Page:
    lot = lot_of(desk, code)
    form = PrintForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            return _ask(desk, lot, form) if form.count.data > LONG_SHEET else _print(desk, lot, form)
    return lot_page(desk, code, LotForms(print=form))


def _print(desk: StallContext, lot: Lot, form: PrintForm) -> Page:
    count, key = form.count.data, form.client_key.data
    with transaction() as writing:
        made = actions.print_stamps(writing, desk.actor, ref_of(lot), count, client_key=key, clock=clock.now).serials
    flash(f"Đã làm {count} tem, số {made.first} đến {made.last}. Bấm Tải tờ tem để in.")
    return to_lot(desk, lot.code, "tem")


def _ask(desk: StallContext, lot: Lot, form: PrintForm) -> Page:
    """Many are made in steps by the jobs process."""
    count, key = form.count.data, form.client_key.data
    new = _task(desk, STAMP_PRINT, key, lot=lot.code, count=count)
    with transaction() as writing:
        task_id = ask_for(writing, desk.actor, new, clock=clock.now)
        actions.request_stamps(writing, ref_of(lot), count, client_key=key, clock=clock.now)
    return _to_task(desk, task_id)


def _task(desk: StallContext, kind: str, client_key: str | None, **asks: str | int) -> NewTask:
    return NewTask(commune_id=desk.commune_id, stall_id=desk.stall_id, kind=kind, asks=asks, client_key=client_key)


def _to_task(desk: StallContext, task_id: int) -> Page:
    return redirect(url_for("stall.task", gian=desk.slug, task_id=task_id), 303)


@blueprint.get("/ban-hang/<gian>/lo/<lot:code>/tem.pdf")
@stall_page
def stamps_sheet(desk: StallContext, code: str) -> Page:
    lot = lot_of(desk, code)
    first = request.args.get("tu", 1, row_number)
    last = min(request.args.get("den", first + MOST_STAMPS_AT_ONCE - 1, row_number), first + MOST_STAMPS_AT_ONCE - 1)
    if min(last, lot.stamps_printed) - first >= LONG_SHEET:
        flash(f"Tờ tem này có hơn {LONG_SHEET} tem. Bấm Làm tờ tem, chợ làm rồi báo khi xong.")
        return to_lot(desk, code, "tem")
    file = sheet_of(lot, first, last)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, mimetype=file.media_type, headers=headers)


@blueprint.post("/ban-hang/<gian>/lo/<lot:code>/tem/to")
@stall_page
def stamps_sheet_make(desk: StallContext, code: str) -> Page:
    lot, form = lot_of(desk, code), SheetForm.of_request()
    if not form.submitted():
        return lot_page(desk, code, LotForms())
    serials = form.as_serials(lot.stamps_printed)
    new = _task(desk, STAMP_SHEET, form.client_key.data, lot=lot.code, first=serials.first, last=serials.last)
    with transaction() as writing:
        return _to_task(desk, ask_for(writing, desk.actor, new, clock=clock.now))


class _Move(Protocol):
    def __call__(self, session: Session, actor: Actor, which: LotRef, serials: Serials, *, clock: Clock) -> int: ...


@blueprint.post("/ban-hang/<gian>/lo/<lot:code>/kich-hoat")
@stall_page
def stamps_activate(desk: StallContext, code: str) -> Page:
    form = SerialsForm.of_request()
    count = _moved(desk, code, form, actions.activate_stamps)
    if count is None:
        return lot_page(desk, code, LotForms(activate=form))
    flash(f"Đã ghi dán xong {count} tem.{_left(form, count)}" if count else "Các tem này đã ghi dán từ trước.")
    return to_lot(desk, code, "tem")


@blueprint.post("/ban-hang/<gian>/lo/<lot:code>/huy-tem")
@stall_page
def stamps_void(desk: StallContext, code: str) -> Page:
    form = SerialsForm.of_request()
    count = _moved(desk, code, form, actions.void_stamps)
    if count is None:
        return lot_page(desk, code, LotForms(void=form))
    said = f"Đã hủy {count} tem. Ai quét sẽ thấy lời báo đừng mua.{_left(form, count)}"
    flash(said if count else "Các tem này đã hủy từ trước.")
    return to_lot(desk, code, "tem")


def _left(form: SerialsForm, count: int) -> str:
    """What is said where fewer stamps were moved than the numbers typed."""
    serials = form.as_serials()
    asked = serials.last - serials.first + 1
    return f" Bạn ghi {asked} số: {asked - count} số kia chưa in, hoặc đã ghi từ trước." if count < asked else ""


def _moved(desk: StallContext, code: str, form: SerialsForm, move: _Move) -> int | None:
    """How many of the stamps that the form names were moved; None where the form must come back."""
    lot = lot_of(desk, code)
    if form.submitted():
        with form.keeping_what_was_typed(), transaction() as writing:
            return move(writing, desk.actor, ref_of(lot), form.as_serials(), clock=clock.now)
    return None
