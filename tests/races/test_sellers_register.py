"""The register, papers and bank accounts, written by two people at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Consent
from market.base.audit import Actor
from market.base.db import locked, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import ChangedSince, seen_of
from market.payments.actions import NewCardKeys, keep_card_keys
from market.sellers import actions, queries
from market.sellers.actions.register import lock_register
from market.sellers.models import (
    BankAccount,
    BankConnection,
    Business,
    BusinessHistory,
    BusinessKind,
    BusinessStatus,
    Certificate,
    Verification,
    WaitingChange,
)
from market.sellers.queries import change_words
from market.sellers.rules import TypedRow
from market.values.period import day_end, local_day
from tests.cast import LAN_HOOK, Cast
from tests.conftest import Clock
from tests.factories import own_word
from tests.nights import of_many
from tests.payments.gate import keys_seen
from tests.races.harness import outcome, writing
from tests.races.overlap import Move, ordered, overlap, race
from tests.sellers import shown
from tests.sellers.changing import save_account


def new_business(cast: Cast, now: Clock, **fields: object) -> actions.NewBusiness:
    new = actions.NewBusiness(
        commune_id=cast.commune,
        hamlet_id=cast.mo_doan,
        kind=BusinessKind.FARM_HOUSEHOLD,
        name="Mật ong ông Ba",
        valid_from=local_day(now()),
        source="sổ",
    )
    return replace(new, **fields)  # type: ignore[arg-type]


# --- the register ---------------------------------------------------------------------------------------------------


def test_the_same_business_entered_twice_is_one(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    def add(writing: Session) -> int:
        return actions.add_business(writing, Actor(), new_business(cast, now), now=now())

    one, other = overlap(app, add, add)

    assert one == other
    assert one == session.scalars(select(Business.id).where(Business.name == "Mật ong ông Ba")).one()


def test_two_businesses_renamed_alike_at_once_stay_apart(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    names = ["Ong A", "Ong B"]
    with transaction() as writing:
        ids = [actions.add_business(writing, Actor(), new_business(cast, now, name=name), now=now()) for name in names]

    def rename(business: int) -> Move:
        new, seen = new_business(cast, now), shown.business(business)
        return lambda writing: actions.edit_business(writing, Actor(), business, new, seen=seen, clock=now)

    _, other = overlap(app, rename(ids[0]), rename(ids[1]))

    assert other is Conflict
    assert [session.get_one(Business, number).name for number in ids] == ["Mật ong ông Ba", "Ong B"]


def test_the_same_edit_twice_leaves_one_line_of_history(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    business = session.get_one(Business, cast.theu)
    closed = new_business(
        cast, now, name=business.name, hamlet_id=cast.nghia_dung, kind=business.kind, status=BusinessStatus.SUSPENDED
    )

    seen = shown.business(cast.theu)

    def close(writing: Session) -> list[str]:
        return actions.edit_business(writing, Actor(), cast.theu, closed, seen=seen, clock=now)

    assert overlap(app, close, close) == (["status"], [])
    history = session.scalars(select(BusinessHistory).where(BusinessHistory.business_id == cast.theu)).all()
    assert len(history) == 2


def test_two_edits_of_one_page_at_once_do_not_overwrite_each_other(app: Flask, cast: Cast, now: Clock) -> None:
    seen = shown.business(cast.theu)

    def describe(trade: str) -> Move:
        new = new_business(cast, now, name="Cô Thêu", trade=trade)
        return lambda writing: actions.edit_business(writing, Actor(), cast.theu, new, seen=seen, clock=now)

    assert overlap(app, describe("Thêu tay"), describe("Thêu ren"))[1] is ChangedSince


def test_an_edit_that_waits_past_midnight_is_of_the_new_day(app: Flask, cast: Cast, now: Clock) -> None:
    """It is told at 23:59 for tomorrow, and waits for the register until tomorrow has come."""
    now.at = day_end(local_day(now())) - timedelta(seconds=1)
    tomorrow = local_day(now()) + timedelta(days=1)
    new, seen = new_business(cast, now, trade="Thêu ren", valid_from=tomorrow), shown.business(cast.theu)

    def hold(session: Session, _at: int) -> None:
        lock_register(session, cast.commune)
        now.move(seconds=2)

    def edit(session: Session, at: int) -> None:
        actions.edit_business(session, Actor(), at, new, seen=seen, clock=now)

    def done(act: Callable[[Session, int], object]) -> str:
        with app.app_context():
            return outcome(writing(act), cast.theu)

    assert race(lambda: done(hold), lambda: done(edit), after="SELECT commune") == ("done", "done")


def test_the_same_spreadsheet_taken_in_twice_is_taken_in_once(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    sheet = "Tên cơ sở,Loại hình,Thôn\nMật ong ông Ba,Hộ nông dân,thôn Mỗ Đoạn\n".encode()
    rows: list[TypedRow] = actions.register_rows(sheet)

    def take_in(writing: Session) -> int:
        return len(actions.import_register(writing, Actor(), cast.commune, rows, clock=now).changes)

    assert overlap(app, take_in, take_in) == (1, 0)
    assert len(session.scalars(select(Business.id).where(Business.name == "Mật ong ông Ba")).all()) == 1


def test_a_spreadsheet_that_waits_for_an_edit_does_not_overwrite_it_unseen(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    """What the officer looked at is what the register said before the other's edit."""
    known, seen = session.get_one(Business, cast.theu), shown.business(cast.theu)
    sheet = f"Tên cơ sở,Loại hình,Thôn,Ngành nghề\n{known.name},HKD,{known.hamlet.name},Thêu ren\n".encode()
    rows: list[TypedRow] = actions.register_rows(sheet)
    looked_at = queries.plan_import(session, cast.commune, rows, today=local_day(now()))
    facts = queries.import_facts(looked_at, queries.overwritten_by(session, cast.commune, looked_at))
    same = {"name": known.name, "hamlet_id": known.hamlet_id, "kind": known.kind, "phone": known.phone}
    new = new_business(cast, now, **same, trade="Thêu tay")

    def correct(writing: Session) -> object:
        return actions.edit_business(writing, Actor(), cast.theu, new, seen=seen, clock=now)

    def take_in(writing: Session) -> object:
        return actions.import_register(writing, Actor(), cast.commune, rows, seen=seen_of(facts), clock=now)

    assert overlap(app, correct, take_in) == (["trade"], ChangedSince)


# --- papers ---------------------------------------------------------------------------------------------------------


def test_the_same_paper_recorded_twice_is_one(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    new = actions.NewCertificate(
        commune_id=cast.commune,
        business_id=cast.htx.business,
        kind="OCOP 4 sao",
        number="123",
        issuer="UBND thành phố",
        scope="Gạo nếp",
        valid_from=local_day(now()),
        valid_to=None,
    )

    def record(writing: Session) -> int:
        return actions.record_certificate(writing, Actor(person_id=cast.hung), new, now=now())

    one, other = overlap(app, record, record)

    assert one == other == session.scalars(select(Certificate.id)).one()


# --- where it is paid -----------------------------------------------------------------------------------------------


def account(cast: Cast, number: str = "0900000013", **fields: object) -> actions.NewBankAccount:
    own = actions.NewBankAccount(
        business_id=cast.lan.business,
        bin="970422",
        number=number,
        holder="PHAM THI LAN",
        is_family=False,
        family_phone=None,
        seen=shown.bank_account(cast.lan.business),
    )
    return replace(own, **fields)  # type: ignore[arg-type]


def save(cast: Cast, now: Clock, new: actions.NewBankAccount) -> Move:
    """As bà Lan, who has just signed in on a phone of her own; it waits a day."""
    with transaction() as session:
        word = own_word(session, cast.lan.person, now())
    lan = Actor(person_id=cast.lan.person)
    return lambda session: actions.set_bank_account(session, lan, new, word, clock=now)


def save_by_paper(cast: Cast, now: Clock, new: actions.NewBankAccount) -> Move:
    hung, paper = Actor(person_id=cast.hung), actions.PaperSeen(paper="Giấy đồng ý")
    return lambda session: actions.set_bank_account(session, hung, new, paper, clock=now)


def replace_account(cast: Cast, now: Clock) -> Move:
    """Another account, whose day is over, takes the place of the one there is."""
    with transaction() as session:
        asked = now() - timedelta(hours=24)
        save_account(session, cast.lan.person, account(cast), lambda: asked)
        change = session.scalars(select(WaitingChange.id)).one()
    return lambda session: actions.begin_bank_account(session, change, clock=now)


def live_accounts(session: Session, business: int) -> list[int]:
    live = BankAccount.business_id == business, BankAccount.closed_at.is_(None)
    return list(session.scalars(select(BankAccount.id).where(*live)))


def waiting(session: Session) -> list[str]:
    return [change_words(one)[-4:] for one in session.scalars(select(WaitingChange).where(WaitingChange.is_waiting))]


def test_the_same_account_saved_twice_waits_once(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    one, other = overlap(app, save(cast, now, account(cast)), save(cast, now, account(cast)))

    assert (one, other) == (None, None)
    assert waiting(session) == ["0013"]
    assert len(session.scalars(select(WaitingChange)).all()) == 1


def test_a_family_account_saved_twice_has_one_consent(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    new = account(cast, holder="PHAM VAN CON", is_family=True)

    one, other = overlap(app, save_by_paper(cast, now, new), save_by_paper(cast, now, new))

    assert one == other
    assert len(session.scalars(select(Consent).where(Consent.note == "Giấy đồng ý")).all()) == 1


def test_of_two_accounts_saved_at_once_the_second_is_told_of_the_first(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    _, other = overlap(app, save(cast, now, account(cast)), save(cast, now, account(cast, "0900000099")))

    assert other is ChangedSince
    assert waiting(session) == ["0013"]


@of_many(5)
@pytest.mark.parametrize(("first", "second"), ordered("connect", "disconnect", "save"))
def test_a_feed_hangs_on_the_account_that_lives(
    app: Flask, cast: Cast, now: Clock, session: Session, first: str, second: str
) -> None:
    lan, business = Actor(person_id=cast.lan.person), cast.lan.business
    feed = actions.NewConnection(
        business_id=business, provider="sepay", credentials={"secret": "whsec_moi"}, seen=shown.bank_feed(business)
    )
    moves: dict[str, Move] = {
        "connect": lambda writing: actions.connect_bank(writing, lan, feed, now=now()),
        "disconnect": lambda writing: actions.disconnect_bank(writing, lan, business, seen=feed.seen, now=now()),
        "save": replace_account(cast, now),
    }

    one, other = overlap(app, moves[first], moves[second])

    (live,) = live_accounts(session, business)
    feeds = session.scalars(select(BankConnection).where(BankConnection.ended_at.is_(None))).all()
    here = [found for found in feeds if found.bank_account_id == live]
    assert len(here) == (first == second == "connect")
    assert one is not NotFound
    if second == "connect":
        assert (one, other) == (LAN_HOOK, LAN_HOOK) if first == "connect" else other is ChangedSince
    if second == "disconnect":
        assert other is (NotFound if first == "save" else None)
    assert queries.live_bank_account(session, business)


def test_an_account_is_not_set_while_its_verification_ends(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    """Whatever ends a verification takes the business's lock, as everything about it does."""

    def end(writing: Session) -> None:
        locked(writing, Business, Business.id == cast.lan.business)
        found = writing.scalars(select(Verification).where(Verification.business_id == cast.lan.business)).one()
        found.ended_at = now()

    _, other = overlap(app, end, save(cast, now, account(cast)))

    assert other is Refused


def test_cards_are_not_taken_while_a_verification_ends(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    def end(writing: Session) -> None:
        locked(writing, Business, Business.id == cast.lan.business)
        found = writing.scalars(select(Verification).where(Verification.business_id == cast.lan.business)).one()
        found.ended_at = now()

    def keep(writing: Session) -> None:
        seen = keys_seen(session, cast.lan.stall)
        new = NewCardKeys(stall_id=cast.lan.stall, secret_key="sk_test_lan", hook_secret="whsec_lan", seen=seen)
        keep_card_keys(writing, Actor(person_id=cast.lan.person), new, word, clock=now)

    with transaction() as writing:
        word = own_word(writing, cast.lan.person, now())

    _, other = overlap(app, end, keep)

    assert other is Refused
