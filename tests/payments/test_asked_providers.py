"""A notice is its seller's word until its provider, asked by us, tells of the same transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from market.base.audit import GUEST
from market.base.config import Settings
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.base.jobs import Job
from market.base.seen import ChangedSince, seen_of
from market.orders.models import Order
from market.payments import actions, queries
from market.payments.banks import PROVIDERS
from market.payments.banks.asking import client_with, entered_in
from market.payments.banks.sepay.answers import API
from market.payments.banks.sepay.fake import Trouble
from market.payments.banks.sepay.feed import LOOKUP, SePay
from market.payments.jobs import ask_bank_provider, ask_bank_providers
from market.payments.models import BankAccess, BankCreditCheck
from market.payments.rules.checks import AskProblem, CheckOutcome
from market.payments.rules.status import PaidStatus
from market.sellers.models import BankAccount, BankConnection
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.payments.asking import NOBODY, TOKEN, Asking, checks, grant, opened, paid_by_notice, part_feed
from tests.payments.steps import Bought, allocate_as_shown, buy, count, credit, notice, paid, undo_as_shown
from tests.registries import only

pytestmark = by_day_on("postgresql")
CONFIRMED, UNKNOWN, DIFFERS, GAVE_UP = (
    CheckOutcome.CONFIRMED,
    CheckOutcome.UNKNOWN,
    CheckOutcome.DIFFERS,
    CheckOutcome.GAVE_UP,
)


@pytest.fixture
def asking(app: Flask, cast: Cast, now: Clock) -> Iterator[Asking]:
    with opened(app, cast.lan.business, now) as asking:
        yield asking


def told(order: Bought, at: datetime) -> queries.BankTold:
    """What the commune's figures know at a moment of an order's money."""
    return queries.bank_told_of(reading(), (Order.id == order.id,), {"known_at": at})[order.id]


def confirmed(order: Bought, now: Clock) -> int:
    return told(order, now()).confirmed


# --- one notice -----------------------------------------------------------------------------------------------------


def test_what_sepay_tells_too_is_confirmed_from_then_on(asking: Asking, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    kept = paid_by_notice(asking, order)
    assert paid(order).status is PaidStatus.PAID, "her page does not wait for it"
    asking.ask()
    assert confirmed(order, now) == 0, "SePay itself needs a moment"

    before = now()
    now.move(minutes=1)
    asking.ask()
    assert confirmed(order, now) == order.total
    assert told(order, before).confirmed == 0
    (first,) = checks(kept)
    assert (first.outcome, first.amount, first.payer_digest, first.number) == (CONFIRMED, order.total, None, 1)
    assert credit(kept).ask_at == now() + timedelta(days=7)


@pytest.mark.parametrize(
    ("said", "differs"),
    [
        ({"amount_in": "2000.00"}, "so_tien"),
        ({"amount_in": "0.00", "amount_out": "12000.00"}, "chieu_tien"),
        ({"account_number": "0900000013"}, "tai_khoan"),
        ({"transaction_date": "2026-11-24 09:20:00"}, "thoi_gian"),
        ({"transaction_content": "me gui tien an"}, "ma_don"),
    ],
)
def test_a_notice_that_says_otherwise_than_sepay_proves_nothing(
    asking: Asking, cast: Cast, now: Clock, said: dict[str, object], differs: str
) -> None:
    order = buy(cast, now())
    kept = paid_by_notice(asking, order, **said)
    now.move(minutes=1)
    asking.ask()
    (told,) = checks(kept)
    assert (told.outcome, told.differs) == (DIFFERS, differs)
    assert confirmed(order, now) == 0
    assert credit(kept).ask_at == now() + timedelta(minutes=10)


def test_a_notice_that_its_seller_signed_herself_is_never_confirmed(asking: Asking, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    forged = notice(1, order.total, order.code, now())
    for _ in range(6):
        now.at = credit(forged).ask_at or now.move(days=1)
        asking.ask()
    now.at = credit(forged).received_at + timedelta(days=29, hours=12)
    asking.ask()
    assert asking.told(forged) == [UNKNOWN] * 7
    assert credit(forged).ask_at is None
    assert (paid(order).status, confirmed(order, now)) == (PaidStatus.PAID, 0)


def test_the_token_of_another_shop_confirms_nothing(asking: Asking, cast: Cast, now: Clock) -> None:
    """Its owner's SePay does tell of a transfer with this very number, amount and memo: on another account."""
    order = buy(cast, now())
    asking.books.knows("token-of-tu-0123456789", "0900000013")
    asking.books.transfer("token-of-tu-0123456789", 1, order.total, order.code, now())
    asking.grant("token-of-tu-0123456789")
    kept = notice(1, order.total, order.code, now())
    now.move(minutes=1)
    asking.ask()
    assert [one.differs for one in checks(kept)] == ["tai_khoan"]
    assert confirmed(order, now) == 0


def test_one_transaction_confirms_one_notice_whatever_feed_told_of_it(asking: Asking, cast: Cast, now: Clock) -> None:
    """Of two rows of her account, which know one another no more, each feed told her of it."""
    first, second = buy(cast, now()), buy(cast, now())
    asking.books.transfer(TOKEN, 1, 12_000, "khong ghi gi", now())
    kept = [notice(1, 12_000, "khong ghi gi", now())]
    with transaction() as session:
        part_feed(session, "cu", now())
    kept.append(notice(1, 12_000, "khong ghi gi", now()))
    for order, one in zip((first, second), kept, strict=True):
        with transaction() as session:
            allocate_as_shown(session, GUEST, order.stall, one, order.id, clock=now)
    told = asking.books_say(1)
    with transaction() as session:
        assert [actions.note_answer(session, one, told, clock=now) for one in kept] == [True, True]
    assert [(one.outcome, one.differs) for at in kept for one in checks(at)] == [
        (CONFIRMED, None),
        (DIFFERS, "da_tinh"),
    ]
    assert (confirmed(first, now), confirmed(second, now)) == (12_000, 0)


def test_what_sepay_takes_back_later_is_kept_beside_and_does_not_uncount_by_itself(
    asking: Asking, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now())
    kept = paid_by_notice(asking, order)
    now.move(minutes=1)
    asking.ask()
    at = now()
    asking.books.rows[TOKEN].clear()
    now.move(days=7)
    asking.ask()
    assert asking.told(kept) == [CONFIRMED, UNKNOWN]
    assert credit(kept).ask_at is None
    assert confirmed(order, now) == order.total
    assert [told(order, moment).is_contested for moment in (at, now())] == [False, True]


def test_what_was_taken_off_an_order_is_taken_off_what_is_confirmed(asking: Asking, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    paid_by_notice(asking, order)
    now.move(minutes=1)
    asking.ask()
    with transaction() as session:
        (line,) = queries.came_in_lately(session, order.stall, now=now())
        undo_as_shown(session, GUEST, order.stall, line.allocation_id, clock=now)
    assert confirmed(order, now) == 0


def test_what_was_told_is_never_changed(asking: Asking, cast: Cast, now: Clock) -> None:
    kept = paid_by_notice(asking, buy(cast, now()))
    now.move(minutes=1)
    asking.ask()
    for change in ("UPDATE bank_credit_check SET outcome = 'khop'", "DELETE FROM bank_credit_check"):
        with pytest.raises(IntegrityError), transaction() as session:
            session.connection().exec_driver_sql(change)
    assert asking.told(kept) == [CONFIRMED]


# --- a provider that does not answer --------------------------------------------------------------------------------


def test_sepay_that_is_away_is_left_alone_ever_longer_and_asked_again(asking: Asking, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    kept = paid_by_notice(asking, order)
    asking.is_at(NOBODY)
    for wait in (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)):
        now.move(hours=2)
        asking.ask()
        assert asking.access
        assert (asking.access.problem, asking.access.ask_after) == (AskProblem.AWAY, now() + wait)
        assert queries.accesses_to_ask(reading(), now=now()) == []
    asking.is_at()
    now.move(hours=1)
    asking.ask()
    assert asking.told(kept) == [CONFIRMED]
    assert (asking.access.problem, asking.access.failures) == (None, 0)


def test_sepay_says_itself_when_it_may_be_asked_again(asking: Asking, cast: Cast, now: Clock) -> None:
    paid_by_notice(asking, buy(cast, now()))
    asking.books.trouble, asking.books.retry_after = Trouble.BUSY, 90
    now.move(minutes=1)
    asking.ask()
    assert asking.access
    assert (asking.access.problem, asking.access.ask_after) == (AskProblem.TOO_OFTEN, now() + timedelta(seconds=90))


def test_a_token_that_was_revoked_is_known_as_such_until_another_is_entered(
    asking: Asking, cast: Cast, now: Clock
) -> None:
    kept = paid_by_notice(asking, buy(cast, now()))
    asking.books.accounts["token-moi-0123456789"] = asking.books.accounts.pop(TOKEN)
    asking.books.rows["token-moi-0123456789"] = asking.books.rows[TOKEN]
    now.move(minutes=1)
    asking.ask()
    assert asking.access
    assert asking.access.problem is AskProblem.REFUSED
    now.move(seconds=1)
    asking.grant("token-moi-0123456789")
    asking.ask()
    assert (asking.access.problem, asking.told(kept)) == (None, [CONFIRMED])


def test_what_could_not_be_asked_for_a_month_is_given_up(asking: Asking, cast: Cast, now: Clock) -> None:
    kept = paid_by_notice(asking, buy(cast, now()))
    asking.is_at(NOBODY)
    now.move(days=29)
    asking.ask()
    assert asking.told(kept) == []
    now.move(days=1)
    asking.ask()
    assert (asking.told(kept), credit(kept).ask_at) == ([GAVE_UP], None)


def test_an_answer_that_leaves_one_out_keeps_the_others(asking: Asking, cast: Cast, now: Clock) -> None:
    good, odd = paid_by_notice(asking, buy(cast, now())), paid_by_notice(asking, buy(cast, now()), 2, amount_in="?")
    now.move(minutes=1)
    asking.ask()
    assert (asking.told(good), asking.told(odd)) == ([CONFIRMED], [])
    assert asking.access
    assert asking.access.problem is AskProblem.AWAY


def test_a_round_on_a_token_that_was_replaced_meanwhile_says_nothing_of_the_new_one(
    asking: Asking, cast: Cast, now: Clock
) -> None:
    assert asking.access
    old = actions.AskRound(granted_at=asking.access.granted_at, problem=AskProblem.REFUSED)
    now.move(minutes=1)
    asking.grant("token-moi-0123456789")
    with transaction() as session:
        actions.note_round(session, asking.access.id, old, clock=now)
    assert asking.access.problem is None


# --- rounds ---------------------------------------------------------------------------------------------------------


def test_each_access_has_a_job_of_its_own_and_what_is_not_due_has_none(asking: Asking, cast: Cast, now: Clock) -> None:
    assert ask_bank_providers(now()) == 0
    kept = paid_by_notice(asking, buy(cast, now()))
    now.move(minutes=1)
    assert [ask_bank_providers(now()) for _ in range(2)] == [1, 1]
    (job,) = reading().scalars(select(Job).where(Job.kind == "ask_bank_provider")).all()
    ask_bank_provider(job.payload)
    assert asking.told(kept) == [CONFIRMED]
    assert ask_bank_providers(now()) == 0


def test_many_notices_of_a_day_are_one_call_and_each_day_is_another(
    asking: Asking, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.payments.banks.sepay.books.time.sleep", lambda _seconds: None)
    for number in range(1, 4):
        paid_by_notice(asking, buy(cast, now()), number)
    now.move(days=1)
    paid_by_notice(asking, buy(cast, now()), 4)
    now.move(minutes=1)
    asking.ask()
    assert count(BankCreditCheck) == 4
    assert dict(asking.books.calls) == {"/userapi/transactions/list": 2}


def test_nothing_is_asked_inside_a_transaction_and_a_worker_that_dies_asks_again(
    asking: Asking, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = paid_by_notice(asking, buy(cast, now()))
    now.move(minutes=1)

    def dies(*_given: object, **_named: object) -> bool:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("market.payments.jobs.note_answer", dies)
        with pytest.raises(SystemExit):
            asking.ask()
    assert asking.told(kept) == []
    asking.ask()
    assert asking.told(kept) == [CONFIRMED]


def test_an_answer_that_another_worker_has_kept_already_is_let_go(asking: Asking, cast: Cast, now: Clock) -> None:
    kept = paid_by_notice(asking, buy(cast, now()))
    late = actions.ProviderAnswer(times=0, told=None)
    now.move(minutes=1)
    asking.ask()
    with transaction() as session:
        assert not actions.note_answer(session, kept, late, clock=now)
    assert asking.told(kept) == [CONFIRMED]


# --- what is granted ------------------------------------------------------------------------------------------------


def test_a_token_is_kept_sealed_and_shown_nowhere(asking: Asking, now: Clock) -> None:
    access = asking.access
    assert access
    assert TOKEN not in access.access_cipher
    new = actions.NewAccess(business_id=asking.business, access={"token": TOKEN}, seen="")
    client = client_with(LOOKUP, entered_in(access), asking.app.config["CHOSO"])
    assert TOKEN not in f"{new!r} {client!r} {access!r}"


def test_a_token_entered_twice_is_one_and_one_that_was_not_seen_is_not_replaced(asking: Asking, now: Clock) -> None:
    assert asking.access
    since = asking.access.granted_at
    now.move(minutes=1)
    asking.grant()
    assert asking.access.granted_at == since
    with pytest.raises(ChangedSince), transaction() as session:
        new = actions.NewAccess(business_id=asking.business, access={"token": "x" * 20}, seen="0" * 32)
        actions.grant_access(session, GUEST, new, now=now())


def test_without_a_feed_there_is_nothing_to_ask(app: Flask, cast: Cast, now: Clock) -> None:
    with pytest.raises(Refused, match="Mời nối báo có trước"):
        grant(cast.tu.business, {"token": TOKEN}, now)


def test_what_is_withdrawn_is_gone_at_once_and_so_is_that_of_a_feed_that_ended(
    asking: Asking, cast: Cast, now: Clock
) -> None:
    paid_by_notice(asking, buy(cast, now()))
    now.move(minutes=1)
    for _ in range(2):
        with transaction() as session:
            facts = queries.facts_of_access(session, asking.business)
            actions.withdraw_access(session, GUEST, asking.business, seen=seen_of(facts), now=now())
    assert asking.access is None
    assert ask_bank_providers(now()) == 0

    asking.grant()
    assert asking.access
    with transaction() as session:
        session.scalars(select(BankConnection)).one().ended_at = now()
    asking.ask()
    ask_bank_providers(now())
    assert asking.access is None


def test_notices_of_an_account_that_was_closed_since_are_asked_about_with_what_was_granted_then(
    asking: Asking, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now())
    paid_by_notice(asking, order)
    with transaction() as session:
        session.scalars(select(BankAccount)).one().closed_at = now()
    now.move(minutes=1)
    asking.ask()
    assert confirmed(order, now) == order.total


def test_production_asks_sepay_itself(asking: Asking) -> None:
    """A stand-in is not even a setting there (tests/base/test_config.py)."""
    access = asking.access
    assert access
    settings: Settings = asking.app.config["CHOSO"].model_copy(update={"env": "production"})
    client = client_with(LOOKUP, entered_in(access), settings)
    assert getattr(client, "base_url", None) == API


# --- a provider that cannot be asked --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unaskable(SePay):
    """Tells of payments like SePay, and cannot be asked about one."""

    lookup: None = None


def test_what_a_provider_that_cannot_be_asked_tells_stays_the_sellers_word(app: Flask, cast: Cast, now: Clock) -> None:
    with only(PROVIDERS, Unaskable()):
        order = buy(cast, now())
        kept = notice(1, order.total, order.code, now())
        assert credit(kept).ask_at is None
        grant(cast.lan.business, {"token": TOKEN}, now)
        now.move(days=1)
        ask_bank_providers(now())
        for access in reading().scalars(select(BankAccess.id)).all():
            ask_bank_provider({"access_id": access})
        assert paid(order).status is PaidStatus.PAID
        assert (checks(kept), confirmed(order, now)) == ([], 0)
