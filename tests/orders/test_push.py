"""Which browsers are told by push: those on which their person is signed in, and those that open a guest's purchase."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from market.accounts.actions import Device as Signing
from market.accounts.actions import begin_login, end_login
from market.accounts.models import LoginSession, Person
from market.accounts.queries import PasswordMatch
from market.base.db import reading, transaction
from market.base.rekey import rekey
from market.base.retention import apply_rules
from market.base.secrets import Vault, vault
from market.notices.models import EndedWhy, PushSubscription
from market.notices.subscriptions import (
    MOST_OF_A_PERSON,
    MOST_OF_A_PURCHASE,
    Holder,
    is_subscribed,
    move,
    subscribe,
    unsubscribe,
)
from market.orders.actions.devices import forget_orders, forget_orders_of_others
from market.orders.models import Contact, Order
from market.orders.queries.push import browsers_of_guest, browsers_of_person
from market.orders.retention import BROWSERS_KEPT, RULES
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI
from tests.payments.steps import buy
from tests.pushing import browser_of
from tests.services.push import Phone

MAIS = replace(MAI, device="mais-phone")


def phone(number: object) -> Phone:
    return Phone(endpoint=f"https://fcm.googleapis.com/fcm/send/{number}")


def signed_in(cast: Cast, person: int, device: str, now: Clock) -> Holder:
    with transaction() as session:
        known = session.get_one(Person, person)
        signing = Signing(commune_id=cast.commune, name="Điện thoại Android", visitor=device)
        match = PasswordMatch(person_id=person, password_hash=known.password_hash)
        begin_login(session, match, signing, clock=now)
        login = session.scalars(select(LoginSession.id).order_by(LoginSession.id.desc()).limit(1)).one()
    return Holder(commune_id=cast.commune, person_id=person, login_session_id=login)


def ask(holder: Holder, device: str, on: Phone, now: Clock) -> None:
    with transaction() as session:
        subscribe(session, holder, browser_of(on, device), now=now())


def told(cast: Cast, person: int, now: Clock, *, commune: int | None = None) -> Sequence[str]:
    ids = browsers_of_person(reading(), commune or cast.commune, person, now=now())
    return endpoints(ids)


def endpoints(ids: Sequence[int]) -> list[str]:
    rows = {one.id: one for one in reading().scalars(select(PushSubscription).where(PushSubscription.id.in_(ids)))}
    return [vault().decrypt(rows[one].endpoint_cipher).rpartition("/")[2] for one in ids]


def ends() -> list[EndedWhy | None]:
    return list(reading().scalars(select(PushSubscription.ended_why).order_by(PushSubscription.id)))


def test_a_person_is_told_on_each_phone_they_are_signed_in_on(cast: Cast, now: Clock) -> None:
    ask(signed_in(cast, cast.mai, "one", now), "one", phone(1), now)
    ask(signed_in(cast, cast.mai, "two", now), "two", phone(2), now)
    ask(signed_in(cast, cast.tu.person, "three", now), "three", phone(3), now)
    assert told(cast, cast.mai, now) == ["2", "1"]
    assert told(cast, cast.lan.person, now) == []


def test_a_phone_that_was_signed_out_is_told_nothing(cast: Cast, now: Clock) -> None:
    holder = signed_in(cast, cast.mai, "one", now)
    ask(holder, "one", phone(1), now)
    with transaction() as session:
        end_login(session, cast.mai, holder.login_session_id or 0, now=now())
    assert told(cast, cast.mai, now) == []
    assert ends() == [None], "nobody needed to end the row itself"


def test_a_shared_phone_tells_the_next_person_nothing_of_the_one_before(cast: Cast, now: Clock) -> None:
    """Nobody signed out: the next person just signs in, on the same browser with the same address."""
    ask(signed_in(cast, cast.mai, "shared", now), "shared", phone(1), now)
    lan = signed_in(cast, cast.lan.person, "shared", now)
    assert told(cast, cast.mai, now) == []
    assert told(cast, cast.lan.person, now) == [], "she did not ask yet"
    ask(lan, "shared", phone(1), now)
    assert told(cast, cast.mai, now) == []
    assert told(cast, cast.lan.person, now) == ["1"]
    assert ends() == [EndedWhy.REPLACED, None]


def test_a_sign_in_that_runs_out_is_told_nothing_more(cast: Cast, now: Clock) -> None:
    ask(signed_in(cast, cast.mai, "one", now), "one", phone(1), now)
    now.move(days=200)
    assert told(cast, cast.mai, now) == []


def test_who_was_erased_is_told_nothing_and_nothing_is_kept(cast: Cast, now: Clock) -> None:
    ask(signed_in(cast, cast.mai, "one", now), "one", phone(1), now)
    with transaction() as session:
        session.get_one(Person, cast.mai).erased_at = now()
    assert told(cast, cast.mai, now) == []
    apply_rules(RULES, now())
    assert ends() == []


def test_a_person_is_told_at_the_market_where_they_asked_alone(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        far = make.make_commune(session, code="30011", name="xã Tứ Kỳ", letters="TK", host="tk.test").id
    ask(signed_in(cast, cast.mai, "one", now), "one", phone(1), now)
    assert told(cast, cast.mai, now, commune=far) == []


def test_past_the_most_of_a_person_the_oldest_ends(cast: Cast, now: Clock) -> None:
    for number in range(MOST_OF_A_PERSON + 2):
        ask(signed_in(cast, cast.mai, f"phone-{number}", now), f"phone-{number}", phone(number), now)
    assert ends() == [EndedWhy.TOO_MANY] * 2 + [None] * MOST_OF_A_PERSON
    assert len(told(cast, cast.mai, now)) == MOST_OF_A_PERSON


def test_asking_again_on_the_same_browser_leaves_one(cast: Cast, now: Clock) -> None:
    holder = signed_in(cast, cast.mai, "one", now)
    for _ in range(3):
        ask(holder, "one", phone(1), now)
    assert told(cast, cast.mai, now) == ["1"]


# --- guests ---------------------------------------------------------------------------------------------------------


def guest_of(order_id: int) -> Holder:
    order = reading().get_one(Order, order_id)
    return Holder(commune_id=order.commune_id, purchase_id=order.purchase_id)


def told_of(order_id: int) -> Sequence[str]:
    order = reading().get_one(Order, order_id)
    by_order = browsers_of_guest(reading(), order.commune_id, order_id=order_id, purchase_id=None)
    assert by_order == browsers_of_guest(reading(), order.commune_id, order_id=None, purchase_id=order.purchase_id)
    return endpoints(by_order)


@pytest.fixture
def bought(cast: Cast, now: Clock) -> int:
    """Mai's order, placed as a guest on her phone, which asked to be told of it."""
    order_id = buy(cast, now(), buyer=MAIS).id
    ask(guest_of(order_id), "mais-phone", phone(1), now)
    return order_id


def test_a_guest_is_told_of_the_purchase_that_they_asked_for_alone(cast: Cast, now: Clock, bought: int) -> None:
    other = buy(cast, now(), buyer=MAIS).id
    assert told_of(bought) == ["1"]
    assert told_of(other) == []
    ask(guest_of(other), "mais-phone", phone(1), now)
    assert (told_of(bought), told_of(other)) == (["1"], ["1"])


def test_a_browser_that_did_not_order_is_told_nothing_of_it(cast: Cast, now: Clock, bought: int) -> None:
    ask(guest_of(bought), "another-phone", phone(2), now)
    assert told_of(bought) == ["1"]


@pytest.mark.parametrize("way", ["forgotten", "another person", "an account", "erased"])
def test_a_browser_that_opens_the_order_no_more_is_told_nothing(cast: Cast, now: Clock, bought: int, way: str) -> None:
    with transaction() as session:
        if way == "forgotten":
            forget_orders(session, "mais-phone", now=now())
        elif way == "another person":
            forget_orders_of_others(session, "mais-phone", cast.lan.person, now=now())
        else:
            changed = {"person_id": cast.mai} if way == "an account" else {"erased_at": now()}
            session.execute(update(Contact).values(**changed))
    assert told_of(bought) == []


def test_past_the_most_of_a_purchase_the_oldest_ends(cast: Cast, now: Clock, bought: int) -> None:
    for number in range(2, MOST_OF_A_PURCHASE + 3):
        ask(guest_of(bought), "mais-phone", phone(number), now)
    assert ends().count(None) == MOST_OF_A_PURCHASE
    assert told_of(bought)[0] == str(MOST_OF_A_PURCHASE + 2)


def test_turning_off_one_purchase_leaves_the_other(cast: Cast, now: Clock, bought: int) -> None:
    other = buy(cast, now(), buyer=MAIS).id
    ask(guest_of(other), "mais-phone", phone(1), now)
    with transaction() as session:
        assert unsubscribe(session, guest_of(bought), "mais-phone", now=now()), "it is told of the other still"
    assert (told_of(bought), told_of(other)) == ([], ["1"])
    assert not is_subscribed(reading(), guest_of(bought), "mais-phone")
    with transaction() as session:
        assert not unsubscribe(session, guest_of(other), "mais-phone", now=now())


def test_a_browser_with_another_address_is_told_there_what_it_asked_for(cast: Cast, now: Clock, bought: int) -> None:
    lan = signed_in(cast, cast.lan.person, "mais-phone", now)
    ask(lan, "mais-phone", phone(1), now)
    with transaction() as session:
        assert move(session, lan.login_session_id, browser_of(phone(9), "mais-phone"), now=now()) == 2
    assert (told_of(bought), told(cast, cast.lan.person, now)) == (["9"], ["9"])
    with transaction() as session:
        assert move(session, None, browser_of(phone(8), "mais-phone"), now=now()) == 1
        assert move(session, None, browser_of(phone(8), "another"), now=now()) == 0
    assert (told_of(bought), told(cast, cast.lan.person, now)) == (["8"], ["9"]), "a person's only in their own sign-in"


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_what_is_kept_of_a_browser_opens_with_the_data_key_alone(cast: Cast, now: Clock, bought: int) -> None:
    row = reading().scalars(select(PushSubscription)).one()
    kept = [str(getattr(row, column.name)) for column in PushSubscription.__table__.columns]
    p256dh, auth = phone(1).keys
    assert not [one for one in kept if "googleapis" in one or p256dh in one or auth in one]


def test_another_data_key_finds_the_same_browser(
    cast: Cast, now: Clock, bought: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = vault()
    monkeypatch.setattr("market.base.secrets._VAULTS", [Vault({"new": "n" * 32, "dev": _secret_of(old)})])
    ask(guest_of(bought), "mais-phone", phone(1), now)
    assert ends() == [EndedWhy.REPLACED, None]
    assert rekey().unopened == {}
    assert told_of(bought) == ["1"]


def _secret_of(known: Vault) -> str:
    from market.base.config import current_settings

    assert known.names == ["dev"]
    return current_settings().secret


def test_what_ended_long_ago_is_deleted(cast: Cast, now: Clock, bought: int) -> None:
    ask(signed_in(cast, cast.lan.person, "lans", now), "lans", phone(3), now)
    with transaction() as session:
        unsubscribe(session, guest_of(bought), "mais-phone", now=now())
        session.execute(update(LoginSession).values(ended_at=now()))
    apply_rules(RULES, now.move(days=BROWSERS_KEPT.days - 1))
    assert len(ends()) == 2
    apply_rules(RULES, now.move(days=2))
    assert ends() == []


def test_a_guest_is_not_told_for_ever(cast: Cast, now: Clock, bought: int) -> None:
    apply_rules(RULES, now.move(days=181))
    assert ends() == []
