"""Đánh giá: a buyer says what they think of goods that were handed to them, the stall answers, an officer may hide."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import Conflict, NotFound, Refused
from market.orders.actions.telling import note_change, tell_buyer, tell_seller
from market.orders.models import Order, Rating
from market.orders.rules import NO_ORDER, OrderSource, OrderStatus
from market.sellers.models import BusinessMember, Mandate

NO_RATING = "Không tìm thấy đánh giá này. Mời tải lại trang."
OWN = "Đơn này do người của gian hàng đặt nên không đánh giá được: đánh giá là lời của khách."

NOT_HELD = (
    "Đơn này do người bán ghi qua điện thoại. Muốn đánh giá, mời bấm Giữ đơn này trong tài khoản của tôi trước, "
    "rồi đánh giá."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRating:
    """What the buyer says of one line of an order: 1 to 5 stars, and perhaps a few words."""

    order_id: int
    line_id: int
    stars: int
    text: str


def rate(session: Session, actor: Actor, new: NewRating, *, clock: Clock) -> None:
    """Keep what the holder of an order says of one of its lines. The same again changes nothing.

    Conflict where it was not handed over, or was rated otherwise before; Refused where the stall's own people bought;
    NotFound for a line of another order.
    """
    row, now = locked(session, Order, Order.id == new.order_id, missing=NO_ORDER).row, clock()
    if new.line_id not in {line.id for line in row.lines}:
        raise NotFound(NO_ORDER)
    if row.status is not OrderStatus.DELIVERED:
        raise Conflict("not_handed_over", "Nhận hàng rồi mới đánh giá được. Đơn này chưa ghi là đã giao.")
    known = session.scalars(select(Rating).where(Rating.line_id == new.line_id)).one_or_none()
    if known is not None:
        if (known.stars, known.text) == (new.stars, new.text):
            return
        raise Conflict("rated", "Món này bạn đánh giá rồi, mỗi món một lần. Lời đã ghi vẫn giữ nguyên.")
    if is_of_stall(session, row, actor):
        raise Refused("own_stall", OWN)
    if row.source is OrderSource.PHONE and row.purchase.contact.holder_id is None:
        raise Refused("not_held", NOT_HELD)
    rating = Rating(
        commune_id=row.commune_id,
        order_id=row.id,
        line_id=new.line_id,
        stall_id=row.stall_id,
        stars=new.stars,
        text=new.text,
        written_at=now,
    )
    session.add(rating)
    session.flush()
    note_change(session, actor, row, "rate", now=now)
    sentence = f"Khách của đơn {row.code} đánh giá món đã mua. Mời đọc và trả lời ở mục Đánh giá."
    tell_seller(session, row, "danh_gia", sentence, now, once=rating.id)


def is_of_stall(session: Session, row: Order, actor: Actor) -> bool:
    """Whether the stall's own people bought it: who ever was of its business or helped it, by account, phone or a
    browser that they signed in on."""
    members = select(BusinessMember.person_id).where(BusinessMember.business_id == row.business_id)
    helpers = select(Mandate.helper_id).where(Mandate.business_id == row.business_id)
    buyer = row.purchase.contact
    accounts = [one for one in (actor.person_id, buyer.holder_id) if one is not None]
    on_device = select(LoginSession.person_id).where(LoginSession.visitor == buyer.device)
    is_known = or_(Person.id.in_(accounts), Person.phone == buyer.phone, Person.id.in_(on_device))
    own = or_(Person.id.in_(members), Person.id.in_(helpers))
    found = session.scalar(select(Person.id).where(own, is_known).limit(1))
    return found is not None or row.stall.business.phone == buyer.phone


def answer_rating(session: Session, actor: Actor, stall_id: int, rating_id: int, text: str, *, clock: Clock) -> None:
    """The stall answers once. The same again changes nothing. Conflict where it answered otherwise before, NotFound for
    another stall's."""
    rating, row = _locked(session, rating_id, Rating.stall_id == stall_id)
    now = clock()
    if rating.answer == text:
        return
    if rating.answer is not None:
        raise Conflict("answered", "Đánh giá này bạn trả lời rồi, mỗi đánh giá một lần. Lời trước vẫn giữ nguyên.")
    rating.answer, rating.answered_at = text, now
    session.flush()
    note_change(session, actor, row, "answer_rating", now=now)
    sentence = f"{row.stall.name} trả lời đánh giá của bạn về đơn {row.code}."
    tell_buyer(session, row, "tra_loi_danh_gia", sentence, now, once=rating.id)


def hide_rating(session: Session, actor: Actor, commune_id: int, rating_id: int, reason: str, *, clock: Clock) -> None:
    """An officer hides it, and says why: both sides are told. Idempotent. NotFound for another commune's."""
    rating, row = _locked(session, rating_id, Rating.commune_id == commune_id)
    if rating.hidden_at is not None:
        return
    now = clock()
    rating.hidden_at, rating.hidden_reason, rating.hidden_by_id = now, reason, actor.person_id
    session.flush()
    note_change(session, actor, row, "hide_rating", now=now)
    sentence = f"Xã ẩn một đánh giá về đơn {row.code}. Lý do: {reason.rstrip('.')}."
    tell_buyer(session, row, "an_danh_gia", sentence, now, once=rating.id)
    tell_seller(session, row, "an_danh_gia", sentence, now, once=rating.id)


def _locked(session: Session, rating_id: int, scope: ColumnElement[bool]) -> tuple[Rating, Order]:
    """The rating, read anew under its order's lock; NotFound for none of this scope."""
    order_id = session.scalar(select(Rating.order_id).where(Rating.id == rating_id, scope))
    if order_id is None:
        raise NotFound(NO_RATING)
    order = locked(session, Order, Order.id == order_id, missing=NO_RATING).row
    return session.get_one(Rating, rating_id, populate_existing=True), order
