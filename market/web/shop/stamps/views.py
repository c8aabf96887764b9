"""What anybody sees: the page a stamp opens, and a sealed lot's own."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.outages import Down
from market.catalog.models import Variant
from market.catalog.queries.pictures import first_public_picture
from market.catalog.queries.public import variant_for_sale
from market.sellers.queries import certificates_in_force, right_to
from market.trace import actions, queries
from market.trace.actions.brakes import UNKNOWN_STAMP, UNKNOWN_STAMP_ON_KNOWN_DEVICE
from market.trace.models import Lot, Stamp
from market.trace.queries import Visitors
from market.trace.rules import StampStanding, is_machine, standing_of, why_not_sealed
from market.values.codes import parse_stamp_code
from market.values.period import local_day
from market.web.base.callers import count_here, refuse_closed_here
from market.web.base.commune import address_elsewhere, current_commune
from market.web.base.listing import part_of
from market.web.base.outages import refusing_when_unwritable
from market.web.base.web import Page, signed_in_id, visitor
from market.web.shop.blueprint import blueprint

LINES = 60
FAULTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Who has looked: `is_first` where this very visitor is the first, and counted."""

    visitors: Visitors
    is_first: bool


@blueprint.get("/t/<stamp:code>")
@blueprint.get("/T/<stamp:code>")
def stamp(code: str) -> Page:
    """The page behind a QR code, at its own commune's host wherever it was scanned.

    Who tries codes that nobody printed is told to wait, and then learns of none whether it was printed.
    """
    refuse_closed_here(UNKNOWN_STAMP, known=UNKNOWN_STAMP_ON_KNOWN_DEVICE)
    found = _stamp(code)
    if found is None:
        count_here(UNKNOWN_STAMP, known=UNKNOWN_STAMP_ON_KNOWN_DEVICE)
        return render_template("shop/stamps/_stamp_unknown.html", code=code), 404
    if elsewhere := address_elsewhere(found.commune_id, url_for("shop.stamp", code=code)):
        return redirect(elsewhere)
    standing = standing_of(found.lot.life, found.state, today=local_day(clock.now()))
    return render_template(
        "shop/stamps/stamp.html", stamp=found, standing=standing, seen=_seen(found), **_about(found.lot)
    )


def _stamp(code: str) -> Stamp | None:
    try:
        return queries.stamp_by_code(reading(), parse_stamp_code(code))
    except ValueError:
        return None


def _seen(found: Stamp) -> Seen:
    """Count this visitor, unless it is a program or one of the stall's own people. While nothing can be written it is
    not counted, and sees the page."""
    visitors = _visitors(found)
    if visitors.has_this or not _counts(found):
        return Seen(visitors=visitors, is_first=False)
    try:
        with refusing_when_unwritable(), transaction() as writing:
            actions.note_scan(writing, found, visitor(), now=clock.now())
    except Down:
        return Seen(visitors=visitors, is_first=not visitors.count)
    visitors = _visitors(found)
    return Seen(visitors=visitors, is_first=visitors.count <= 1)


def _visitors(found: Stamp) -> Visitors:
    return queries.visitors_of(reading(), found.id, visitor(), since=found.activated_at or found.printed_at)


def _counts(found: Stamp) -> bool:
    if request.method != "GET" or is_machine(request.user_agent.string) or "prefetch" in _purpose():
        return False
    person_id = signed_in_id()
    business_id = found.lot.stall.business_id
    return person_id is None or right_to(reading(), business_id, person_id, local_day(clock.now())) is None


def _purpose() -> str:
    return request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")


@blueprint.get("/lo/<lot:code>")
def lot_public(code: str) -> Page:
    return render_template(
        "shop/stamps/lot_public.html", **_about(queries.public_lot(reading(), current_commune().id, code))
    )


def _about(lot: Lot) -> dict[str, object]:
    """What the pages of a lot show: goods, producer, papers, journal. An open lot's journal is nobody's business."""
    is_public = lot.life.is_public
    entries = queries.journal_of(reading(), lot.id) if is_public else []
    lines = queries.journal_lines(entries)
    return {
        "lot": lot,
        "picture": first_public_picture(reading(), lot.product_id),
        "is_public": is_public,
        "lines": part_of(lines, "nhat_ky", LINES),
        "faults": why_not_sealed((entry.entry for entry in entries), lot.terms)[:FAULTS] if is_public else [],
        "certificates": certificates_in_force(reading(), lot.stall.business_id, local_day(clock.now())),
        "for_sale": _for_sale(lot),
        "recalled": lot.life.is_recalled,
        "past": lot.life.is_past(local_day(clock.now())),
        "Standing": StampStanding,
    }


def _for_sale(lot: Lot) -> Variant | None:
    """The choice whose price the button names; None where the goods cannot be bought here now."""
    now = clock.now()
    if not lot.life.may_be_sold(local_day(now)) or not current_commune().takes_orders:
        return None
    return variant_for_sale(reading(), lot.product_id, now=now)
