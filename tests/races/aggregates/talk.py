"""What is said of an order, and whose account a guest's purchase is taken into."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.notices.models import Notice
from market.orders.actions.attaching import attach_purchase
from market.orders.actions.talking import NEWS, NewMessage, read_messages, write_message
from market.orders.models import Contact, Order, OrderMessage, Purchase
from market.orders.rules import Recipient
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
