"""What is held, given back, sold and counted of a stock: never more than there is, each amount once."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import NotFound, Refused
from market.catalog.actions import amounts
from market.catalog.actions import stock as goods
from market.catalog.actions.listing import VariantRef
from market.catalog.actions.stock import SoldOut, StockRequest, give_back_overdue, hold, release, reserve, sell
from market.catalog.models import MoveReason, ProductState, Reservation, ReservationEnd, StockMove, Variant
from market.catalog.queries.listing import nearly_sold_out
from market.catalog.queries.stock import available, has_goods, has_some_left
from market.sellers.models import Stall
from market.values.quantity import LARGEST
from tests import factories as make
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import by_day_on
from tests.orders.steps import place, stock, wanted
from tests.queries import counting

pytestmark = by_day_on("postgresql")

HOUR = timedelta(hours=1)


@pytest.fixture
def orders(cast: Cast, now: Clock) -> tuple[int, int]:
    """Two orders; what they hold themselves, of goods that are not counted, is of no matter here."""
    goods = [wanted(cast.rau_muong) for _ in range(2)]
    first, second = (place(cast.commune, one, now=now()).order_ids[0] for one in goods)
    with transaction() as session:
        for order in (first, second):
            release(session, order, ReservationEnd.RELEASED, now=now())
    return first, second


def asked(order: int, variant: int, amount: int, until: datetime | None = None) -> StockRequest:
    commune = reading().get_one(Variant, variant).commune_id
    return StockRequest(commune_id=commune, order_id=order, variant_id=variant, amount=amount, held_until=until)


def take(now: Clock, *lines: StockRequest) -> None:
    with transaction() as session:
        reserve(session, lines, now=now())


def rows(session: Session, order: int) -> list[tuple[int, int, ReservationEnd | None]]:
    """What was ever held for an order but its first line: variant, amount and how it ended, in the order of ids."""
    session.expire_all()
    query = select(Reservation).where(Reservation.order_id == order).order_by(Reservation.id)
    return [(one.variant_id, one.amount, one.outcome) for one in session.scalars(query)][1:]


# --- held and given back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "goes"), [(4999, True), (5000, True), (5001, False)])
def test_no_more_is_held_than_there_is(
    cast: Cast, now: Clock, orders: tuple[int, int], amount: int, goes: bool
) -> None:
    if goes:
        take(now, asked(orders[0], cast.dau_xanh, amount))
    else:
        with pytest.raises(SoldOut, match="Đậu xanh chỉ còn 5\u00a0kg"):
            take(now, asked(orders[0], cast.dau_xanh, amount))
    assert stock(cast.dau_xanh) == (5000, amount if goes else 0)


def test_what_others_hold_is_not_there_twice(cast: Cast, now: Clock, orders: tuple[int, int]) -> None:
    take(now, asked(orders[0], cast.dau_xanh, 3000))
    with pytest.raises(SoldOut, match="chỉ còn 2\u00a0kg"):
        take(now, asked(orders[1], cast.dau_xanh, 2100))
    take(now, asked(orders[1], cast.dau_xanh, 2000))
    with pytest.raises(SoldOut, match="Đậu xanh vừa bán hết"):
        take(now, asked(orders[1], cast.dau_xanh, 100))
    assert stock(cast.dau_xanh) == (5000, 5000)


def test_what_is_reported_sold_out_is_not_held_and_the_name_of_the_choice_is_told(
    cast: Cast, now: Clock, orders: tuple[int, int]
) -> None:
    bag = shelf.add_choice(cast.dau_xanh)
    with pytest.raises(SoldOut, match="Đậu xanh túi 500 g chỉ còn 3\u00a0túi"):
        take(now, asked(orders[0], bag, 4000))
    for variant in (bag, cast.rau_muong):
        shelf.change(variant, is_sold_out=True)
        with pytest.raises(SoldOut, match="vừa bán hết"):
            take(now, asked(orders[0], variant, 1000))
        assert stock(variant)[1] == 0


def test_goods_of_several_lines_are_held_all_or_none(cast: Cast, now: Clock, orders: tuple[int, int]) -> None:
    lines = [asked(orders[0], cast.gao_nep, 1000), asked(orders[0], cast.dau_xanh, 5100)]
    with pytest.raises(SoldOut):
        take(now, *lines)
    assert (stock(cast.gao_nep), stock(cast.dau_xanh)) == ((50_000, 0), (5000, 0))


@pytest.mark.parametrize(("waited", "left"), [(timedelta(minutes=59), 0), (HOUR, 5000), (2 * HOUR, 5000)])
def test_goods_are_free_again_at_the_very_moment_their_time_is_over(
    cast: Cast, now: Clock, orders: tuple[int, int], session: Session, waited: timedelta, left: int
) -> None:
    take(now, asked(orders[0], cast.dau_xanh, 5000, now() + HOUR))
    now.at += waited
    assert available(session, [cast.dau_xanh], now=now()) == {cast.dau_xanh: left}
    if left:
        take(now, asked(orders[1], cast.dau_xanh, left))
        assert rows(session, orders[0]) == [(cast.dau_xanh, 5000, ReservationEnd.EXPIRED)]
    else:
        with pytest.raises(SoldOut):
            take(now, asked(orders[1], cast.dau_xanh, 100))
    assert stock(cast.dau_xanh) == (5000, 5000)


def test_only_what_is_overdue_of_this_variant_is_given_back_and_once(
    cast: Cast, now: Clock, orders: tuple[int, int], session: Session
) -> None:
    first, second = orders
    due = now() + HOUR
    take(now, asked(first, cast.dau_xanh, 1000, due), asked(first, cast.gao_nep, 2000, due))
    take(now, asked(second, cast.dau_xanh, 500, due), asked(second, cast.dau_xanh, 700, due + HOUR))
    take(now, asked(second, cast.dau_xanh, 300))
    now.move(hours=1)
    assert available(session, [cast.dau_xanh, cast.gao_nep, cast.rau_muong], now=now()) == {
        cast.dau_xanh: 4000,
        cast.gao_nep: 50_000,
        cast.rau_muong: None,
    }
    for _ in range(2):
        with transaction() as writing:
            give_back_overdue(writing, cast.dau_xanh, now())
    assert (stock(cast.dau_xanh), stock(cast.gao_nep)) == ((5000, 1000), (50_000, 2000))
    assert rows(session, first) == [(cast.dau_xanh, 1000, ReservationEnd.EXPIRED), (cast.gao_nep, 2000, None)]
    over = session.scalars(select(Reservation.released_at).where(Reservation.outcome == ReservationEnd.EXPIRED))
    assert set(over) == {now()}


def test_what_an_order_holds_is_given_back_once_and_no_other_s(
    cast: Cast, now: Clock, orders: tuple[int, int], session: Session
) -> None:
    first, second = orders
    take(now, asked(first, cast.dau_xanh, 1000), asked(first, cast.dau_xanh, 500), asked(first, cast.gao_nep, 2000))
    take(now, asked(second, cast.dau_xanh, 700))
    for outcome in (ReservationEnd.RELEASED, ReservationEnd.EXPIRED):
        with transaction() as writing:
            release(writing, first, outcome, now=now())
    assert (stock(cast.dau_xanh), stock(cast.gao_nep)) == ((5000, 700), (50_000, 0))
    assert {outcome for _, _, outcome in rows(session, first)} == {ReservationEnd.RELEASED}
    assert rows(session, second) == [(cast.dau_xanh, 700, None)]


def test_goods_are_taken_sold_and_given_back_in_the_order_of_the_variants(
    cast: Cast, now: Clock, orders: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who do so at once, in whatever order they ask, do not wait for one another."""
    first, second = orders
    met: list[int] = []

    def noting(name: str, variant_of: Callable[..., int]) -> None:
        done = getattr(goods, name)

        def act(*arguments: object) -> object:
            met.append(variant_of(*arguments))
            return done(*arguments)

        monkeypatch.setattr(goods, name, act)

    noting("_take", lambda _session, one, _now: one.variant_id)
    noting("_end", lambda _session, _order, variant_id, *_rest: variant_id)
    lines = [asked(first, cast.gao_nep, 100), asked(first, cast.dau_xanh, 300)]
    take(now, *lines)
    for line in [asked(second, cast.gao_nep, 100), asked(second, cast.dau_xanh, 300)]:
        take(now, line)
    del met[2:]
    sold(now, lines)
    with transaction() as session:
        release(session, second, ReservationEnd.RELEASED, now=now())
        hold(session, lines, now=now())
    assert met == [cast.dau_xanh, cast.gao_nep] * 4


# --- held longer ------------------------------------------------------------------------------------------------------


def until(session: Session, order: int) -> list[datetime | None]:
    session.expire_all()
    live = select(Reservation.held_until).where(Reservation.order_id == order, Reservation.released_at.is_(None))
    return list(session.scalars(live.order_by(Reservation.id)))


@pytest.mark.parametrize("given_back", [False, True])
def test_goods_are_held_longer_and_taken_anew_where_they_were_given_back(
    cast: Cast, now: Clock, orders: tuple[int, int], session: Session, given_back: bool
) -> None:
    first, second = orders
    due = now() + HOUR
    take(now, asked(first, cast.dau_xanh, 2000, due), asked(first, cast.gao_nep, 3000, due))
    take(now, asked(second, cast.gao_nep, 500, due))
    now.move(hours=1)
    if given_back:
        with transaction() as writing:
            give_back_overdue(writing, cast.dau_xanh, now())
        assert stock(cast.dau_xanh) == (5000, 0)
    later = now() + HOUR
    with transaction() as writing:
        hold(writing, [asked(first, cast.gao_nep, 3000, later), asked(first, cast.dau_xanh, 2000, later)], now=now())
    assert (stock(cast.dau_xanh), stock(cast.gao_nep)) == ((5000, 2000), (50_000, 3500))
    assert until(session, first) == [later, later]
    assert until(session, second) == [due], "another order's time stays"
    assert sum(outcome is None for *_, outcome in rows(session, first)) == 2


@pytest.mark.parametrize(("others", "goes"), [(3000, True), (3100, False)])
def test_what_is_missing_is_taken_anew_or_nothing_changes(
    cast: Cast, now: Clock, orders: tuple[int, int], session: Session, others: int, goes: bool
) -> None:
    first, second = orders
    due = now() + HOUR
    take(now, asked(first, cast.dau_xanh, 500, due), asked(first, cast.gao_nep, 1000, due))
    take(now, asked(second, cast.dau_xanh, others))
    lines = [asked(first, cast.gao_nep, 1000), asked(first, cast.dau_xanh, 500), asked(first, cast.dau_xanh, 1500)]
    with transaction() as writing:
        if goes:
            hold(writing, lines, now=now())
        else:
            with pytest.raises(SoldOut):
                hold(writing, lines, now=now())
    assert stock(cast.dau_xanh) == (5000, others + (2000 if goes else 500))
    assert stock(cast.gao_nep) == (50_000, 1000)
    assert until(session, first) == ([None, None, None] if goes else [due, due])


def test_what_is_missing_is_taken_from_what_others_held_too_long(
    cast: Cast, now: Clock, orders: tuple[int, int], session: Session
) -> None:
    first, second = orders
    take(now, asked(second, cast.dau_xanh, 5000, now() + HOUR))
    now.move(hours=1)
    with transaction() as writing:
        hold(writing, [asked(first, cast.dau_xanh, 4000)], now=now())
    assert stock(cast.dau_xanh) == (5000, 4000)
    assert rows(session, second) == [(cast.dau_xanh, 5000, ReservationEnd.EXPIRED)]


def test_what_is_held_as_asked_is_held_longer_in_one_go(cast: Cast, now: Clock, orders: tuple[int, int]) -> None:
    lines = [asked(orders[0], cast.dau_xanh, 2000), asked(orders[0], cast.gao_nep, 3000)]
    take(now, *lines)
    with transaction() as writing, counting() as seen:
        hold(writing, lines, now=now())
    assert sum("reservation" in statement for statement in seen) == 1


def test_an_order_that_holds_more_than_is_asked_keeps_it(
    cast: Cast, now: Clock, orders: tuple[int, int], session: Session
) -> None:
    take(now, asked(orders[0], cast.dau_xanh, 2000, now() + HOUR))
    with transaction() as writing:
        hold(writing, [asked(orders[0], cast.dau_xanh, 1500)], now=now())
    assert stock(cast.dau_xanh) == (5000, 2000)
    assert until(session, orders[0]) == [None]


# --- sold -------------------------------------------------------------------------------------------------------------


def sold(now: Clock, lines: Sequence[StockRequest]) -> None:
    with transaction() as session:
        sell(session, Actor(person_id=None), lines, now=now())


def test_sold_goods_leave_the_stock_by_one_move_for_each_variant(
    cast: Cast, now: Clock, orders: tuple[int, int], session: Session
) -> None:
    first, second = orders
    take(now, asked(first, cast.dau_xanh, 1000), asked(first, cast.dau_xanh, 500), asked(first, cast.rau_muong, 2000))
    take(now, asked(second, cast.dau_xanh, 700))
    sold(now, [asked(first, cast.rau_muong, 2000), asked(first, cast.dau_xanh, 500), asked(first, cast.dau_xanh, 1000)])
    assert (stock(cast.dau_xanh), stock(cast.rau_muong)) == ((3500, 700), (None, 0))
    [move] = session.scalars(select(StockMove).where(StockMove.order_id == first))
    assert (move.variant_id, move.delta, move.reason, move.at) == (cast.dau_xanh, -1500, MoveReason.SALE, now())
    assert {outcome for _, _, outcome in rows(session, first)} == {ReservationEnd.SOLD}
    assert rows(session, second) == [(cast.dau_xanh, 700, None)]


def test_what_is_sold_is_gone_before_others_give_back(cast: Cast, now: Clock, orders: tuple[int, int]) -> None:
    first, second = orders
    take(now, asked(first, cast.dau_xanh, 1000), asked(second, cast.dau_xanh, 700, now() + HOUR))
    now.move(hours=1)
    with transaction() as session:
        sell(session, Actor(), [asked(first, cast.dau_xanh, 1000)], now=now())
        give_back_overdue(session, cast.dau_xanh, now())
    assert stock(cast.dau_xanh) == (4000, 0)


@pytest.mark.parametrize("amount", [900, 1100])
def test_only_exactly_what_is_held_is_sold(cast: Cast, now: Clock, orders: tuple[int, int], amount: int) -> None:
    take(now, asked(orders[0], cast.dau_xanh, 1000))
    with pytest.raises(SoldOut):
        sold(now, [asked(orders[0], cast.dau_xanh, amount)])
    assert stock(cast.dau_xanh) == (5000, 1000)


def test_no_row_may_hold_nothing_or_more_than_there_is(cast: Cast, now: Clock, orders: tuple[int, int]) -> None:
    for values in ({"reserved": 5001}, {"reserved": -1}, {"on_hand": -1}, {"price": 0}):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(update(Variant).where(Variant.id == cast.dau_xanh).values(**values))
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(Reservation(variant_id=cast.dau_xanh, order_id=orders[0], amount=0))


# --- counted by the seller --------------------------------------------------------------------------------------------


def which(cast: Cast, variant: int | None = None) -> VariantRef:
    return VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh), variant_id=variant)


def add(cast: Cast, now: Clock, delta: int, key: str | None = None) -> None:
    with transaction() as session:
        amounts.add_amount(session, Actor(person_id=cast.lan.person), which(cast), delta, client_key=key, now=now())


def count(cast: Cast, now: Clock, amount: int | None) -> None:
    seen = shelf.amount_seen(cast.dau_xanh)
    with transaction() as session:
        amounts.set_amount(session, Actor(person_id=cast.lan.person), which(cast), amount, seen=seen, now=now())


def test_a_count_is_written_with_who_counted_and_when(cast: Cast, now: Clock, session: Session) -> None:
    count(cast, now, 6500)
    add(cast, now, -500)
    moves = session.scalars(select(StockMove).where(StockMove.variant_id == cast.dau_xanh).order_by(StockMove.id)).all()
    assert [move.delta for move in moves] == [5000, 1500, -500]
    assert {(move.actor_id, move.reason, move.at, move.order_id) for move in moves[1:]} == {
        (cast.lan.person, MoveReason.RECOUNT, now(), None)
    }
    events = events_of(session, "product", which(cast).product_id)
    assert [(event.verb, event.fields, event.actor_id) for event in events] == [
        ("count_stock", "on_hand", cast.lan.person)
    ] * 2


def test_the_number_that_was_there_already_leaves_no_trace(cast: Cast, now: Clock, session: Session) -> None:
    count(cast, now, 5000)
    shelf.change(cast.dau_xanh, on_hand=0)
    shelf.change(cast.dau_xanh, is_sold_out=True)
    count(cast, now, 0)
    assert shelf.read(cast.dau_xanh)[1].is_sold_out, "nothing is still sold out"
    assert session.scalar(select(func.count()).where(StockMove.variant_id == cast.dau_xanh)) == 1


@pytest.mark.parametrize(("amount", "is_sold_out"), [(0, True), (None, True), (100, False), (5000, False)])
def test_only_more_than_nothing_is_no_longer_sold_out(
    cast: Cast, now: Clock, amount: int | None, is_sold_out: bool
) -> None:
    shelf.change(cast.dau_xanh, is_sold_out=True)
    count(cast, now, amount)
    variant = shelf.read(cast.dau_xanh)[1]
    assert (variant.on_hand, variant.is_sold_out) == (amount, is_sold_out)


@pytest.mark.parametrize(("delta", "is_sold_out"), [(-100, True), (0, True), (100, False)])
def test_a_little_less_leaves_it_sold_out(cast: Cast, now: Clock, delta: int, is_sold_out: bool) -> None:
    shelf.change(cast.dau_xanh, is_sold_out=True)
    add(cast, now, delta)
    assert shelf.read(cast.dau_xanh)[1].is_sold_out is is_sold_out
    shelf.change(cast.dau_xanh, is_sold_out=False)
    add(cast, now, delta)
    assert not shelf.read(cast.dau_xanh)[1].is_sold_out


@pytest.mark.parametrize(("delta", "goes"), [(LARGEST - 5000, True), (LARGEST - 4999, False)])
def test_an_amount_has_a_largest(cast: Cast, now: Clock, delta: int, goes: bool) -> None:
    if goes:
        add(cast, now, delta)
    else:
        with pytest.raises(Refused, match="lớn quá"):
            add(cast, now, delta)
    assert stock(cast.dau_xanh) == (LARGEST if goes else 5000, 0)


@pytest.mark.parametrize(("left", "goes"), [(2000, True), (1900, False)])
def test_what_orders_hold_stays_under_every_count(
    cast: Cast, now: Clock, orders: tuple[int, int], left: int, goes: bool
) -> None:
    take(now, asked(orders[0], cast.dau_xanh, 2000))
    for say in (lambda: count(cast, now, left), lambda: add(cast, now, left - 5000)):
        shelf.change(cast.dau_xanh, on_hand=5000)
        if goes:
            say()
        else:
            with pytest.raises(Refused, match="Đang giữ 2\u00a0kg"):
                say()
        assert stock(cast.dau_xanh) == (left if goes else 5000, 2000)
    count(cast, now, None)
    assert stock(cast.dau_xanh) == (None, 2000), "held goods need not be counted"


def test_the_same_form_puts_a_little_more_there_once(cast: Cast, now: Clock) -> None:
    for _ in range(2):
        add(cast, now, 1000, "form")
    assert stock(cast.dau_xanh) == (6000, 0)


def test_one_choice_or_all_of_them_are_reported_sold_out(cast: Cast, now: Clock) -> None:
    bag = shelf.add_choice(cast.dau_xanh)
    neighbour = cast.rau_muong

    def states() -> list[bool]:
        return [shelf.read(one)[1].is_sold_out for one in (cast.dau_xanh, bag, neighbour)]

    for variant, expected in ((bag, [False, True, False]), (None, [True, True, False])):
        with transaction() as session:
            amounts.report_sold_out(session, Actor(), which(cast, variant), now=now())
        assert states() == expected
        assert shelf.last_event(which(cast).product_id).verb == "report_sold_out"
    with transaction() as session:
        amounts.report_back(session, Actor(), which(cast, bag), now=now())
    assert states() == [True, False, False]
    shelf.change(neighbour, is_sold_out=True)
    with transaction() as session:
        amounts.report_back(session, Actor(), which(cast), now=now())
    assert states() == [False, False, True]
    seen = shelf.last_event(which(cast).product_id)
    with transaction() as session:
        amounts.report_back(session, Actor(), which(cast), now=now())
    assert shelf.last_event(which(cast).product_id).id == seen.id, "what is so already leaves no trace"


def test_what_can_be_bought_is_what_some_is_left_of(
    cast: Cast, now: Clock, session: Session, orders: tuple[int, int]
) -> None:
    """`has_some_left` sums up nothing that it need not: the answer is `available`'s."""
    with transaction() as writing:
        stall = writing.get_one(Stall, cast.lan.stall)
        made = [
            make.make_product(writing, stall, f"Rau {n}", now(), on_hand=amount)
            for n, amount in enumerate((None, 0, 1000, 1000, 1000, None))
        ]
        made[-1].is_sold_out = made[-2].is_sold_out = True
        ids = [variant.id for variant in made]
    take(now, asked(orders[0], ids[2], 1000, now() + HOUR), asked(orders[0], ids[3], 1000, now() + 3 * HOUR))
    for later, counted in ((0 * HOUR, 1), (HOUR, 2)):
        left = available(session, ids, now=now() + later)
        found = set(session.scalars(select(Variant.id).where(Variant.id.in_(ids), has_some_left(now() + later))))
        assert found == {one for one, amount in left.items() if amount is None or amount > 0}
        assert len(found) == counted


# --- what is told of it -----------------------------------------------------------------------------------------------


def test_goods_of_which_five_units_or_less_are_left_are_told_the_emptiest_first(
    cast: Cast, now: Clock, session: Session
) -> None:
    with transaction() as writing:
        stall = writing.get_one(Stall, cast.lan.stall)
        made = {left: make.make_product(writing, stall, f"Rau {left}", now(), on_hand=left) for left in (5001, 0, 4900)}
        same, hidden, waiting, gone = (make.make_product(writing, stall, name, now(), on_hand=0) for name in "abcd")
        hidden.product.is_hidden, waiting.product.state = True, ProductState.PENDING
        gone.removed_at, gone.is_sold_out, same.label = now(), True, "túi"
        made[0].is_sold_out = True
        writing.get_one(Variant, cast.rau_muong).is_sold_out = True
        wanted_names = [("Rau 0", 0), ("a túi", 0), ("Rau 4900", 4900), ("Đậu xanh", 5000)]
    found = nearly_sold_out(session, cast.lan.stall, now=now())
    assert [(one.name, one.left) for one in found] == wanted_names
    assert found[-1].unit == "kg"
    assert found[-1].product_id == shelf.product_id(cast.dau_xanh)


def test_ten_nearly_sold_out_are_told_at_most(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        stall = writing.get_one(Stall, cast.lan.stall)
        for number in range(11):
            make.make_product(writing, stall, f"Rau {number}", now(), on_hand=100)
    assert [one.name for one in nearly_sold_out(session, cast.lan.stall, now=now())] == [f"Rau {n}" for n in range(10)]


def test_a_stall_has_goods_once_it_has_listed_any(cast: Cast, session: Session) -> None:
    assert has_goods(session, cast.lan.stall)
    assert not has_goods(session, 999)


def test_nothing_of_another_stall_is_counted(cast: Cast, now: Clock) -> None:
    theirs = VariantRef(stall_id=cast.tu.stall, product_id=which(cast).product_id)
    with transaction() as session, pytest.raises(NotFound):
        amounts.add_amount(session, Actor(), theirs, 1000, now=now())
    other = which(cast, cast.gao_nep)
    with transaction() as session, pytest.raises(NotFound):
        amounts.add_amount(session, Actor(), other, 1000, now=now())
    assert stock(cast.gao_nep) == (50_000, 0)
