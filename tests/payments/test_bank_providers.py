"""A provider of bank notices is one folder: the market asks it everything, and knows none by name."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.base.db import reading, transaction
from market.base.ports import SettingField
from market.base.secrets import vault
from market.payments.banks import PROVIDERS
from market.payments.banks.sepay.feed import SePay
from market.payments.models import BankCredit, WebhookDelivery
from market.payments.ports import CallLimits, Headers, Reading, Reply
from market.payments.rules.calls import Unread
from market.payments.rules.matching import BankTransaction
from market.payments.rules.status import PaidStatus
from market.sellers.models import BankConnection
from market.sellers.queries import credentials_of
from tests.cast import LAN_ACCOUNT, LAN_HOOK, LAN_SECRET, Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import parse, press
from tests.payments.steps import buy, count, paid
from tests.registries import only

TOKEN = "bi-mat-1"
LIMITS = CallLimits(body_bytes=2000, failures_a_minute=3)
PATH = f"/webhook/so-quy/{LAN_HOOK}"


@dataclass(frozen=True, slots=True)
class CashBook:
    """A pretended provider: many transactions a call, two fields to enter, a reply of its own."""

    name: str = "so-quy"
    label: str = "Sổ quỹ Đại Sơn"
    fields: tuple[SettingField, ...] = (
        SettingField(name="shop", label="Mã cửa hàng", called="mã cửa hàng", hint="Ở góc trên của Sổ quỹ.", least=2),
        SettingField(name="token", label="Mã kết nối", called="mã kết nối", hint="Trong phần Kết nối.", least=6),
    )
    limits: CallLimits = LIMITS
    lookup: None = None

    def is_genuine(self, credentials: Mapping[str, str], headers: Headers, body: bytes, *, now: datetime) -> bool:
        return headers.get("X-Shop", "") == credentials["shop"] and headers.get("X-Token", "") == credentials["token"]

    def read(self, body: bytes) -> Reading:
        rows = json.loads(body)
        good = [row for row in rows if isinstance(row["amount"], int)]
        odd = tuple(f"row {row['id']} amount" for row in rows if row not in good)
        return Reading(transactions=tuple(self._notice(row) for row in good), odd=odd)

    def _notice(self, row: Mapping[str, str | int]) -> BankTransaction:
        return BankTransaction(
            provider_txn_id=str(row["id"]),
            accounts=(LAN_ACCOUNT,),
            amount=int(row["amount"]),
            memo=str(row["memo"]),
            bank_ref="",
            occurred_at=datetime.fromisoformat(str(row["at"])),
        )

    def reply(self, *, kept: bool) -> Reply:
        return Reply(body="OK" if kept else "LAI", mimetype="text/plain")


@pytest.fixture(autouse=True)
def sepay_alone() -> Iterator[None]:
    with only(PROVIDERS, SePay()):
        yield


@pytest.fixture
def two_providers(sepay_alone: None) -> Iterator[None]:
    with only(PROVIDERS, SePay(), CashBook()):
        yield


@pytest.fixture
def cash_book(two_providers: None, cast: Cast) -> None:
    """Bà Lan's account is told of by the pretended provider."""
    entered = vault().encrypt(json.dumps({"shop": "LAN", "token": TOKEN}))
    with transaction() as session:
        session.execute(update(BankConnection).values(provider="so-quy", credentials_cipher=entered))


def call(client: FlaskClient, rows: object, token: str = TOKEN, path: str = PATH) -> tuple[int, str, str | None]:
    answer = client.post(path, data=json.dumps(rows), headers={"X-Shop": "LAN", "X-Token": token})
    return answer.status_code, answer.text, answer.mimetype


def row(number: int, amount: object, memo: str, now: datetime) -> dict[str, object]:
    return {"id": number, "amount": amount, "memo": memo, "at": now.isoformat()}


@pytest.mark.usefixtures("cash_book")
def test_a_call_may_bring_many_transactions(client: FlaskClient, cast: Cast, now: Clock) -> None:
    orders = [buy(cast, now()) for _ in range(3)]
    rows = [row(number, 12_000, order.code, now()) for number, order in enumerate(orders, 1)]
    assert call(client, rows) == (200, "OK", "text/plain")
    assert [paid(order).status for order in orders] == [PaidStatus.PAID] * 3
    assert call(client, rows) == (200, "OK", "text/plain")
    assert count(BankCredit) == 3


@pytest.mark.usefixtures("cash_book")
def test_a_call_may_bring_nothing(client: FlaskClient, now: Clock) -> None:
    assert call(client, []) == (200, "OK", "text/plain")
    assert count(BankCredit) == 0


@pytest.mark.usefixtures("cash_book")
def test_one_odd_transaction_costs_none_of_the_others_and_is_kept(client: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    rows = [row(1, "nhiều", "x", now()), row(2, 12_000, order.code, now())]
    assert call(client, rows) == (200, "OK", "text/plain")
    assert paid(order).status is PaidStatus.PAID
    kept = reading().scalars(select(WebhookDelivery)).one()
    assert (kept.unread, kept.odd) == (Unread.FIELD, "row 1 amount")
    assert json.loads(vault().decrypt(kept.raw_cipher or "")) == rows
    assert call(client, [row(1, 5_000, "x", now()), rows[1]]) == (200, "OK", "text/plain")
    assert count(BankCredit) == 2


@pytest.mark.usefixtures("cash_book")
def test_a_provider_sets_its_own_limits(client: FlaskClient, now: Clock) -> None:
    assert call(client, [row(1, 1000, "x" * 2000, now())])[0] == 413
    assert [call(client, [], token="sai")[0] for _ in range(4)] == [401, 401, 401, 429]
    assert call(client, [])[0] == 200


def test_what_was_entered_before_there_were_many_fields_is_still_known(cast: Cast) -> None:
    connection = reading().scalars(select(BankConnection)).one()
    assert connection.credentials_cipher is None
    assert credentials_of(connection) == {"secret": LAN_SECRET}


# --- the stall's page -----------------------------------------------------------------------------------------------


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def bank_page(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/tai-khoan-nhan-tien"


def connection() -> BankConnection:
    """The live one."""
    return reading().scalars(select(BankConnection).where(BankConnection.ended_at.is_(None))).one()


@pytest.mark.usefixtures("two_providers")
def test_a_seller_chooses_a_provider_enters_what_it_asks_and_is_told_its_address(
    app: Flask, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    order, path = buy(cast, now()), bank_page(cast)
    first = parse(lan.get(path).text)
    (choice,) = [one for one in first.all("a") if one.text == "Sổ quỹ Đại Sơn"]

    page = parse(lan.get(choice.get("href")).text)
    (form,) = [one for one in page.all("form") if "/bao-co?" in one.get("action")]
    asked = [one for one in form.all("input") if one.get("type") == "text"]
    assert [(one.get("name"), one.get("maxlength")) for one in asked] == [
        ("connect-shop", "200"),
        ("connect-token", "200"),
    ]
    assert [one.text for one in form.all("label")] == ["Mã cửa hàng", "Mã kết nối"]
    assert "Ở góc trên của Sổ quỹ." in form.text
    assert "Nối Sổ quỹ Đại Sơn xong thì SePay ngừng báo." in form.text

    unseen = {one.get("name"): one.get("value") for one in form.all("input") if one.get("type") == "hidden"}
    answer = lan.post(form.get("action"), data=unseen | {"connect-shop": "LAN", "connect-token": TOKEN})
    assert answer.location == path
    page = parse(lan.get(path).text)
    assert "Dán địa chỉ bên dưới vào Sổ quỹ Đại Sơn là xong." in page.text
    assert "Địa chỉ dán vào Sổ quỹ Đại Sơn" in page.text
    hook = f"/webhook/so-quy/{connection().key}"
    assert any(hook in value for one in page.all() for value in [*one.attributes.values(), *one.words])
    assert credentials_of(connection()) == {"shop": "LAN", "token": TOKEN}

    outside = app.test_client()
    paying = [row(1, 12_000, order.code, now())]
    assert call(outside, paying, path=hook) == (200, "OK", "text/plain")
    assert paid(order).status is PaidStatus.PAID
    assert outside.post(PATH.replace("so-quy", "sepay"), data="{}").status_code == 404

    assert press(lan, path, f"{path}/bao-co/ngung").location == path
    assert call(outside, paying, path=hook)[0] == 404


AWKWARD = ("errors", "meta", "process", "data", "refusal", "seen", "csrf_token", "validate", "of_request", "number")


def test_a_provider_calls_its_fields_as_it_likes(lan: FlaskClient, cast: Cast) -> None:
    """What a form has of its own, and the other fields of the page, keep their names."""
    fields = tuple(SettingField(name=one, label=one, called=one, hint="Ở đó.", least=4) for one in AWKWARD)
    with only(PROVIDERS, replace(CashBook(), fields=fields)):
        page, path = parse(lan.get(bank_page(cast)).text), f"{bank_page(cast)}/bao-co"
        ids = [one.get("id") for one in page.all() if one.get("id")]
        assert len(ids) == len(set(ids))
        (form,) = [one for one in page.all("form") if "/bao-co?" in one.get("action")]
        asked = {
            one.get("name"): f"gõ {number}" for number, one in enumerate(form.all("input")) if one.get("type") == "text"
        }
        assert press(lan, bank_page(cast), path, **(asked | {next(iter(asked)): "gõ"})).status_code == 422
        assert press(lan, bank_page(cast), path, **asked).status_code == 303
    assert credentials_of(connection()) == dict(zip(AWKWARD, asked.values(), strict=True))


@pytest.mark.usefixtures("two_providers")
def test_what_a_provider_did_not_get_is_asked_for_in_its_own_words(lan: FlaskClient, cast: Cast) -> None:
    answer = lan.post(f"{bank_page(cast)}/bao-co?nguon=so-quy", data={"connect-shop": "", "connect-token": "abc"})
    assert answer.status_code == 422
    for part in ("Mời dán mã cửa hàng.", "Mã kết nối dài từ 6 ký tự.", 'value="abc"', 'name="connect-shop"'):
        assert part in answer.text
    assert connection().provider == "sepay"


@pytest.mark.usefixtures("cash_book")
def test_the_page_opens_with_the_provider_that_is_connected(lan: FlaskClient, cast: Cast) -> None:
    page = lan.get(bank_page(cast)).text
    assert 'name="connect-token"' in page
    assert 'name="connect-secret"' not in page
    assert TOKEN not in page


def test_one_provider_is_not_a_choice_and_an_unknown_one_is_not_found(lan: FlaskClient, cast: Cast) -> None:
    page = lan.get(bank_page(cast)).text
    assert "Dịch vụ báo tiền về" not in page
    assert 'name="connect-secret"' in page
    assert lan.get(f"{bank_page(cast)}?nguon=so-quy").status_code == 404
    assert (
        lan.post(f"{bank_page(cast)}/bao-co?nguon=so-quy", data={"connect-secret": "whsec_moi_2026"}).status_code == 404
    )
    assert credentials_of(connection()) == {"secret": LAN_SECRET}


def test_a_provider_that_is_no_longer_ours_is_no_connection(lan: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        session.execute(update(BankConnection).values(provider="so-quy"))
    page = lan.get(bank_page(cast)).text
    assert "Nếu bạn dùng dịch vụ báo tiền về SePay, nối vào đây" in page
    assert (
        press(lan, bank_page(cast), f"{bank_page(cast)}/bao-co", **{"connect-secret": "whsec_moi_2026"}).status_code
        == 303
    )
    assert connection().provider == "sepay"
