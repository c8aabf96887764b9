"""What a pickup point's keeper writes down: who came, by the code that only the buyer's own phone shows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.orders.actions.fetching import AtPoint, Fetched, TickedOrders, note_arrived, note_fetched, note_ticked
from market.orders.actions.hand_over_keys import WrongCode
from market.orders.models import PickupSighting
from market.orders.queries.keys import hand_over_key
from market.orders.queries.orders import life_of
from market.orders.queries.pickups import KeptPoints, by_buyer, by_stall, pickups_at, with_lines
from market.orders.rules import OrderStatus
from market.payments import actions
from market.places.models import Hamlet
from market.sellers.models import Business, Post, PostRole
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.orders.steps import MAI, accept_as_shown, decline_as_shown, order_row, place, ref, stock, wanted

KEEPERS_PHONE = "bao's phone"


@pytest.fixture
def keeper(cast: Cast, now: Clock) -> int:
    """The stranger keeps thôn Nghĩa Dũng's point."""
    return appoint(cast.stranger, cast.nghia_dung, now)


def appoint(person: int, hamlet: int, now: Clock) -> int:
    with transaction() as session:
        make.make_post(
            session, session.get_one(Person, person), PostRole.KEEPER, session.get_one(Hamlet, hamlet), now()
        )
    return person


def waiting(cast: Cast, now: Clock, point: int | None = 0, *, amount: int = 2000) -> int:
    """Two kilos, or another amount, of bà Lan's đậu xanh, ready at the point."""
    where = cast.pickup if point == 0 else point
    order_id = place(cast.commune, wanted(cast.dau_xanh, amount, point=where), now=now()).order_ids[0]
    with transaction() as session:
        accept_as_shown(session, Actor(person_id=cast.lan.person), order_id, clock=now)
    with transaction() as session:
        actions.ready_order(session, Actor(person_id=cast.lan.person), ref(session, order_id), clock=now)
    return order_id


def fetch(cast: Cast, order_id: int, person: int, now: Clock, **fields: str) -> None:
    shown = fields.get("shown", hand_over_key(order_row(order_id).code)[-4:])
    new = Fetched(at=at(cast, order_id, device=fields.get("device", KEEPERS_PHONE)), shown=shown)
    with transaction() as session:
        note_fetched(session, Actor(person_id=person), person, new, clock=now)


def at(cast: Cast, *order_ids: int, device: str = KEEPERS_PHONE) -> AtPoint:
    return AtPoint(commune_id=cast.commune, order_ids=order_ids, device=device)


def kept(cast: Cast) -> KeptPoints:
    return KeptPoints(commune_id=cast.commune, hamlet_ids={cast.nghia_dung})


def sightings() -> list[tuple[int, int, str]]:
    query = select(PickupSighting.order_id, PickupSighting.keeper_id, PickupSighting.device)
    return [tuple(row) for row in reading().execute(query)]


def test_what_a_keeper_saw_is_written_and_the_seller_completes_the_order(
    app: Flask, cast: Cast, now: Clock, keeper: int
) -> None:
    order_id = waiting(cast, now)
    assert [one.id for one in pickups_at(reading(), kept(cast)).orders] == [order_id]
    fetch(cast, order_id, keeper, now)
    seen_at = now()
    now.move(minutes=5)
    fetch(cast, order_id, keeper, now)

    assert sightings() == [(order_id, keeper, KEEPERS_PHONE)]
    assert pickups_at(reading(), kept(cast)).orders == ()
    order = order_row(order_id)
    assert (order.status, order.buyer_confirmed_at, stock(cast.dau_xanh)) == (OrderStatus.READY, seen_at, (5000, 2000))
    assert order.fetched_at == seen_at
    life = life_of(order, now=now())
    assert (life.is_fetched, life.can_decline, life.can_hand_over) == (True, False, True)
    with pytest.raises(Conflict, match="Khách đã nhận hàng"), transaction() as session:
        decline_as_shown(session, Actor(person_id=cast.lan.person), order_id, "Hết hàng", clock=now)

    with transaction() as session:
        new = actions.HandOver(order_id=order_id, shown=None, cash_taken=False)
        assert actions.hand_over(session, Actor(person_id=cast.lan.person), cast.lan.stall, new, clock=now)
    order = order_row(order_id)
    assert (order.status, order.buyer_confirmed_at, stock(cast.dau_xanh)) == (OrderStatus.DELIVERED, seen_at, (3000, 0))
    assert [one.verb for one in events_of(reading(), "order", order_id)][-2:] == ["fetch", "complete"]


@pytest.mark.parametrize(
    ("where", "who"),
    [
        ("another hamlet's keeper", lambda cast, now: appoint(cast.stranger, cast.mo_doan, now)),
        ("nobody's keeper", lambda cast, _now: cast.stranger),
        ("the hamlet's helper", lambda cast, _now: cast.vy),
    ],
)
def test_nobody_else_writes_it(
    app: Flask, cast: Cast, now: Clock, where: str, who: Callable[[Cast, Clock], int]
) -> None:
    order_id = waiting(cast, now)
    with pytest.raises(NotFound):
        fetch(cast, order_id, who(cast, now), now)
    assert sightings() == [], where


def test_a_keeper_who_was_dismissed_writes_nothing_any_more(app: Flask, cast: Cast, now: Clock, keeper: int) -> None:
    order_id = waiting(cast, now)
    now.move(days=1)
    with transaction() as session:
        session.scalars(select(Post).where(Post.person_id == keeper)).one().ends_on = now().date() - timedelta(days=1)
    with pytest.raises(NotFound):
        fetch(cast, order_id, keeper, now)


def test_an_order_at_the_sellers_home_is_no_keepers(app: Flask, cast: Cast, now: Clock, keeper: int) -> None:
    with pytest.raises(NotFound):
        fetch(cast, waiting(cast, now, point=None), keeper, now)


def test_a_wrong_code_and_an_order_that_is_not_ready_are_refused(
    app: Flask, cast: Cast, now: Clock, keeper: int
) -> None:
    order_id = waiting(cast, now)
    with pytest.raises(WrongCode):
        fetch(cast, order_id, keeper, now, shown="0000")
    placed = place(cast.commune, wanted(cast.rau_muong, point=cast.pickup), now=now()).order_ids[0]
    with pytest.raises(Conflict):
        fetch(cast, placed, keeper, now)
    assert sightings() == []


def test_nobody_keeps_their_own_order_or_their_own_business_goods(app: Flask, cast: Cast, now: Clock) -> None:
    """A buyer who keeps the point, by account's phone or device; a member of the business; a helper under its
    mandate."""
    order_id = waiting(cast, now)
    for person in (cast.mai, cast.lan.person, cast.vy, cast.stranger):
        appoint(person, cast.nghia_dung, now)
    with transaction() as session:
        people = {key: session.get_one(Person, key) for key in (cast.vy, cast.hung)}
        make.make_mandate(
            session, session.get_one(Business, cast.lan.business), people[cast.vy], people[cast.hung], now()
        )
    for person in (cast.mai, cast.lan.person, cast.vy):
        with pytest.raises(Refused, match="cần người khác ghi"):
            fetch(cast, order_id, person, now)
    with pytest.raises(Refused, match="cần người khác ghi"):
        fetch(cast, order_id, cast.stranger, now, device=MAI.device or "")
    assert sightings() == []
    fetch(cast, order_id, cast.stranger, now)


def two_stalls(cast: Cast, now: Clock) -> tuple[int, int]:
    """One purchase of chị Mai's: beans of bà Lan's and rice of the cooperative's, both ready at the point."""
    orders = [wanted(cast.dau_xanh, 2000, point=cast.pickup), wanted(cast.gao_nep, 1000, point=cast.pickup)]
    placed = place(cast.commune, *orders, now=now()).order_ids
    sellers = {cast.lan.stall: cast.lan.person, cast.htx.stall: cast.htx.person}
    for order_id in placed:
        actor = Actor(person_id=sellers[order_row(order_id).stall_id])
        with transaction() as session:
            accept_as_shown(session, actor, order_id, clock=now)
        with transaction() as session:
            actions.ready_order(session, actor, ref(session, order_id), clock=now)
    beans, rice = placed
    return beans, rice


def test_the_code_of_one_order_hands_out_all_of_its_purchase(app: Flask, cast: Cast, now: Clock, keeper: int) -> None:
    beans, rice = two_stalls(cast, now)
    other = waiting(cast, now)
    [mine] = [one for one in by_buyer(pickups_at(reading(), kept(cast)).orders) if len(one.orders) > 1]
    assert {one.id for one in mine.orders} == {beans, rice}
    new = Fetched(at=at(cast, beans, rice), shown=hand_over_key(order_row(rice).code)[-4:])
    with transaction() as session:
        note_fetched(session, Actor(person_id=keeper), keeper, new, clock=now)
    assert [row[0] for row in sightings()] == [beans, rice]
    assert all(order_row(one).buyer_confirmed_at == now() for one in (beans, rice))
    assert [one.id for one in pickups_at(reading(), kept(cast)).orders] == [other]


def test_purchases_of_one_name_stand_oldest_first(app: Flask, cast: Cast, now: Clock, keeper: int) -> None:
    placed = [order_row(waiting(cast, now, amount=1000)).code for _ in range(5)]
    assert [one.code for one in by_buyer(pickups_at(reading(), kept(cast)).orders)] == placed


def test_the_code_of_an_order_that_is_fetched_already_opens_no_other(
    app: Flask, cast: Cast, now: Clock, keeper: int
) -> None:
    """The seller of the first knows it since; it must not prove the sale of the second."""
    beans, rice = two_stalls(cast, now)
    fetch(cast, beans, keeper, now)
    with pytest.raises(WrongCode):
        fetch(cast, rice, keeper, now, shown=hand_over_key(order_row(beans).code)[-4:])
    assert order_row(rice).fetched_at is None


def test_what_came_is_written_once_and_its_buyer_reads_it(app: Flask, cast: Cast, now: Clock, keeper: int) -> None:
    beans, rice = two_stalls(cast, now)
    [htx, lan] = by_stall(with_lines(reading(), pickups_at(reading(), kept(cast)).orders))
    assert ([one.id for one in htx.coming], [one.id for one in lan.coming]) == ([rice], [beans])
    assert lan.goods == ["Đậu xanh túi 2 kg"] or lan.goods[0].startswith("Đậu xanh")
    for count in (1, 0):
        with transaction() as session:
            assert note_arrived(session, Actor(person_id=keeper), keeper, at(cast, beans), clock=now) == count
    life = life_of(order_row(beans), now=now())
    assert "Hàng đã tới điểm nhận" in life.buyer_sentence()
    assert "Hàng đã tới điểm nhận" not in life_of(order_row(rice), now=now()).buyer_sentence()
    assert [one.verb for one in events_of(reading(), "order", beans)].count("arrive") == 1


def test_ticks_of_a_paper_are_the_keepers_word_alone(app: Flask, cast: Cast, now: Clock, keeper: int) -> None:
    """They hand the goods out, stop a late no of the stall, and prove no buyer."""
    beans, rice = two_stalls(cast, now)
    with transaction() as session:
        decline_as_shown(session, Actor(person_id=cast.htx.person), rice, "Hỏng", clock=now)
    for noted in (1, 0):
        with transaction() as session:
            ticked = note_ticked(session, Actor(person_id=keeper), keeper, at(cast, beans, rice), clock=now)
        assert ticked == TickedOrders(noted=noted, own=(), gone=(order_row(rice).code,))
    order = order_row(beans)
    assert (order.fetched_at, order.buyer_confirmed_at, sightings()) == (now(), None, [])
    with pytest.raises(Conflict, match="Khách đã nhận hàng"), transaction() as session:
        decline_as_shown(session, Actor(person_id=cast.lan.person), beans, "Hết hàng", clock=now)
    with transaction() as session:
        new = actions.HandOver(order_id=beans, shown=None, cash_taken=False)
        assert not actions.hand_over(session, Actor(person_id=cast.lan.person), cast.lan.stall, new, clock=now)
    assert order_row(beans).status is OrderStatus.DELIVERED


def test_a_keepers_own_order_on_a_paper_is_left_to_somebody_else(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = waiting(cast, now)
    appoint(cast.mai, cast.nghia_dung, now)
    with transaction() as session:
        ticked = note_ticked(session, Actor(person_id=cast.mai), cast.mai, at(cast, order_id), clock=now)
    assert ticked == TickedOrders(noted=0, own=(order_row(order_id).code,), gone=())


def test_nothing_is_written_of_another_hamlets_order(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = waiting(cast, now)
    other = appoint(cast.stranger, cast.mo_doan, now)
    for note in (note_arrived, note_ticked):
        with pytest.raises(NotFound), transaction() as session:
            note(session, Actor(person_id=other), other, at(cast, order_id), clock=now)
