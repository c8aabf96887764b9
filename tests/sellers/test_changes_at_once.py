"""Eight at once on what waits to change: one of them has its way, the others are told or find it done."""

from collections.abc import Callable, Mapping

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.notices.models import Notice
from market.payments.actions import NewCardKeys, begin_card_keys
from market.payments.models import CardAccount, PaymentRequest
from market.payments.queries import card_secrets_for
from market.sellers import actions
from market.sellers.actions import OwnPassword
from market.sellers.models import BankAccount, BusinessMember, ChangeState, WaitingChange
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.factories import own_word
from tests.nights import by_day_on
from tests.payments.gate import keys_seen
from tests.payments.steps import buy
from tests.sellers import shown
from tests.sellers.changing import DAY, save_keys
from tests.sellers.test_changes import ask, new_account, seen_change, verify
from tests.services.crowd import crowd

Do = Callable[[Session], object]


def done(do: Do) -> str:
    """How it ended: `done`, or the code of its refusal."""
    try:
        with transaction() as session:
            do(session)
    except Refused as refusal:
        return refusal.code
    return "done"


def words(cast: Cast, now: Clock, count: int) -> list[OwnPassword]:
    with transaction() as session:
        return [own_word(session, cast.lan.person, now()) for _ in range(count)]


def one_waiting_at_most(session: Session) -> None:
    waiting = session.scalar(select(func.count()).select_from(WaitingChange).where(WaitingChange.is_waiting))
    assert waiting in (0, 1)


@by_day_on("postgresql")
def test_of_eight_accounts_asked_for_at_once_one_waits(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    lan, said = Actor(person_id=cast.lan.person), words(cast, now, 8)
    wanted = [new_account(cast.lan.business, f"09000000{number:02}") for number in range(8)]

    def ask_for(which: int) -> str:
        return done(lambda s: actions.set_bank_account(s, lan, wanted[which], said[which], clock=now))

    ended = crowd(app, range(8), ask_for)

    assert sorted(ended) == ["changed_since_seen"] * 7 + ["done"]
    assert session.scalars(select(WaitingChange.state)).all() == [ChangeState.WAITING]
    assert session.scalar(select(func.count(Notice.id)).where(Notice.kind == "thay_doi_cho")) == 1


@by_day_on("postgresql")
def test_an_account_begins_is_stopped_replaced_and_closed_at_once_and_one_is_in_force(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    """A buyer orders meanwhile: they are told an account that was in force, whole."""
    change = ask(cast, now)
    now.move(hours=24)
    shown_change, seen, said = seen_change(change), shown.bank_account(cast.lan.business), words(cast, now, 1)
    lan, hung, business = Actor(person_id=cast.lan.person), Actor(person_id=cast.hung), cast.lan.business
    other = new_account(business, "0900000099")
    moves: Mapping[str, Do] = {
        "begin": lambda s: actions.begin_bank_account(s, change, clock=now),
        "begin too": lambda s: actions.begin_bank_account(s, change, clock=now),
        "stop": lambda s: actions.stop_change(s, lan, business, shown_change, clock=now),
        "stop too": lambda s: actions.stop_change(s, lan, business, shown_change, clock=now),
        "office": lambda s: actions.stop_change_by_office(s, hung, cast.commune, shown_change, clock=now),
        "replace": lambda s: actions.set_bank_account(s, lan, other, said[0], clock=now),
        "close": lambda s: actions.close_bank_account(s, lan, business, seen=seen, clock=now),
    }

    def go(name: str) -> str:
        return done(moves[name]) if name in moves else done_buying()

    def done_buying() -> str:
        try:
            buy(cast, now())
        except Refused as refusal:
            return refusal.code
        return "done"

    ended = dict(zip([*moves, "order"], crowd(app, [*moves, "order"], go), strict=True))

    one_waiting_at_most(session)
    first = session.get_one(WaitingChange, change)
    assert first.state in (ChangeState.BEGUN, ChangeState.STOPPED, ChangeState.REPLACED)
    accounts = session.scalars(select(BankAccount).where(BankAccount.business_id == business)).all()
    numbers = sorted(one.number_last4 for one in accounts)
    assert numbers == sorted([LAN_ACCOUNT[-4:], *(["0013"] if first.state is ChangeState.BEGUN else [])])
    assert sum(one.closed_at is None for one in accounts) <= 1
    assert (ended["stop"] == "done") == (ended["stop too"] == "done") == (first.state is ChangeState.STOPPED)
    assert ended["order"] in ("done", "transfer_unavailable"), "the latter once it is closed"
    told = session.scalars(select(PaymentRequest.bank_account_id)).all()
    assert set(told) <= {one.id for one in accounts} | {None}
    allowed = {"done", "change_is_over", "changed_since_seen"}
    assert {ended[name] for name in moves} <= allowed


@by_day_on("postgresql")
def test_card_keys_begin_and_are_stopped_at_once_and_stay_a_pair(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    def keys(secret: str) -> NewCardKeys:
        seen = keys_seen(reading(), cast.lan.stall)
        return NewCardKeys(
            stall_id=cast.lan.stall, seen=seen, secret_key=f"sk_test_{secret}", hook_secret=f"whsec_{secret}"
        )

    for secret in ("old", "new"):
        new = keys(secret)
        with transaction() as writing:
            save_keys(writing, new, now)
        reading().expire_all()
    change = session.scalars(select(WaitingChange.id)).one()
    now.move(hours=24)
    shown_change, lan = seen_change(change), Actor(person_id=cast.lan.person)

    def go(which: int) -> str:
        if which % 2:
            return done(lambda s: actions.stop_change(s, lan, cast.lan.business, shown_change, clock=now))
        return done(lambda s: begin_card_keys(s, change, clock=now))

    ended = crowd(app, range(8), go)

    state, began = session.get_one(WaitingChange, change).state, session.scalars(select(CardAccount)).one()
    secret = "new" if state is ChangeState.BEGUN else "old"
    assert card_secrets_for(session, f"sk_test_{secret}") == {began.key: f"whsec_{secret}"}
    assert set(ended[::2]) == {"done"}
    assert set(ended[1::2]) == ({"change_is_over"} if state is ChangeState.BEGUN else {"done"})
    kinds = select(func.count(Notice.id)).where(Notice.kind.in_(["thay_doi_dung", "thay_doi_bat_dau"]))
    assert session.scalar(kinds.where(Notice.dedupe_key.startswith(f"change:{change}:"))) == 1


@by_day_on("postgresql")
def test_a_further_member_begins_and_is_stopped_at_once_and_is_in_or_out(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    claim = verify(cast, now, cast.mai)
    change = session.scalars(select(WaitingChange.id)).one()
    now.at += DAY
    shown_change, lan = seen_change(change), Actor(person_id=cast.lan.person)

    def go(which: int) -> str:
        if which % 2:
            return done(lambda s: actions.stop_change(s, lan, cast.lan.business, shown_change, clock=now))
        return done(lambda s: actions.begin_member(s, change, clock=now))

    crowd(app, range(8), go)

    member, state = session.get_one(BusinessMember, claim), session.get_one(WaitingChange, change).state
    assert member.begins_at is None
    assert member.is_confirmed == (state is ChangeState.BEGUN)
    assert (member.refusal is not None) == (state is ChangeState.STOPPED)
