"""An order whose lines change: its stall has less of them and asks, its buyer answers, or drops one."""

from dataclasses import replace
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import transaction
from market.base.seen import seen_of
from market.catalog.models import Variant
from market.orders.actions.inputs import PlacePurchase
from market.orders.actions.line_changes import DropLine, OfferLess
from market.orders.models import ChangeAnswer, LineChange, Order
from market.orders.queries.changes import question_of
from market.orders.queries.sharing import facts_to_share, scarce_goods, shares_of
from market.orders.rules import PayChoice
from market.payments import actions
from market.payments.queries import facts_of_goods, facts_to_reply
from market.payments.rules.matching import Unmatched
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.orders.steps import MAI, line, wanted
from tests.races.aggregates.orders import BY_ORDER, Sale, days_later, request_of, sale_picture
from tests.races.harness import Aggregate, Move, Picture, running_now

_numbers = count(1)


class ChangingSale(Sale):
    """Three kilos of beans and a bunch of rau muống that Mai buys from bà Lan, of which less is left."""

    reply_seen: str
    goods_seen: str
    lines: tuple[int, ...]
    beans: int
    share_seen: str

    def start(self) -> int:
        with transaction() as session:
            stall = session.get_one(Stall, self.stall)
            self.beans = make.make_product(session, stall, "Đậu đen", running_now(), on_hand=5000).id
        order = wanted(self.beans, 3000, pay=PayChoice.TRANSFER)
        order = replace(order, lines=(*order.lines, line(self.cast.rau_muong, 1000)))
        key = f"changing-{next(_numbers)}"
        new = PlacePurchase(commune_id=self.cast.commune, client_key=key, buyer=MAI, orders=(order,), cart_id=None)
        with transaction() as session:
            (at,) = actions.check_out(session, GUEST, new, clock=running_now).order_ids
            self.code = session.get_one(Order, at).code
        self.credit = self.notice(self.coming, self.code)
        self.look(at, Unmatched.IN_PROGRESS)
        return at

    def asked(self) -> int:
        """Its buyer is asked whether they take two kilos."""
        at = self.start()
        self.offer(at)
        self.look(at, Unmatched.IN_PROGRESS)
        return at

    def look(self, at: int, reason: Unmatched) -> None:
        super().look(at, reason)
        with transaction() as session:
            order = session.get_one(Order, at)
            self.lines = tuple(one.id for one in order.lines)
            self.goods_seen, question = seen_of(facts_of_goods(order)), question_of(session, order)
            goods = scarce_goods(session, self.stall, self.beans)
            self.share_seen = seen_of(facts_to_share(shares_of([order], goods, 0)))
            self.reply_seen = seen_of(facts_to_reply(order, question)) if question else ""

    def offer(self, at: int) -> None:
        self.offer_of(at, 2000)

    def offer_less_still(self, at: int) -> None:
        self.offer_of(at, 1000)

    def offer_of(self, at: int, left: int) -> None:
        offer = OfferLess(seen=self.decline_seen, left={self.lines[0]: left}, stops_sale=True)
        with transaction() as session:
            actions.offer_less(session, self.lan, self.ref(at), offer, clock=running_now)

    def share_out(self, at: int) -> None:
        new = actions.ShareOut(stall_id=self.stall, variant_id=self.beans, there=1500, seen=self.share_seen)
        with transaction() as session:
            actions.share_out(session, self.lan, new, clock=running_now)

    def take_back(self, at: int) -> None:
        with transaction() as session:
            actions.take_back_offer(session, self.lan, self.ref(at), self.decline_seen, clock=running_now)

    def agree(self, at: int) -> None:
        self.reply(at, agrees=True)

    def refuse(self, at: int) -> None:
        self.reply(at, agrees=False)

    def reply(self, at: int, *, agrees: bool) -> None:
        answer = actions.OfferReply(number=1, agrees=agrees, seen=self.reply_seen)
        with transaction() as session:
            actions.reply_to_offer(session, GUEST, at, answer, clock=running_now)

    def lapse(self, at: int) -> None:
        with transaction() as session:
            actions.lapse_offer(session, at, clock=days_later)

    def drop_line(self, at: int) -> None:
        off = DropLine(seen=self.goods_seen, line_id=self.lines[1])
        with transaction() as session:
            actions.drop_line(session, GUEST, at, off, clock=running_now)


def changed_picture(sale: ChangingSale) -> Picture:
    """Beside the order its lines, what it asks for, what was answered, and the goods."""

    def picture(session: Session, at: int) -> object:
        order, beans = session.get_one(Order, at), session.get_one(Variant, sale.beans)
        changes = select(LineChange.number, LineChange.amount).where(LineChange.order_id == at).order_by(LineChange.id)
        answers = select(ChangeAnswer.number, ChangeAnswer.reply).where(ChangeAnswer.order_id == at)
        return (
            sale_picture(session, at),
            sorted((one.product_name, one.amount) for one in order.lines),
            (order.total, request_of(session, at).amount, order.changes, order.asked_until is None),
            (beans.on_hand, beans.reserved, beans.is_sold_out),
            [tuple(row) for row in session.execute(changes)],
            [tuple(row) for row in session.execute(answers.order_by(ChangeAnswer.id))],
        )

    return picture


def changing_orders(cast: Cast) -> Aggregate:
    """An order that its stall has not answered, of which less is left and its buyer wants less."""
    sale = ChangingSale(cast)
    moves: dict[str, Move] = {
        "offer less": sale.offer,
        "offer less still": sale.offer_less_still,
        "share out": sale.share_out,
        "take a line off": sale.drop_line,
        "accept": sale.accept,
        "decline": sale.decline,
        "cancel": sale.cancel,
        "expire": sale.expire,
        "pay": sale.pay,
    }
    return Aggregate(start=sale.start, moves=moves, picture=changed_picture(sale), tables=["order"], spare=BY_ORDER)


def asked_orders(cast: Cast) -> Aggregate:
    """An order whose buyer is asked whether they take less."""
    sale = ChangingSale(cast)
    moves: dict[str, Move] = {
        "agree": sale.agree,
        "refuse": sale.refuse,
        "lapse": sale.lapse,
        "take back": sale.take_back,
        "offer less still": sale.offer_less_still,
        "share out": sale.share_out,
        "decline": sale.decline,
        "cancel": sale.cancel,
        "pay": sale.pay,
    }
    return Aggregate(start=sale.asked, moves=moves, picture=changed_picture(sale), tables=["order"], spare=BY_ORDER)
