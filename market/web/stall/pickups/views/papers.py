"""The papers of a pickup point's day, which alone suffice where the network is down, and entering their ticks."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.orders.actions.fetching import TickedOrders, note_ticked
from market.orders.queries.pickups import by_slot, by_stall, pickups_at, with_lines
from market.values.period import local_day
from market.web.base.access import HamletDesk, keeper_page
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.pickups.forms import OrdersForm
from market.web.stall.pickups.queries import dues_of
from market.web.stall.pickups.views.handing_over import after_asked, at_point, kept
from market.web.stall.pickups.views.receiving import NOTHING


@blueprint.get("/diem-nhan/phieu")
@keeper_page
def pickups_sheet(desk: HamletDesk) -> Page:
    """Everything that waits, by buyer, with a box to tick."""
    now = clock.now()
    after = after_asked()
    found = pickups_at(reading(), kept(desk), after=after)
    slots = by_slot(with_lines(reading(), found.orders), local_day(now))
    dues = dues_of(reading(), found.orders, now=now)
    return render_template(
        "stall/pickups/pickups_sheet.html",
        slots=slots,
        today=local_day(now),
        dues=dues,
        made_at=now,
        after=after,
        next_after=found.next_after,
    )


@blueprint.route("/diem-nhan/phieu/da-giao", methods=["GET", "POST"])
@keeper_page
def pickups_tick(desk: HamletDesk) -> Page:
    """What was ticked on paper, entered at once."""
    form = OrdersForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            at = at_point(desk, form.codes)
            with transaction() as writing:
                ticked = note_ticked(writing, desk.actor, desk.person_id, at, clock=clock.now)
            flash(_said(ticked))
            return redirect(url_for("stall.pickups"), 303)
    found = pickups_at(reading(), kept(desk), after=after_asked())
    in_slots = by_slot(with_lines(reading(), found.orders), local_day(clock.now()))
    buyers = [one for slot in in_slots for one in slot.buyers]
    return form.page("stall/pickups/pickups_tick.html", buyers=buyers, next_after=found.next_after)


def _said(ticked: TickedOrders) -> str:
    said = [f"Đã ghi {ticked.noted} đơn khách đã lấy theo phiếu."]
    if ticked.own:
        said.append(f"Chưa ghi {', '.join(ticked.own)}: đơn của chính bạn hoặc gian bạn tham gia, cần người khác ghi.")
    if ticked.gone:
        said.append(f"Chưa ghi {', '.join(ticked.gone)}: đơn đã hủy hoặc người bán đã ghi giao rồi.")
    return " ".join(said)


@blueprint.get("/diem-nhan/phieu-tien/<stall>")
@keeper_page
def pickups_cash(desk: HamletDesk, stall: str) -> Page:
    """What a stall's buyers still owe, for the keeper and the seller to sign: nobody's money is confirmed by it."""
    now = clock.now()
    found = by_stall(pickups_at(reading(), kept(desk), stall_slug=stall).orders)
    if not found:
        raise NotFound(NOTHING)
    dues = dues_of(reading(), found[0].orders, now=now)
    return render_template("stall/pickups/pickups_cash.html", stall=found[0], dues=dues, made_at=now)
