"""Loads the register of businesses with its history, and the stalls with their accounts and papers."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import PlatformAccount
from market.base.audit import GUEST
from market.base.secrets import vault
from market.base.seen import seen_of
from market.payments.banks import PROVIDERS
from market.places.models import PickupPoint
from market.seeding.actions.cast import Demo
from market.seeding.files import Row, Seeds
from market.sellers.actions import (
    NewBankAccount,
    NewBusiness,
    NewConnection,
    PaperSeen,
    StallSettings,
    add_business,
    change_stall,
    connect_bank,
    open_stall,
    set_bank_account,
    update_business,
)
from market.sellers.actions.identity import SUBJECT
from market.sellers.identity.stand_in import StandIn
from market.sellers.models import (
    Business,
    BusinessKind,
    BusinessMember,
    BusinessStatus,
    Certificate,
    IdentityEvent,
    Stall,
    StallVisit,
    Verification,
    VerificationState,
)
from market.sellers.queries import bank_account_facts, bank_feed_facts, stall_facts
from market.sellers.rules.identity import LinkState
from market.sellers.rules.visits import days_of, read_hours

UNLINKED = "tap-hoa-nghia-xa"
LINKED_SINCE = datetime(2026, 9, 27, 17, tzinfo=UTC)
"""Who is not linked yet, unless their account is of a day from which on none may publish so."""
BANK_SECRET = "bao-co-thu-nghiem-{business}"  # noqa: S105 - of invented accounts, in development alone


def load_businesses(session: Session, seeds: Seeds, demo: Demo) -> None:
    """The register as it was handed over, and what changed since: each written down on its own day."""
    for row in seeds.table("businesses"):
        first = replace(_business(row, demo), valid_from=min(row.day("valid_from"), seeds.today))
        entered = seeds.at(first.valid_from)
        business_id = add_business(session, GUEST, first, now=entered)
        demo.businesses[row.text("key")] = business_id
        changed = row.maybe_day("status_from")
        if changed and changed <= seeds.today:
            now_said = _business(row, demo, is_changed=True)
            update_business(session, GUEST, business_id, now_said, now=seeds.at(changed))


def _business(row: Row, demo: Demo, *, is_changed: bool = False) -> NewBusiness:
    """What the register says at first, or since the change of status that the row tells."""
    at_first = BusinessStatus.ACTIVE if row.maybe("status_from") else BusinessStatus(row.text("status"))
    return NewBusiness(
        commune_id=demo.commune_id,
        hamlet_id=demo.hamlet(row.text("hamlet")),
        kind=BusinessKind(row.text("kind")),
        name=row.text("name"),
        valid_from=row.day("status_from") if is_changed else row.day("valid_from"),
        source=row.text("status_source") if is_changed else row.text("source"),
        status=BusinessStatus(row.text("status")) if is_changed else at_first,
        owner_name=row.maybe("owner_name"),
        phone=row.phone("phone"),
        tax_id=row.tax_id("tax_id"),
        trade=row.maybe("trade"),
        address=row.maybe("address"),
    )


def load_stalls(session: Session, seeds: Seeds, demo: Demo) -> None:
    """Verified sellers with their stalls, bank accounts, papers and accounts elsewhere."""
    for row in seeds.table("stalls"):
        _open(session, seeds, demo, row)
    for row in seeds.table("stall_visits"):
        session.add(_visit(session, demo, row))
    for row in seeds.table("bank_accounts"):
        _set_account(session, seeds, demo, row)
    for row in seeds.table("certificates"):
        session.add(_certificate(seeds, demo, row))
    for row in seeds.table("platform_accounts"):
        session.add(_platform_account(seeds, demo, row))
    session.flush()


def _open(session: Session, seeds: Seeds, demo: Demo, row: Row) -> None:
    key = row.text("business")
    opened = seeds.morning(row.whole("opened_offset"))
    business = session.get_one(Business, demo.businesses[key])
    _verify(session, seeds, demo, business, row)
    stall = session.get_one(Stall, open_stall(session, demo.officer, business.commune_id, business.id, now=opened))
    stall.intro = row.text("intro") or None
    settings = StallSettings(
        name=stall.name,
        intro=row.text("intro"),
        is_paused=False,
        accepts_by_itself=row.flag("accepts_by_itself"),
        confirms_strangers=stall.confirms_strangers,
        hold_days=stall.hold_days,
        delivers_in_commune=row.flag("delivers"),
        delivery_fee=row.dong("delivery_fee"),
        ships_outside=row.flag("ships"),
        shipping_fee=row.dong("shipping_fee"),
        least_order=row.dong("least_order"),
    )
    seen = seen_of(stall_facts(session, stall))
    change_stall(session, demo.owner(key), stall.id, settings, seen=seen, now=opened)
    demo.stalls[key] = stall.id


def _visit(session: Session, demo: Demo, row: Row) -> StallVisit:
    """Where a stall comes and when: the point of a hamlet."""
    point = select(PickupPoint.id).where(PickupPoint.hamlet_id == demo.hamlet(row.text("hamlet")))
    begins, _, ends = (row.maybe("hours") or "").partition("-")
    hours = read_hours(begins, ends)
    return StallVisit(
        commune_id=demo.commune_id,
        stall_id=demo.stalls[row.text("business")],
        pickup_point_id=session.scalars(point).one(),
        days=days_of(row.text("days")),
        begins=hours[0] if hours else None,
        ends=hours[1] if hours else None,
    )


def _verify(session: Session, seeds: Seeds, demo: Demo, business: Business, row: Row) -> None:
    """An officer saw the owner's paper on the day the stall opened."""
    day = seeds.day(row.whole("opened_offset"))
    member = session.scalars(select(BusinessMember).where(BusinessMember.business_id == business.id)).one()
    member.claimed_at = member.decided_at = seeds.at(day)
    session.add(
        Verification(
            business_id=business.id,
            member_id=member.id,
            state=VerificationState.VERIFIED,
            full_name=business.owner_name or business.name,
            paper="Căn cước, xem bản gốc tại Phòng Kinh tế",
            id_digest=vault().digest("citizen-id", f"seed-{business.id}"),
            id_last4=f"{business.id:04d}",
            verified_by=demo.officer.person_id,
            verified_at=seeds.at(day),
            note="Người và giấy tờ do chợ bịa ra để xem thử",
        )
    )
    if row.text("business") != UNLINKED or member.claimed_at >= LINKED_SINCE:
        session.add(_made_up_link(member, seeds.at(day)))


def _made_up_link(member: BusinessMember, at: datetime) -> IdentityEvent:
    """The stand-in's word that the owner is electronically authenticated: it is shown as made up."""
    attempt = f"minh-hoa-{member.id}"
    return IdentityEvent(
        member_id=member.id,
        attempt=attempt,
        provider=StandIn().name,
        state=LinkState.AUTHENTICATED,
        at=at,
        reference=f"MH-{member.id:06d}",
        told_at=at,
        subject_digest=vault().digest(SUBJECT, attempt),
    )


def _set_account(session: Session, seeds: Seeds, demo: Demo, row: Row) -> None:
    key = row.text("business")
    opened = seeds.morning(row.whole("opened_offset"))
    account = NewBankAccount(
        business_id=demo.businesses[key],
        bin=row.text("bin"),
        number=row.text("number"),
        holder=row.text("holder"),
        is_family=bool(row.maybe("family_consent")),
        family_phone=None,
        seen=seen_of(bank_account_facts(session, demo.businesses[key])),
    )
    paper = PaperSeen(paper=row.maybe("family_consent") or "Giấy chủ cơ sở ký, xem tại Phòng Kinh tế")
    set_bank_account(session, demo.officer, account, paper, clock=lambda: opened)
    if row.maybe("notices"):
        provider = PROVIDERS[row.text("notices")]
        new = NewConnection(
            business_id=demo.businesses[key],
            provider=provider.name,
            credentials={one.name: BANK_SECRET.format(business=key) for one in provider.fields},
            seen=seen_of(bank_feed_facts(session, demo.businesses[key])),
        )
        connect_bank(session, demo.owner(key), new, now=opened)


def _certificate(seeds: Seeds, demo: Demo, row: Row) -> Certificate:
    checked = row.maybe_whole("checked_offset")
    return Certificate(
        business_id=demo.businesses[row.text("business")],
        kind=row.text("kind"),
        number=row.text("number"),
        issuer=row.text("issuer"),
        scope=row.text("scope"),
        valid_from=seeds.day(row.whole("from_offset")),
        valid_to=seeds.day(row.whole("to_offset")),
        checked_by=demo.people[row.text("checked_by")] if row.maybe("checked_by") else None,
        checked_at=None if checked is None else seeds.morning(checked),
    )


def _platform_account(seeds: Seeds, demo: Demo, row: Row) -> PlatformAccount:
    checked = row.maybe_whole("checked_offset")
    return PlatformAccount(
        business_id=demo.businesses[row.text("business")],
        platform=row.text("platform"),
        shop=row.text("shop"),
        declared_at=seeds.morning(row.whole("declared_offset")),
        checked_by=demo.people[row.text("checked_by")] if row.maybe("checked_by") else None,
        checked_at=None if checked is None else seeds.morning(checked),
    )
