"""A lot's stamps: printed, downloaded as a sheet, activated, made void."""

from typing import Protocol

from flask import Response, flash, request
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import Actor
from market.base.clock import Clock
from market.base.commands import links
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.trace import actions, printing, queries
from market.trace.actions import LotRef, Serials
from market.trace.models import Lot
from market.trace.printing import Label
from market.trace.rules import MOST_STAMPS_AT_ONCE
from market.values.period import format_date
from market.web.base.access import StallContext, stall_page
from market.web.base.commune import current_commune
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.lots.desk import LotForms, lot_of, lot_page, ref_of, to_lot
from market.web.stall.lots.forms import PrintForm, SerialsForm


@blueprint.post("/ban-hang/<gian>/lo/<lot:code>/tem")
@stall_page
def stamps_print(desk: StallContext, code: str) -> Page:
    lot = lot_of(desk, code)
    form = PrintForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                made = _print(writing, desk, lot, form)
            flash(f"Đã làm {form.count.data} tem, số {made.first} đến {made.last}. Bấm Tải tờ tem để in.")
            return to_lot(desk, code, "tem")
    return lot_page(desk, code, LotForms(print=form))


def _print(writing: Session, desk: StallContext, lot: Lot, form: PrintForm) -> Serials:
    count, key = form.count.data, form.client_key.data
    return actions.print_stamps(writing, desk.actor, ref_of(lot), count, client_key=key, clock=clock.now).serials


@blueprint.get("/ban-hang/<gian>/lo/<lot:code>/tem.pdf")
@stall_page
def stamps_sheet(desk: StallContext, code: str) -> Page:
    lot = lot_of(desk, code)
    first = request.args.get("tu", 1, int)
    last = min(request.args.get("den", first + MOST_STAMPS_AT_ONCE - 1, int), first + MOST_STAMPS_AT_ONCE - 1)
    stamps = queries.stamps_between(reading(), lot.id, first, last)
    if not stamps:
        raise NotFound("Lô này chưa có tem nào trong khoảng đó.")
    pdf = printing.stamp_sheet(label_of(lot), stamps)
    name = f"tem-{lot.code}-{stamps[0][0]}-{stamps[-1][0]}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def label_of(lot: Lot) -> Label:
    best_before = format_date(lot.best_before) if lot.best_before else ""
    address = links(current_commune().host)
    return Label(product=lot.product.name, lot=lot.code, link=address.stamp, host=address.host, best_before=best_before)


class _Move(Protocol):
    def __call__(self, session: Session, actor: Actor, which: LotRef, serials: Serials, *, clock: Clock) -> int: ...


@blueprint.post("/ban-hang/<gian>/lo/<lot:code>/kich-hoat")
@stall_page
def stamps_activate(desk: StallContext, code: str) -> Page:
    form = SerialsForm.of_request()
    count = _moved(desk, code, form, actions.activate_stamps)
    if count is None:
        return lot_page(desk, code, LotForms(activate=form))
    flash(f"Đã kích hoạt {count} tem." if count else "Các tem này đã kích hoạt từ trước.")
    return to_lot(desk, code, "tem")


@blueprint.post("/ban-hang/<gian>/lo/<lot:code>/huy-tem")
@stall_page
def stamps_void(desk: StallContext, code: str) -> Page:
    form = SerialsForm.of_request()
    count = _moved(desk, code, form, actions.void_stamps)
    if count is None:
        return lot_page(desk, code, LotForms(void=form))
    flash(f"Đã hủy {count} tem. Ai quét sẽ thấy lời báo đừng mua." if count else "Các tem này đã hủy từ trước.")
    return to_lot(desk, code, "tem")


def _moved(desk: StallContext, code: str, form: SerialsForm, move: _Move) -> int | None:
    """How many of the stamps that the form names were moved; None where the form must come back."""
    lot = lot_of(desk, code)
    if form.submitted():
        with form.keeping_what_was_typed(), transaction() as writing:
            return move(writing, desk.actor, ref_of(lot), form.as_serials(), clock=clock.now)
    return None
