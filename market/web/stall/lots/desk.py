"""The page of one lot at its stall's desk: every form on it comes back here with what was typed."""

from dataclasses import dataclass, field

from flask import redirect, render_template, url_for

from market.base import clock
from market.base.db import reading
from market.base.errors import Refused
from market.base.secrets import random_key
from market.catalog.queries.public import is_product_stopped
from market.orders.queries.recalls import count_buyers
from market.trace import queries
from market.trace.actions import LotRef
from market.trace.models import Lot
from market.trace.rules import LONG_SHEET, JournalKind, why_not_sealed
from market.values.period import local_day
from market.web.base.access import StallContext
from market.web.base.forms import BaseForm
from market.web.base.listing import part_of
from market.web.base.web import Page
from market.web.stall.lots.forms import PrintForm, SerialsForm

LINES, OBSTACLES, RUNS = 30, 10, 10
"""So many of each stand on a page."""
BUTTONS = (
    (JournalKind.SOWING, "Gieo", "sprout"),
    (JournalKind.FERTILISING, "Bón", "droplets"),
    (JournalKind.SPRAYING, "Phun", "spray-can"),
    (JournalKind.HARVEST, "Thu", "wheat"),
    (JournalKind.PROCESSING, "Chế biến", "factory"),
    (JournalKind.PACKING, "Đóng gói", "package-check"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotForms:
    """The forms of the page; those that were not posted are empty."""

    print: PrintForm = field(default_factory=PrintForm)
    activate: SerialsForm = field(default_factory=SerialsForm)
    void: SerialsForm = field(default_factory=SerialsForm)
    refusal: Refused | None = None

    @staticmethod
    def sheet_key() -> str:
        """A new key for the button that has a sheet made."""
        return random_key()

    @property
    def status(self) -> int:
        """What a button's refusal or a wrong form says, else 200."""
        posted: tuple[BaseForm, ...] = (self.print, self.activate, self.void)
        if self.refusal:
            return self.refusal.status
        return next((form.wrong_status for form in posted if form.errors or form.refusal), 200)


def lot_page(desk: StallContext, code: str, forms: LotForms) -> Page:
    """The lot's page, as it is now; its status says whether a form on it was wrong."""
    lot = queries.lot_of_stall(reading(), desk.stall_id, code)
    entries = queries.journal_of(reading(), lot.id)
    return render_template(
        "stall/lots/lot.html",
        desk=desk,
        lot=lot,
        lines=part_of(queries.journal_lines(entries), "nhat_ky", LINES),
        obstacles=part_of(why_not_sealed((entry.entry for entry in entries), lot.terms), "chua_duoc", OBSTACLES),
        runs=part_of(queries.print_runs(reading(), lot.id), "dot_in", RUNS),
        buttons=BUTTONS,
        facts=queries.facts_to_seal(lot, entries),
        forms=forms,
        long_sheet=LONG_SHEET,
        **_sale_of(lot),
    ), forms.status


def _sale_of(lot: Lot) -> dict[str, object]:
    """Whether its goods may be sold, and whom to call where they may not."""
    now, life = clock.now(), lot.life
    return {
        "is_past": life.is_past(local_day(now)),
        "stops": life.stops(local_day(now)),
        "is_stopped": is_product_stopped(reading(), lot.product_id, now=now),
        "buyers": count_buyers(reading(), lot) if life.is_recalled else 0,
        "aside_facts": queries.facts_to_set_aside(lot),
    }


def lot_of(desk: StallContext, code: str) -> Lot:
    return queries.lot_of_stall(reading(), desk.stall_id, code)


def ref_of(lot: Lot) -> LotRef:
    return LotRef(stall_id=lot.stall_id, lot_id=lot.id)


def to_lot(desk: StallContext, code: str, anchor: str | None = None) -> Page:
    return redirect(url_for("stall.lot", gian=desk.slug, code=code, _anchor=anchor), 303)
