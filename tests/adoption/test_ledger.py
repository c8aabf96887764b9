"""What the KPI is counted from is of one commune, and as it was known at a moment."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.adoption.models import DeclaredSale, EvidenceReview, PlatformAccount
from market.adoption.queries.ledger import ledger_of, sale_of
from market.adoption.queries.parties import LedgerScope
from market.adoption.queries.trails import trail_of
from market.adoption.rules import Account, DatedNumber, Declared, Ledger, Paper, Party, RiskFlag, Verdict, Vouch
from market.adoption.rules.trail import Trail
from market.base.db import transaction
from market.orders.models import PickupSighting
from market.payments.models import PaymentRequest, Refund
from market.payments.queries import account_digests
from market.places.models import DatedFact
from market.sellers.models import (
    Business,
    BusinessMember,
    Certificate,
    ClaimState,
    Post,
    PostRole,
    Stall,
    StallState,
    Verification,
    VerificationState,
)
from market.values.money import Dong
from market.values.period import local_day
from market.values.phone import Phone
from tests import factories as make
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.adoption.village import Village
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.nights import by_day_on

pytestmark = by_day_on("postgresql")

TODAY = date(2026, 11, 24)
YEAR = date(2026, 1, 1)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
OCOP = {"kind": "OCOP 3 sao", "number": "12", "issuer": "UBND thành phố", "scope": "Rau muống"}


def enter_all(cast: Cast, now: Clock) -> None:
    """Some of everything the KPI is counted from, all of it before now."""
    with transaction() as session:
        Village(cast, TODAY, businesses=30, orders=200).enter(session)
        lan, vy, hung = session.get_one(Business, cast.lan.business), cast.vy, cast.hung
        make.make_mandate(session, lan, session.get_one(Person, vy), session.get_one(Person, hung), now())
        checked = {"checked_by": hung, "checked_at": now()}
        session.add(Certificate(business_id=lan.id, valid_from=YEAR, **OCOP, **checked))
        for person, device in ((vy, "her browser"), (hung, None)):
            sign_in_on(session, person, device, now())
        order = sell(session, cast.commune, cast.lan, Sold(on=TODAY, is_known=True, phone="0900 000 011"))
        seen = {"pickup_point_id": cast.pickup, "keeper_id": cast.stranger, "device": "máy", "seen_at": now()}
        session.add(PickupSighting(commune_id=cast.commune, order_id=order.id, **seen))
    look_everywhere(cast.commune)


def sign_in_on(session: Session, person: int, device: str | None, at: datetime) -> None:
    """A sign-in that is long over."""
    over = dict.fromkeys(("created_at", "seen_at", "expires_at", "ended_at"), at)
    who = {"commune_id": session.get_one(Person, person).commune_id, "person_id": person, "device": "máy"}
    session.add(LoginSession(**who, key_hash=f"{person} {device}", visitor=device, **over))


def test_a_commune_s_ledger_holds_nothing_of_another_s(cast: Cast, session: Session, now: Clock) -> None:
    """Of the neighbour, where everything is, not a line; the country's numbers hold in both."""
    enter_all(cast, now)
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test").id
        writing.add(DatedFact(key="kpi.lowest_order", value="7000", valid_from=YEAR, source="quy ước của nước"))
    known = {"since": YEAR, "until": TODAY, "known_at": now()}

    asked_here, asked_there = (LedgerScope(commune_id=one, **known) for one in (cast.commune, far))
    own, theirs = (ledger_of(session, one) for one in (asked_here, asked_there))
    trail, their_trail = (trail_of(session, one) for one in (asked_here, asked_there))

    for part in Ledger.__slots__:
        assert getattr(own, part), f"nothing would be seen of another commune's {part}"
    country = DatedNumber(key="kpi.lowest_order", value=7000, valid_from=YEAR, valid_to=None, is_own=False)
    assert theirs == Ledger(
        lines=[], accounts=[], sales=[], declared=[], papers=[], numbers=[country], parties={}, verdicts={}, flags={}
    )
    for part in Trail.__slots__:
        assert getattr(trail, part), f"nothing would be seen of another commune's {part}"
    assert their_trail == Trail(services=[], staff_devices={}, calls=[], keepers={})
    assert country in own.numbers


def test_a_ledger_knows_nothing_that_was_written_down_later(cast: Cast, session: Session, now: Clock) -> None:
    """As known a moment before any of it: what was not written down yet is not there, whichever day it tells of."""
    long_before = now() - timedelta(days=3000)
    enter_all(cast, now)

    asked = LedgerScope(commune_id=cast.commune, since=YEAR, until=TODAY, known_at=long_before)
    found = ledger_of(session, asked)

    for part in ("lines", "accounts", "sales", "declared", "papers", "verdicts", "flags"):
        assert not getattr(found, part), part
    trail = trail_of(session, asked)
    assert {one.business_id for one in trail.services} == {None}, "posts alone are of no time of writing"
    assert (trail.staff_devices, trail.calls) == ({}, [])


def asked(cast: Cast, known_at: datetime, since: date = YEAR, until: date = TODAY) -> LedgerScope:
    return LedgerScope(commune_id=cast.commune, since=since, until=until, known_at=known_at)


def declare(cast: Cast, day: date, at: datetime) -> DeclaredSale:
    return DeclaredSale(business_id=cast.theu, platform="tiktok", sold_on=day, declared_by=cast.hung, declared_at=at)


def decide(cast: Cast, order_id: int, verdict: Verdict, at: datetime) -> EvidenceReview:
    return EvidenceReview(order_id=order_id, verdict=verdict, reason="đã hỏi", reviewed_by=cast.hung, reviewed_at=at)


def test_what_was_written_down_at_a_moment_is_known_at_it_and_not_a_second_before(
    cast: Cast, session: Session, now: Clock
) -> None:
    """The cast's own register, stalls and verifications are of that moment too: of two things an account needs both."""
    at = now()
    with transaction() as writing:
        writing.execute(update(Stall).where(Stall.id == cast.lan.stall).values(opened_at=at - DAY))
        verified = update(Verification).where(Verification.business_id == cast.htx.business)
        writing.execute(verified.values(verified_at=at - DAY))
        of_theu = {"business_id": cast.theu, "shop": "x", "declared_at": at - DAY}
        writing.add(PlatformAccount(**of_theu, platform="shopee", checked_at=at))
        writing.add(PlatformAccount(**of_theu, platform="lazada"))
        writing.add(declare(cast, TODAY, at))
        for paper in (OCOP | {"checked_at": at}, OCOP, OCOP | {"kind": "VietGAP", "checked_at": at}):
            writing.add(Certificate(business_id=cast.lan.business, valid_from=YEAR, valid_to=TODAY, **paper))
        people = [writing.get_one(Person, one) for one in (cast.vy, cast.hung)]
        make.make_mandate(writing, writing.get_one(Business, cast.lan.business), *people, at)
        order_id = sell(writing, cast.commune, cast.lan, Sold(on=local_day(at), is_confirmed=True)).id
        writing.add(decide(cast, order_id, Verdict.COUNTS, at))

    before, known = (ledger_of(session, asked(cast, moment)) for moment in (at - SECOND, at))
    trail_before, trail = (trail_of(session, asked(cast, moment)) for moment in (at - SECOND, at))

    for part in ("lines", "accounts", "sales", "declared", "papers", "verdicts"):
        assert not getattr(before, part), part
    assert {one.business_id for one in trail_before.services} == {None}
    register = [cast.lan.business, cast.htx.business, cast.tu.business, cast.theu]
    assert [one.business_id for one in known.lines] == register
    of_here = [
        Account(business_id=one.business, platform="cho_so", since=TODAY) for one in (cast.lan, cast.htx, cast.tu)
    ]
    assert known.accounts == [*of_here, Account(business_id=cast.theu, platform="shopee", since=TODAY)]
    assert [(one.order_id, one.is_confirmed) for one in known.sales] == [(order_id, True)]
    assert known.declared == [Declared(business_id=cast.theu, platform="tiktok", sold_on=TODAY)]
    assert known.papers == [Paper(business_id=cast.lan.business, valid_from=YEAR, valid_to=TODAY)]
    assert {one.business_id for one in trail.services} == {None, cast.lan.business}
    assert known.verdicts == {order_id: Verdict.COUNTS}


def test_a_buyer_s_word_is_known_from_its_moment_on(cast: Cast, session: Session, now: Clock) -> None:
    with transaction() as writing:
        order = sell(writing, cast.commune, cast.lan, Sold(on=TODAY - DAY, is_confirmed=True))
        order.buyer_confirmed_at = now()
    told = [ledger_of(session, asked(cast, moment)).sales[0].is_confirmed for moment in (now() - SECOND, now())]
    assert told == [False, True]


def test_sales_and_what_is_said_of_them_are_of_the_days_asked_for(cast: Cast, session: Session, now: Clock) -> None:
    """Both days included; of two verdicts on an order the newest holds, whatever their numbers say of others."""
    first, last = TODAY - 20 * DAY, TODAY - 10 * DAY
    days = [first - DAY, first, last, last + DAY]
    with transaction() as writing:
        ids = [sell(writing, cast.commune, cast.lan, Sold(on=day)).id for day in days]
        writing.add_all([declare(cast, day, now()) for day in days])
        for verdict in (Verdict.COUNTS, Verdict.DOES_NOT_COUNT):
            for order_id in ids:
                writing.add(decide(cast, order_id, verdict, now()))
                writing.flush()
    found = ledger_of(session, asked(cast, now(), first, last))
    assert sorted(one.completed_on for one in found.sales) == [first, last]
    assert [one.sold_on for one in found.declared] == [first, last]
    assert found.verdicts == dict.fromkeys(ids[1:3], Verdict.DOES_NOT_COUNT)


@pytest.mark.parametrize(("ended", "until"), [(-SECOND, TODAY), (timedelta(), TODAY), (SECOND, None)])
def test_the_end_of_a_verification_is_known_from_its_moment_on(
    cast: Cast, session: Session, now: Clock, ended: timedelta, until: date | None
) -> None:
    """A business verified no more had an account until that day; one that has closed its stall or waits has none."""
    with transaction() as writing:
        of = {one: update(Verification).where(Verification.business_id == one.business) for one in (cast.lan, cast.tu)}
        writing.execute(of[cast.lan].values(state=VerificationState.REVOKED, ended_at=now() + ended))
        writing.execute(of[cast.tu].values(state=VerificationState.REVOKED))
        writing.execute(update(Stall).where(Stall.id == cast.htx.stall).values(state=StallState.CLOSED))
    [found] = ledger_of(session, asked(cast, now())).accounts
    assert (found.business_id, found.until) == (cast.lan.business, until)


def test_accounts_and_declared_sales_are_told_as_they_were_entered(cast: Cast, session: Session, now: Clock) -> None:
    """The last declared sale is the one that a business's line names; a platform is named where it came first."""
    with transaction() as writing:
        for platform in ("b", "a", "c"):
            entry = {"business_id": cast.theu, "platform": platform}
            writing.add(PlatformAccount(**entry, shop="x", declared_at=now(), checked_at=now()))
            writing.add(DeclaredSale(**entry, sold_on=TODAY, declared_by=cast.hung, declared_at=now()))
            writing.flush()
    found = ledger_of(session, asked(cast, now()))
    assert [one.platform for one in found.declared] == ["b", "a", "c"]
    assert [one.platform for one in found.accounts if one.business_id == cast.theu] == ["b", "a", "c"]


def test_the_numbers_are_the_kpi_s_alone_in_the_order_they_were_set(cast: Cast, session: Session, now: Clock) -> None:
    with transaction() as writing:
        for commune, key, value in ((cast.commune, "kpi.n", "5"), (None, "kpi.n", "7"), (cast.commune, "rule.n", "9")):
            writing.add(
                DatedFact(commune_id=commune, key=key, value=value, valid_from=YEAR, valid_to=TODAY, source="x")
            )
            writing.flush()
    n = {"key": "kpi.n", "valid_from": YEAR, "valid_to": TODAY}
    assert ledger_of(session, asked(cast, now())).numbers == [
        DatedNumber(**n, value=5, is_own=True),
        DatedNumber(**n, value=7, is_own=False),
    ]


def test_behind_a_business_stand_its_phone_its_confirmed_people_and_its_accounts(
    cast: Cast, session: Session, now: Clock
) -> None:
    """Whose claim waits does not; a person without a phone and a browser without a name stand for nothing."""
    with transaction() as writing:
        member = {"business_id": cast.lan.business, "claimed_at": now()}
        writing.add(BusinessMember(**member, person_id=cast.mai, state=ClaimState.CONFIRMED))
        writing.add(BusinessMember(**member, person_id=cast.stranger, state=ClaimState.PENDING))
        writing.get_one(Person, cast.mai).phone = None
        writing.get_one(Business, cast.htx.business).phone = None
        writing.get_one(Business, cast.theu).phone = Phone("0900 000 014")
        signed_in = {"commune_id": cast.commune, "person_id": cast.lan.person, "device": "máy"} | dict.fromkeys(
            ("created_at", "seen_at", "expires_at"), now()
        )
        for number, visitor in enumerate(("one", "two", None)):
            writing.add(LoginSession(**signed_in, key_hash=f"key {number}", visitor=visitor))
    assert ledger_of(session, asked(cast, now())).parties[cast.lan.business].bank_accounts == frozenset()
    assert ledger_of(session, asked(cast, now()), with_accounts=True).parties == {
        cast.lan.business: Party(
            people=frozenset({cast.lan.person, cast.mai}),
            phones=frozenset({"+84900000011"}),
            devices=frozenset({"one", "two"}),
            bank_accounts=frozenset(account_digests(LAN_ACCOUNT)),
        ),
        cast.htx.business: Party(people=frozenset({cast.htx.person}), phones=frozenset({"+84900000012"})),
        cast.tu.business: Party(people=frozenset({cast.tu.person}), phones=frozenset({"+84900000013"})),
        cast.theu: Party(phones=frozenset({"+84900000014"})),
    }


def test_a_mandate_serves_until_its_last_day_or_the_day_it_was_taken_back(
    cast: Cast, session: Session, now: Clock
) -> None:
    """Days after the first; each mandate's last day is the ninetieth."""
    taken_back = {None: 90, 0: 0, 89: 89, 90: 90, 91: 90}
    with transaction() as writing:
        people = [writing.get_one(Person, one) for one in (cast.vy, cast.hung)]
        for days in taken_back:
            mandate = make.make_mandate(writing, writing.get_one(Business, cast.lan.business), *people, now())
            mandate.revoked_at = None if days is None else now() + days * DAY
    found = [one for one in trail_of(session, asked(cast, now())).services if one.business_id]
    helper = (cast.vy, "+84900000002", cast.lan.business, TODAY)
    assert {(one.person_id, one.phone, one.business_id, one.starts_on) for one in found} == {helper}
    assert sorted(one.ends_on - TODAY for one in found if one.ends_on) == sorted(
        last * DAY for last in taken_back.values()
    )


def test_officers_and_helpers_are_in_the_commune_s_service_and_the_operator_s_admin_is_not(
    cast: Cast, session: Session, now: Clock
) -> None:
    with transaction() as writing:
        make.make_post(writing, writing.get_one(Person, cast.mai), PostRole.ADMIN, None, now())
        writing.execute(update(Post).where(Post.person_id == cast.hung).values(ends_on=TODAY))
    found = trail_of(session, asked(cast, now())).services
    assert sorted((one.person_id, one.phone, one.hamlet_id, one.ends_on) for one in found) == [
        (cast.hung, "+84900000001", None, TODAY),
        (cast.vy, "+84900000002", cast.nghia_dung, None),
    ]


def test_the_devices_of_those_in_service_are_all_they_ever_signed_in_on(
    cast: Cast, session: Session, now: Clock
) -> None:
    """Signed out, out of their post, or with a mandate that was taken back; nobody else's."""
    with transaction() as writing:
        people = [writing.get_one(Person, one) for one in (cast.mai, cast.hung)]
        make.make_mandate(writing, writing.get_one(Business, cast.lan.business), *people, now()).revoked_at = now()
        writing.execute(update(Post).where(Post.person_id == cast.vy).values(ends_on=TODAY - DAY))
        for person, device in (
            (cast.vy, "hers"),
            (cast.hung, "his"),
            (cast.mai, "the helper's"),
            (cast.stranger, "a stranger's"),
            (cast.lan.person, "a seller's"),
            (cast.hung, "hers"),
        ):
            sign_in_on(writing, person, device, now())
    found = trail_of(session, asked(cast, now())).staff_devices
    assert found == {"hers": cast.vy, "his": cast.hung, "the helper's": cast.mai}
    assert trail_of(session, asked(cast, now() - SECOND)).staff_devices == {}


def test_what_the_job_found_is_known_from_its_moment_until_it_no_longer_holds_or_is_answered(
    cast: Cast, session: Session, now: Clock
) -> None:
    with transaction() as writing:
        own = {"phone": "0900 000 011", "device": "a browser"}
        order_id = sell(writing, cast.commune, cast.lan, Sold(on=TODAY - DAY, is_known=True, **own)).id
    look_everywhere(cast.commune)
    found_at = now()
    with transaction() as writing:
        writing.get_one(Business, cast.lan.business).phone = None
        writing.get_one(Person, cast.lan.person).phone = None
    ended_at = now.move(hours=1)
    look_everywhere(cast.commune)
    with transaction() as writing:
        writing.get_one(Person, cast.lan.person).phone = Phone("0900 000 011")
    now.move(hours=1)
    look_everywhere(cast.commune)
    with transaction() as writing:
        writing.add(decide(cast, order_id, Verdict.COUNTS, now.move(hours=1)))
    own_flags = {order_id: (RiskFlag.SHARED_PHONE,)}
    moments = {found_at - SECOND: {}, found_at: own_flags, ended_at - SECOND: own_flags, ended_at: {}}
    moments |= {now() - SECOND: own_flags, now(): {}}
    for moment, expected in moments.items():
        known = ledger_of(session, asked(cast, moment))
        assert known.flags == expected
        assert [one.is_examined for one in known.sales] == [moment >= found_at]
        assert [one.vouch for one in known.sales] == [Vouch.CALL if moment >= found_at else None]


@pytest.mark.parametrize(("back", "proven"), [(20_000, 30_000), (49_999, 1), (50_000, None)])
def test_what_the_buyer_has_again_proves_nothing(
    cast: Cast, session: Session, now: Clock, back: int, proven: int | None
) -> None:
    """An order of 50,000 đ; one whose money was all given back is no sale, from then on."""
    with transaction() as writing:
        order = sell(writing, cast.commune, cast.lan, Sold(on=local_day(now()), is_confirmed=True))
        request = writing.scalars(select(PaymentRequest.id).where(PaymentRequest.order_id == order.id)).one()
        given = Refund(request_id=request, amount=Dong(back), client_key="back", at=now() + timedelta(hours=3))
        writing.add(given)
    before, after = (sale_of(session, cast.commune, order.id, known_at=now() + timedelta(hours=at)) for at in (2, 4))
    assert before is not None
    assert before.proven == 50_000
    assert (after.proven if after else None) == proven
