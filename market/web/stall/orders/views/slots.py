"""A stall that cannot come in the slot that a buyer chose names another."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.orders.actions.slots import SlotMove, move_slot
from market.orders.models import Order
from market.orders.queries.orders import life_of, order_of_stall
from market.orders.queries.slots import slot_facts, slots_to_move_to
from market.places.rules.hours import Slot
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.orders.forms import MoveSlotForm


@blueprint.route("/ban-hang/<gian>/don/<code>/doi-buoi", methods=["GET", "POST"])
@stall_page
def order_slot(desk: StallContext, code: str) -> Page:
    order = order_of_stall(reading(), desk.stall_id, code)
    form = MoveSlotForm.of_slots(slots_to_move_to(reading(), order, now=clock.now()))
    if form.submitted():
        with form.keeping_what_was_typed():
            slot = Slot.read(form.slot.data)
            move = SlotMove(stall_id=desk.stall_id, order_id=order.id, slot=slot, seen=seen_given())
            with transaction() as writing:
                move_slot(writing, desk.actor, move, clock=clock.now)
            flash(f"Đã hẹn khách đơn {code} sang {slot.words}. Khách không tiện thì hủy được.")
            return redirect(url_for("stall.order", gian=desk.slug, code=code), 303)
    return _page(desk, order, form)


def _page(desk: StallContext, order: Order, form: MoveSlotForm) -> Page:
    reading().refresh(order)
    life = life_of(order, now=clock.now())
    return form.page("stall/orders/order_slot.html", desk=desk, order=order, life=life, facts=slot_facts(order))
