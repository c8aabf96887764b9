"""Loads the invented people: officers, helpers, owners, buyers, their posts, claims and mandates."""

from datetime import date

from sqlalchemy.orm import Session

from market.accounts.actions import TERMS_VERSION
from market.accounts.models import Consent, ConsentPurpose, Person
from market.seeding.actions.cast import Demo
from market.seeding.files import Row, Seeds
from market.sellers.actions import NewPost, add_post, log_business
from market.sellers.models import Business, BusinessMember, ClaimState, Mandate, MandateMethod, PostRole

POSTS = {"officer": PostRole.OFFICER, "helper": PostRole.HELPER, "admin": PostRole.ADMIN}
JOINED = date(2025, 7, 1)
BEFORE_STALLS = -365
"""Days from the loading: no stall has opened by then."""


def load_people(session: Session, seeds: Seeds, demo: Demo, password_hash: str) -> None:
    """People with their posts and claims; only the demonstration's have a password."""
    rows = seeds.table("people")
    for row in rows:
        demo.people[row.text("key")] = _person(session, seeds, demo, row, password_hash)
    for row in rows:
        if row.text("role") in POSTS:
            _post(session, seeds, demo, row)
        elif row.text("role") == "owner":
            _claim(session, seeds, demo, row)
    session.flush()


def _person(session: Session, seeds: Seeds, demo: Demo, row: Row, password_hash: str) -> int:
    joined = seeds.at(row.maybe_day("post_from") or JOINED)
    person = Person(
        commune_id=demo.commune_id,
        name=row.text("name"),
        phone=row.phone("phone"),
        password_hash=password_hash if row.flag("demo") else None,
        is_demo=row.flag("demo"),
        created_at=joined,
    )
    session.add(person)
    session.flush()
    terms = Consent(person_id=person.id, purpose=ConsentPurpose.TERMS, text_version=TERMS_VERSION, given_at=joined)
    session.add(terms)
    return person.id


def _post(session: Session, seeds: Seeds, demo: Demo, row: Row) -> None:
    post = NewPost(
        commune_id=demo.commune_id,
        person_id=demo.people[row.text("key")],
        role=POSTS[row.text("role")],
        hamlet_id=demo.hamlet(row.text("hamlet")) if row.maybe("hamlet") else None,
        starts_on=min(row.day("post_from"), seeds.day(BEFORE_STALLS)),
    )
    add_post(session, demo.officer, post, now=seeds.at(row.day("post_from")))


def _claim(session: Session, seeds: Seeds, demo: Demo, row: Row) -> None:
    """The owner's claim; a confirmed one gets its day when the stall opens."""
    business_key, person_id = row.text("business"), demo.people[row.text("key")]
    demo.owners[business_key] = person_id
    state = ClaimState(row.text("claim"))
    is_decided = state is not ClaimState.PENDING
    member = BusinessMember(
        business_id=demo.businesses[business_key],
        person_id=person_id,
        state=state,
        claimed_at=seeds.morning(-2),
        decided_at=seeds.now if is_decided else None,
        decided_by=demo.officer.person_id if is_decided else None,
    )
    session.add(member)
    session.flush()


def load_mandates(session: Session, seeds: Seeds, demo: Demo) -> None:
    """Mandates in force and one that has ended."""
    for row in seeds.table("mandates"):
        business_id = demo.businesses[row.text("business")]
        recorded = seeds.morning(row.whole("recorded_offset"))
        session.add(
            Mandate(
                business_id=business_id,
                helper_id=demo.people[row.text("helper")],
                granted_by=row.text("granted_by"),
                method=MandateMethod(row.text("method")),
                paper=row.maybe("paper"),
                starts_on=seeds.day(row.whole("starts_offset")),
                ends_on=seeds.day(row.whole("ends_offset")),
                recorded_by=demo.people[row.text("recorded_by")],
                recorded_at=recorded,
            )
        )
        business = session.get_one(Business, business_id)
        log_business(session, demo.officer, "grant_mandate", business, "mandate", now=recorded)
    session.flush()
