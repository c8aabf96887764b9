"""A provider of bank notices is one folder: the market asks it everything, and knows none by name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.base.db import reading, transaction
from market.base.secrets import vault
from market.payments.banks import PROVIDERS
from market.payments.models import BankCredit, WebhookDelivery
from market.payments.ports import CallLimits, Headers, Reading, Reply, SettingField
from market.payments.rules.matching import BankTransaction
from market.payments.rules.status import PaidStatus
from market.sellers.models import BankConnection
from market.sellers.queries import credentials_of
from market.web.base.web import limiter
from tests.cast import LAN_ACCOUNT, LAN_HOOK, LAN_SECRET, Cast
from tests.conftest import Clock
from tests.payments.steps import buy, count, paid

TOKEN = "bi-mat-1"
LIMITS = CallLimits(body_bytes=2000, failures_a_minute=3)
PATH = f"/webhook/so-quy/{LAN_HOOK}"


@dataclass(frozen=True, slots=True)
class CashBook:
    """A pretended provider: many transactions a call, two fields to enter, a reply of its own."""

    name: str = "so-quy"
    label: str = "Sổ quỹ Đại Sơn"
    fields: tuple[SettingField, ...] = (
        SettingField(name="shop", label="Mã cửa hàng", hint="Ở góc trên của Sổ quỹ.", least=2),
        SettingField(name="token", label="Mã kết nối", hint="Trong phần Kết nối.", least=6),
    )
    limits: CallLimits = LIMITS

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


@pytest.fixture
def cash_book(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    """Bà Lan's account is told of by the pretended provider."""
    monkeypatch.setitem(PROVIDERS, "so-quy", CashBook())
    entered = vault().encrypt(json.dumps({"shop": "LAN", "token": TOKEN}))
    with transaction() as session:
        session.execute(update(BankConnection).values(provider="so-quy", credentials_cipher=entered))


def call(client: FlaskClient, rows: object, token: str = TOKEN) -> tuple[int, str, str | None]:
    answer = client.post(PATH, data=json.dumps(rows), headers={"X-Shop": "LAN", "X-Token": token})
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
def test_one_odd_transaction_costs_none_of_the_others_and_is_asked_for_again(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now())
    rows = [row(1, "nhiều", "x", now()), row(2, 12_000, order.code, now())]
    assert call(client, rows) == (400, "LAI", "text/plain")
    assert paid(order).status is PaidStatus.PAID
    kept = reading().scalars(select(WebhookDelivery.note)).one()
    assert kept.startswith("odd field: row 1 amount")
    assert call(client, [row(1, 5_000, "x", now()), rows[1]]) == (200, "OK", "text/plain")
    assert count(BankCredit) == 2


@pytest.mark.usefixtures("cash_book")
def test_a_provider_sets_its_own_limits(client: FlaskClient, now: Clock) -> None:
    limiter.reset()
    assert call(client, [row(1, 1000, "x" * 2000, now())])[0] == 413
    assert [call(client, [], token="sai")[0] for _ in range(3)] == [401, 401, 429]
    limiter.reset()


def test_what_was_entered_before_there_were_many_fields_is_still_known(cast: Cast) -> None:
    connection = reading().scalars(select(BankConnection)).one()
    assert connection.credentials_cipher is None
    assert credentials_of(connection) == {"secret": LAN_SECRET}
