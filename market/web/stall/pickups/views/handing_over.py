"""What waits at a keeper's points, by its buyers, and writing down that one came."""

from contextlib import ExitStack

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.orders.actions.fetching import AtPoint, Fetched, note_fetched
from market.orders.queries.pickups import (
    MOST_FOUND,
    ROUND,
    KeptPoints,
    PickupRound,
    by_buyer,
    by_slot,
    is_named,
    order_ids_at,
    pickups_at,
    pickups_with_code,
)
from market.values.period import local_day
from market.web.base.access import HamletDesk, keeper_desk_to_look, keeper_page
from market.web.base.addresses import row_number
from market.web.base.watching import Watch, watched
from market.web.base.web import Page, visitor
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.codes import counted_code
from market.web.stall.pickups.forms import FetchedForm, FindBuyerForm
from market.web.stall.pickups.queries import dues_of

KEEPER = "diem-nhan"


def kept(desk: HamletDesk) -> KeptPoints:
    return KeptPoints(commune_id=desk.commune_id, hamlet_ids=desk.hamlet_ids)


def at_point(desk: HamletDesk, codes: list[str]) -> AtPoint:
    """The orders with these codes, on this keeper's browser; NotFound for one that is not at their points."""
    ids = order_ids_at(reading(), kept(desk), codes)
    return AtPoint(commune_id=desk.commune_id, order_ids=ids, device=visitor())


@blueprint.get("/diem-nhan")
@keeper_page
def pickups(desk: HamletDesk) -> Page:
    form = FindBuyerForm(request.args)
    name = form.tim.data or ""
    after = after_asked()
    found = _waiting(desk, after) if not name else pickups_at(reading(), kept(desk), most=MOST_FOUND)
    buyers = [one for one in by_buyer(found.orders) if not name or is_named(one, name)]
    today = local_day(clock.now())
    return render_template(
        "stall/pickups/pickups.html",
        slots=by_slot([order for one in buyers[:ROUND] for order in one.orders], today),
        today=today,
        after=after,
        next_after=None if name else found.next_after,
        form=form,
        name=name,
        watch=_watch(after, found),
    )


def after_asked() -> int:
    """After which order the page begins, 0 for the first."""
    return request.args.get("sau", 0, type=row_number)


def _waiting(desk: HamletDesk, after: int) -> PickupRound:
    return pickups_at(reading(), kept(desk), after=after)


def _watch(after: int, found: PickupRound) -> Watch:
    return Watch(topic=KEEPER, key=str(after), progress=found)


@watched(KEEPER)
def look_at_pickups(key: str) -> Watch:
    """`key`: after which order the page begins, 0 for the first."""
    desk = keeper_desk_to_look()
    try:
        after = row_number(key) if key != "0" else 0
    except ValueError as error:
        raise NotFound from error
    return _watch(after, _waiting(desk, after))


@blueprint.route("/diem-nhan/<code>", methods=["GET", "POST"])
@keeper_page
def pickup(desk: HamletDesk, code: str) -> Page:
    """Goods are handed to who shows the code of any of their orders."""
    found = pickups_with_code(reading(), kept(desk), code)
    form = FetchedForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            at = at_point(desk, form.codes)
            _note(desk, Fetched(at=at, shown=form.key.data or ""))
            flash(f"Đã ghi: {found.buyer} đã nhận {len(at.order_ids)} đơn. Người bán mở đơn là thấy.")
            return redirect(url_for("stall.pickups"), 303)
    form.show([one.code for one in found.waiting])
    dues = dues_of(reading(), found.orders, now=clock.now())
    return form.page("stall/pickups/pickup.html", pickup=found, dues=dues)


def _note(desk: HamletDesk, new: Fetched) -> None:
    """A try at the code of several orders is one at each of theirs, counted together with those of their stalls."""
    with ExitStack() as tries:
        for order_id in new.at.order_ids:
            tries.enter_context(counted_code(desk.actor, order_id))
        with transaction() as writing:
            note_fetched(writing, desk.actor, desk.person_id, new, clock=clock.now)
