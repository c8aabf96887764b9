"""The ledger of evidence: written with each fact, append-only, sealed; what counts is what it says (M3, growth 1)."""

import json
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from market.adoption.actions.entering import close_ledger
from market.adoption.models import EvidenceReview, LedgerEntry, LedgerHead, PlatformAccount
from market.adoption.queries import board_of, head_of, verify
from market.adoption.queries.ledger import LedgerScope, accounts_of
from market.adoption.rules import EntryKind, Evidence, EvidenceState, ReviewWay, Verdict
from market.adoption.watching import fill_ledger
from market.base.audit import Actor
from market.base.db import db, transaction
from market.orders.models import Order
from market.payments.models import PaymentRequest, Refund
from market.sellers.actions import close_stall
from market.sellers.models import BusinessHistory, BusinessKind, BusinessMember, BusinessStatus, ClaimState
from market.values.period import local_day
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.payments.steps import buy, notice
from tests.queries import counting

TODAY = date(2026, 11, 24)
SOLD_ON = date(2026, 11, 10)


def sold(cast: Cast, sale: Sold) -> Order:
    with transaction() as session:
        return sell(session, cast.commune, cast.lan, sale)


def said_of(session: Session, order: Order) -> list[tuple[int, EvidenceState, str]]:
    """Where the ledger says that a sale stood, and the table of the fact that says so; the last one still holds."""
    rows = session.scalars(
        select(LedgerEntry).where(LedgerEntry.order_id == order.id).order_by(LedgerEntry.number)
    ).all()
    assert [one.replaced_at for one in rows] == [*(after.recorded_at for after in rows[1:]), None]
    return [(one.level or 0, EvidenceState(one.finding), one.about) for one in rows]


def test_each_fact_of_a_sale_is_an_entry_in_its_own_transaction(cast: Cast, session: Session, now: Clock) -> None:
    """Handed over, looked at, struck out by the office, given back: where it stood at each moment stays."""
    order = sold(cast, Sold(on=SOLD_ON, is_known=True))
    assert said_of(session, order) == [(Evidence.DECLARED, EvidenceState.UNSEEN, "order")]
    now.move(hours=1)
    look_everywhere(cast.commune)
    session.expire_all()
    assert said_of(session, order)[1:] == [(Evidence.BUYER, EvidenceState.CLEAN, "sale_check")]
    reviewed = {"way": ReviewWay.CALLED, "reason": "gọi lại, khách nói không mua", "reviewed_by": cast.hung}
    with transaction() as writing:
        row = EvidenceReview(
            order_id=order.id, verdict=Verdict.DOES_NOT_COUNT, **reviewed, reviewed_at=now.move(hours=1)
        )
        writing.add(row)
    with transaction() as writing:
        request = writing.scalars(select(PaymentRequest).where(PaymentRequest.order_id == order.id)).one()
        refund = {"request_id": request.id, "amount": request.amount, "client_key": "back"}
        writing.add(Refund(**refund, at=now.move(hours=1)))
    session.expire_all()
    assert said_of(session, order)[2:] == [
        (Evidence.BUYER, EvidenceState.STRUCK_OUT, "evidence_review"),
        (0, EvidenceState.STRUCK_OUT, "refund"),
    ]
    assert verify(session, cast.commune).broken is None


def test_what_was_under_way_when_a_figure_was_locked_is_recorded_behind_it(
    cast: Cast, session: Session, now: Clock
) -> None:
    before = sold(cast, Sold(on=SOLD_ON, is_known=True))
    with transaction() as writing:
        assert close_ledger(writing, cast.commune, now()) == head_of(writing, cast.commune)
    look_everywhere(cast.commune)  # its clock says the same moment
    order = sold(cast, Sold(on=SOLD_ON))
    entries = session.scalars(select(LedgerEntry).where(LedgerEntry.order_id.is_not(None)).order_by(LedgerEntry.number))
    assert [(one.order_id, one.recorded_at > now()) for one in entries.all()] == [
        (before.id, False),
        (before.id, True),
        (order.id, True),
    ]
    assert [
        point.recorded_at for point in session.scalars(select(LedgerEntry).where(LedgerEntry.replaced_at.is_not(None)))
    ]


def test_what_is_rolled_back_is_in_no_ledger(cast: Cast, session: Session) -> None:
    before = head_of(session, cast.commune)
    with pytest.raises(ZeroDivisionError), transaction() as writing:
        sell(writing, cast.commune, cast.lan, Sold(on=SOLD_ON, is_known=True))
        raise ZeroDivisionError
    assert head_of(session, cast.commune) == before


def test_money_of_an_order_that_is_not_handed_over_asks_the_ledger_nothing(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    with counting() as seen:
        notice(1, 12_000, order.code, now())
    assert [one for one in seen if "allocation" in one]
    assert not [one for one in seen if "evidence" in one]


def test_what_the_office_writes_is_told_with_business_hamlet_and_kind_of_then(
    cast: Cast, session: Session, now: Clock
) -> None:
    at = now()
    with transaction() as writing:
        line = BusinessHistory(
            business_id=cast.lan.business,
            kind=BusinessKind.COOPERATIVE,
            status=BusinessStatus.ACTIVE,
            hamlet_id=cast.mo_doan,
            valid_from=TODAY,
            recorded_at=at,
            source="giấy mới",
        )
        account = PlatformAccount(
            business_id=cast.lan.business, platform="shopee", shop="lan", declared_at=at, checked_at=at, proof="đã xem"
        )
        writing.add_all([line, account])
    with transaction() as writing:
        writing.get_one(PlatformAccount, account.id).ended_at = now.move(days=1)
    told = session.scalars(select(LedgerEntry).order_by(LedgerEntry.number.desc()).limit(3)).all()
    ended, other, register = told if told[1].kind is EntryKind.ACCOUNT else (told[0], told[2], told[1])
    assert (ended.kind, ended.platform, ended.day) == (EntryKind.ACCOUNT_ENDED, "shopee", local_day(now()))
    assert (other.kind, other.about, other.about_id) == (EntryKind.ACCOUNT, "platform_account", account.id)
    assert (register.kind, register.state, register.hamlet_id) == (EntryKind.REGISTER, "dang_hoat_dong", cast.mo_doan)
    assert (register.business_kind, register.about_id) == ("hop_tac_xa", line.id)


def test_who_joins_the_seller_has_bought_from_themselves(cast: Cast, session: Session, now: Clock) -> None:
    order = sold(cast, Sold(on=SOLD_ON, is_known=True, buyer=cast.mai))
    with transaction() as writing:
        member = {"business_id": cast.lan.business, "person_id": cast.mai, "claimed_at": now(), "decided_at": now()}
        writing.add(BusinessMember(**member, state=ClaimState.CONFIRMED))
    assert said_of(session, order)[-1][0] == 0


def test_nobody_changes_or_drops_an_entry(cast: Cast) -> None:
    sold(cast, Sold(on=SOLD_ON))
    for tried in ("UPDATE evidence SET level = 4", "DELETE FROM evidence"):
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(tried))


def tampered(statement: str) -> None:
    """By somebody who has the database itself, and takes its guard away."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE evidence DISABLE TRIGGER evidence_append_only"))
        else:
            connection.execute(text("DROP TRIGGER evidence_no_update"))
            connection.execute(text("DROP TRIGGER evidence_no_delete"))
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE evidence SET day = '2020-01-01' WHERE number = 3", 3),
        ("UPDATE evidence SET platform = 'shopee' WHERE number = 2", 2),
        ("DELETE FROM evidence WHERE number = 2", 2),
        ("UPDATE evidence SET replaced_at = recorded_at WHERE number = (SELECT max(number) FROM evidence)", None),
        ("DELETE FROM evidence WHERE number = (SELECT max(number) FROM evidence)", None),
    ],
)
def test_tampering_is_found_at_the_first_entry(
    app: Flask, cast: Cast, session: Session, statement: str, broken_at: int | None
) -> None:
    for day in (SOLD_ON, SOLD_ON + timedelta(days=1)):
        with transaction() as writing:
            sell(writing, cast.commune, cast.htx, Sold(on=day, is_known=True))
    last = head_of(session, cast.commune).number
    assert last >= 4
    tampered(statement)
    done = app.test_cli_runner().invoke(args=["kpi", "--verify", "--json"])
    found = json.loads(done.output)
    assert (done.exit_code, found["whole"], found["broken_at"]) == (1, False, broken_at or last)


def test_a_ledger_that_is_written_anew_says_the_same_of_accounts_and_sales(
    cast: Cast, session: Session, now: Clock
) -> None:
    """As where a commune comes in from another installation; of a closed stall when that was."""
    sold(cast, Sold(on=SOLD_ON, is_known=True))
    look_everywhere(cast.commune)
    with transaction() as writing:
        officer = Actor(person_id=cast.hung)
        close_stall(writing, officer, cast.commune, cast.lan.business, "bán hàng cấm", now=now.move(days=3))
    asked = LedgerScope(commune_id=cast.commune, since=SOLD_ON, until=TODAY, known_at=now.move(days=1))
    before, counted = accounts_of(session, asked), standings(session, cast, now)
    assert [one.until for one in before if one.business_id == cast.lan.business] == [date(2026, 11, 27)]
    tampered("DELETE FROM evidence")
    with transaction() as writing:
        writing.execute(delete(LedgerHead))
        fill_ledger(writing, cast.commune)
    session.expire_all()
    assert (accounts_of(session, asked), standings(session, cast, now)) == (before, counted)
    assert verify(session, cast.commune).broken is None


def standings(session: Session, cast: Cast, now: Clock) -> list[object]:
    figures = (board_of(session, cast.commune, day, known_at=now()).figure for day in (TODAY, local_day(now())))
    return [one.state for figure in figures for one in figure.standings]


def test_a_chain_that_is_rewritten_has_lost_the_seal_of_the_report(app: Flask, cast: Cast, session: Session) -> None:
    sold(cast, Sold(on=SOLD_ON, is_known=True))
    seal = head_of(session, cast.commune).seal
    sold(cast, Sold(on=SOLD_ON, is_known=True))
    assert verify(session, cast.commune, seal).passed is True
    run = app.test_cli_runner().invoke
    assert run(args=["kpi", "--verify", "--head", seal]).exit_code == 0
    done = run(args=["kpi", "--verify", "--head", "0" * 64])
    assert (done.exit_code, "viết lại" in done.output) == (1, True)


def test_a_recount_agrees_and_says_so_where_it_does_not(app: Flask, cast: Cast, session: Session, now: Clock) -> None:
    sold(cast, Sold(on=SOLD_ON, is_known=True))
    look_everywhere(cast.commune)
    run = app.test_cli_runner().invoke
    told = run(args=["kpi", "--recount", "--as-of", "2026-11-24"])
    assert (told.exit_code, "Khớp nhau" in told.output) == (0, True), told.output
    tampered("UPDATE evidence SET finding = 'xa_bo' WHERE kind = 'ban_hang'")
    told = run(args=["kpi", "--recount", "--as-of", "2026-11-24", "--json"])
    assert (told.exit_code, json.loads(told.output)["differ"]) == (1, [cast.lan.business])
