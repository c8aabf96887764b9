"""Those whom a notice is for, and which phone numbers lead to them."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.db import reading, transaction
from market.notices.ports import Addressee
from market.orders.models import Contact, Purchase
from market.orders.queries.directory import MarketDirectory, people_of
from market.orders.rules import PayChoice
from market.sellers.models import Business, BusinessMember, ClaimState, MemberRole
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row
from tests.payments.steps import buy

LAN = Phone("0900 000 011")


def numbers(**ids: int) -> tuple[str, ...]:
    nobody = {"business_id": None, "person_id": None, "order_id": None, "purchase_id": None}
    return tuple(phone for one in people_of(reading(), Addressee(**(nobody | ids))) for phone in one.phones)


def join(session: Session, cast: Cast, person: Person, now: Clock, **place: object) -> None:
    of = {"business_id": cast.lan.business, "person_id": person.id, "claimed_at": now()}
    session.add(BusinessMember(**(of | {"role": MemberRole.STAFF, "state": ClaimState.CONFIRMED} | place)))


def test_a_business_is_called_at_its_own_people_the_owners_first(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        commune = make.make_commune(session, code="30011", name="xã Tứ Kỳ", letters="TK", host="tk.test")
        people = [make.make_person(session, commune, "Người", f"0900 300 02{one}", now()) for one in range(5)]
        session.execute(
            update(BusinessMember).where(BusinessMember.business_id == cast.lan.business).values(role="staff")
        )
        join(session, cast, people[0], now, role=MemberRole.OWNER)
        join(session, cast, people[1], now, state=ClaimState.PENDING)
        join(session, cast, people[2], now, ended_at=now())
        join(session, cast, people[3], now)
        people[3].erased_at = now()
        join(session, cast, people[4], now)
        people[4].phone = None
        session.get_one(Business, cast.lan.business).phone = Phone("0900 300 099")
    assert numbers(business_id=cast.lan.business) == (Phone("0900 300 020"), LAN)


def test_a_business_without_people_here_is_called_at_the_register_s_number(cast: Cast) -> None:
    assert numbers(business_id=cast.theu) == ()
    with transaction() as session:
        session.get_one(Business, cast.theu).phone = Phone("0900 300 099")
    assert numbers(business_id=cast.theu) == (Phone("0900 300 099"),)


def test_a_person_is_called_at_their_own_number_until_it_is_erased(cast: Cast, now: Clock) -> None:
    order = order_row(buy(cast, now()).id)
    with transaction() as session:
        session.get_one(Person, cast.mai).phone = Phone("0900 300 077")
    assert numbers(person_id=cast.mai, order_id=order.id) == (Phone("0900 300 077"),)
    with transaction() as session:
        session.get_one(Person, cast.mai).erased_at = now()
    assert numbers(person_id=cast.mai, order_id=order.id) == ()


@pytest.mark.parametrize("about", ["order", "purchase"])
def test_a_guest_is_called_at_the_number_of_the_order_until_it_is_erased(cast: Cast, now: Clock, about: str) -> None:
    buy(cast, now(), variant=cast.gao_nep, amount=1000, pay=PayChoice.ON_RECEIPT)
    order = order_row(buy(cast, now()).id)
    which = {"order_id": order.id} if about == "order" else {"purchase_id": order.purchase_id}
    assert order.purchase.contact.phone
    with transaction() as session:
        contact = session.get_one(Purchase, order.purchase_id).contact
        contact.phone = Phone("0900 300 055")
    assert numbers(**which) == (Phone("0900 300 055"),)
    with transaction() as session:
        session.execute(update(Contact).values(erased_at=now()))
    assert numbers(**which) == ()


def test_a_household_whose_people_left_no_number_is_called_at_the_register_s(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Person, cast.lan.person).phone = None
        session.get_one(Business, cast.lan.business).phone = Phone("0900 300 099")
    nobody = {"person_id": None, "order_id": None, "purchase_id": None}
    found = people_of(reading(), Addressee(business_id=cast.lan.business, **nobody))
    assert [(one.person_id, one.phones) for one in found] == [
        (cast.lan.person, ()),
        (None, (Phone("0900 300 099"),)),
    ]


def test_nobody_is_called_for_a_notice_that_is_not_there(cast: Cast) -> None:
    assert numbers() == ()
    assert MarketDirectory().people(1) == ()
    assert MarketDirectory().is_over(1)
