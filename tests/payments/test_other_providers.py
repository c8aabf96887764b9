"""Casso and payOS: their published signatures, their shapes, their trial calls, through the market's one door."""

import copy
import json
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from market.base.db import reading
from market.payments.banks import PROVIDERS
from market.payments.banks.calls import Sent, steps_at, tells_of
from market.payments.banks.casso.fake import FakeCasso
from market.payments.banks.casso.feed import Casso
from market.payments.banks.casso.signing import HEADER, is_signed, signature
from market.payments.banks.payos.feed import PayOS
from market.payments.banks.payos.signing import signature as payos_signature
from market.payments.banks.payos.signing import signed_text
from market.payments.models import BankCredit, WebhookDelivery
from market.payments.ports import BankProvider
from market.payments.rules.calls import CallRefusal, Unread
from market.payments.rules.status import PaidStatus
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.payments.feeds import FAKES, FIELDS, Feed, told_by
from tests.payments.steps import buy, count, paid
from tests.payments.vectors import SIGNATURES

CASSO, PAYOS = SIGNATURES["casso_v2"], SIGNATURES["payos"]


@pytest.fixture(params=list(FAKES))
def feed(request: pytest.FixtureRequest, client: FlaskClient, cast: Cast) -> Feed:
    return told_by(request.param, client)


@pytest.fixture(params=["casso", "payos"])
def new_feed(request: pytest.FixtureRequest, client: FlaskClient, cast: Cast) -> Feed:
    return told_by(request.param, client)


# --- signatures -----------------------------------------------------------------------------------------------------


def test_casso_s_published_signatures_hold_whatever_the_order_of_the_fields() -> None:
    sample = {"t": CASSO["header"].split(",")[0][2:], "v1": CASSO["header"].split("v1=")[1], "body": CASSO["body"]}
    for one in (sample, *CASSO["extra"]):
        header, body = f"t={one['t']},v1={one['v1']}", one["body"]
        backwards = {"data": dict(reversed(body["data"].items())), "error": body["error"]}
        assert is_signed(CASSO["key"], header, body)
        assert is_signed(CASSO["key"], header, backwards)
        assert is_signed(CASSO["key"], f"{header},v1={'0' * 128}", body)
        assert not is_signed(CASSO["key"] + "x", header, body)
        changed = copy.deepcopy(body)
        changed["data"]["amount"] += 1
        assert not is_signed(CASSO["key"], header, changed)


def test_casso_is_taken_at_its_moment_alone() -> None:
    at = datetime.fromtimestamp(1727948258.788, UTC)
    body, headers = json.dumps(CASSO["body"], ensure_ascii=False).encode(), {HEADER: CASSO["header"]}
    entered = {"key": CASSO["key"]}
    assert Casso().is_genuine(entered, headers, body, now=at)
    for by in (timedelta(minutes=6), timedelta(minutes=-6)):
        assert not Casso().is_genuine(entered, headers, body, now=at + by)
        assert Casso().why_not_genuine(entered, headers, body, now=at + by) is CallRefusal.OLD
    assert Casso().why_not_genuine({"key": "x"}, headers, body, now=at) is CallRefusal.WRONG_KEY
    assert Casso().why_not_genuine(entered, {"secure-token": "x"}, body, now=at) is CallRefusal.OTHER_WAY


@pytest.mark.parametrize("escaped", [False, True])
def test_casso_may_sign_letters_as_they_are_or_escaped(escaped: bool) -> None:
    body = {"error": 0, "data": {"description": "Trả tiền rau/mai", "amount": 150000.0}}
    text = '{"data":{"amount":150000,"description":"Trả tiền rau/mai"},"error":0}'
    if escaped:
        text = json.dumps(json.loads(text), separators=(",", ":")).replace("/", "\\/")
    assert is_signed("k", f"t=1727948258788,v1={signature('k', '1727948258788', text)}", body)


def test_payos_s_published_signatures_hold_with_new_fields_and_without_known_ones() -> None:
    key = PAYOS["official"]["checksum_key"]
    for one in (PAYOS["official"], *PAYOS["vectors"]):
        payload = one["payload"]
        if "string_to_sign" in one:
            assert signed_text(payload["data"]) == one["string_to_sign"]
        assert payos_signature(one["checksum_key"], payload["data"]) == payload["signature"]
        assert PayOS().is_genuine({"checksum_key": key}, {}, json.dumps(payload).encode(), now=datetime.now(UTC))
    fields = PAYOS["payment_request"]["fields"]
    assert (signed_text(fields), payos_signature(key, fields)) == (
        PAYOS["payment_request"]["string"],
        PAYOS["payment_request"]["signature"],
    )


def test_payos_writes_nothing_for_nothing_and_lists_as_json() -> None:
    data = {"b": None, "a": "null", "c": "undefined", "d": True, "e": [{"y": 1, "x": "ớ"}], "f": 2.0}
    assert signed_text(data) == 'a=&b=&c=&d=true&e=[{"x":"ớ","y":1}]&f=2'


# --- at the door ----------------------------------------------------------------------------------------------------


def test_a_notice_of_each_pays_its_order_once(feed: Feed, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    for _ in range(2):
        assert feed.call(feed.fake.send(7001, 12_000, f"tra tien {order.code} rau", now())) == 200
    assert (paid(order).status, count(BankCredit)) == (PaidStatus.PAID, 1)
    kept = reading().scalars(BankCredit.__table__.select().with_only_columns(BankCredit.occurred_at)).one()
    assert kept == now().replace(microsecond=0)


def test_a_call_of_each_that_nobody_signed_leaves_nothing(feed: Feed, now: Clock) -> None:
    sent = feed.fake.send(1, 12_000, "x", now())
    assert feed.call(Sent(body=sent.body.replace(b"12000", b"99000"), headers=sent.headers)) == 401
    assert feed.call(Sent(body=b"{}", headers={})) == 401
    assert (count(BankCredit), count(WebhookDelivery)) == (0, 0)


@pytest.mark.parametrize("given", [{"amount": -12_000}, {"amount": "-12000"}])
def test_money_that_left_is_answered_and_forgotten(new_feed: Feed, now: Clock, given: dict[str, object]) -> None:
    assert new_feed.call(new_feed.fake.send(5, **({"amount": 12_000, "memo": "x", "at": now()} | given))) == 200
    assert count(BankCredit) == 0


def test_their_trial_calls_are_answered_and_leave_no_money(new_feed: Feed, now: Clock) -> None:
    if isinstance(new_feed.fake, FakeCasso):
        pings = [new_feed.fake.send(0, 599_000, "giao dich thu nghiem", now())]
        pings.append(new_feed.fake.send(5, 599_000, "x", now(), reference="MA_GIAO_DICH_THU_NGHIEM"))
    else:
        sample = PAYOS["official"]["payload"]["data"]
        pings = [Sent(body=json.dumps(new_feed.fake.signed(sample)).encode(), headers={})]
    assert [new_feed.call(one) for one in pings] == [200] * len(pings)
    assert count(BankCredit) == 0


def test_a_shop_s_own_order_123_is_money(client: FlaskClient, cast: Cast, now: Clock) -> None:
    (told,) = PayOS().read(FAKES["payos"].send(123, 12_000, "x", now()).body).transactions
    assert (told.provider_txn_id, told.amount) == ("link-123:MBVCB.123", 12_000)


def test_who_paid_and_the_virtual_number_are_read(now: Clock) -> None:
    for provider in (Casso(), PayOS()):
        sent = FAKES[provider.name].send(9, 12_000, "x", now(), virtualAccountNumber="lan 01")
        (told,) = provider.read(sent.body).transactions
        assert (told.payer, told.accounts, told.bank_ref) == ("8888888888", (LAN_ACCOUNT, "LAN01"), "MBVCB.9")
        assert told.payer_bank == {"casso": "970415", "payos": "970422"}[provider.name]
        assert told.payer_name == "NGUYEN VAN A"


def test_an_odd_field_about_who_paid_costs_no_money(now: Clock) -> None:
    odd = {"counterAccountNumber": 8888, "counterAccountBankId": [], "counterAccountName": {"x": 1}}
    for provider in (Casso(), PayOS()):
        (told,) = provider.read(FAKES[provider.name].send(9, 12_000, "x", now(), **odd).body).transactions
        assert (told.payer, told.payer_name) == ("8888", "")
        assert told.payer_bank == {"casso": "VietinBank", "payos": "MBBank"}[provider.name]


@pytest.mark.parametrize(
    ("given", "odd"),
    [
        ({"amount": 150_000.5}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": True}, "amount"),
        ({"accountNumber": ""}, "accountNumber"),
        ({"transactionDateTime": "24/11/2026"}, "transactionDateTime"),
    ],
)
def test_an_odd_field_is_kept_and_named(new_feed: Feed, now: Clock, given: dict[str, object], odd: str) -> None:
    assert new_feed.call(new_feed.fake.send(5, **({"amount": 12_000, "memo": "x", "at": now()} | given))) == 200
    kept = reading().execute(WebhookDelivery.__table__.select()).one()
    assert (kept.unread, kept.odd, count(BankCredit)) == (Unread.FIELD, odd, 0)
    assert PROVIDERS[new_feed.name].field_words[odd]


# --- the seller's page ----------------------------------------------------------------------------------------------


def test_the_page_offers_each_says_what_it_tells_and_what_to_do_there(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.lan.person, now())
    path = f"/ban-hang/{cast.lan.slug}/tai-khoan-nhan-tien"
    page = client.get(path).text
    assert page.index("?nguon=sepay") < page.index("?nguon=casso") < page.index("?nguon=payos")
    for provider in PROVIDERS.values():
        page = client.get(f"{path}?nguon={provider.name}").text
        assert tells_of(provider) in page
        assert all(step in page for step in steps_at(provider, "Vietcombank số đuôi 8888"))
        assert f'name="connect-{FIELDS[provider.name]}"' in page


def test_a_buyer_is_not_told_to_wait_for_what_is_not_told_of(
    client: FlaskClient, new_feed: Feed, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now())
    to = paid(order).to
    assert to is not None
    assert to.tells_by_itself(now().date()) is (new_feed.name == "casso")


def test_whose_word_they_are(now: Clock) -> None:
    """Neither can be asked: what they tell stays the seller's word."""
    providers: list[BankProvider] = [Casso(), PayOS()]
    assert [one.lookup for one in providers] == [None, None]
