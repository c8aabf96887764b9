"""What waits at a keeper's points, and writing down that its buyer came."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.orders.actions.fetching import Fetched, note_fetched
from market.orders.queries.pickups import PAGE, Pickup, pickup_with_code, pickups_at
from market.web.base.access import HamletDesk, keeper_desk_to_look, keeper_page
from market.web.base.addresses import row_number
from market.web.base.watching import Watch, watched
from market.web.base.web import Page, visitor
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.codes import counted_code
from market.web.stall.pickups.forms import FetchedForm

KEEPER = "diem-nhan"


@blueprint.get("/diem-nhan")
@keeper_page
def pickups(desk: HamletDesk) -> Page:
    after = request.args.get("sau", 0, type=row_number)
    found = _pickups(desk, after)
    return render_template(
        "stall/pickups/pickups.html",
        pickups=found[:PAGE],
        after=after,
        next_after=found[PAGE - 1].id if len(found) > PAGE else None,
        watch=_watch(after, found),
    )


def _pickups(desk: HamletDesk, after: int) -> list[Pickup]:
    return pickups_at(reading(), desk.commune_id, desk.hamlet_ids, after=after)


def _watch(after: int, found: list[Pickup]) -> Watch:
    return Watch(topic=KEEPER, key=str(after), progress=found)


@watched(KEEPER)
def look_at_pickups(key: str) -> Watch:
    """`key`: after which order the page begins, 0 for the first."""
    desk = keeper_desk_to_look()
    try:
        after = row_number(key) if key != "0" else 0
    except ValueError as error:
        raise NotFound from error
    return _watch(after, _pickups(desk, after))


@blueprint.route("/diem-nhan/<code>", methods=["GET", "POST"])
@keeper_page
def pickup(desk: HamletDesk, code: str) -> Page:
    """Goods are handed to who shows the order's code."""
    found = pickup_with_code(reading(), desk.commune_id, desk.hamlet_ids, code)
    form = FetchedForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            _note(desk, found.id, form.shown.data or "")
            flash(f"Đã ghi: khách đã nhận hàng đơn {code}. Người bán mở đơn là thấy.")
            return redirect(url_for("stall.pickups"), 303)
    return form.page("stall/pickups/pickup.html", pickup=found)


def _note(desk: HamletDesk, order_id: int, shown: str) -> None:
    """Its tries are counted together with those of the stall."""
    new = Fetched(commune_id=desk.commune_id, order_id=order_id, shown=shown, device=visitor())
    with counted_code(desk.actor, order_id), transaction() as writing:
        note_fetched(writing, desk.actor, desk.person_id, new, clock=clock.now)
