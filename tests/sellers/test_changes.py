"""What opens money or identity: on whose word, how long it waits, who hears of it, who stops it, and that it begins."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import Consent, LoginSession, Person
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotAllowed, NotFound, Refused
from market.base.seen import ChangedSince, seen_of
from market.notices.models import Notice
from market.payments.jobs import begin_changes
from market.places.models import Commune
from market.sellers import actions, queries
from market.sellers.actions import NewBankAccount, OwnerProof, OwnPassword, PaperSeen, SeenChange
from market.sellers.models import (
    BankAccount,
    Business,
    BusinessMember,
    ChangeState,
    ClaimState,
    MemberRole,
    Verification,
    WaitingChange,
)
from market.values.phone import Phone
from tests import factories as make
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.sellers import shown
from tests.sellers.changing import pass_a_day, save_account

pytestmark = by_day_on("sqlite")

HOURS = timedelta(hours=1)
PAPER = PaperSeen(paper="Căn cước, xem bản gốc")


def new_account(business: int, number: str = "0900000013", **fields: object) -> NewBankAccount:
    own = NewBankAccount(
        business_id=business,
        bin="970422",
        number=number,
        holder="PHAM THI LAN",
        is_family=False,
        family_phone=None,
        seen=shown.bank_account(business),
    )
    return replace(own, **fields)  # type: ignore[arg-type]


def ask(cast: Cast, now: Clock, number: str = "0900000013", **fields: object) -> int:
    """Bà Lan asks for another account; the change's id."""
    with transaction() as writing:
        save_account(writing, cast.lan.person, new_account(cast.lan.business, number, **fields), now)
        return writing.scalars(select(WaitingChange.id).order_by(WaitingChange.id.desc()).limit(1)).one()


def seen_change(change_id: int) -> SeenChange:
    with transaction() as session:
        change = session.get_one(WaitingChange, change_id)
        return SeenChange(id=change_id, seen=seen_of(queries.change_facts(change)))


def stop(cast: Cast, now: Clock, change_id: int, *, person: int | None = None, shown: SeenChange | None = None) -> None:
    actor, what = Actor(person_id=person or cast.lan.person), shown or seen_change(change_id)
    with transaction() as writing:
        actions.stop_change(writing, actor, cast.lan.business, what, clock=now)


def join(cast: Cast, person_id: int) -> None:
    """A person is a member of bà Lan's business too."""
    with transaction() as writing:
        now = writing.get_one(Business, cast.lan.business).created_at
        member = BusinessMember(business_id=cast.lan.business, person_id=person_id, claimed_at=now)
        member.state, member.role = ClaimState("da_xac_nhan"), MemberRole.STAFF
        writing.add(member)


def live_number(session: Session, business: int) -> str | None:
    session.expire_all()
    account = queries.live_bank_account(session, business)
    return account.number_last4 if account else None


def told(session: Session, kind: str) -> set[int | None]:
    return set(session.scalars(select(Notice.person_id).where(Notice.kind == kind)))


# --- on whose word --------------------------------------------------------------------------------------------------


def word_of(person: int, now: Clock, **fields: object) -> OwnPassword:
    with transaction() as writing:
        word = make.own_word(writing, person, now())
        login = writing.get_one(LoginSession, word.login_id)
        for name, value in fields.items():
            setattr(login, name, value)
    return word


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("herself", None),
        ("nine minutes ago", None),
        ("ten minutes ago", "step_up_needed"),
        ("signed in from before", "step_up_needed"),
        ("signed out", "unknown_device"),
        ("another's login", "unknown_device"),
        ("a device without a name", "unknown_device"),
        ("a helper's device", "staff_device"),
        ("a stranger", "owner_only"),
        ("a helper under a mandate", "owner_only"),
        ("an officer with a paper", None),
        ("an officer whose account it is", "own_business"),
        ("an officer who is a member", "own_business"),
        ("an officer of nowhere", "not_found"),
    ],
)
def test_money_opens_on_the_word_of_its_owner_or_of_an_officer_who_saw_a_paper(
    app: Flask, cast: Cast, now: Clock, session: Session, who: str, code: str | None
) -> None:
    lan = cast.lan.person
    if who == "a helper's device":
        make.sign_in(app.test_client(), cast.vy, now(), visitor="shared")
    if who == "an officer who is a member":
        join(cast, cast.hung)
    with transaction() as writing:
        business, people = writing.get_one(Business, cast.lan.business), (cast.vy, cast.hung)
        mandate = make.make_mandate(writing, business, *(writing.get_one(Person, one) for one in people), now()).id
    under = Actor(person_id=cast.vy, on_behalf_of=cast.lan.business, mandate_id=mandate)
    words: dict[str, tuple[Actor, OwnerProof]] = {
        "herself": (Actor(person_id=lan), word_of(lan, now)),
        "nine minutes ago": (Actor(person_id=lan), word_of(lan, now, stepped_up_at=now() - timedelta(minutes=9))),
        "ten minutes ago": (Actor(person_id=lan), word_of(lan, now, stepped_up_at=now() - timedelta(minutes=10))),
        "signed in from before": (Actor(person_id=lan), word_of(lan, now, stepped_up_at=None)),
        "signed out": (Actor(person_id=lan), word_of(lan, now, ended_at=now())),
        "another's login": (Actor(person_id=lan), word_of(cast.mai, now)),
        "a device without a name": (Actor(person_id=lan), word_of(lan, now, visitor=None)),
        "a helper's device": (Actor(person_id=lan), word_of(lan, now, visitor="shared")),
        "a stranger": (Actor(person_id=cast.mai), word_of(cast.mai, now)),
        "a helper under a mandate": (under, word_of(cast.vy, now)),
        "an officer with a paper": (Actor(person_id=cast.hung), PAPER),
        "an officer whose account it is": (Actor(person_id=cast.hung), PAPER),
        "an officer who is a member": (Actor(person_id=cast.hung), PAPER),
        "an officer of nowhere": (Actor(person_id=cast.mai), PAPER),
    }
    actor, proof = words[who]
    own = {"holder": "NGUYEN VAN HUNG", "is_family": True} if who == "an officer whose account it is" else {}

    def set_it() -> None:
        with transaction() as writing:
            actions.set_bank_account(writing, actor, new_account(cast.lan.business, **own), proof, clock=now)

    if code is None:
        set_it()
    else:
        with pytest.raises(Refused) as refused:
            set_it()
        assert refused.value.code == code
    waiting = session.scalars(select(WaitingChange)).all()
    assert [one.paper for one in waiting] == ([] if code else [None if actor.person_id == lan else PAPER.paper])
    assert live_number(session, cast.lan.business) == LAN_ACCOUNT[-4:]


def test_a_helper_opens_no_feed_and_closes_none(cast: Cast, now: Clock) -> None:
    """What it tells is evidence of sales that they helped with."""
    under, seen = (
        Actor(person_id=cast.vy, on_behalf_of=cast.lan.business, mandate_id=1),
        shown.bank_feed(cast.lan.business),
    )
    feed = actions.NewConnection(business_id=cast.lan.business, provider="sepay", credentials={}, seen=seen)
    with pytest.raises(NotAllowed), transaction() as writing:
        actions.connect_bank(writing, under, feed, now=now())
    with pytest.raises(NotAllowed), transaction() as writing:
        actions.disconnect_bank(writing, under, cast.lan.business, seen=seen, now=now())


# --- waiting, stopping, beginning -----------------------------------------------------------------------------------


def test_the_first_account_is_there_at_once_and_its_members_are_told(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        opened = save_account(writing, cast.tu.person, new_account(cast.tu.business, holder="LE VAN TU"), now)
    assert opened is not None
    assert live_number(session, cast.tu.business) == "0013"
    assert session.scalars(select(WaitingChange)).all() == []
    assert told(session, "thay_doi_bat_dau") == {cast.tu.person}


def test_each_member_is_told_for_themselves_what_by_whom_when_and_how_to_stop_it(
    cast: Cast, now: Clock, session: Session
) -> None:
    join(cast, cast.mai)
    ask(cast, now)

    notices = session.scalars(select(Notice).where(Notice.kind == "thay_doi_cho")).all()
    assert {one.person_id for one in notices} == {cast.lan.person, cast.mai}
    for one in notices:
        for part in ("Rau bà Lan", "MB Bank, số đuôi 0013", "09:00 ngày 25/11", "Phạm Thị Lan", "Dừng thay đổi này"):
            assert part in one.sentence
        assert "0900000013" not in one.sentence
    pass_a_day(now)
    assert told(session, "thay_doi_bat_dau") == {cast.lan.person, cast.mai}


@pytest.mark.parametrize("has_own_phone", [True, False])
def test_officers_are_told_where_the_one_member_has_only_phones_that_helpers_used(
    app: Flask, cast: Cast, now: Clock, session: Session, has_own_phone: bool
) -> None:
    make.sign_in(app.test_client(), cast.vy, now(), visitor="shared")
    make.sign_in(app.test_client(), cast.lan.person, now(), visitor="shared")
    if has_own_phone:
        make.sign_in(app.test_client(), cast.lan.person, now(), visitor="her own")
    with transaction() as writing:
        new = new_account(cast.lan.business)
        actions.set_bank_account(writing, Actor(person_id=cast.hung), new, PAPER, clock=now)
    assert told(session, "thay_doi_cho") == {cast.lan.person} | (set() if has_own_phone else {cast.hung})


def test_any_member_stops_it_on_any_device_and_it_never_begins(cast: Cast, now: Clock, session: Session) -> None:
    join(cast, cast.mai)
    change = ask(cast, now)
    shown_change = seen_change(change)
    now.move(hours=23)
    for _ in range(2):
        stop(cast, now, change, person=cast.mai, shown=shown_change)
    assert pass_a_day(now) == 0

    row = session.get_one(WaitingChange, change)
    assert (row.state, row.ended_by, row.ended_at) == (ChangeState.STOPPED, cast.mai, now() - 24 * HOURS)
    assert live_number(session, cast.lan.business) == LAN_ACCOUNT[-4:]
    assert told(session, "thay_doi_dung") == {cast.lan.person, cast.mai}
    assert session.scalar(select(func.count(Notice.id)).where(Notice.kind == "thay_doi_dung")) == 2


def test_nobody_else_stops_it_and_what_has_begun_is_not_stopped(cast: Cast, now: Clock) -> None:
    change = ask(cast, now)
    shown_change = seen_change(change)
    for stranger in (cast.tu.person, cast.vy, cast.hung):
        with pytest.raises(NotAllowed):
            stop(cast, now, change, person=stranger)
    with pytest.raises(ChangedSince):
        stop(cast, now, change, shown=SeenChange(id=change, seen="0-0"))
    with pytest.raises(NotFound), transaction() as writing:
        actions.stop_change(writing, Actor(person_id=cast.tu.person), cast.tu.business, shown_change, clock=now)
    pass_a_day(now)
    with pytest.raises(Conflict, match="không còn chờ"):
        stop(cast, now, change, shown=shown_change)


def test_an_officer_of_the_commune_stops_it(cast: Cast, now: Clock, session: Session) -> None:
    shown_change = seen_change(ask(cast, now))

    def stop_as(person: int, commune: int) -> int:
        with transaction() as writing:
            return actions.stop_change_by_office(writing, Actor(person_id=person), commune, shown_change, clock=now)

    for person, commune in ((cast.vy, cast.commune), (cast.hung, cast.commune + 1)):
        with pytest.raises(NotFound):
            stop_as(person, commune)
    assert stop_as(cast.hung, cast.commune) == cast.lan.business
    assert session.scalars(select(WaitingChange.ended_by)).one() == cast.hung


def test_a_second_change_takes_the_place_of_the_first_and_waits_its_own_day(
    cast: Cast, now: Clock, session: Session
) -> None:
    ask(cast, now)
    now.move(hours=23)
    ask(cast, now, "0900000099")
    ask(cast, now, "0900000099")
    assert begin_changes(now.move(hours=23)) == 0
    assert begin_changes(now.move(hours=1)) == 1
    assert live_number(session, cast.lan.business) == "0099"
    states = session.scalars(select(WaitingChange.state).order_by(WaitingChange.id)).all()
    assert states == [ChangeState.REPLACED, ChangeState.BEGUN]


@pytest.mark.parametrize("late", [24, 48, 24 * 40])
def test_a_worker_that_comes_late_or_twice_begins_it_once(cast: Cast, now: Clock, session: Session, late: int) -> None:
    change = ask(cast, now)
    assert [begin_changes(now.move(hours=late)), begin_changes(now())] == [1, 0]
    with transaction() as writing:
        assert not actions.begin_bank_account(writing, change, clock=now)
    rows = session.scalars(select(BankAccount).where(BankAccount.business_id == cast.lan.business)).all()
    assert sorted(one.number_last4 for one in rows) == ["0013", LAN_ACCOUNT[-4:]]
    with pytest.raises(NotFound), transaction() as writing:
        actions.begin_bank_account(writing, 999, clock=now)


@pytest.mark.parametrize("meanwhile", ["the verification ended", "another is verified", "the asker left"])
def test_what_may_not_begin_any_more_is_stopped(cast: Cast, now: Clock, session: Session, meanwhile: str) -> None:
    change = ask(cast, now)
    with transaction() as writing:
        verification = writing.scalars(select(Verification).where(Verification.business_id == cast.lan.business)).one()
        if meanwhile == "the verification ended":
            verification.ended_at = now()
        if meanwhile == "another is verified":
            verification.full_name = "Phạm Thị Hoa"
        if meanwhile == "the asker left":
            members = select(BusinessMember).where(BusinessMember.business_id == cast.lan.business)
            writing.scalars(members).one().ended_at = now()
    assert pass_a_day(now) == 0
    assert session.get_one(WaitingChange, change).state is ChangeState.STOPPED
    assert live_number(session, cast.lan.business) == LAN_ACCOUNT[-4:]


# --- a further member -----------------------------------------------------------------------------------------------


def verify(cast: Cast, now: Clock, person: int) -> int:
    """An officer confirms a person's claim to bà Lan's business; the claim's id."""
    with transaction() as writing:
        claim = actions.claim_business(writing, Actor(person_id=person), cast.commune, cast.lan.business, now=now())
    new = shown.paper(cast.commune, claim, reason="Con gái bà Lan, có giấy")
    warnings = queries.identity_warnings(reading(), reading().get_one(BusinessMember, claim), new.identity)
    new = replace(new, warned=seen_of(warnings))
    with transaction() as writing:
        actions.verify_claim(writing, Actor(person_id=cast.hung), new, now=now())
    with transaction() as writing:
        actions.verify_claim(writing, Actor(person_id=cast.hung), new, now=now())
    return claim


def has_right(session: Session, cast: Cast, person: int, now: Clock) -> bool:
    session.expire_all()
    return queries.right_to(session, cast.lan.business, person, now().date()) is not None


def test_a_further_member_is_one_after_a_day_and_the_verified_name_stays(
    cast: Cast, now: Clock, session: Session
) -> None:
    word_of(cast.lan.person, now)
    claim = verify(cast, now, cast.mai)
    assert not has_right(session, cast, cast.mai, now)
    assert told(session, "thay_doi_cho") == {cast.lan.person}
    assert told(session, "co_so_duoc_xac_nhan") == {cast.mai}
    in_force = queries.verification_of(session, cast.lan.business)
    assert in_force is not None
    assert in_force.full_name == "Phạm Thị Lan"
    assert [one.id for one in queries.claims_of_person(session, cast.commune, cast.mai)] == [claim]

    assert pass_a_day(now) == 1
    assert has_right(session, cast, cast.mai, now)
    member = session.get_one(BusinessMember, claim)
    assert (member.role, member.begins_at, member.is_confirmed) == (MemberRole.STAFF, None, True)
    assert queries.claims_of_person(session, cast.commune, cast.mai) == []


def test_a_member_stops_a_further_one_who_may_claim_again(cast: Cast, now: Clock, session: Session) -> None:
    claim = verify(cast, now, cast.mai)
    with transaction() as writing:
        again = actions.claim_business(writing, Actor(person_id=cast.mai), cast.commune, cast.lan.business, now=now())
    assert again == claim
    with pytest.raises(NotAllowed):
        stop(cast, now, session.scalars(select(WaitingChange.id)).one(), person=cast.mai)
    stop(cast, now, session.scalars(select(WaitingChange.id)).one())
    assert pass_a_day(now) == 0
    assert not has_right(session, cast, cast.mai, now)
    member = session.get_one(BusinessMember, claim)
    assert (member.state, member.begins_at) == (ClaimState("tu_choi"), None)
    assert "đã dừng việc thêm bạn" in (member.refusal or "")
    verify(cast, now, cast.mai)
    assert pass_a_day(now) == 1
    assert has_right(session, cast, cast.mai, now)


# --- a family member agrees -----------------------------------------------------------------------------------------

MAI = {"holder": "VU THI MAI", "is_family": True, "family_phone": Phone("0900 000 021")}


def agree(cast: Cast, now: Clock, change: int, person: int, *, seen: str | None = None, **login: object) -> None:
    proof, shown_then = word_of(person, now, **login), seen or seen_change(change).seen
    with transaction() as writing:
        actions.give_family_consent(writing, Actor(person_id=person), change, proof, seen=shown_then, clock=now)


def test_a_family_members_account_begins_once_they_agreed_and_the_day_is_over(
    cast: Cast, now: Clock, session: Session
) -> None:
    change = ask(cast, now, **MAI)
    assert told(session, "xin_dong_y") == {cast.mai}
    assert pass_a_day(now) == 0, "nobody has agreed"
    assert live_number(session, cast.lan.business) == LAN_ACCOUNT[-4:]
    seen = seen_change(change).seen
    for _ in range(2):
        agree(cast, now, change, cast.mai, seen=seen)
    assert live_number(session, cast.lan.business) == "0013", "the day was over"
    consent = session.scalars(select(Consent)).one()
    assert (consent.person_id, consent.witness_id, consent.note) == (cast.mai, None, None)
    assert (
        session.scalars(select(BankAccount).where(BankAccount.consent_id == consent.id)).one().relation == "nguoi_nha"
    )


def test_one_agreed_to_before_its_day_waits_for_it(cast: Cast, now: Clock, session: Session) -> None:
    agree(cast, now, ask(cast, now, **MAI), cast.mai)
    assert live_number(session, cast.lan.business) == LAN_ACCOUNT[-4:]
    assert pass_a_day(now) == 1
    assert live_number(session, cast.lan.business) == "0013"


def test_a_family_members_no_stops_it(cast: Cast, now: Clock, session: Session) -> None:
    change = ask(cast, now, **MAI)
    seen = seen_change(change).seen
    for _ in range(2):
        with transaction() as writing:
            actions.refuse_family_consent(writing, Actor(person_id=cast.mai), change, seen=seen, clock=now)
    assert session.get_one(WaitingChange, change).ended_by == cast.mai
    assert pass_a_day(now) == 0
    with pytest.raises(Conflict):
        agree(cast, now, change, cast.mai, seen=seen)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("another of the name", "not_found"),
        ("another of the phone", "not_found"),
        ("who is paid", "not_found"),
        ("on the seller's phone", "sellers_device"),
        ("on a helper's phone", "staff_device"),
        ("long after the password", "step_up_needed"),
        ("a helper of the name", "staff_consent"),
    ],
)
def test_nobody_consents_for_the_other_side(
    app: Flask, cast: Cast, now: Clock, session: Session, who: str, code: str
) -> None:
    make.sign_in(app.test_client(), cast.lan.person, now(), visitor="of the seller")
    make.sign_in(app.test_client(), cast.vy, now(), visitor="of the helper")
    helper = {"holder": "TRAN KHANH VY", "is_family": True, "family_phone": Phone("0900 000 002")}
    change = ask(cast, now, **(helper if who == "a helper of the name" else MAI))
    with transaction() as writing:
        here = writing.get_one(Commune, cast.commune)
        others = {
            "another of the name": make.make_person(writing, here, "Vũ Thị Mai", "0900 000 077", now()).id,
            "another of the phone": make.make_person(writing, here, "Vũ Thị Hoa", "0900 000 021", now()).id,
            "who is paid": cast.lan.person,
            "a helper of the name": cast.vy,
        }
    logins: dict[str, dict[str, object]] = {
        "on the seller's phone": {"visitor": "of the seller"},
        "on a helper's phone": {"visitor": "of the helper"},
        "long after the password": {"stepped_up_at": now() - timedelta(minutes=10)},
    }
    with pytest.raises(Refused) as refused:
        agree(cast, now, change, others.get(who, cast.mai), **logins.get(who, {}))
    assert refused.value.code == code
    assert session.scalars(select(Consent)).all() == []
    assert pass_a_day(now) == 0
