"""Hàng không đúng: the buyer says so, answers what the stall offers, asks the commune, says that it is settled."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.attempts import count_try
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.catalog import pictures
from market.catalog.rules import KeptPhoto
from market.orders.actions.brakes import COMPLAIN
from market.orders.actions.complaints import complain, reserve_picture, withdraw
from market.orders.models import Order
from market.orders.queries.complaints import claimable, complaints_of, facts_of_complaint, photo_of_order
from market.orders.queries.orders import life_of
from market.payments.actions import KeptAnswer, accept_answer, answer_kept, take_to_office
from market.payments.queries import payment_of
from market.web.base.callers import caller
from market.web.base.complaints import complaint_picture
from market.web.base.seen import seen_given
from market.web.base.web import Page, actor, takes_up_to
from market.web.shop.blueprint import blueprint
from market.web.shop.complaint.forms import ComplaintForm
from market.web.shop.order.access import order_to_see, own_order
from market.web.shop.order.watching import order_watch_of

PHOTOS_SENT = 48 * pictures.MEGABYTE


@blueprint.get("/don/<code>/bao-hang")
def complaint(code: str) -> Page:
    return _page(order_to_see(code), ComplaintForm())


@blueprint.post("/don/<code>/bao-hang")
@takes_up_to(PHOTOS_SENT, guests=True)
def complaint_send(code: str) -> Page:
    """What is wrong comes back as typed; pictures must be chosen once more, and the page says so."""
    order, form = own_order(code), ComplaintForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new(order, _kept(order, form) if form.lines(order.lines) else ())
            with transaction() as writing:
                complain(writing, actor(), new, clock=clock.now)
            flash("Đã ghi lời báo. Người bán mở đơn là thấy, giờ trả lời ghi ở dưới.")
            return _back(order)
    return _page(order, form)


def _kept(order: Order, form: ComplaintForm) -> Sequence[KeptPhoto]:
    """The pictures, cleaned and stored; those that no complaint takes are forgotten in a day."""
    sent = list(form.photos.files())
    if sent:
        count_try(COMPLAIN, f"order {order.id}", caller=caller())
    photos = []
    for one in sent:
        content = one.read(pictures.MOST_BYTES + 1)
        pictures.refuse_heavy(len(content))
        with transaction() as writing:
            key = reserve_picture(writing)
        photos.append(pictures.keep(content, key=key))
    return photos


def _page(order: Order, form: ComplaintForm, refused: Refused | None = None) -> tuple[str, int]:
    now = clock.now()
    reading().refresh(order)
    life, payment = life_of(order, now=now), payment_of(reading(), order.id, now=now)
    complaints = complaints_of(reading(), order)
    still = complaints[0] if complaints and complaints[0].closed_at is None else None
    form.offer(() if still else claimable(reading(), order, now=now))
    if refused is not None:
        form.refuse(refused)
    return form.page(
        "shop/complaint/complaint.html",
        order=order,
        life=life,
        payment=payment,
        complaints=complaints,
        still=still,
        facts=facts_of_complaint(still) if still else {},
        watch=order_watch_of(order, life, payment),
    )


def _back(order: Order) -> Page:
    return redirect(url_for("shop.complaint", code=order.code), 303)


def _tapped(code: str, act: Callable[[Session, int], None], said: str) -> Page:
    """What one tap does, and back. Refused comes back as the page, as it now stands."""
    order = own_order(code)
    try:
        with transaction() as writing:
            act(writing, order.id)
    except Refused as error:
        page, _ = _page(order, ComplaintForm(), error)
        return page, error.status
    flash(said)
    return _back(order)


@blueprint.post("/don/<code>/bao-hang/dong-y")
def complaint_accept(code: str) -> Page:
    def accept(session: Session, order_id: int) -> None:
        accept_answer(session, actor(), order_id, seen_given(), clock=clock.now)

    return _tapped(code, accept, "Đã ghi bạn đồng ý. Người bán mở đơn là thấy.")


@blueprint.post("/don/<code>/bao-hang/nho-xa")
def complaint_to_office(code: str) -> Page:
    def ask(session: Session, order_id: int) -> None:
        take_to_office(session, actor(), order_id, seen_given(), clock=clock.now)

    return _tapped(code, ask, "Đã chuyển xã xem. Xã thấy lời và ảnh của cả hai bên.")


@blueprint.post("/don/<code>/bao-hang/rut")
def complaint_withdraw(code: str) -> Page:
    def take_back(session: Session, order_id: int) -> None:
        withdraw(session, actor(), order_id, seen_given(), clock=clock.now)

    return _tapped(code, take_back, "Đã rút lời báo. Còn hạn thì bạn vẫn báo lại được.")


@blueprint.post("/don/<code>/bao-hang/da-nhan")
def complaint_got(code: str) -> Page:
    return _kept_answer(code, has_come=True, said="Cảm ơn bạn. Việc này xong.")


@blueprint.post("/don/<code>/bao-hang/chua-nhan")
def complaint_not_got(code: str) -> Page:
    return _kept_answer(code, has_come=False, said="Đã ghi bạn chưa nhận được. Người bán mở đơn là thấy.")


def _kept_answer(code: str, *, has_come: bool, said: str) -> Page:
    def answer(session: Session, order_id: int) -> None:
        kept = KeptAnswer(has_come=has_come, seen=seen_given())
        answer_kept(session, actor(), order_id, kept, clock=clock.now)

    return _tapped(code, answer, said)


@blueprint.get("/don/<code>/bao-hang/anh/<int:complaint_photo_id>")
def complaint_photo(code: str, complaint_photo_id: int) -> Page:
    return complaint_picture(photo_of_order(reading(), own_order(code).id, complaint_photo_id))
