"""A seller's account is linked by its provider's own word, and from the law's days on nothing goes up without."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotFound, OutsideError, Refused
from market.base.secrets import vault
from market.base.seen import seen_of
from market.catalog.actions import listing, moderation, variants
from market.catalog.actions.changes import ask_for_words
from market.catalog.actions.drafts import list_drafts
from market.catalog.actions.listing import Choice, NewListing, VariantRef
from market.catalog.actions.locking import stall_listing
from market.catalog.models import Product, ProductState
from market.catalog.queries.public import has_public_goods
from market.sellers import actions, identity, jobs
from market.sellers.actions.identity import OTHER_PERSON, keep_answer
from market.sellers.identity import connected
from market.sellers.identity.stand_in import StandIn, yes
from market.sellers.models import BusinessMember, DraftedListing, IdentityEvent, Stall, StallState, Verification
from market.sellers.ports import IdentityOutcome
from market.sellers.queries import stall_facts
from market.sellers.queries.identity_links import identity_law
from market.sellers.rules.identity import IdentityLaw, LinkState, PublishingReason, SellerAccount, may_publish
from market.values.money import Dong
from market.values.taxid import CitizenId
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.nights import database_by_day_on, on_both
from tests.orders.steps import place, wanted
from tests.sellers import shown
from tests.sellers.linking import (
    ask,
    begun,
    call_of,
    down,
    leave_unconnected,
    link,
    member_of,
    pass_the_law,
    since,
    stand_in,
    standing,
    states,
)

__all__ = ["stand_in"]
database_url = database_by_day_on("sqlite")

THE_LAW = IdentityLaw(link_from=date(2026, 9, 28), link_until=date(2026, 12, 31))
LAST_MINUTE = datetime(2026, 9, 27, 16, 59, tzinfo=UTC)
FIRST_MINUTE = datetime(2026, 9, 27, 17, 0, tzinfo=UTC)


def why_of(since: datetime, today: date, law: IdentityLaw = THE_LAW, **known: bool) -> PublishingReason:
    account = SellerAccount(since=since, is_linked=known.get("is_linked", False))
    return may_publish([account], law, today, is_connected=known.get("is_connected", True)).why


def test_an_account_of_before_publishes_through_the_30th_and_one_of_the_28th_not_at_all() -> None:
    """23:59 of 27/9 in Vietnam is before, 0:00 of 28/9 is not; "before 31/12" ends with 30/12."""
    assert why_of(LAST_MINUTE, date(2026, 12, 30)) is PublishingReason.OF_BEFORE
    assert why_of(LAST_MINUTE, date(2026, 12, 31)) is PublishingReason.MUST_LINK
    assert why_of(FIRST_MINUTE, date(2026, 9, 28)) is PublishingReason.MUST_LINK
    assert why_of(FIRST_MINUTE, date(2027, 1, 1), is_linked=True) is PublishingReason.LINKED
    assert may_publish([], THE_LAW, date(2026, 10, 1), is_connected=True).why is PublishingReason.MUST_LINK
    both = [SellerAccount(since=FIRST_MINUTE, is_linked=False), SellerAccount(since=LAST_MINUTE, is_linked=False)]
    right = may_publish(both, THE_LAW, date(2026, 12, 29), is_connected=True)
    assert (right.why, right.until, right.days_left(date(2026, 12, 29))) == (
        PublishingReason.OF_BEFORE,
        date(2026, 12, 30),
        2,
    )


def test_a_market_connected_to_nobody_does_what_its_commune_says() -> None:
    assert why_of(FIRST_MINUTE, date(2026, 11, 24), is_connected=False) is PublishingReason.NOT_CONNECTED
    leave = replace(THE_LAW, allows_unconnected=True)
    assert why_of(FIRST_MINUTE, date(2026, 11, 24), leave, is_connected=False) is PublishingReason.COMMUNE_ALLOWS
    assert why_of(FIRST_MINUTE, date(2026, 11, 24), leave) is PublishingReason.MUST_LINK


def test_each_day_has_the_law_of_that_day(cast: Cast) -> None:
    pass_the_law()
    leave_unconnected(cast.commune)
    assert identity_law(reading(), cast.commune, date(2026, 9, 27)) == IdentityLaw()
    assert identity_law(reading(), cast.commune, date(2026, 9, 28)) == THE_LAW
    assert identity_law(reading(), cast.commune, date(2026, 10, 1)).allows_unconnected


# --- every door by which goods go up ----------------------------------------------------------------------------------

Door = Callable[[Session, Cast, Clock], object]


def lan(cast: Cast) -> Actor:
    return Actor(person_id=cast.lan.person)


def hung(cast: Cast) -> Actor:
    return Actor(person_id=cast.hung)


def which(cast: Cast) -> VariantRef:
    return VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.rau_muong))


def new_listing(session: Session, cast: Cast, now: Clock) -> object:
    new = NewListing(stall_id=cast.lan.stall, name="Cà pháo", unit="kg", price=Dong(9000), photo=shelf.kept())
    return listing.list_product(session, lan(cast), new, now=now())


def drafts_put_up(session: Session, cast: Cast, now: Clock) -> object:
    key = shelf.kept().key
    said = {"name": "Khế chua", "unit": "kg", "price": Dong(8000), "saved_at": now()}
    photo = {"photo_key": key, "photo_width": 8, "photo_height": 6}
    session.add(DraftedListing(commune_id=cast.commune, person_id=cast.lan.person, **said, **photo))
    session.flush()
    return list_drafts(session, lan(cast), cast.lan.stall, now=now())


def one_more_choice(session: Session, cast: Cast, now: Clock) -> object:
    choice = Choice(unit="tui", price=Dong(20_000), pack_amount=500_000, pack_unit="g")
    new = variants.NewVariant(choice=choice, on_hand=3000)
    return variants.add_variant(session, lan(cast), which(cast), new, now=now())


def shown_again(session: Session, cast: Cast, now: Clock) -> object:
    session.get_one(Product, which(cast).product_id).is_hidden = True
    session.flush()
    return listing.show_product(session, lan(cast), which(cast), now=now())


def sent_again(session: Session, cast: Cast, now: Clock) -> object:
    session.get_one(Product, which(cast).product_id).state = ProductState.REFUSED
    session.flush()
    held = stall_listing(session, cast.lan.stall, which(cast).product_id)
    return listing.save_change(session, lan(cast), held, "change_listing", [], now=now())


def approved(session: Session, cast: Cast, now: Clock) -> object:
    product = session.get_one(Product, which(cast).product_id)
    product.state = ProductState.PENDING
    session.flush()
    seen = moderation.SeenListing(
        commune_id=cast.commune, product_id=product.id, seen=seen_of(moderation.listing_facts(product))
    )
    return moderation.approve_product(session, hung(cast), seen, clock=now)


def renamed_by_the_office(session: Session, cast: Cast, now: Clock) -> object:
    held = stall_listing(session, cast.lan.stall, which(cast).product_id)
    ask_for_words(session, lan(cast), held, {"name": "Thịt bò", "description": ""}, now=now())
    session.flush()
    found = next(one for one in shelf.shown_changes(session, cast.commune))
    seen = shelf.SeenRequest(commune_id=cast.commune, id=found.request.id, seen=seen_of(found.facts))
    return shelf.approve_change(session, hung(cast), seen, clock=now)


def sells_again(session: Session, cast: Cast, now: Clock) -> object:
    stall = session.get_one(Stall, cast.lan.stall)
    stall.state = StallState.PAUSED
    session.flush()
    new = replace(shown.SETTINGS, name=stall.name, intro=stall.intro or "", delivery_fee=stall.delivery_fee)
    return actions.change_stall(session, lan(cast), stall.id, new, seen=seen_of(stall_facts(session, stall)), now=now())


def reopened(session: Session, cast: Cast, now: Clock) -> object:
    session.get_one(Stall, cast.lan.stall).state = StallState.CLOSED
    session.flush()
    return actions.reopen_stall(session, hung(cast), cast.commune, cast.lan.business, now=now())


DOORS = (
    *(new_listing, drafts_put_up, one_more_choice, shown_again, sent_again),
    *(approved, renamed_by_the_office, sells_again, reopened),
)


@on_both
def test_no_door_lets_goods_up_before_their_seller_is_linked_and_every_door_does_then(
    cast: Cast, now: Clock, stand_in: StandIn
) -> None:
    pass_the_law()
    for door in DOORS:
        with pytest.raises(Refused, match="chưa liên kết") as refused, transaction() as session:
            door(session, cast, now)
        assert refused.value.code == "identity_needed", door.__name__
    link(cast.lan)
    for door in DOORS:
        with transaction() as session:
            door(session, cast, now)
            session.rollback()


def test_what_is_up_is_sold_and_kept_in_order_past_the_last_day(cast: Cast, now: Clock, stand_in: StandIn) -> None:
    pass_the_law()
    since(cast.lan, LAST_MINUTE)
    with transaction() as session:
        new_listing(session, cast, now)
    now.at = datetime(2026, 12, 30, 17, 0, tzinfo=UTC)
    with pytest.raises(Refused, match="30/12/2026"), transaction() as session:
        new_listing(session, cast, now)
    assert has_public_goods(reading(), cast.lan.stall)
    assert place(cast.commune, wanted(cast.rau_muong), now=now())
    with transaction() as session:
        listing.hide_product(session, lan(cast), which(cast), now=now())


def test_somebody_who_joined_since_links_their_own_account_and_a_helper_stands_on_the_seller_s(
    cast: Cast, now: Clock, stand_in: StandIn
) -> None:
    pass_the_law()
    since(cast.lan, LAST_MINUTE)
    vy = shelf.give_mandate(cast, now())
    new = NewListing(stall_id=cast.lan.stall, name="Bầu sao", unit="qua", price=Dong(9000), photo=shelf.kept())
    with transaction() as session:
        listing.list_product(session, vy, new, now=now())
        joined = {"state": member_of(cast.lan).state, "claimed_at": now(), "decided_at": now()}
        session.add(BusinessMember(business_id=cast.lan.business, person_id=cast.mai, **joined))
    with pytest.raises(Refused, match="chưa liên kết"), transaction() as session:
        listing.list_product(session, Actor(person_id=cast.mai), replace(new, photo=shelf.kept()), now=now())


# --- what is said of an account ---------------------------------------------------------------------------------------


@on_both
def test_a_paper_that_an_officer_saw_never_reads_as_electronic_authentication(cast: Cast, now: Clock) -> None:
    """Neither by what an officer does, nor by a row that anybody writes."""
    assert standing(cast.lan).state is None
    assert (
        reading().scalars(select(Verification).where(Verification.business_id == cast.lan.business)).one().is_in_force
    )
    made = {"member_id": member_of(cast.lan).id, "attempt": "a", "provider": "gia-lap", "at": now()}
    yes_of = {"reference": "r", "told_at": now(), "subject_digest": "d"}
    for missing in yes_of:
        with pytest.raises(IntegrityError, match="authenticated_by_its_provider"), transaction() as session:
            told = yes_of | {missing: None}
            session.add(IdentityEvent(state=LinkState.AUTHENTICATED, **made, **told))
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(IdentityEvent(state=LinkState.AUTHENTICATED, asked_by=cast.hung, **made, **yes_of))
    with pytest.raises(IntegrityError, match="nobody_answers_for_it"), transaction() as session:
        session.add(IdentityEvent(state=LinkState.REVOKED, asked_by=cast.hung, **made))
    assert states() == []


def test_while_the_provider_is_away_nothing_is_lost_and_nobody_is_asked_twice(
    cast: Cast, now: Clock, stand_in: StandIn
) -> None:
    attempt = ask(cast.lan)
    assert ask(cast.lan) == attempt
    with down(stand_in), pytest.raises(OutsideError):
        jobs.ask_identity({"attempt": attempt})
    now.move(days=3)
    assert standing(cast.lan).is_waiting
    jobs.ask_about_links(now())
    jobs.ask_identity({"attempt": attempt})
    where = standing(cast.lan)
    assert (where.state, where.address) == (LinkState.PENDING, f"https://dinh-danh.invalid/{attempt}")
    jobs.ask_identity({"attempt": attempt})
    assert standing(cast.lan).is_waiting
    stand_in.answers[attempt] = yes(attempt, told_at=now())
    for _ in range(2):
        jobs.ask_identity({"attempt": attempt})
    assert standing(cast.lan).is_linked
    assert states() == [LinkState.PENDING, LinkState.PENDING, LinkState.AUTHENTICATED]
    with pytest.raises(Refused, match="đã xác thực"):
        ask(cast.lan)


def test_who_does_not_answer_in_time_may_begin_again(cast: Cast, now: Clock, stand_in: StandIn) -> None:
    attempt = begun(cast.lan, stand_in)
    now.move(hours=2)
    jobs.ask_identity({"attempt": attempt})
    assert standing(cast.lan).state is LinkState.FAILED
    assert ask(cast.lan) != attempt


def test_an_answer_counts_once_and_only_for_the_person_it_is_of(cast: Cast, now: Clock, stand_in: StandIn) -> None:
    first = begun(cast.lan, stand_in)
    answer = yes(first, told_at=now(), subject="nguoi-1")
    with pytest.raises(Conflict), transaction() as session:
        keep_answer(session, "gia-lap", replace(answer, reference="GL-khac"), clock=now)
    with pytest.raises(NotFound), transaction() as session:
        keep_answer(session, "ben-khac", answer, clock=now)
    for _ in range(2):
        with transaction() as session:
            assert keep_answer(session, "gia-lap", answer, clock=now) is LinkState.AUTHENTICATED
    second = begun(cast.tu, stand_in)
    for _ in range(2):
        with transaction() as session:
            same_person = yes(second, told_at=now(), subject="nguoi-1")
            assert keep_answer(session, "gia-lap", same_person, clock=now) is LinkState.FAILED
    assert (standing(cast.tu).reason, standing(cast.lan).is_linked) == (OTHER_PERSON, True)
    assert states().count(LinkState.FAILED) == 1
    kept = (
        reading().scalars(select(IdentityEvent.subject_digest).where(IdentityEvent.subject_digest.is_not(None))).one()
    )
    assert kept is not None
    assert "nguoi-1" not in kept


def test_an_identity_that_is_not_of_the_paper_an_officer_saw_does_not_link(
    cast: Cast, now: Clock, stand_in: StandIn
) -> None:
    digest = vault().digest("citizen-id", "030166000011")
    with transaction() as session:
        session.execute(
            update(Verification).where(Verification.business_id == cast.lan.business).values(id_digest=digest)
        )
    for number, state in (("030166000099", LinkState.FAILED), ("030166000011", LinkState.AUTHENTICATED)):
        attempt = begun(cast.lan, stand_in)
        with transaction() as session:
            answer = replace(yes(attempt, told_at=now()), citizen_id=CitizenId(number))
            assert keep_answer(session, "gia-lap", answer, clock=now) is state


def test_what_is_taken_back_or_runs_out_ends_the_link_and_an_old_yes_brings_nothing_back(
    cast: Cast, now: Clock, stand_in: StandIn
) -> None:
    attempt = begun(cast.lan, stand_in)
    answer = replace(yes(attempt, told_at=now()), valid_to=now() + timedelta(days=90))
    for outcome, state in (
        (IdentityOutcome.AUTHENTICATED, LinkState.AUTHENTICATED),
        (IdentityOutcome.REVOKED, LinkState.REVOKED),
        (IdentityOutcome.AUTHENTICATED, LinkState.REVOKED),
    ):
        with transaction() as session:
            assert keep_answer(session, "gia-lap", replace(answer, outcome=outcome), clock=now) is state
    assert standing(cast.lan).state is LinkState.REVOKED
    again = begun(cast.lan, stand_in)
    with transaction() as session:
        keep_answer(session, "gia-lap", replace(answer, attempt=again, reference=f"GL-{again}"), clock=now)
    now.move(days=89)
    assert standing(cast.lan).is_linked
    now.move(days=1)
    assert standing(cast.lan).state is LinkState.EXPIRED


def test_one_person_links_one_account_at_a_time(cast: Cast, now: Clock, stand_in: StandIn) -> None:
    begun(cast.lan, stand_in)
    with transaction() as session:
        mine = {"person_id": cast.lan.person, "state": member_of(cast.lan).state, "claimed_at": now()}
        session.add(BusinessMember(business_id=cast.theu, **mine))
    with pytest.raises(Refused, match="ở gian khác"):
        ask(replace(cast.lan, business=cast.theu))
    with pytest.raises(NotFound):
        ask(replace(cast.lan, person=cast.vy))


def test_a_stand_in_is_nobody_s_provider_in_a_market_that_serves_people(
    cast: Cast, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connected() is not None
    monkeypatch.setenv("CHOSO_IDENTITY_SECRET", "ngan")
    assert connected() is None
    monkeypatch.setenv("CHOSO_IDENTITY_SECRET", "khoa-dung-cua-ta")
    serving = current_settings().model_copy(update={"env": "production"})
    monkeypatch.setattr(identity, "current_settings", lambda: serving)
    assert connected() is None


def test_a_call_is_read_only_where_its_signature_holds(now: Clock) -> None:
    headers, body = call_of(yes("a", told_at=now(), subject="s"), "khoa-dung-cua-ta")
    entered = {"secret": "khoa-dung-cua-ta"}
    assert StandIn().read_call(headers, body, entered, now=now()).subject == "s"
    for altered, at in ((body.replace(b'"s"', b'"t"'), now()), (body, now() + timedelta(hours=1))):
        with pytest.raises(ValueError, match="signature|not of now"):
            StandIn().read_call(headers, altered, entered, now=at)
