"""SePay's call: genuine or not, once or fifty times, whatever is inside."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from market.base.attempts import TryWindow
from market.base.audit import GUEST
from market.base.db import Base, db, reading, transaction
from market.base.errors import Conflict
from market.base.secrets import vault
from market.payments.actions import NewCredits, record_credits
from market.payments.actions.brakes import count_unsigned
from market.payments.banks.calls import field_words
from market.payments.banks.sepay.fake import FakeSePay, Sent
from market.payments.banks.sepay.feed import LIMITS, SePay
from market.payments.jobs import match_left_over, read_left_over
from market.payments.models import Allocation, BankCredit, WebhookDelivery
from market.payments.rules.calls import Unread
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import PaidStatus
from market.sellers.models import BankConnection
from market.web.hooks import bank as bank_hook
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.nights import IS_NIGHT
from tests.payments.steps import BANK, HOOK, allocate_as_shown, assert_sums_hold, buy, count, credit, notice, paid
from tests.payments.vectors import SIGNATURES
from tests.queries import counting
from tests.services import applications
from tests.services.crowd import crowd


def deliver(client: FlaskClient, sent: Sent, path: str = HOOK) -> int:
    """Send a call; the answer's status, its body checked to the letter."""
    answer = client.post(path, data=sent.body, headers=sent.headers)
    assert answer.mimetype == "application/json"
    assert answer.data == (b'{"success": true}' if answer.status_code == 200 else b'{"success": false}')
    return answer.status_code


def deliveries() -> list[tuple[int, bool]]:
    rows = reading().execute(select(WebhookDelivery.status, WebhookDelivery.is_signed).order_by(WebhookDelivery.id))
    return [(status, is_signed) for status, is_signed in rows]


def test_a_notice_pays_its_order_and_is_kept_as_it_came(client: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    sent = BANK.send(92704, 12_000, f"MBVCB.327.{order.code}.CT tu 0123 NGUYEN VAN A", now())
    assert deliver(client, sent) == 200
    assert paid(order).status is PaidStatus.PAID
    kept = reading().scalars(select(BankCredit)).one()
    assert (kept.provider_txn_id, kept.bank_ref, kept.occurred_at) == ("92704", "MBVCB.92704", now())
    assert vault().decrypt(kept.raw_cipher) == sent.body.decode()
    assert order.code not in kept.raw_cipher
    connection = reading().scalars(select(BankConnection)).one()
    assert (connection.last_notice_at, deliveries()) == (now(), [(200, True)])


def test_no_csrf_token_is_asked_of_a_bank(app: Flask, cast: Cast, now: Clock) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert deliver(app.test_client(), BANK.send(1, 12_000, "x", now())) == 200


def test_the_published_shape_is_verified(cast: Cast) -> None:
    vector = SIGNATURES["sepay_webhook"]
    headers = {
        "X-SePay-Timestamp": str(vector["timestamp"]),
        "X-SePay-Signature": vector["header_signature"],
    }
    then = datetime.fromtimestamp(vector["timestamp"], UTC)
    body = vector["raw_body"].encode()
    secret = {"secret": vector["secret"]}
    assert SePay().is_genuine(secret, headers, body, now=then)
    assert not SePay().is_genuine({"secret": "another"}, headers, body, now=then)
    assert not SePay().is_genuine(secret, headers, json.dumps(json.loads(body)).encode(), now=then)
    (notice,) = SePay().read(body).transactions
    assert (notice.provider_txn_id, notice.amount, notice.accounts) == ("92704", 150_000, ("0123499999",))
    assert notice.occurred_at.astimezone(UTC) == datetime(2026, 1, 17, 1, 30, tzinfo=UTC)


def test_the_same_notice_twice_is_one(client: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    sent = BANK.send(1, 12_000, order.code, now())
    assert [deliver(client, sent), deliver(client, sent)] == [200, 200]
    assert (count(BankCredit), count(Allocation), paid(order).received) == (1, 1, 12_000)
    assert deliveries() == [(200, True), (200, True)]


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_a_future_signature_is_refused(client: FlaskClient, cast: Cast, now: Clock, minutes: int) -> None:
    sent = BANK.send(1, 12_000, "x", now())
    now.move(minutes=minutes)
    assert deliver(client, sent) == 401
    assert (count(BankCredit), deliveries()) == (0, [])


@pytest.mark.parametrize("minutes", [-5, 5])
def test_five_minutes_either_way_are_still_genuine(client: FlaskClient, cast: Cast, now: Clock, minutes: int) -> None:
    sent = BANK.send(1, 12_000, "x", now())
    now.move(minutes=minutes)
    assert deliver(client, sent) == 200


def forged(now: datetime) -> Iterator[tuple[str, Sent]]:
    sent = BANK.send(1, 12_000, "x", now)
    yield "another secret", FakeSePay(account=LAN_ACCOUNT, secret="whsec_other").send(1, 12_000, "x", now)
    yield "a changed amount", Sent(body=sent.body.replace(b"12000", b"99000"), headers=sent.headers)
    yield "a body written anew", Sent(body=json.dumps(json.loads(sent.body), indent=1).encode(), headers=sent.headers)
    for name in ("X-SePay-Signature", "X-SePay-Timestamp"):
        yield f"no {name}", Sent(body=sent.body, headers={k: v for k, v in sent.headers.items() if k != name})
        yield f"odd {name}", Sent(body=sent.body, headers=sent.headers | {name: "sha256=é1٣"})
    bare = sent.headers["X-SePay-Signature"].removeprefix("sha256=")
    yield "no prefix", Sent(body=sent.body, headers=sent.headers | {"X-SePay-Signature": bare})


def test_a_forged_notice_is_refused_and_only_counted(client: FlaskClient, cast: Cast, now: Clock) -> None:
    cases = list(forged(now()))
    for why, sent in cases:
        assert deliver(client, sent) == 401, why
    assert count(BankCredit) == 0
    assert deliveries() == []
    assert count_unsigned("sepay", HOOK.rpartition("/")[2]) == len(cases)


def rows_of_all() -> int:
    tables = Base.metadata.sorted_tables
    return sum(reading().scalar(select(func.count()).select_from(table)) or 0 for table in tables)


BOUND = LIMITS.failures_a_minute if IS_NIGHT else 12
"""Unsigned calls of one address that are looked at in a minute: by day a smaller bound, and so fewer calls."""
CALLS = 700 if IS_NIGHT else BOUND + 5
"""Past the bound each is as the next."""


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = replace(LIMITS, failures_a_minute=BOUND)
    monkeypatch.setattr("market.web.hooks.views._limits", lambda: limits)


@pytest.mark.usefixtures("bounded")
def test_seven_hundred_unsigned_calls_cost_no_row_and_keep_no_genuine_notice_out(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    """faults.md P2: they wrote 456 rows, and a genuine notice from that address got 429."""
    order = buy(cast, now())
    unsigned = Sent(body=b"{}", headers={})
    deliver(client, unsigned)
    before = rows_of_all()
    answers = [deliver(client, unsigned) for _ in range(CALLS)]
    assert answers == [401] * (BOUND - 1) + [429] * (CALLS - BOUND + 1)
    assert rows_of_all() == before
    with counting() as seen:
        assert client.post(HOOK, data=b"{}").headers["Retry-After"] == "60"
    assert not [one for one in seen if not one.startswith("SELECT")], "what is past the bound is read alone"
    assert deliver(client, BANK.send(1, 12_000, order.code, now())) == 200
    assert paid(order).status is PaidStatus.PAID
    for _ in range(10):
        assert deliver(client, unsigned, "/webhook/sepay/nobody") == 404
    assert rows_of_all() - before <= 10, "the money's own rows"
    now.move(minutes=2)
    assert deliver(client, unsigned) == 401


@pytest.mark.usefixtures("bounded")
def test_unsigned_calls_are_counted_the_same_in_every_process(app: Flask, cast: Cast, now: Clock) -> None:
    """What counts them is a row, not a memory of each process."""
    other = applications.new(app.config["CHOSO"])
    answers = [deliver(one.test_client(), Sent(body=b"{}", headers={})) for one in (app, other) * (BOUND // 2 + 1)]
    assert answers == [401] * BOUND + [429] * 2
    with other.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/webhook/sepay/nobody", "/webhook/khong-co/lan-hook-key", f"/webhook/{'x' * 300}/y"])
def test_an_unknown_address_is_not_found(client: FlaskClient, cast: Cast, now: Clock, path: str) -> None:
    assert deliver(client, BANK.send(1, 12_000, "x", now()), path) == 404
    assert (deliveries(), count(TryWindow)) == ([], 0)


def test_an_ended_connection_takes_no_more(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.scalars(select(BankConnection)).one().ended_at = now()
    assert deliver(client, BANK.send(1, 12_000, "x", now())) == 404


def test_a_body_over_64_kb_is_not_read(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sent = BANK.sign(b"[" * (64 * 1024 + 1), now())
    assert deliver(client, sent) == 413
    assert (deliveries(), count(TryWindow)) == ([], 0)


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"[]", b"null", b"\xff\xfe", b"[" * 60_000, b'{"id": NaN}', b'{"transferType": "in"}'],
)
def test_what_is_no_notice_is_kept_as_it_came(client: FlaskClient, cast: Cast, now: Clock, body: bytes) -> None:
    """field.md A05: a signed call that could not be read was answered 400 and lost."""
    assert deliver(client, BANK.sign(body, now())) == 200
    assert (count(BankCredit), deliveries()) == (0, [(200, True)])
    kept = reading().scalars(select(WebhookDelivery)).one()
    assert vault().decrypt(kept.raw_cipher or "").encode("latin-1") == body
    assert kept.unread is not None


def test_an_odd_field_that_nothing_hangs_on_costs_no_money(client: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    odd = {"code": {"x": 1}, "subAccount": 7, "description": [1], "referenceCode": 12345, "gateway": 5}
    assert deliver(client, BANK.send(1, 12_000, order.code, now(), **odd)) == 200
    assert paid(order).status is PaidStatus.PAID
    assert reading().scalars(select(BankCredit.bank_ref)).one() == "12345"


@pytest.mark.parametrize(
    "odd",
    [
        {"transferAmount": 150_000.5},
        {"transferAmount": "150.000"},
        {"transferAmount": 0},
        {"transferAmount": True},
        {"transferAmount": None},
        {"transferAmount": 10**14},
        {"transferAmount": 1e400},
        {"id": None},
        {"id": "abc"},
        {"id": -1},
        {"id": 2**63},
        {"accountNumber": None},
        {"accountNumber": 12345},
        {"content": ["DS7K2M9PM"]},
        {"transferType": "sideways"},
        {"transactionDate": "24/11/2026"},
        {"transactionDate": ""},
    ],
    ids=str,
)
def test_a_call_with_an_odd_field_is_kept_and_says_which(
    client: FlaskClient, cast: Cast, now: Clock, odd: dict[str, object]
) -> None:
    assert deliver(client, BANK.send(1, 12_000, "x", now(), **odd)) == 200
    assert count(BankCredit) == 0
    kept = reading().scalars(select(WebhookDelivery)).one()
    (field,) = odd
    assert (kept.unread, kept.odd) == (Unread.FIELD, field)
    assert field_words(SePay(), field)


@pytest.mark.parametrize("amount", ["150000", 150_000.0, 150_000])
def test_an_amount_in_another_dress_is_the_same_amount(
    client: FlaskClient, cast: Cast, now: Clock, amount: object
) -> None:
    assert deliver(client, BANK.send(1, 1, "x", now(), transferAmount=amount)) == 200
    assert reading().scalars(select(BankCredit.amount)).one() == 150_000


def test_an_account_written_in_groups_is_the_same_account(client: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    written = f"{LAN_ACCOUNT[:4]} {LAN_ACCOUNT[4:]}"
    assert deliver(client, BANK.send(1, 12_000, order.code, now(), accountNumber=written)) == 200
    assert paid(order).status is PaidStatus.PAID


def test_new_fields_and_missing_ones_are_no_fault(client: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    fields = BANK.transfer(1, 12_000, order.code, now(), brandNew={"a": [1]})
    for name in ("subAccount", "code", "accumulated", "referenceCode", "description", "gateway"):
        del fields[name]
    assert deliver(client, BANK.sign(json.dumps(fields).encode(), now())) == 200
    assert paid(order).status is PaidStatus.PAID


@pytest.mark.parametrize(("content", "kept"), [("Mai gửi bà Lan", "Mai gửi bà Lan {code}"), ("ck {code}", "ck {code}")])
def test_the_code_the_feed_found_counts_where_the_memo_lost_it(
    client: FlaskClient, cast: Cast, now: Clock, content: str, kept: str
) -> None:
    order = buy(cast, now())
    memo = content.format(code=order.code)
    assert deliver(client, BANK.send(1, 12_000, memo, now(), code=order.code)) == 200
    assert paid(order).status is PaidStatus.PAID
    assert reading().scalars(select(BankCredit.memo)).one() == kept.format(code=order.code)


def test_a_memo_may_hold_anything(client: FlaskClient, cast: Cast, now: Clock) -> None:
    memo = "=HYPERLINK(1)\x00<script>\ud800 tiền\nrau"
    body = json.dumps(BANK.transfer(1, 12_000, memo, now())).encode()
    assert deliver(client, BANK.sign(body, now())) == 200
    assert reading().scalars(select(BankCredit.memo)).one() == "=HYPERLINK(1)<script> tiền rau"


PINGS = [{"transferType": "out"}, {"id": 0}, {"transferType": "out", "transferAmount": -5}, {"transferAmount": -12_000}]


@pytest.mark.parametrize("ping", PINGS)
def test_money_that_left_and_trial_calls_are_answered_and_forgotten(
    client: FlaskClient, cast: Cast, now: Clock, ping: dict[str, object]
) -> None:
    order = buy(cast, now())
    assert deliver(client, BANK.send(1, 12_000, order.code, now(), **ping)) == 200
    assert (count(BankCredit), deliveries()) == (0, [(200, True)])


def test_an_unknown_order_is_answered_well_and_waits(client: FlaskClient, cast: Cast, now: Clock) -> None:
    assert deliver(client, BANK.send(1, 12_000, "DS0000000", now())) == 200
    assert reading().scalars(select(BankCredit.unmatched_reason)).one() == Unmatched.UNKNOWN_CODE


def test_a_database_in_trouble_asks_the_bank_to_come_again(
    client: FlaskClient, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = buy(cast, now())
    sent = BANK.send(1, 12_000, order.code, now())

    def locked(*_args: object, **_kwargs: object) -> int:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr("market.payments.actions.deliveries.record_credits", locked)
        assert deliver(client, sent) == 503
    assert count(WebhookDelivery) == 0, "nothing of it is kept by halves"
    assert deliver(client, sent) == 200
    assert paid(order).status is PaidStatus.PAID


def test_a_call_whose_reading_breaks_is_kept_and_read_again_by_the_jobs(
    client: FlaskClient, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had put into the books by then is undone with it."""
    order = buy(cast, now())

    def breaks(session: Session, new: NewCredits) -> list[int]:
        record_credits(session, new)
        raise AssertionError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr("market.payments.actions.deliveries.record_credits", breaks)
        assert deliver(client, BANK.send(1, 12_000, order.code, now())) == 200
    assert (count(BankCredit), deliveries()) == (0, [(200, True)])
    now.move(minutes=5)
    assert read_left_over(now()) == 1
    assert (paid(order).status, count(Allocation)) == (PaidStatus.PAID, 1)


def test_a_process_that_dies_before_matching_loses_nothing(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = buy(cast, now()), buy(cast, now())

    def dies(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("server closed the connection"))

    sent = BANK.send(1, 12_000, first.code, now())
    with monkeypatch.context() as patch:
        patch.setattr(bank_hook, "match_credit", dies)
        assert deliver(client, sent) == 503
        assert deliver(client, BANK.send(2, 12_000, second.code, now())) == 503
    assert [kept.unmatched_reason for kept in (credit(1), credit(2))] == [Unmatched.IN_PROGRESS] * 2
    assert deliver(client, sent) == 200, "the next delivery finishes it"
    assert paid(first).status is PaidStatus.PAID
    assert match_left_over(now()) == 0, "what has just come is left to its own request"
    assert match_left_over(now.move(minutes=1)) == 1, "the jobs process finds the other"
    assert paid(second).status is PaidStatus.PAID
    assert match_left_over(now()) == 0


def test_fifty_at_once_are_one_credit_and_one_allocation(app: Flask, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    sent = BANK.send(1, 12_000, order.code, now())
    assert crowd(app, [sent] * 50, lambda one: deliver(app.test_client(), one)) == [200] * 50
    assert (count(BankCredit), count(Allocation), paid(order).received) == (1, 1, 12_000)
    assert reading().scalar(select(func.count()).select_from(WebhookDelivery)) == 50
    assert_sums_hold()


def test_different_notices_for_one_order_at_once_are_all_counted(app: Flask, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notices = [BANK.send(number, 1_000, order.code, now()) for number in range(1, 21)]
    assert crowd(app, notices, lambda one: deliver(app.test_client(), one)) == [200] * 20
    assert (count(Allocation), paid(order).received, paid(order).surplus) == (20, 20_000, 8_000)
    assert_sums_hold()


def test_two_people_confirm_the_same_money_at_once(app: Flask, cast: Cast, now: Clock) -> None:
    first, second = buy(cast, now()), buy(cast, now())
    taken = notice(1, 12_000, "khong ma", now())

    def is_confirmed(order_id: int) -> bool:
        try:
            with transaction() as session:
                allocate_as_shown(session, GUEST, first.stall, taken, order_id, clock=now)
        except Conflict:
            return False
        return True

    confirmed = crowd(app, [first.id, second.id] * 4, is_confirmed)
    assert (confirmed.count(False), count(Allocation)) == (4, 1), "those who chose the other order"
    assert paid(first).received + paid(second).received == 12_000
    assert_sums_hold()


def test_a_notice_costs_few_statements(client: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    sent = BANK.send(1, 12_000, order.code, now())
    with counting() as seen:
        assert deliver(client, sent) == 200
    assert len(seen) <= 37, "three of them ask what the market of its commune does, four are savepoints"
    with counting() as seen:
        assert deliver(client, sent) == 200
    assert len(seen) <= 16
