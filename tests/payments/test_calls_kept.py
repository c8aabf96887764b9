"""A signed call is kept before it is read, whichever form it has, and read again when the reading is repaired."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.payments import actions
from market.payments.banks import PROVIDERS
from market.payments.banks.sepay import feed
from market.payments.banks.sepay.bodies import fields_of
from market.payments.banks.sepay.feed import SePay
from market.payments.jobs import match_left_over, read_left_over
from market.payments.models import Allocation, BankCredit, WebhookDelivery
from market.payments.ports import Reading
from market.payments.queries import came_in_lately, unmatched, unread_calls
from market.payments.rules.calls import CallRefusal, Unread
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import PaidStatus
from market.sellers.models import BankConnection
from tests.cast import Cast
from tests.conftest import Clock
from tests.payments.steps import BANK, HOOK, assert_sums_hold, buy, confirm_as_shown, count, paid, undo_as_shown
from tests.registries import only
from tests.services.crowd import crowd

BOUNDARY = "------------------------f2a5"


def as_form(fields: Mapping[str, object]) -> bytes:
    return urlencode({name: "" if value is None else value for name, value in fields.items()}).encode()


def as_parts(fields: Mapping[str, object]) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{"" if value is None else value}\r\n'
        for name, value in fields.items()
    ]
    return "".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()


def call(client: FlaskClient, body: bytes, now: Clock) -> int:
    sent = BANK.sign(body, now())
    return client.post(HOOK, data=sent.body, headers=sent.headers).status_code


def kept() -> WebhookDelivery:
    reading().expire_all()
    return reading().scalars(select(WebhookDelivery).order_by(WebhookDelivery.id.desc()).limit(1)).one()


# --- every form -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [as_form, as_parts])
def test_a_call_sent_as_a_form_pays_its_order(client: FlaskClient, cast: Cast, now: Clock, written) -> None:
    """field.md A05: a rightly signed form was answered 400 and lost."""
    order = buy(cast, now())
    fields = BANK.transfer(11, 12_000, f"rau muống {order.code}", now())
    assert call(client, written(fields), now) == 200
    assert paid(order).status is PaidStatus.PAID
    assert kept().unread is None


@pytest.mark.parametrize("written", [as_form, as_parts])
@pytest.mark.parametrize("ping", [{"transferType": "out"}, {"id": 0}, {"transferAmount": "-12000"}])
def test_money_that_left_is_no_money_in_a_form_either(
    client: FlaskClient, cast: Cast, now: Clock, written, ping: dict[str, object]
) -> None:
    order = buy(cast, now())
    assert call(client, written(BANK.transfer(1, 12_000, order.code, now(), **ping)), now) == 200
    assert (count(BankCredit), kept().unread) == (0, None)


def test_the_same_transaction_in_two_forms_is_one(client: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    fields = BANK.transfer(11, 12_000, order.code, now())
    for written in (as_form, as_parts):
        assert call(client, written(fields), now) == 200
    assert (count(BankCredit), count(Allocation), paid(order).received) == (1, 1, 12_000)


@pytest.mark.parametrize(
    "body", [b"", b"x", b"a=b&&c", b"--", b"--x\r\n\r\n", b"\xff\xfe=\xff", b"[1]", b"&".join([b"a=1"] * 200), b"<x/>"]
)
def test_what_has_no_form_is_said_to_have_none(body: bytes) -> None:
    with pytest.raises(ValueError):
        fields_of(body)


def test_a_mark_before_json_is_no_form() -> None:
    assert fields_of(b'\xef\xbb\xbf{"content": "a=b"}') == {"content": "a=b"}


# --- kept, and read again -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Better(SePay):
    """SePay's calls, of which the market has learnt to read days as people here write them."""

    reading: int = SePay().reading + 1

    def read(self, body: bytes) -> Reading:
        return SePay.read(self, body.replace(b"24/11/2026 09:00", b"2026-11-24 09:00:00"))


@pytest.fixture
def odd_call(client: FlaskClient, cast: Cast, now: Clock) -> Iterator[object]:
    order = buy(cast, now())
    fields = BANK.transfer(7, 12_000, order.code, now(), transactionDate="24/11/2026 09:00")
    assert call(client, as_form(fields).replace(b"%2F", b"/").replace(b"%3A", b":").replace(b"+09", b" 09"), now) == 200
    return order


def test_a_call_that_cannot_be_read_is_read_once_the_reading_is_repaired(odd_call, cast: Cast, now: Clock) -> None:
    assert (kept().unread, kept().odd, count(BankCredit)) == (Unread.FIELD, "transactionDate", 0)
    now.move(minutes=1)
    assert read_left_over(now()) == 0, "read as before it is as odd as before: nobody tries again"
    with only(PROVIDERS, Better()):
        assert read_left_over(now()) == 1
        assert read_left_over(now()) == 0
    assert paid(odd_call).status is PaidStatus.PAID
    assert (kept().unread, kept().reading, count(BankCredit)) == (None, SePay().reading + 1, 1)
    assert reading().scalars(select(BankCredit.received_at)).one() == kept().at
    assert_sums_hold()


def test_the_seller_sees_that_it_came_why_it_is_not_read_and_what_to_do(odd_call, cast: Cast, now: Clock) -> None:
    unread = unread_calls(reading(), cast.lan.business, now=now())
    assert unread.total == 1
    assert unread.newest[0].why.startswith("ngày giờ trong tin viết khác mọi khi.")
    assert unread_calls(reading(), cast.htx.business, now=now()).total == 0
    now.move(days=31)
    assert unread_calls(reading(), cast.lan.business, now=now()).total == 0, "nobody waits for it any more"
    with only(PROVIDERS, Better()):
        assert read_left_over(now()) == 1, "yet it is kept"


def test_what_the_seller_said_meanwhile_is_not_counted_twice(odd_call, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        confirm_as_shown(session, GUEST, odd_call.stall, odd_call.id, clock=now)
    now.move(minutes=1)
    with only(PROVIDERS, Better()):
        assert read_left_over(now()) == 1
    credit = reading().scalars(select(BankCredit)).one()
    assert (credit.unmatched_reason, credit.allocated) == (Unmatched.OWN_WORD, 0)
    assert (paid(odd_call).received, paid(odd_call).owed_back) == (12_000, 0)
    (waiting,) = unmatched(reading(), odd_call.stall, now=now())
    assert waiting.suggestions == (), "no button puts it on the order a second time"
    (own,) = came_in_lately(reading(), odd_call.stall, now=now())
    with transaction() as session:
        undo_as_shown(session, GUEST, odd_call.stall, own.allocation_id, clock=now)
    assert [one.code for one in unmatched(reading(), odd_call.stall, now=now())[0].suggestions] == [odd_call.code]


def test_a_process_that_dies_before_reading_loses_nothing(
    client: FlaskClient, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = buy(cast, now())
    with transaction() as session:
        connection = session.scalars(select(BankConnection.id)).one()
        raw = BANK.send(1, 12_000, order.code, now()).body
        actions.keep_delivery(
            session, actions.NewDelivery(provider="sepay", connection_id=connection, raw=raw), now=now()
        )
    assert read_left_over(now()) == 0, "what has just come is left to its own request"
    assert read_left_over(now.move(minutes=1)) == 1
    assert match_left_over(now()) == 0
    assert paid(order).status is PaidStatus.PAID


def test_a_reading_that_breaks_costs_neither_the_call_nor_the_answer(
    client: FlaskClient, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = buy(cast, now())

    def breaks(*_args: object) -> object:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(feed, "_notice", breaks)
        sent = BANK.send(1, 12_000, order.code, now())
        assert client.post(HOOK, data=sent.body, headers=sent.headers).status_code == 200
    assert (kept().unread, kept().odd) == (Unread.FORM, "ZeroDivisionError")
    with only(PROVIDERS, replace(SePay(), reading=99)):
        assert read_left_over(now.move(minutes=1)) == 1
    assert paid(order).status is PaidStatus.PAID


def test_eight_workers_that_read_one_call_at_once_count_it_once(app: Flask, odd_call, cast: Cast, now: Clock) -> None:
    now.move(minutes=1)
    with only(PROVIDERS, Better()):
        crowd(app, range(8), lambda _at: read_left_over(now()))
    match_left_over(now.move(minutes=1))
    assert (count(BankCredit), count(Allocation), paid(odd_call).received) == (1, 1, 12_000)
    assert_sums_hold()


# --- let in by nobody -----------------------------------------------------------------------------------------------


def refused() -> str | None:
    reading().expire_all()
    return reading().scalars(select(BankConnection.refused_because)).one()


def test_a_call_in_another_way_of_security_is_refused_and_its_seller_may_know(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    """field.md A06: 401, and the seller's page said nothing."""
    sent = BANK.send(14, 12_000, "x", now())
    other = {"Authorization": "Apikey whsec_test_000"}
    assert client.post(HOOK, data=sent.body, headers=other).status_code == 401
    assert refused() == CallRefusal.OTHER_WAY
    wrong = sent.headers | {"X-SePay-Signature": "sha256=00"}
    assert client.post(HOOK, data=sent.body, headers=wrong).status_code == 401
    assert refused() == CallRefusal.WRONG_KEY
    now.move(minutes=6)
    assert client.post(HOOK, data=sent.body, headers=sent.headers).status_code == 401
    assert refused() == CallRefusal.OLD
    assert count(BankCredit) == 0
    trial = BANK.send(0, 12_000, "x", now())
    assert client.post(HOOK, data=trial.body, headers=trial.headers).status_code == 200
    assert refused() is None, "a call that is theirs ends it"


def test_a_provider_that_is_no_longer_ours_keeps_its_calls(odd_call, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.execute(update(WebhookDelivery).values(provider="da-thoi"))
    now.move(minutes=1)
    assert read_left_over(now()) == 0
    assert kept().unread is Unread.FIELD
    assert unread_calls(reading(), cast.lan.business, now=now()).newest[0].why
