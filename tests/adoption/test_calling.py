"""Calls to buyers: who may write one down, what it says at once, whom the week's random sample draws."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession
from market.adoption import jobs
from market.adoption.actions import NewCall, draw_calls, pool_to_draw, record_call
from market.adoption.jobs import draw_samples, look_through, raise_risk_flags
from market.adoption.models import BuyerCall, CallDraw, RaisedFlag, SaleCheck
from market.adoption.queries import draw_pool, week_of
from market.adoption.rules import CallCause, CallOutcome, RiskFlag, Vouch
from market.base import batch
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import NotFound, Refused
from market.base.secrets import sign
from market.base.seen import ChangedSince
from market.orders.models import Contact, Order
from market.orders.rules import OrderStatus
from market.places.models import DatedFact
from market.sellers.models import BusinessMember, ClaimState
from market.values.phone import Phone
from tests import factories as make
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, answer, seen_now, sell
from tests.cast import Cast, Seller
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import by_day_on

pytestmark = by_day_on("sqlite")

DAY = date(2026, 11, 20)
WEEK = date(2026, 11, 23)


def sold(cast: Cast, sale: Sold | None = None, seller: Seller | None = None) -> Order:
    with transaction() as session:
        return sell(session, cast.commune, seller or cast.lan, sale or Sold(on=DAY, is_confirmed=True))


def call(cast: Cast, order: Order, outcome: CallOutcome = CallOutcome.CONFIRMED) -> NewCall:
    return NewCall(commune_id=cast.commune, order_id=order.id, outcome=outcome, note="đã hỏi", seen="")


def write(cast: Cast, new: NewCall, now: Clock, officer: int | None = None) -> None:
    """As on a page that was opened right now."""
    with transaction() as session:
        fresh = replace(new, seen=new.seen or seen_now(session, cast.commune, new.order_id, now()))
        record_call(session, Actor(person_id=officer or cast.hung), fresh, clock=now)


def open_flags(session: Session, order: Order) -> set[RiskFlag]:
    query = select(RaisedFlag.risk_flag).where(RaisedFlag.order_id == order.id, RaisedFlag.ended_at.is_(None))
    return set(session.scalars(query))


def vouches(session: Session, order: Order) -> list[Vouch | None]:
    return list(session.scalars(select(SaleCheck.vouch).where(SaleCheck.order_id == order.id).order_by(SaleCheck.id)))


# --- writing a call down --------------------------------------------------------------------------------------------


def test_what_a_buyer_confirms_holds_at_once_and_elsewhere_after_the_next_round(
    cast: Cast, session: Session, now: Clock
) -> None:
    her = {"phone": "0900 000 555", "device": "her browser", "is_confirmed": True}
    asked, elsewhere = sold(cast, Sold(on=DAY, **her)), sold(cast, Sold(on=DAY, **her), cast.htx)
    look_everywhere(cast.commune)
    write(cast, call(cast, asked), now)
    assert (vouches(session, asked), vouches(session, elsewhere)) == ([None, Vouch.CALL], [None])
    look_everywhere(cast.commune)
    assert (vouches(session, asked), vouches(session, elsewhere)) == ([None, Vouch.CALL], [None, Vouch.CALL])
    [event] = events_of(session, "order", asked.id)
    assert (event.verb, event.fields, event.business_id) == ("call_buyer", "outcome dung_la_mua", cast.lan.business)


@pytest.mark.parametrize(
    ("outcome", "flag"),
    [(CallOutcome.DENIED, RiskFlag.DENIED), (CallOutcome.WRONG_NUMBER, RiskFlag.WRONG_NUMBER)],
)
def test_what_a_buyer_denies_is_flagged_at_once_looked_at_or_not_and_taken_back_by_a_later_answer(
    cast: Cast, session: Session, now: Clock, outcome: CallOutcome, flag: RiskFlag
) -> None:
    asked, other = sold(cast), sold(cast)
    look_everywhere(cast.commune)
    fresh = sold(cast)
    for one in (asked, fresh):
        write(cast, call(cast, one, outcome), now)
        assert open_flags(session, one) == {flag}
    look_everywhere(cast.commune)
    assert open_flags(session, other) == {flag}, "of the same phone at this seller"
    now.move(days=1)
    write(cast, call(cast, asked), now)
    assert open_flags(session, asked) == set()
    look_everywhere(cast.commune)
    assert open_flags(session, asked) == set()


def test_a_call_before_the_job_has_looked_does_not_look_for_it(cast: Cast, session: Session, now: Clock) -> None:
    """Else nothing would be known of the devices and circles of that sale, and it would count."""
    for outcome in (CallOutcome.CONFIRMED, CallOutcome.NO_ANSWER):
        order = sold(cast)
        write(cast, call(cast, order, outcome), now)
        assert vouches(session, order) == []


def test_a_round_that_looked_before_a_call_does_not_undo_what_the_call_said(
    cast: Cast, session: Session, now: Clock
) -> None:
    order = sold(cast)
    look_everywhere(cast.commune)
    found = jobs.findings_of(session, cast.commune, known_at=now())
    looked_at = now()
    now.move(minutes=1)
    write(cast, call(cast, order, CallOutcome.DENIED), now)
    now.move(minutes=1)
    assert jobs._write(found, looked_at) == 0
    assert open_flags(session, order) == {RiskFlag.DENIED}


@pytest.mark.parametrize("side", ["buyer", "phone", "device", "member", "helper", "business phone"])
def test_nobody_calls_about_an_order_they_are_on_a_side_of(cast: Cast, session: Session, now: Clock, side: str) -> None:
    sale = Sold(on=DAY, is_confirmed=True)
    with transaction() as writing:
        if side == "member":
            claim = {"business_id": cast.lan.business, "person_id": cast.hung, "claimed_at": now()}
            writing.add(BusinessMember(**claim, state=ClaimState.CONFIRMED, ended_at=now()))
        elif side == "helper":
            people = [writing.get_one(make.Person, one) for one in (cast.hung, cast.vy)]
            business = writing.get_one(make.Business, cast.lan.business)
            make.make_mandate(writing, business, *people, now()).revoked_at = now()
        elif side == "device":
            over = dict.fromkeys(("created_at", "seen_at", "expires_at", "ended_at"), now())
            his = {"commune_id": cast.commune, "person_id": cast.hung, "device": "máy"}
            writing.add(LoginSession(**his, key_hash="k", visitor="his", **over))
            sale = replace(sale, device="his")
        elif side == "business phone":
            writing.get_one(make.Business, cast.lan.business).phone = Phone("0900 000 001")
        else:
            sale = replace(sale, **{"buyer": {"buyer": cast.hung}, "phone": {"phone": "0900 000 001"}}[side])
    order = sold(cast, sale)
    with pytest.raises(Refused, match="chính bạn mua hoặc bán"):
        write(cast, call(cast, order), now)
    assert session.scalar(select(BuyerCall.id)) is None


def test_the_same_call_sent_twice_from_one_page_is_one_and_another_from_it_is_none(
    cast: Cast, session: Session, now: Clock
) -> None:
    order = sold(cast)
    page = replace(call(cast, order, CallOutcome.NO_ANSWER), seen=seen_now(session, cast.commune, order.id, now()))
    for _ in range(2):
        write(cast, page, now)
    for other in (replace(page, outcome=CallOutcome.DENIED), replace(page, note="khác")):
        with pytest.raises(ChangedSince):
            write(cast, other, now)
    with pytest.raises(ChangedSince):
        write(cast, page, now, officer=cast.vy)
    assert len(session.scalars(select(BuyerCall)).all()) == 1


def test_an_order_of_another_commune_or_not_handed_over_is_not_called_about(cast: Cast, now: Clock) -> None:
    order = sold(cast)
    for other in (replace(call(cast, order), commune_id=999), replace(call(cast, order), order_id=999)):
        with pytest.raises(NotFound):
            write(cast, replace(other, seen="x"), now)
    with transaction() as writing:
        row = writing.get_one(Order, order.id)
        row.status, row.completed_at, row.completed_on = OrderStatus.READY, None, None
    with pytest.raises(NotFound):
        write(cast, replace(call(cast, order), seen="x"), now)


# --- the random sample ----------------------------------------------------------------------------------------------


def drawn(session: Session) -> list[int]:
    return list(session.scalars(select(CallDraw.order_id).order_by(CallDraw.week, CallDraw.rank)))


def test_a_week_is_drawn_once_in_an_order_that_only_the_key_tells(cast: Cast, session: Session, now: Clock) -> None:
    phones = {seller: f"0900 000 55{number}" for number, seller in enumerate((cast.lan, cast.htx, cast.tu))}
    orders = [sold(cast, Sold(on=DAY, is_confirmed=True, phone=phone), seller) for seller, phone in phones.items()]
    assert draw_samples(now()) == 1
    assert draw_samples(now()) == 0
    by_key = sorted(orders, key=lambda one: sign("call draw", f"{cast.commune}|2026-11-23|{one.id}"))
    assert drawn(session) == [one.id for one in by_key]
    assert {one.week for one in session.scalars(select(CallDraw))} == {WEEK} == {week_of(now())}
    now.move(days=7)
    assert draw_samples(now()) == 0, "each of them was drawn"


def test_what_was_looked_for_before_the_draw_is_looked_at_again_under_its_lock(
    cast: Cast, session: Session, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody asks to be forgotten meanwhile; the next in the order of the draw is called in their place."""
    phones = {seller: f"0900 000 55{number}" for number, seller in enumerate((cast.lan, cast.htx, cast.tu))}
    for seller, phone in phones.items():
        sold(cast, Sold(on=DAY, is_confirmed=True, phone=phone), seller)
    monkeypatch.setattr("market.adoption.actions.calling.CALLS_A_WEEK", 1)
    pool = pool_to_draw(session, cast.commune, now=now())
    first, second, _third = pool.order_ids
    with transaction() as writing:
        writing.get_one(Order, first).purchase.contact.erased_at = now()
    with transaction() as writing:
        assert draw_calls(writing, cast.commune, pool=pool, clock=lambda: now() + timedelta(days=7)) == 0, "that week's"
    with transaction() as writing:
        assert draw_calls(writing, cast.commune, pool=pool, clock=now) == 1
    assert drawn(session) == [second]


def test_a_sample_has_one_order_of_a_business_and_of_a_phone(cast: Cast, session: Session, now: Clock) -> None:
    with transaction() as writing:
        number = {"key": "kpi.calls_per_week", "value": "2", "valid_from": date(2025, 1, 1), "source": "quy ước"}
        writing.add(DatedFact(commune_id=cast.commune, **number))
        answer(writing, sell(writing, cast.commune, cast.lan, Sold(on=DAY, is_confirmed=True, device="a")), now())
    look_everywhere(cast.commune)
    own = [sold(cast, Sold(on=DAY, is_confirmed=True, phone=f"0900 000 5{number}1")) for number in range(4)]
    of_one_phone = [
        sold(cast, Sold(on=DAY, is_confirmed=True, phone="0900 000 601"), seller) for seller in (cast.htx, cast.tu)
    ]
    draw_samples(now())
    found = set(drawn(session))
    assert len(found) == 2
    assert len(found & {one.id for one in of_one_phone}) == 1, "the one phone counts once"
    assert len(found & {one.id for one in own}) == 1, "the one business counts once"


@pytest.mark.parametrize(
    ("sale", "is_in"),
    [
        (Sold(on=DAY, is_confirmed=True), True),
        (Sold(on=DAY), False),
        (Sold(on=WEEK - timedelta(days=60), is_confirmed=True), True),
        (Sold(on=WEEK - timedelta(days=61), is_confirmed=True), False),
        (Sold(on=WEEK + timedelta(days=1), is_confirmed=True), False),
        (Sold(on=DAY, is_known=True), False),
    ],
)
def test_drawn_is_what_a_buyer_confirmed_of_late_and_nobody_asked_about(
    cast: Cast, session: Session, now: Clock, sale: Sold, is_in: bool
) -> None:
    order = sold(cast, sale)
    sold(cast, replace(sale, buyer=cast.lan.person, phone="0900 000 555"))
    assert [one.order_id for one in draw_pool(session, cast.commune, WEEK)] == ([order.id] if is_in else [])
    assert draw_pool(session, 999, WEEK) == []


def test_an_erased_buyer_and_one_reached_within_a_year_are_not_drawn(cast: Cast, session: Session, now: Clock) -> None:
    old = sold(cast, Sold(on=DAY, is_known=True))
    fresh, erased = sold(cast), sold(cast, Sold(on=DAY, is_confirmed=True, phone="0900 000 555"))
    with transaction() as writing:
        writing.scalars(select(Contact).where(Contact.phone == Phone("0900 000 555"))).one().erased_at = now()
    assert draw_pool(session, cast.commune, WEEK) == []
    later = WEEK + timedelta(days=366)
    with transaction() as writing:
        for one in writing.scalars(select(Order)):
            one.completed_on = later
    assert {one.order_id for one in draw_pool(session, cast.commune, later)} == {old.id, fresh.id}
    assert erased.id not in {old.id, fresh.id}


def test_a_call_about_a_drawn_order_says_so(cast: Cast, session: Session, now: Clock) -> None:
    by_draw = sold(cast)
    draw_samples(now())
    by_hand = sold(cast)
    for order in (by_draw, by_hand):
        write(cast, call(cast, order, CallOutcome.NO_ANSWER), now)
    causes = session.scalars(select(BuyerCall.cause).order_by(BuyerCall.id)).all()
    assert causes == [CallCause.SAMPLE, CallCause.CHECK]


def test_no_commune_no_draw(cast: Cast, now: Clock) -> None:
    with transaction() as writing, pytest.raises(NotFound):
        draw_calls(writing, 999, clock=now)


# --- the job --------------------------------------------------------------------------------------------------------


def test_every_commune_is_looked_through_and_a_second_round_writes_nothing(
    cast: Cast, session: Session, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [sold(cast) for _ in range(5)]
    with transaction() as writing:
        make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
    for name, value in {"FIRST_SHARE": 2, "LARGEST_SHARE": 2, "REST_SECONDS": 0.0}.items():
        monkeypatch.setattr(batch, name, value)
    monkeypatch.setattr("market.adoption.jobs.MOST", 3)
    assert look_through(cast.commune) == 3, "a round has its bound"
    assert raise_risk_flags(now()) == 1
    assert look_through(cast.commune) == 0
    checks = session.scalars(select(SaleCheck.order_id).order_by(SaleCheck.order_id)).all()
    assert checks == [one.id for one in orders]


def test_orders_from_before_the_job_are_looked_at_once_with_the_year_before_theirs(
    cast: Cast, session: Session, now: Clock
) -> None:
    old = sold(cast, Sold(on=DAY - timedelta(days=500), is_confirmed=True, phone="0900 000 011"))
    older = sold(cast, Sold(on=DAY - timedelta(days=900), is_confirmed=True))
    look_everywhere(cast.commune)
    assert open_flags(session, old) == {RiskFlag.SHARED_PHONE}
    assert vouches(session, older) == []
    with transaction() as writing:
        answer(writing, writing.get_one(Order, old.id), now())
    assert look_through(cast.commune) == 0, "what was found of it stays"


def test_what_was_found_of_a_buyer_stays_when_their_data_is_erased(cast: Cast, session: Session, now: Clock) -> None:
    order = sold(cast, Sold(on=DAY, is_known=True, phone="0900 000 011"))
    look_everywhere(cast.commune)
    with transaction() as writing:
        writing.scalars(select(Contact)).one().erased_at = now()
    assert look_through(cast.commune) == 0
    assert (vouches(session, order), open_flags(session, order)) == ([Vouch.CALL], {RiskFlag.SHARED_PHONE})
