"""What the stalls bring to a keeper's points: taken in, and laid out by whose it is."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.orders.actions.fetching import note_arrived
from market.orders.queries.pickups import by_stall, pickups_at, with_lines
from market.orders.rules.sharing import SHARE_RULE
from market.web.base.access import HamletDesk, keeper_page
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.pickups.forms import OrdersForm, ShortForm
from market.web.stall.pickups.views.handing_over import after_asked, at_point, kept

NOTHING = "Gian này không có hàng nào sắp mang tới điểm của bạn. Hàng đã lấy hết, hoặc người bán đã đổi."


@blueprint.get("/diem-nhan/nhan")
@keeper_page
def pickups_coming(desk: HamletDesk) -> Page:
    after = after_asked()
    found = pickups_at(reading(), kept(desk), after=after)
    return render_template(
        "stall/pickups/pickups_coming.html", stalls=by_stall(found.orders), after=after, next_after=found.next_after
    )


@blueprint.route("/diem-nhan/nhan/<stall>", methods=["GET", "POST"])
@keeper_page
def pickups_receive(desk: HamletDesk, stall: str) -> Page:
    form = OrdersForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            at = at_point(desk, form.codes)
            with transaction() as writing:
                count = note_arrived(writing, desk.actor, desk.person_id, at, clock=clock.now)
            flash(
                f"Đã ghi: {count} đơn đã tới điểm nhận. Khách mở đơn là thấy." if count else "Không có gì mới để ghi."
            )
            return redirect(url_for("stall.pickups_coming"), 303)
    found = by_stall(with_lines(reading(), pickups_at(reading(), kept(desk), stall_slug=stall).orders))
    if not found:
        raise NotFound(NOTHING)
    form.show([one.code for one in found[0].coming])
    return form.page("stall/pickups/pickups_receive.html", stall=found[0])


@blueprint.get("/diem-nhan/chia")
@keeper_page
def pickups_sort(desk: HamletDesk) -> Page:
    """Whose each stall's goods are."""
    after = after_asked()
    found = pickups_at(reading(), kept(desk), after=after)
    stalls = by_stall(with_lines(reading(), [one for one in found.orders if one.arrived_at]))
    short = ShortForm.of_address([] if after or found.next_after else stalls)
    return render_template(
        "stall/pickups/pickups_sort.html",
        stalls=stalls,
        after=after,
        next_after=found.next_after,
        short=short,
        rule=SHARE_RULE,
    )
