"""A stall's side of a complaint: its answer, that goods came back, that it did as promised, what it can sell again."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.orders.actions.complaints import restock
from market.orders.models import Order
from market.orders.queries.complaints import NO_COMPLAINT, complaints_of, facts_of_complaint, photo_of_order
from market.orders.queries.orders import order_of_stall
from market.payments.actions import OrderRef, answer_complaint, say_kept, take_goods_back
from market.payments.queries import payment_of
from market.sellers.actions.authority import refuse_helper
from market.web.base.access import StallContext, stall_page
from market.web.base.complaints import complaint_picture
from market.web.base.forms import BaseForm
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.complaints.forms import AnswerComplaintForm, RestockForm


@blueprint.route("/ban-hang/<gian>/don/<code>/bao-hang", methods=["GET", "POST"])
@stall_page
def complaint(desk: StallContext, code: str) -> Page:
    """What the buyer says of the order's goods, and the stall's answer."""
    order, form = order_of_stall(reading(), desk.stall_id, code), AnswerComplaintForm.of_request()
    if form.is_posted:
        refuse_helper(desk.actor)
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_answer(seen_given())
            with transaction() as writing:
                answer_complaint(writing, desk.actor, _which(desk, order), new, clock=clock.now)
            flash("Đã ghi câu trả lời. Khách mở đơn là thấy.")
            return _back(desk, code)
    return _page(desk, order, form, RestockForm())


def _which(desk: StallContext, order: Order) -> OrderRef:
    return OrderRef(stall_id=desk.stall_id, order_id=order.id)


def _back(desk: StallContext, code: str) -> Page:
    return redirect(url_for("stall.complaint", gian=desk.slug, code=code), 303)


def _page(desk: StallContext, order: Order, form: BaseForm, stock: RestockForm) -> tuple[str, int]:
    """The page as it now stands; NotFound where the buyer has said nothing."""
    reading().expire_all()
    complaints = complaints_of(reading(), order)
    if not complaints:
        raise NotFound(NO_COMPLAINT)
    newest = complaints[0]
    return form.page(
        "stall/complaints/complaint.html",
        desk=desk,
        order=order,
        stock=stock,
        complaints=complaints,
        newest=newest,
        answering=form if isinstance(form, AnswerComplaintForm) else AnswerComplaintForm(),
        facts=facts_of_complaint(newest),
        payment=payment_of(reading(), order.id, now=clock.now()),
    )


@blueprint.post("/ban-hang/<gian>/don/<code>/bao-hang/nhan-lai-hang")
@stall_page
def complaint_goods_back(desk: StallContext, code: str) -> Page:
    order, form = order_of_stall(reading(), desk.stall_id, code), BaseForm()
    with form.keeping_what_was_typed():
        with transaction() as writing:
            take_goods_back(writing, desk.actor, _which(desk, order), clock=clock.now)
        flash("Đã ghi bạn nhận lại hàng. Hàng còn bán được thì nhập lại kho ở dưới.")
        return _back(desk, code)
    return _page(desk, order, form, RestockForm())


@blueprint.post("/ban-hang/<gian>/don/<code>/bao-hang/da-lam")
@stall_page
def complaint_kept(desk: StallContext, code: str) -> Page:
    order, form = order_of_stall(reading(), desk.stall_id, code), BaseForm()
    with form.keeping_what_was_typed():
        with transaction() as writing:
            say_kept(writing, desk.actor, _which(desk, order), clock=clock.now)
        flash("Đã ghi. Khách bấm Đã nhận là xong.")
        return _back(desk, code)
    return _page(desk, order, form, RestockForm())


@blueprint.post("/ban-hang/<gian>/don/<code>/bao-hang/nhap-kho")
@stall_page
def complaint_restock(desk: StallContext, code: str) -> Page:
    """Goods that came back good are sold again, as many as the stall says."""
    order, form = order_of_stall(reading(), desk.stall_id, code), RestockForm.of_request()
    with form.keeping_what_was_typed():
        complaints = complaints_of(reading(), order)
        amounts = form.amounts(complaints[0]) if complaints else {}
        with transaction() as writing:
            restock(writing, desk.actor, desk.stall_id, order.id, amounts, clock=clock.now)
        flash("Đã nhập lại kho.")
        return _back(desk, code)
    return _page(desk, order, form, form)


@blueprint.get("/ban-hang/<gian>/don/<code>/bao-hang/anh/<int:complaint_photo_id>")
@stall_page
def complaint_photo(desk: StallContext, code: str, complaint_photo_id: int) -> Page:
    order = order_of_stall(reading(), desk.stall_id, code)
    return complaint_picture(photo_of_order(reading(), order.id, complaint_photo_id))
