"""What is said of an order, and whose account a guest's purchase is taken into."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.db import transaction
from market.notices.models import Notice
from market.orders.actions.attaching import attach_purchase
from market.orders.actions.rating import NewRating, answer_rating, hide_rating, rate
from market.orders.actions.talking import NEWS, NewMessage, read_messages, write_message
from market.orders.models import Contact, Order, OrderLine, OrderMessage, Purchase, Rating
from market.orders.rules import OrderStatus, Recipient
from market.values.period import local_day
from tests.cast import Cast
from tests.orders.steps import place, wanted
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing


def talks(cast: Cast) -> Aggregate:
    """Mai and bà Lan write about an order, and read."""

    def start() -> int:
        return place(cast.commune, wanted(cast.dau_xanh), now=running_now()).order_ids[0]

    def say(side: Recipient, text: str) -> Move:
        stall = cast.lan.stall if side is Recipient.SELLER else None

        def act(session: Session, at: int) -> None:
            new = NewMessage(order_id=at, text=text, client_key=text, stall_id=stall)
            write_message(session, GUEST, new, clock=running_now)

        return writing(act)

    def read(side: Recipient) -> Move:
        return writing(lambda session, at: read_messages(session, at, side, clock=running_now))

    def picture(session: Session, at: int) -> object:
        messages = session.execute(
            select(OrderMessage.side, OrderMessage.text, OrderMessage.read_at.is_(None)).order_by(
                OrderMessage.side, OrderMessage.text
            )
        )
        told = session.scalar(select(func.count(Notice.id)).where(Notice.order_id == at, Notice.kind == NEWS))
        return [tuple(one) for one in messages], told, sorted(verbs_of(session, "order", at))

    moves: dict[str, Move] = {
        "buyer asks": say(Recipient.BUYER, "Có rau non không?"),
        "buyer asks on": say(Recipient.BUYER, "Lấy chiều được không?"),
        "stall answers": say(Recipient.SELLER, "Có cháu ạ"),
        "stall reads": read(Recipient.SELLER),
        "buyer reads": read(Recipient.BUYER),
    }
    return Aggregate(start=start, moves=moves, picture=picture, tables=["order"])


def guests_purchases(cast: Cast) -> Aggregate:
    """Mai and em Vy, who both hold the phone that ordered, each take the purchase into their account."""

    def start() -> int:
        return place(cast.commune, wanted(cast.dau_xanh), now=running_now()).purchase_id

    def attach(person_id: int) -> Move:
        def act(session: Session, at: int) -> None:
            attach_purchase(session, Actor(person_id=person_id), at, person_id, now=running_now())

        return writing(act)

    def picture(session: Session, at: int) -> object:
        contact = session.scalars(select(Contact).join(Purchase).where(Purchase.id == at)).one()
        order = session.scalars(select(Order.id).where(Order.purchase_id == at)).one()
        return contact.attached_to_id, verbs_of(session, "order", order)

    moves: dict[str, Move] = {"Mai takes it in": attach(cast.mai), "Vy takes it in": attach(cast.vy)}
    return Aggregate(start=start, moves=moves, picture=picture, tables=["order"])


def _delivered(cast: Cast) -> int:
    order_id = place(cast.commune, wanted(cast.dau_xanh), now=running_now()).order_ids[0]
    with transaction() as session:
        order = session.get_one(Order, order_id)
        order.status, order.completed_at = OrderStatus.DELIVERED, running_now()
        order.completed_on = local_day(running_now())
    return order_id


def _rated(stars: int) -> Move:
    def act(session: Session, at: int) -> None:
        line = session.scalars(select(OrderLine.id).where(OrderLine.order_id == at)).one()
        rate(session, GUEST, NewRating(order_id=at, line_id=line, stars=stars, text=""), clock=running_now)

    return writing(act)


def _ratings(session: Session, at: int) -> object:
    said = session.execute(select(Rating.stars, Rating.answer, Rating.hidden_reason).where(Rating.order_id == at))
    return [tuple(one) for one in said], verbs_of(session, "order", at)


def unrated_orders(cast: Cast) -> Aggregate:
    """The holder of an order says what they think of it on two phones."""
    moves: dict[str, Move] = {"well": _rated(5), "badly": _rated(1)}
    return Aggregate(start=lambda: _delivered(cast), moves=moves, picture=_ratings, tables=["order"])


def ratings(cast: Cast) -> Aggregate:
    """What was said is answered by two of the stall, and hidden."""

    def start() -> int:
        at = _delivered(cast)
        _rated(2)(at)
        return at

    def on_rating(act: Callable[[Session, int], None]) -> Move:
        def move(session: Session, at: int) -> None:
            act(session, session.scalars(select(Rating.id).where(Rating.order_id == at)).one())

        return writing(move)

    def answer(text: str) -> Move:
        return on_rating(lambda session, at: answer_rating(session, GUEST, cast.lan.stall, at, text, clock=running_now))

    def hide(session: Session, at: int) -> None:
        hide_rating(session, Actor(person_id=cast.hung), cast.commune, at, "Lộ số điện thoại", clock=running_now)

    moves: dict[str, Move] = {
        "answer": answer("Cảm ơn cháu"),
        "answer otherwise": answer("Bà xin lỗi"),
        "hide": on_rating(hide),
    }
    return Aggregate(start=start, moves=moves, picture=_ratings, tables=["order"])
