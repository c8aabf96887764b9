"""Writing in a journal: a new line, a correction, a line withdrawn."""

from flask import flash

from market.base import clock
from market.base.db import reading, transaction
from market.trace import actions, queries
from market.trace.actions import EntryRef
from market.trace.models import JournalEntry, Lot
from market.trace.rules import AMOUNT_NEEDED, KIND_WORDS, MEASURED, JournalKind
from market.values.period import local_day
from market.web.base.access import StallContext, stall_page
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.lots.desk import lot_of, ref_of, to_lot
from market.web.stall.lots.forms import EntryForm, WithdrawForm


@blueprint.route("/ban-hang/<gian>/lo/<lot:code>/ghi/<work:kind>", methods=["GET", "POST"])
@stall_page
def entry_new(desk: StallContext, code: str, kind: JournalKind) -> Page:
    lot = lot_of(desk, code)
    if not lot.life.can_write:
        flash("Lô đã ghi xong nên chỉ nhận dòng đính chính.")
        return to_lot(desk, code)
    form = EntryForm.of_request(data={"happened_on": local_day(clock.now()), "unit": lot.pack_unit})
    if form.submitted() and form.validate_for(kind):
        with form.keeping_what_was_typed():
            with transaction() as writing:
                actions.add_entry(writing, desk.actor, ref_of(lot), form.as_new_entry(kind), clock=clock.now)
            flash(f"Đã ghi: {KIND_WORDS[kind].lower()}.")
            return to_lot(desk, code)
    return form.page("stall/lots/entry_new.html", desk=desk, lot=lot, **_asked(kind))


def _asked(kind: JournalKind) -> dict[str, object]:
    """What a line of this kind is asked for."""
    return {
        "kind": kind,
        "words": KIND_WORDS[kind],
        "asks_amount": kind in MEASURED or kind is JournalKind.FERTILISING,
        "needs_amount": kind in AMOUNT_NEEDED,
        "is_spray": kind is JournalKind.SPRAYING,
    }


@blueprint.route("/ban-hang/<gian>/lo/<lot:code>/sua/<int:entry_id>", methods=["GET", "POST"])
@stall_page
def entry_correct(desk: StallContext, code: str, entry_id: int) -> Page:
    lot = lot_of(desk, code)
    entry = queries.entry_of_lot(reading(), lot.id, entry_id)
    form = EntryForm.of_request(data=_said(entry))
    if form.submitted() and form.validate_for(entry.kind):
        with form.keeping_what_was_typed():
            which, new = EntryRef(stall_id=desk.stall_id, entry_id=entry.id), form.as_new_entry(entry.kind)
            with transaction() as writing:
                actions.correct_entry(writing, desk.actor, which, new, clock=clock.now)
            flash("Đã ghi dòng đính chính. Dòng cũ vẫn còn, được gạch đi.")
            return to_lot(desk, code)
    return _correct_page(desk, lot, entry, form, WithdrawForm())


def _said(entry: JournalEntry) -> dict[str, object]:
    fields = ("happened_on", "amount", "substance", "phi_days", "note")
    said: dict[str, object] = {field: getattr(entry, field) for field in fields}
    return said | {"unit": entry.unit or ""}


def _correct_page(desk: StallContext, lot: Lot, entry: JournalEntry, form: EntryForm, withdraw: WithdrawForm) -> Page:
    page, status = form.page(
        "stall/lots/entry_correct.html", desk=desk, lot=lot, entry=entry, withdraw=withdraw, **_asked(entry.kind)
    )
    return page, withdraw.wrong_status if withdraw.errors or withdraw.refusal else status


@blueprint.post("/ban-hang/<gian>/lo/<lot:code>/sua/<int:entry_id>/bo")
@stall_page
def entry_withdraw(desk: StallContext, code: str, entry_id: int) -> Page:
    lot = lot_of(desk, code)
    entry = queries.entry_of_lot(reading(), lot.id, entry_id)
    withdraw = WithdrawForm.of_request()
    if withdraw.submitted():
        with withdraw.keeping_what_was_typed():
            which, said = EntryRef(stall_id=desk.stall_id, entry_id=entry.id), withdraw.as_withdrawal()
            with transaction() as writing:
                actions.withdraw_entry(writing, desk.actor, which, said, clock=clock.now)
            flash("Đã bỏ dòng ghi nhầm. Người xem vẫn thấy dòng cũ, được gạch đi.")
            return to_lot(desk, code)
    return _correct_page(desk, lot, entry, EntryForm(data=_said(entry)), withdraw)
