"""Goods that were not right: the buyer's word, the stall's answer, the office's outcome, and the money that follows."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from market.adoption.queries.ledger import sale_of
from market.base.audit import GUEST, Actor
from market.base.client_keys import SentOtherwise
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotAllowed, Refused
from market.base.retention import apply_rules
from market.base.seen import ChangedSince, seen_of
from market.catalog import pictures
from market.catalog.models import Category, MoveReason, Product, StockMove, Variant
from market.notices.models import Notice
from market.orders.actions.complaints import NewComplaint, complain, restock, withdraw
from market.orders.jobs import forget_complaint_photos, forget_picture
from market.orders.models import Complaint, ComplaintPhoto, ComplaintStep, Contact, Order, OrderLine
from market.orders.queries.complaints import (
    claimable,
    complaints_at_office,
    complaints_for_stall,
    facts_of_complaint,
    newest_complaint,
)
from market.orders.retention import RULES
from market.orders.rules import PayChoice
from market.orders.rules.complaints import (
    FRESH_KIND,
    PICTURES_KEPT,
    ComplaintOutcome,
    ComplaintReason,
    ComplaintState,
    ComplaintWish,
    Remedy,
)
from market.payments import actions
from market.payments.actions import ComplaintAnswer, ComplaintDecision, KeptAnswer, OrderRef
from market.payments.jobs import advance_complaints
from market.payments.queries import facts_to_confirm, owed_back_of
from market.values.money import Dong
from tests.cast import Cast
from tests.catalog.pictures import jpeg
from tests.conftest import Clock
from tests.events import events_of
from tests.payments.steps import Bought, assert_sums_hold, buy, paid
from tests.payments.test_debts import on_credit, owing, pays

PRICE = 12_000
State, Outcome = ComplaintState, ComplaintOutcome


def handed_over(cast: Cast, now: Clock, *, amount: int = 2000, in_cash: bool = False, variant: int = 0) -> Bought:
    """Mai has the goods in hand: with the money on record, or with nothing of it."""
    order = buy(cast, now(), amount=amount, pay=PayChoice.ON_RECEIPT, variant=variant or None)
    asked = paid(order)
    seen = seen_of(facts_to_confirm(asked.asked, asked.received))
    new = actions.HandOver(order_id=order.id, shown=None, cash_taken=in_cash, seen=seen)
    with transaction() as session:
        actions.hand_over(session, GUEST, order.stall, new, clock=now)
    return order


def line_of(order: Bought) -> int:
    return reading().scalars(select(OrderLine.id).where(OrderLine.order_id == order.id)).one()


def say(order: Bought, now: Clock, **said: object) -> None:
    """Mai says that all of it is spoiled, and wants her money back; `said` tells otherwise."""
    new: dict[str, object] = {
        "lines": {line_of(order): 2000},
        "reason": ComplaintReason.SPOILED,
        "wish": ComplaintWish.MONEY,
        "asked": None,
        "words": "Rau úng hết",
        "photos": (),
        "client_key": None,
    }
    with transaction() as session:
        complain(session, GUEST, NewComplaint(order_id=order.id, **{**new, **said}), clock=now)  # type: ignore[arg-type]


def newest(order: Bought) -> Complaint:
    reading().expire_all()
    found = newest_complaint(reading(), order.id)
    assert found is not None
    return found


def seen(order: Bought) -> str:
    return seen_of(facts_of_complaint(newest(order)))


def answer(order: Bought, now: Clock, remedy: Remedy | None, amount: int = 0, **more: object) -> None:
    said: dict[str, object] = {"goods_back": False, "words": "", "seen": seen(order), **more}
    new = ComplaintAnswer(remedy=remedy, amount=Dong(amount), **said)  # type: ignore[arg-type]
    with transaction() as session:
        actions.answer_complaint(session, GUEST, OrderRef(stall_id=order.stall, order_id=order.id), new, clock=now)


def accept(order: Bought, now: Clock, shown: str | None = None) -> None:
    with transaction() as session:
        actions.accept_answer(session, GUEST, order.id, seen(order) if shown is None else shown, clock=now)


def to_office(order: Bought, now: Clock) -> None:
    with transaction() as session:
        actions.take_to_office(session, GUEST, order.id, seen(order), clock=now)


def decide(cast: Cast, order: Bought, now: Clock, outcome: Outcome, amount: int = 0, by: int | None = None) -> None:
    new = ComplaintDecision(outcome=outcome, amount=Dong(amount), reason="Ảnh cho thấy rau úng", seen=seen(order))
    with transaction() as session:
        whose = Actor(person_id=by or cast.hung)
        actions.decide_complaint(session, whose, cast.commune, newest(order).id, new, clock=now)


def by_stall(act: Callable[..., None], order: Bought, now: Clock, actor: Actor = GUEST) -> None:
    with transaction() as session:
        act(session, actor, OrderRef(stall_id=order.stall, order_id=order.id), clock=now)


def answer_kept(order: Bought, now: Clock, *, has_come: bool) -> None:
    with transaction() as session:
        actions.answer_kept(session, GUEST, order.id, KeptAnswer(has_come=has_come, seen=seen(order)), clock=now)


def owed(order: Bought, now: Clock) -> int:
    found = owed_back_of(reading(), order.id, now=now())
    return int(found.amount) if found else 0


def told(kind: str) -> Sequence[tuple[int | None, str]]:
    query = select(Notice.business_id, Notice.sentence).where(Notice.kind == kind).order_by(Notice.id)
    return [(business, sentence) for business, sentence in reading().execute(query)]


def verbs(order: Bought) -> list[str]:
    return [one.verb for one in events_of(reading(), "order", order.id) if one.verb.startswith("complaint_")]


def test_what_was_agreed_at_once_is_owed_back_of_what_came_in(cast: Cast, now: Clock) -> None:
    order = handed_over(cast, now, in_cash=True)
    for _ in range(2):
        say(order, now, client_key="once")
    with pytest.raises(SentOtherwise):
        say(order, now, client_key="once", words="Khác")
    complaint = newest(order)
    assert (complaint.state, complaint.most, complaint.asked) == (State.WAITING, 2 * PRICE, 2 * PRICE)
    assert complaint.due_at == now() + timedelta(hours=12), "9:00, and none of it in quiet hours"
    assert "trước 9 giờ tối nay" in told("khieu_nai")[0][1]
    answer(order, now, Remedy.MONEY, 2 * PRICE)
    assert newest(order).state is State.DONE
    assert owed(order, now) == 2 * PRICE
    assert_sums_hold()
    assert len(told("khieu_nai")) == 1
    assert [whose for whose, _ in told("phai_tra_lai")] == [cast.lan.business, None]
    assert verbs(order) == ["complaint_opened", "complaint_agreed"]


def test_less_is_asked_of_the_buyer_who_takes_it_in_one_tap(cast: Cast, now: Clock) -> None:
    order = handed_over(cast, now, in_cash=True)
    say(order, now)
    before = seen(order)
    answer(order, now, Remedy.MONEY, PRICE, words="Một bó còn tốt")
    assert (newest(order).state, owed(order, now)) == (State.OFFERED, 0)
    with pytest.raises(ChangedSince):
        accept(order, now, before)
    for _ in range(2):
        accept(order, now)
    assert (newest(order).state, owed(order, now)) == (State.DONE, PRICE)
    left = paid(order)
    assert (left.asked, left.received, left.remaining) == (PRICE, 2 * PRICE, 0)
    assert left.words == "Đã nhận đủ tiền"


def test_a_stall_that_does_not_answer_leaves_it_to_the_office(cast: Cast, now: Clock) -> None:
    order = handed_over(cast, now, in_cash=True)
    say(order, now)
    assert (complaints_for_stall(reading(), order.stall).count, advance_complaints(now())) == (1, 0)
    now.at += timedelta(hours=12)
    assert (advance_complaints(now()), advance_complaints(now())) == (1, 0)
    assert newest(order).state is State.OFFICE
    assert complaints_for_stall(reading(), order.stall).count == 0
    assert [one.order_id for one in complaints_at_office(reading(), cast.commune, 0, 9)] == [order.id]
    with pytest.raises(Conflict):
        answer(order, now, Remedy.MONEY, 2 * PRICE)
    for _ in range(2):
        decide(cast, order, now, Outcome.UPHELD)
    assert (newest(order).state, owed(order, now)) == (State.DONE, 2 * PRICE)
    assert verbs(order) == ["complaint_opened", "complaint_unanswered", "complaint_upheld"]
    assert {whose for whose, _ in told("khieu_nai_ket_luan")} == {cast.lan.business, None}


@pytest.mark.parametrize(
    ("outcome", "amount", "back"),
    [(Outcome.PART, 5000, 5000), (Outcome.NOT_UPHELD, 0, 0), (Outcome.SETTLED, 0, 0)],
)
def test_a_no_goes_to_the_office_which_says_what_it_found(
    cast: Cast, now: Clock, outcome: Outcome, amount: int, back: int
) -> None:
    order = handed_over(cast, now, in_cash=True)
    say(order, now)
    with pytest.raises(Refused, match="lý do"):
        answer(order, now, None)
    answer(order, now, None, words="Rau tươi lúc giao")
    to_office(order, now)
    with pytest.raises(NotAllowed):
        decide(cast, order, now, outcome, amount, by=cast.lan.person)
    decide(cast, order, now, outcome, amount)
    assert (newest(order).state, owed(order, now)) == (State.DONE, back)
    assert newest(order).steps[-1].words == "Ảnh cho thấy rau úng"


def test_no_more_than_the_goods_cost_is_promised(cast: Cast, now: Clock) -> None:
    order = handed_over(cast, now, in_cash=True)
    with pytest.raises(Refused, match=r"24\.000"):
        say(order, now, asked=Dong(2 * PRICE + 1))
    say(order, now, lines={line_of(order): 1000}, asked=Dong(5000))
    assert (newest(order).most, newest(order).asked) == (PRICE, 5000)
    with pytest.raises(Refused, match=r"12\.000"):
        answer(order, now, Remedy.MONEY, PRICE + 1)
    answer(order, now, Remedy.MONEY, PRICE)
    assert owed(order, now) == PRICE, "more than asked, where the stall wants it so"


def test_money_that_is_on_no_record_goes_from_hand_to_hand(cast: Cast, now: Clock) -> None:
    order = handed_over(cast, now)
    say(order, now)
    answer(order, now, Remedy.MONEY, 2 * PRICE)
    assert (newest(order).state, newest(order).by_hand, owed(order, now)) == (State.PROMISED, 2 * PRICE, 0)
    assert paid(order).remaining == 0, "who has not paid owes nothing any more"
    for _ in range(2):
        by_stall(actions.say_kept, order, now)
    answer_kept(order, now, has_come=False)
    assert (newest(order).state, newest(order).fulfilled_at) == (State.PROMISED, None)
    assert sale_of(reading(), cast.commune, order.id, known_at=now()) is not None
    by_stall(actions.say_kept, order, now)
    now.at += timedelta(hours=1)
    for _ in range(2):
        answer_kept(order, now, has_come=True)
    assert newest(order).state is State.DONE
    assert sale_of(reading(), cast.commune, order.id, known_at=now()) is None, "all of it went back: no sale"
    before = now() - timedelta(minutes=1)
    assert sale_of(reading(), cast.commune, order.id, known_at=before) is not None, "as it was known then"
    assert_sums_hold()


def test_who_owes_it_on_credit_owes_less_and_is_given_back_what_they_paid_alone(cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), amount=2000, pay=PayChoice.ON_RECEIPT)
    on_credit(cast, order.id, now)
    [owes] = owing(cast)
    pays(cast, owes.debtor_id, now, 10_000)
    say(order, now)
    answer(order, now, Remedy.MONEY, 2 * PRICE)
    assert (newest(order).state, newest(order).by_hand) == (State.DONE, 0), "nobody gives back what never came"
    assert (owed(order, now), owing(cast)) == (10_000, [])
    assert_sums_hold()


def test_a_sale_whose_money_all_went_back_counts_no_more(cast: Cast, now: Clock) -> None:
    order = handed_over(cast, now, in_cash=True)
    say(order, now)
    answer(order, now, Remedy.MONEY, 2 * PRICE)
    assert sale_of(reading(), cast.commune, order.id, known_at=now()) is not None
    back = actions.NewRefund(order_id=order.id, amount=Dong(2 * PRICE), client_key="0", owed=Dong(2 * PRICE))
    with transaction() as session:
        actions.refund(session, GUEST, order.stall, back, clock=now)
    assert sale_of(reading(), cast.commune, order.id, known_at=now()) is None
    assert paid(order).words == "Không phải trả tiền"
    assert reading().get_one(Order, order.id).status == "da_giao", "history stays"


def test_goods_come_back_first_and_into_the_stock_only_by_the_stall(cast: Cast, now: Clock) -> None:
    order = handed_over(cast, now, in_cash=True, variant=cast.dau_xanh)
    on_hand = reading().get_one(Variant, cast.dau_xanh).on_hand or 0
    say(order, now)
    answer(order, now, Remedy.MONEY, paid(order).asked, goods_back=True)
    accept(order, now)
    assert (newest(order).state, owed(order, now)) == (State.PROMISED, 0)
    with pytest.raises(Conflict):
        by_stall(actions.say_kept, order, now)

    def put_back(amount: int) -> None:
        with transaction() as session:
            restock(session, GUEST, order.stall, order.id, {line_of(order): amount}, clock=now)

    with pytest.raises(Conflict, match="chưa nhập kho"):
        put_back(1000)
    for _ in range(2):
        by_stall(actions.take_goods_back, order, now)
    assert (newest(order).state, owed(order, now)) == (State.DONE, order.total)
    reading().expire_all()
    assert reading().get_one(Variant, cast.dau_xanh).on_hand == on_hand
    with pytest.raises(Refused):
        put_back(2001)
    for _ in range(2):
        put_back(1500)
    reading().expire_all()
    assert reading().get_one(Variant, cast.dau_xanh).on_hand == on_hand + 1500
    moves = reading().scalars(select(StockMove.delta).where(StockMove.reason == MoveReason.RETURN)).all()
    assert moves == [1500]


def test_fresh_goods_are_complained_of_for_two_days_and_a_line_once(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        fresh_kind = Category(code=FRESH_KIND, name="Tươi sống", slug="tuoi", level=2, position=1)
        session.add(fresh_kind)
        session.flush()
        greens = Category(code="OCOP-01", name="Rau", slug="rau", level=3, position=2, parent_id=fresh_kind.id)
        session.add(greens)
        session.flush()
        of_stall = select(Variant.product_id).where(Variant.id == cast.rau_muong).scalar_subquery()
        session.execute(update(Product).where(Product.id == of_stall).values(category_id=greens.id))
    fresh, dry = handed_over(cast, now), handed_over(cast, now, variant=cast.dau_xanh)

    def left(order: Bought) -> list[int]:
        return [one.left for one in claimable(reading(), reading().get_one(Order, order.id), now=now())]

    say(fresh, now, lines={line_of(fresh): 500})
    with pytest.raises(Conflict, match="chưa xong"):
        say(fresh, now)
    assert left(fresh) == [1500]
    with transaction() as session:
        withdraw(session, GUEST, fresh.id, seen(fresh), clock=now)
    assert left(fresh) == [2000]
    now.at += timedelta(days=2, hours=11)
    assert (left(fresh), left(dry)) == ([], [2000])
    with pytest.raises(Refused, match="quá ngày"):
        say(fresh, now)
    now.at += timedelta(days=5)
    assert left(dry) == []


def test_what_the_buyer_does_not_answer_is_over_and_a_promise_not_kept_is_the_office_s(cast: Cast, now: Clock) -> None:
    silent, unkept = handed_over(cast, now, in_cash=True), handed_over(cast, now)
    for order in (silent, unkept):
        say(order, now, wish=ComplaintWish.REPLACEMENT)
    answer(silent, now, Remedy.MONEY, 1000)
    answer(unkept, now, Remedy.REPLACEMENT)
    assert newest(unkept).state is State.PROMISED
    now.at += timedelta(days=3, hours=12)
    assert advance_complaints(now()) == 2
    assert (newest(silent).state, owed(silent, now)) == (State.DONE, 0)
    assert (newest(unkept).state, newest(unkept).steps[-1].kind) == (State.OFFICE, "chua_lam")


def test_a_helper_promises_nothing(cast: Cast, now: Clock) -> None:
    order = handed_over(cast, now, in_cash=True)
    say(order, now)
    helper = Actor(person_id=cast.vy, on_behalf_of=cast.lan.business, mandate_id=1)
    new = ComplaintAnswer(remedy=Remedy.MONEY, amount=Dong(1), goods_back=False, words="", seen=seen(order))
    with pytest.raises(NotAllowed), transaction() as session:
        which = OrderRef(stall_id=order.stall, order_id=order.id)
        actions.answer_complaint(session, helper, which, new, clock=now)


def test_pictures_go_when_they_have_had_their_time_or_the_buyer_is_forgotten(cast: Cast, now: Clock) -> None:
    order = handed_over(cast, now, in_cash=True)
    kept = [pictures.keep(jpeg(width, 300)) for width in (400, 500)]
    say(order, now, photos=kept[:1])
    for one in kept:
        forget_picture({"key": one.key})
    assert [pictures.is_kept(one.key) for one in kept] == [True, False]
    answer(order, now, Remedy.MONEY, 2 * PRICE)
    assert forget_complaint_photos(now() + PICTURES_KEPT) == 0
    with transaction() as session:
        session.execute(update(Contact).values(erased_at=now()))
    apply_rules([rule for rule in RULES if rule.model in (Complaint, ComplaintStep)], now())
    assert newest(order).words == ""
    assert forget_complaint_photos(now()) == 1
    assert reading().scalars(select(ComplaintPhoto.id)).all() == []
    forget_picture({"key": kept[0].key})
    assert not pictures.is_kept(kept[0].key)
