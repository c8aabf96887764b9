"""An order and what it asks for: its answers, its ends, money that comes in and goes back."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import GUEST, Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.catalog.actions.amounts import report_back, report_sold_out, set_amount
from market.catalog.actions.listing import VariantRef
from market.catalog.actions.stock import SoldOut
from market.catalog.models import Reservation, Variant
from market.orders.actions.fetching import AtPoint, Fetched, note_arrived, note_fetched, note_ticked
from market.orders.actions.inputs import PlacePurchase
from market.orders.actions.reminding import remind_to_answer
from market.orders.actions.sold_out import SoldOutAnswer
from market.orders.actions.transitions import Decline, note_wrong_code
from market.orders.models import Order, PickupSighting
from market.orders.queries.keys import hand_over_key
from market.orders.rules import PayChoice
from market.payments import actions
from market.payments.banks.sepay.feed import SePay
from market.payments.models import Allocation, BankCredit, PaymentRequest, RefundAccount
from market.payments.queries import (
    facts_to_accept,
    facts_to_allocate,
    facts_to_confirm,
    facts_to_decline,
    facts_to_undo,
    paid_of,
    refunds_answered,
)
from market.payments.rules.matching import Unmatched
from market.payments.rules.refunds import refund_memo
from market.places.models import Hamlet
from market.sellers import actions as sellers
from market.sellers.models import BankConnection, Post, PostRole, Stall
from market.values.money import Dong
from tests import factories as make
from tests.cast import LAN_HOOK, Cast
from tests.orders.steps import MAI, wanted
from tests.payments.steps import BANK, buy, refunds_seen
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

SHORT, EXACT, TOO_MUCH = 8_000, 12_000, 15_000
"""What comes in for an order of 12,000 đồng; the first is enough to keep it."""
_numbers = count(1)


def days_later() -> datetime:
    """A clock past every order's own."""
    return running_now() + timedelta(days=2)


class Sale:
    """A bunch of rau muống that Mai buys from bà Lan, to be paid by transfer, and what can be done with the order.

    Every page that shows it was opened right after `start`: `seen` is of then."""

    code: str
    credit: int
    accept_seen: str
    decline_seen: str
    confirm_seen: str
    allocate_seen: str
    undo_seen: str
    allocation: int | None

    def __init__(
        self,
        cast: Cast,
        *,
        accepted: bool = True,
        is_seen: bool = True,
        received: int = 0,
        coming: int = EXACT,
        variant: int | None = None,
        amount: int = 1000,
    ) -> None:
        self.cast, self.accepted, self.received, self.coming = cast, accepted, received, coming
        self.is_seen, self.variant, self.amount = is_seen, variant, amount
        self.lan, self.stall = Actor(person_id=cast.lan.person), cast.lan.stall

    def start(self) -> int:
        """An order, what it has received already, and a bank's notice of more that is not looked at yet."""
        what = {"accepted": self.accepted, "is_seen": self.is_seen, "variant": self.variant, "amount": self.amount}
        order = buy(self.cast, running_now(), **what)  # type: ignore[arg-type]
        self.code = order.code
        if self.received:
            self.match(self.notice(self.received, order.code))
        self.credit = self.notice(self.coming, order.code)
        self.look(order.id, Unmatched.IN_PROGRESS)
        return order.id

    def look(self, at: int, reason: Unmatched) -> None:
        """Open every page that shows the order, and the notice that waits for this reason."""
        with transaction() as session:
            row, request = session.get_one(Order, at), request_of(session, at)
            self.accept_seen = seen_of(facts_to_accept(row, request))
            self.decline_seen = seen_of(facts_to_decline(row, request))
            self.confirm_seen = seen_of(facts_to_confirm(request.amount, request.received))
            self.allocate_seen = seen_of(facts_to_allocate(Dong(self.coming), reason))
            latest = select(Allocation).where(Allocation.request_id == request.id).order_by(Allocation.id.desc())
            last = session.scalars(latest.limit(1)).one_or_none()
            self.allocation = last and last.id
            self.undo_seen = seen_of(facts_to_undo(self.code, last.amount, is_over=False)) if last else ""

    def delivered(self) -> int:
        """An order that was paid and handed over with the buyer's key."""
        at = self.start()
        self.hand_over(at)
        return at

    def notice(self, amount: int, memo: str) -> int:
        with transaction() as session:
            return self.record(session, next(_numbers), amount, memo)

    def record(self, session: Session, number: int, amount: int, memo: str) -> int:
        """A bank's notice as its webhook keeps it."""
        read = BANK.send(number, amount, memo, running_now())
        (known,) = SePay().read(read.body).transactions
        connection = session.scalars(select(BankConnection.id).where(BankConnection.key == LAN_HOOK)).one()
        new = actions.NewCredits(
            connection_id=connection, notices=[known], raw=read.body.decode(), received_at=running_now()
        )
        return actions.record_credits(session, new)[0]

    def match(self, credit: int) -> None:
        with transaction() as session:
            actions.match_credit(session, credit, clock=running_now)

    def pay_late(self, at: int) -> None:
        with transaction() as session:
            actions.match_credit(session, self.credit, clock=days_later)

    def ref(self, at: int) -> actions.OrderRef:
        return actions.OrderRef(stall_id=self.stall, order_id=at)

    def pay(self, at: int) -> None:
        self.match(self.credit)

    def accept(self, at: int) -> None:
        with transaction() as session:
            answer = actions.Accept(seen=self.accept_seen, by_link=True)
            actions.accept_order(session, self.lan, self.ref(at), answer, clock=running_now)

    def see(self, at: int) -> None:
        with transaction() as session:
            actions.see_acceptance(session, GUEST, at, clock=running_now)

    def tell(self, at: int) -> None:
        with transaction() as session:
            actions.tell_acceptance(session, self.lan, self.ref(at), clock=running_now)

    def take_up(self, at: int) -> None:
        with transaction() as session:
            answer = actions.Accept(seen=self.accept_seen)
            actions.take_up_order(session, self.lan, self.ref(at), answer, clock=days_later)

    def decline(self, at: int) -> None:
        with transaction() as session:
            no = Decline(seen=self.decline_seen, reason="Hết hàng")
            actions.decline_order(session, self.lan, self.ref(at), no, clock=running_now)

    def sell_out(self, at: int) -> None:
        with transaction() as session:
            goods = frozenset(line.variant_id for line in session.get_one(Order, at).lines)
            no = SoldOutAnswer(seen=self.decline_seen, variant_ids=goods)
            actions.decline_sold_out(session, self.lan, self.ref(at), no, clock=running_now)

    def sell_again(self, at: int) -> None:
        with transaction() as session:
            actions.sell_again(session, self.lan, self.ref(at), clock=running_now)

    def cancel(self, at: int) -> None:
        with transaction() as session:
            actions.cancel_order(session, GUEST, at, clock=running_now)

    def ready(self, at: int) -> None:
        with transaction() as session:
            actions.ready_order(session, self.lan, self.ref(at), clock=running_now)

    def say_paid(self, at: int) -> None:
        with transaction() as session:
            actions.say_paid(session, GUEST, at, clock=running_now)

    def expire(self, at: int) -> None:
        with transaction() as session:
            actions.end_overdue_order(session, at, clock=days_later)

    def remind(self, at: int) -> None:
        with transaction() as session:
            remind_to_answer(session, at, clock=running_now)

    def ask(self, at: int) -> None:
        with transaction() as session:
            actions.ask_to_answer(session, at, clock=running_now)

    def hand_over(self, at: int) -> None:
        new = actions.HandOver(order_id=at, shown=hand_over_key(self.code), cash_taken=True, seen=self.confirm_seen)
        with transaction() as session:
            actions.hand_over(session, self.lan, self.stall, new, clock=running_now)

    def look_at_ready(self, at: int) -> None:
        """Open the pages of an order without a request for money yet."""
        with transaction() as session:
            row = session.get_one(Order, at)
            paid = paid_of(session, [at], now=running_now()).get(at)
            self.decline_seen = seen_of(facts_to_decline(row, paid))

    def hand_over_unshown(self, at: int) -> None:
        new = actions.HandOver(order_id=at, shown=None, cash_taken=False)
        with transaction() as session:
            actions.hand_over(session, self.lan, self.stall, new, clock=running_now)

    def note_wrong_code(self, at: int) -> None:
        with transaction() as session:
            note_wrong_code(session, self.lan, at, now=running_now())

    def confirm(self, at: int) -> None:
        with transaction() as session:
            actions.confirm_received(session, self.lan, self.stall, at, seen=self.confirm_seen, clock=running_now)

    def allocate(self, at: int) -> None:
        new = actions.NewMatch(credit_id=self.credit, order_id=at, seen=self.allocate_seen)
        with transaction() as session:
            actions.allocate(session, self.lan, self.stall, new, clock=running_now)

    def dismiss(self, at: int) -> None:
        which = actions.SetAside(credit_id=self.credit, seen=self.allocate_seen)
        with transaction() as session:
            actions.dismiss_credit(session, self.lan, self.stall, which, clock=running_now)

    def undo(self, at: int) -> None:
        assert self.allocation is not None
        which = actions.Undo(allocation_id=self.allocation, seen=self.undo_seen)
        with transaction() as session:
            actions.undo(session, self.lan, self.stall, which, clock=running_now)

    def refund(self, at: int) -> None:
        new = actions.NewRefund(order_id=at, amount=Dong(TOO_MUCH - EXACT), client_key="page")
        with transaction() as session:
            actions.refund(session, self.lan, self.stall, new, clock=running_now)

    def refund_anew(self, at: int) -> None:
        """On another page."""
        new = actions.NewRefund(order_id=at, amount=Dong(TOO_MUCH - EXACT), client_key="other page")
        with transaction() as session:
            actions.refund(session, self.lan, self.stall, new, clock=running_now)


def request_of(session: Session, order: int) -> PaymentRequest:
    return session.scalars(select(PaymentRequest).where(PaymentRequest.order_id == order)).one()


def sale_picture(session: Session, at: int) -> object:
    """The order, its request, what was allocated to it and reversed, the bank's notices that name it, its goods."""
    order, request = session.get_one(Order, at), request_of(session, at)
    allocations = session.scalars(select(Allocation).where(Allocation.request_id == request.id).order_by(Allocation.id))
    notices = session.scalars(select(BankCredit).where(BankCredit.memo == order.code).order_by(BankCredit.id))
    held = session.scalars(select(Reservation.outcome).where(Reservation.order_id == at).order_by(Reservation.id)).all()
    given = [(one.amount, one.last) for one in refunds_answered(session, request.id)]
    to = session.scalar(select(func.count(RefundAccount.id)).where(RefundAccount.request_id == request.id))
    return (
        (order.status, order.due_at is None, order.said_paid_at is None, order.ended_reason),
        (request.received, request.refunded, request.owed_back, request.closed_at is None),
        [(one.kind, one.amount, one.undoes_id is None) for one in allocations],
        [(one.allocated, one.unmatched_reason) for one in notices],
        (held, given, request.returned, to),
        verbs_of(session, "order", at),
        verbs_of(session, "payment_request", request.id),
    )


BY_ORDER = {"payment_request": "a request is only read and changed under its order's lock"}


def unanswered_orders(cast: Cast) -> Aggregate:
    sale = Sale(cast, accepted=False)
    moves: dict[str, Move] = {
        "accept": sale.accept,
        "decline": sale.decline,
        "cancel": sale.cancel,
        "expire": sale.expire,
        "pay": sale.pay,
        "ask": sale.ask,
        "remind": sale.remind,
    }
    return Aggregate(start=sale.start, moves=moves, picture=sale_picture, tables=["order"], spare=BY_ORDER)


def orders(cast: Cast) -> Aggregate:
    sale = Sale(cast)
    moves: dict[str, Move] = {
        "decline": sale.decline,
        "report sold out": sale.sell_out,
        "cancel": sale.cancel,
        "ready": sale.ready,
        "say paid": sale.say_paid,
        "expire": sale.expire,
        "hand over": sale.hand_over,
        "confirm": sale.confirm,
        "pay": sale.pay,
        "note wrong code": sale.note_wrong_code,
    }
    return Aggregate(start=sale.start, moves=moves, picture=sale_picture, tables=["order"], spare=BY_ORDER)


def fetched_orders(cast: Cast) -> Aggregate:
    """An order that stands ready at a pickup point, and the point's keeper, whom two officers may dismiss."""
    sale = Sale(cast)
    posts: dict[int, int] = {}

    def start() -> int:
        order = buy(cast, running_now(), pay=PayChoice.ON_RECEIPT, point=cast.pickup)
        sale.code = order.code
        with transaction() as session:
            actions.ready_order(session, sale.lan, sale.ref(order.id), clock=running_now)
            keeper, hamlet = session.get_one(Person, cast.stranger), session.get_one(Hamlet, cast.nghia_dung)
            posts[order.id] = make.make_post(session, keeper, PostRole.KEEPER, hamlet, running_now()).id
        sale.look_at_ready(order.id)
        return order.id

    def here(at: int) -> AtPoint:
        return AtPoint(commune_id=cast.commune, order_ids=(at,), device="the keeper's phone")

    def arrive(session: Session, at: int) -> None:
        note_arrived(session, Actor(person_id=cast.stranger), cast.stranger, here(at), clock=running_now)

    def tick(session: Session, at: int) -> None:
        note_ticked(session, Actor(person_id=cast.stranger), cast.stranger, here(at), clock=running_now)

    def fetch(session: Session, at: int) -> None:
        shown = hand_over_key(session.get_one(Order, at).code)
        new = Fetched(at=here(at), shown=shown)
        note_fetched(session, Actor(person_id=cast.stranger), cast.stranger, new, clock=running_now)

    def dismiss(session: Session, at: int) -> None:
        sellers.dismiss(session, Actor(person_id=cast.hung), cast.commune, posts[at], clock=running_now)

    def picture(session: Session, at: int) -> object:
        seen = session.scalars(select(PickupSighting.keeper_id).where(PickupSighting.order_id == at)).all()
        order, post = session.get_one(Order, at), session.get_one(Post, posts[at])
        times = order.arrived_at is None, order.fetched_at is None, order.buyer_confirmed_at is None
        return order.status, times, seen, post.ends_on, verbs_of(session, "order", at)

    moves: dict[str, Move] = {
        "take in": writing(arrive),
        "fetch": writing(fetch),
        "tick off": writing(tick),
        "dismiss the keeper": writing(dismiss),
        "call off": sale.decline,
        "hand over": sale.hand_over_unshown,
    }
    spare = BY_ORDER | {"post": "whom a keeper saw before they were dismissed they did see"}
    return Aggregate(start=start, moves=moves, picture=picture, tables=["order"], spare=spare)


def unseen_orders(cast: Cast) -> Aggregate:
    """An order that the stall took and its buyer does not know of yet."""
    sale = Sale(cast, is_seen=False)
    moves: dict[str, Move] = {
        "see": sale.see,
        "tell": sale.tell,
        "say paid": sale.say_paid,
        "ready": sale.ready,
        "decline": sale.decline,
        "cancel": sale.cancel,
        "expire": sale.expire,
        "pay": sale.pay,
    }
    return Aggregate(start=sale.start, moves=moves, picture=sale_picture, tables=["order"], spare=BY_ORDER)


def lapsed_orders(cast: Cast) -> Aggregate:
    """An order of the last of the beans that its clock has ended, which nobody has written yet; a little of its money
    is in, and somebody else wants the goods."""
    sale = Sale(cast, received=500, variant=cast.dau_xanh, amount=5000)

    def sell(session: Session, at: int) -> None:
        order = wanted(cast.dau_xanh, 5000)
        new = PlacePurchase(commune_id=cast.commune, client_key=f"other-{at}", buyer=MAI, orders=(order,), cart_id=None)
        actions.check_out(session, GUEST, new, clock=days_later)

    def picture(session: Session, at: int) -> object:
        beans = session.get_one(Variant, cast.dau_xanh)
        others = session.scalars(select(Order.status).where(Order.id > at).order_by(Order.id)).all()
        return sale_picture(session, at), (beans.on_hand, beans.reserved), others

    moves: dict[str, Move] = {
        "take up": sale.take_up,
        "expire": sale.expire,
        "sell to somebody else": writing(sell),
        "pay": sale.pay_late,
    }
    return Aggregate(start=sale.start, moves=moves, picture=picture, tables=["order"], spare=BY_ORDER)


def stopped_goods(cast: Cast) -> Aggregate:
    """Beans whose seller refused an order of them because there are none left; it had 5 kg of them, and somebody else
    has them in a cart."""
    sale = Sale(cast, accepted=False, amount=2000)
    beans: dict[int, VariantRef] = {}

    def start() -> int:
        with transaction() as session:
            stall = session.get_one(Stall, cast.lan.stall)
            variant = make.make_product(session, stall, "Đậu đen", running_now(), on_hand=5000)
            ref = VariantRef(stall_id=stall.id, product_id=variant.product_id, variant_id=variant.id)
        sale.variant = ref.variant_id
        at = sale.start()
        beans[at] = ref
        sale.sell_out(at)
        return at

    def count_anew(session: Session, at: int) -> None:
        seen = seen_of({"số còn": "5\u00a0kg"})
        set_amount(session, sale.lan, beans[at], 3000, seen=seen, now=running_now())

    def report(session: Session, at: int) -> None:
        report_sold_out(session, sale.lan, beans[at], now=running_now())

    def back(session: Session, at: int) -> None:
        report_back(session, sale.lan, beans[at], now=running_now())

    def sell(at: int) -> None:
        """Alone it finds nothing for sale: the picture says who came first."""
        order = wanted(beans[at].variant_id or 0, 4000)
        new = PlacePurchase(commune_id=cast.commune, client_key=f"other-{at}", buyer=MAI, orders=(order,), cart_id=None)
        with suppress(SoldOut), transaction() as session:
            actions.check_out(session, GUEST, new, clock=running_now)

    def picture(session: Session, at: int) -> object:
        variant = session.get_one(Variant, beans[at].variant_id)
        others = session.scalars(select(Order.status).where(Order.id > at).order_by(Order.id)).all()
        stock = variant.on_hand, variant.reserved, variant.is_sold_out, variant.sold_out_for is None
        return sale_picture(session, at), stock, others

    moves: dict[str, Move] = {
        "sell again": sale.sell_again,
        "count anew": writing(count_anew),
        "report sold out": writing(report),
        "report back": writing(back),
        "buy": sell,
    }
    spare = BY_ORDER | {"product": "which things it is sold as does not change here"}
    return Aggregate(start=start, moves=moves, picture=picture, tables=["order", "variant"], spare=spare)


def payment_requests(cast: Cast) -> Aggregate:
    """Two thirds of the money is in; the bank's notice of more is not looked at yet."""
    sale = Sale(cast, received=SHORT)
    moves: dict[str, Move] = {
        "confirm": sale.confirm,
        "undo": sale.undo,
        "pay": sale.pay,
        "allocate": sale.allocate,
        "decline": sale.decline,
        "hand over": sale.hand_over,
    }
    return Aggregate(start=sale.start, moves=moves, picture=sale_picture, tables=["order"], spare=BY_ORDER)


def refunds(cast: Cast) -> Aggregate:
    """More came in than was asked."""
    sale = Sale(cast, received=TOO_MUCH)
    moves: dict[str, Move] = {
        "refund": sale.refund,
        "refund anew": sale.refund_anew,
        "undo": sale.undo,
        "allocate": sale.allocate,
        "decline": sale.decline,
    }
    return Aggregate(start=sale.start, moves=moves, picture=sale_picture, tables=["order"], spare=BY_ORDER)


def refunds_told(cast: Cast) -> Aggregate:
    """More came in than was asked, and its seller says that a part of that went back."""
    sale = Sale(cast, received=TOO_MUCH)
    debits: dict[int, int] = {}
    seen: dict[int, str] = {}
    part, rest = Dong(1_000), Dong(TOO_MUCH - EXACT - 1_000)

    def start() -> int:
        at = sale.start()
        said = actions.NewRefund(order_id=at, amount=part, client_key="page", owed=Dong(TOO_MUCH - EXACT))
        with transaction() as session:
            actions.refund(session, sale.lan, sale.stall, said, clock=running_now)
            seen[at] = refunds_seen(session, at)
            debits[at] = make.make_debit(session, sale.stall, LAN_HOOK, refund_memo(sale.code), part, running_now()).id
        return at

    def rest_given(at: int) -> None:
        said = actions.NewRefund(order_id=at, amount=rest, client_key="rest", owed=rest)
        with transaction() as session:
            actions.refund(session, sale.lan, sale.stall, said, clock=running_now)

    def says(has_come: bool) -> Move:
        def act(at: int) -> object:
            with transaction() as session:
                said = actions.BuyersAnswer(has_come=has_come, seen=seen[at])
                return actions.answer_refunds(session, GUEST, at, said, clock=running_now)

        return act

    def gives_account(at: int) -> None:
        to = actions.NewRefundAccount(bin="970436", number="0011223344556", holder="VU THI MAI")
        with transaction() as session:
            actions.give_account(session, GUEST, at, to, clock=running_now)

    def takes_account_away(at: int) -> None:
        with transaction() as session:
            actions.withdraw_account(session, GUEST, at, clock=running_now)

    def bank_tells(at: int) -> object:
        with transaction() as session:
            return actions.match_debit(session, debits[at], clock=running_now)

    moves: dict[str, Move] = {
        "the rest is given back": rest_given,
        "it has come": says(has_come=True),
        "it has not come": says(has_come=False),
        "the bank tells of it": bank_tells,
        "where to is said": gives_account,
        "where to is taken away": takes_account_away,
    }
    return Aggregate(start=start, moves=moves, picture=sale_picture, tables=["order"], spare=BY_ORDER)


def bank_credits(cast: Cast) -> Aggregate:
    """A bank's notice that names an order, not looked at yet, and another order it may be put on."""
    sale = Sale(cast)
    others: dict[int, int] = {}

    def start() -> int:
        other = buy(cast, running_now()).id
        at = sale.start()
        others[at] = other
        return at

    def record_again(session: Session, at: int) -> None:
        known = session.get_one(BankCredit, sale.credit)
        sale.record(session, int(known.provider_txn_id), EXACT, sale.code)

    def picture(session: Session, at: int) -> object:
        credit = verbs_of(session, "bank_credit", sale.credit)
        return sale_picture(session, at), sale_picture(session, others[at]), credit

    return Aggregate(
        start=start,
        moves={
            "match": sale.pay,
            "record again": writing(record_again),
            "allocate": sale.allocate,
            "allocate elsewhere": lambda at: sale.allocate(others[at]),
            "dismiss": sale.dismiss,
        },
        picture=picture,
        tables=["bank_credit"],
    )


def credits_taken_off(cast: Cast) -> Aggregate:
    """A bank's notice that was put on an order and taken off it again."""
    sale = Sale(cast)

    def start() -> int:
        at = sale.start()
        sale.pay(at)
        sale.look(at, Unmatched.IN_PROGRESS)
        sale.undo(at)
        sale.look(at, Unmatched.REVERSED)
        return at

    def picture(session: Session, at: int) -> object:
        return sale_picture(session, at), verbs_of(session, "bank_credit", sale.credit)

    return Aggregate(
        start=start,
        moves={"dismiss": sale.dismiss, "put back": sale.allocate, "decline": sale.decline, "expire": sale.expire},
        picture=picture,
        tables=["bank_credit", "order"],
        spare=BY_ORDER,
    )
