"""Claims, proposals and the stalls they open, pressed by two people at once."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Conflict, Refused
from market.base.seen import ChangedSince, seen_of
from market.notices.models import Notice
from market.places.models import Commune
from market.sellers import actions, queries
from market.sellers.models import (
    Business,
    BusinessKind,
    BusinessMember,
    BusinessProposal,
    ClaimState,
    MemberRole,
    Stall,
    Verification,
)
from market.values.money import Dong
from tests.cast import Cast, Seller
from tests.conftest import Clock
from tests.factories import make_business, make_person
from tests.nights import of_many
from tests.races.overlap import Move, ordered, overlap
from tests.sellers import shown
from tests.sellers.shown import SETTINGS
from tests.services.crowd import crowd


def claim(cast: Cast, now: Clock, person: int | None = None) -> Move:
    actor = Actor(person_id=person or cast.mai)
    return lambda session: actions.claim_business(session, actor, cast.commune, cast.theu, now=now())


def verify(cast: Cast, now: Clock, member: int) -> Move:
    seen = shown.paper(cast.commune, member)
    return lambda session: actions.verify_claim(session, Actor(person_id=cast.hung), seen, now=now())


def refuse(cast: Cast, now: Clock, member: int) -> Move:
    officer, page = Actor(person_id=cast.hung), shown.claim(cast.commune, member)
    return lambda session: actions.refuse_claim(session, officer, page, "Thiếu giấy", now=now())


def written(move: Move) -> int:
    with transaction() as session:
        number = move(session)
    assert isinstance(number, int)
    return number


def counted(session: Session, model: type, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]


# --- one claim ------------------------------------------------------------------------------------------------------


@of_many(5)
@pytest.mark.parametrize(("first", "second"), ordered("verify", "refuse", "claim"))
def test_a_claim_is_decided_once_whatever_is_pressed_at_once(
    app: Flask, cast: Cast, now: Clock, session: Session, first: str, second: str
) -> None:
    member = written(claim(cast, now))
    moves = {"verify": verify(cast, now, member), "refuse": refuse(cast, now, member), "claim": claim(cast, now)}

    one, other = overlap(app, moves[first], moves[second])

    row = session.get_one(BusinessMember, member)
    verified = counted(session, Verification, Verification.business_id == cast.theu)
    stalls = counted(session, Stall, Stall.business_id == cast.theu)
    answers = counted(session, Notice, Notice.dedupe_key.startswith(f"claim:{member}:"))
    is_verified = row.state is ClaimState.CONFIRMED
    assert (verified, stalls) == (is_verified, is_verified)
    assert answers == ({first, second} != {"claim"})
    assert one is not Conflict
    if first == second != "claim":
        assert other == one
        assert is_verified is (first == "verify")
    elif "claim" not in (first, second):
        assert other is Conflict
        assert is_verified is (first == "verify")
    elif first == "verify":
        assert (other, is_verified) == (Refused, True)
    elif first == "refuse":
        assert (other, row.state) == (member, ClaimState.PENDING)
    else:
        after = {"verify": ClaimState.CONFIRMED, "refuse": ClaimState.REFUSED, "claim": ClaimState.PENDING}
        assert row.state is after[second]


EIGHT = [f"Căn cước, bản {number}" for number in range(8)]


def outcome(move: Move) -> object:
    try:
        with transaction() as session:
            return move(session)
    except Refused as refusal:
        return type(refusal)


def test_of_eight_papers_at_once_one_verifies_and_of_eight_endings_one_is_told(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    member, officer = written(claim(cast, now)), Actor(person_id=cast.hung)
    seen = shown.paper(cast.commune, member)

    def verifying(paper: str) -> object:
        new = replace(seen, paper=paper)
        return outcome(lambda writing: actions.verify_claim(writing, officer, new, now=now()))

    verdicts = crowd(app, EIGHT, verifying)
    of_it = Verification.business_id == cast.theu, Verification.is_in_force
    verification = session.scalars(select(Verification.id).where(*of_it)).one()
    assert verdicts.count(Conflict) == 7

    def revoking(reason: str) -> object:
        ending = actions.Ending(commune_id=cast.commune, business_id=cast.theu, id=verification, reason=reason)
        return outcome(lambda writing: actions.revoke_verification(writing, officer, ending, now=now()))

    assert crowd(app, EIGHT, revoking) == [None] * 8
    assert counted(session, Verification, *of_it) == 0
    assert counted(session, Notice, Notice.kind == "thu_hoi_xac_nhan") == 1


def test_of_eight_refusals_at_once_one_is_told(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    page, officer = shown.claim(cast.commune, written(claim(cast, now))), Actor(person_id=cast.hung)

    def refusing(reason: str) -> object:
        return outcome(lambda writing: actions.refuse_claim(writing, officer, page, reason, now=now()))

    assert crowd(app, EIGHT, refusing).count(Conflict) == 7
    assert counted(session, Notice, Notice.kind == "co_so_tu_choi") == 1


def test_of_eight_claims_at_once_of_one_person_three_wait(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        hamlet = writing.get_one(Business, cast.theu).hamlet
        there = [make_business(writing, hamlet, f"Nem {number}", now()).id for number in range(8)]

    def claiming(business: int) -> object:
        mai = Actor(person_id=cast.mai)
        return outcome(lambda writing: actions.claim_business(writing, mai, cast.commune, business, now=now()))

    assert crowd(app, there, claiming).count(Refused) == 5
    assert counted(session, BusinessMember, BusinessMember.person_id == cast.mai) == 3


def test_a_first_claim_tapped_twice_is_one(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    one, other = overlap(app, claim(cast, now), claim(cast, now))

    assert (
        one == other == session.scalars(select(BusinessMember.id).where(BusinessMember.business_id == cast.theu)).one()
    )


def test_of_two_people_verified_at_once_one_owns_and_the_officer_is_told_before_the_other_is_staff(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    members = [written(claim(cast, now)), written(claim(cast, now, cast.stranger))]

    one, other = overlap(app, *(verify(cast, now, member) for member in members))
    assert other is ChangedSince
    again = written(verify(cast, now, members[1]))

    roles = [session.get_one(BusinessMember, member).role for member in members]
    assert roles == [MemberRole.OWNER, MemberRole.STAFF]
    assert one == again == session.scalars(select(Stall.id).where(Stall.business_id == cast.theu)).one()


def test_a_claim_is_refused_as_it_is_once_another_one_was_verified(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    first, second = written(claim(cast, now)), written(claim(cast, now, cast.stranger))

    _, other = overlap(app, verify(cast, now, first), refuse(cast, now, second))

    assert other is ChangedSince
    assert session.get_one(BusinessMember, second).state is ClaimState.PENDING


# --- addresses of stalls --------------------------------------------------------------------------------------------


def twin(cast: Cast, now: Clock, phone: str) -> int:
    """Another business of one name in the commune, without a stall."""
    with transaction() as session:
        person = make_person(session, session.get_one(Commune, cast.commune), "Chủ", phone, now())
        business = make_business(session, session.get_one(Business, cast.theu).hamlet, f"Nem {phone[-1]}", now())
        business.name, business.phone = "Nem chua", person.phone
        return business.id


def test_two_stalls_of_one_name_opened_at_once_have_two_addresses(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    businesses = [twin(cast, now, "0900 000 041"), twin(cast, now, "0900 000 042")]

    def opening(business: int) -> Move:
        return lambda writing: actions.open_stall(writing, Actor(), cast.commune, business, now=now())

    overlap(app, *(opening(business) for business in businesses))

    slugs = select(Stall.slug).where(Stall.business_id.in_(businesses)).order_by(Stall.id)
    assert list(session.scalars(slugs)) == ["nem-chua", "nem-chua-thon-nghia-dung"]


def test_a_stall_opened_twice_at_once_is_one(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    def opening(writing: Session) -> int:
        return actions.open_stall(writing, Actor(), cast.commune, cast.theu, now=now())

    one, other = overlap(app, opening, opening)

    assert one == other == session.scalars(select(Stall.id).where(Stall.business_id == cast.theu)).one()


def asked(cast: Cast, now: Clock, seller: Seller, name: str) -> actions.SeenRequest:
    """A new name of a stall as the office's page shows it."""
    new, seen = replace(SETTINGS, name=name), shown.stall(seller.stall)
    with transaction() as writing:
        actions.change_stall(writing, Actor(), seller.stall, new, seen=seen, now=now())
    with transaction() as writing:
        waiting = queries.change_waiting(writing, seller.stall)
        assert waiting
        seen = seen_of(queries.stall_change_facts(waiting))
        return actions.SeenRequest(commune_id=cast.commune, id=waiting.id, seen=seen)


def test_of_two_stalls_renamed_alike_at_once_one_is_called_so(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    pages = [asked(cast, now, one, "Rau mới") for one in (cast.lan, cast.tu)]

    def approving(page: actions.SeenRequest) -> Move:
        officer = Actor(person_id=cast.hung)
        return lambda writing: actions.approve_stall_change(writing, officer, page, now=now())

    assert overlap(app, *(approving(page) for page in pages)) == (None, Refused)
    assert session.get_one(Stall, cast.lan.stall).slug == "rau-moi"
    assert session.get_one(Stall, cast.tu.stall).slug == cast.tu.slug


def test_of_eight_looks_at_one_change_one_is_told(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    page, officer = asked(cast, now, cast.lan, "Rau mới"), Actor(person_id=cast.hung)

    def answering(reason: str) -> object:
        if reason in EIGHT[:4]:
            return outcome(lambda writing: actions.approve_stall_change(writing, officer, page, now=now()))
        return outcome(lambda writing: actions.refuse_stall_change(writing, officer, page, reason, now=now()))

    answers = crowd(app, EIGHT, answering)
    is_renamed = session.get_one(Stall, cast.lan.stall).name == "Rau mới"
    assert answers.count(None) == (4 if is_renamed else 1)
    assert counted(session, Notice, Notice.business_id == cast.lan.business) == 1


def test_two_people_who_change_a_stall_from_one_page_do_not_overwrite_each_other(
    app: Flask, cast: Cast, now: Clock
) -> None:
    seen = shown.stall(cast.lan.stall)

    def saying(intro: str) -> Move:
        new = replace(SETTINGS, name="Rau bà Lan", intro=intro, delivery_fee=Dong(10_000))
        return lambda writing: actions.change_stall(writing, Actor(), cast.lan.stall, new, seen=seen, now=now())

    assert overlap(app, saying("Rau sạch"), saying("Rau sớm"))[1] is ChangedSince


# --- proposals ------------------------------------------------------------------------------------------------------


def propose(cast: Cast, now: Clock, name: str = "Mật ong chị Mai") -> Move:
    new = actions.NewProposal(
        commune_id=cast.commune,
        hamlet_id=cast.mo_doan,
        kind=BusinessKind.FARM_HOUSEHOLD,
        name=name,
        trade=None,
        tax_id=None,
    )
    return lambda session: actions.propose_business(session, Actor(person_id=cast.mai), new, now=now())


@pytest.mark.parametrize(("first", "second"), ordered("accept", "refuse"))
def test_a_proposal_is_answered_once(
    app: Flask, cast: Cast, now: Clock, session: Session, first: str, second: str
) -> None:
    proposal, officer, why = written(propose(cast, now)), Actor(person_id=cast.hung), "Có trong sổ rồi"
    page = shown.proposal(cast.commune, proposal)
    moves: dict[str, Move] = {
        "accept": lambda writing: actions.accept_proposal(writing, officer, page, now=now()),
        "refuse": lambda writing: actions.refuse_proposal(writing, officer, page, why, now=now()),
    }

    one, other = overlap(app, moves[first], moves[second])

    row = session.get_one(BusinessProposal, proposal)
    entered = list(session.scalars(select(Business.id).where(Business.name == "Mật ong chị Mai")))
    assert one is not Conflict
    assert other == one if first == second else other is Conflict
    assert row.state is (ClaimState.CONFIRMED if first == "accept" else ClaimState.REFUSED)
    assert entered == ([row.business_id] if first == "accept" else [])
    assert counted(session, Notice, Notice.dedupe_key.startswith(f"proposal:{proposal}:")) == 1


def test_a_proposal_sent_twice_is_one(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    one, other = overlap(app, propose(cast, now), propose(cast, now))

    assert one == other == session.scalars(select(BusinessProposal.id)).one()


def test_no_more_proposals_wait_than_may(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    for number in range(actions.MOST_WAITING - 1):
        written(propose(cast, now, f"Ao {number}"))

    _, other = overlap(app, propose(cast, now, "Vườn"), propose(cast, now, "Bãi"))

    assert other is Refused
    assert counted(session, BusinessProposal) == actions.MOST_WAITING
