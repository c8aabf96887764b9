"""Two businesses of the register that are one: one of them goes on, the other ends, and can be taken out again."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, locked, locked_all
from market.base.errors import Conflict, NotFound
from market.base.seen import check_seen
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.places.models import Commune
from market.sellers import queries
from market.sellers.actions.claims import first_claim
from market.sellers.actions.ending import Ending, remove_member
from market.sellers.actions.papers import NewCertificate, end_certificate, record_certificate
from market.sellers.actions.register import (
    EDITABLE,
    NewBusiness,
    bring_to,
    changed_fields,
    lock_register,
    log_business,
    refuse_known,
    set_fields,
    write_histories,
)
from market.sellers.models import (
    AnswerAbout,
    Business,
    BusinessMember,
    BusinessMerge,
    BusinessStatus,
    ClaimState,
    RegisterAnswer,
)
from market.sellers.queries.answers import TWO
from market.sellers.rules import RegisterRow, businesses_mark, kept_values, row_of_values
from market.values.period import local_day

CLAIMS, WAITED, PAPERS = "claims", "waited", "papers"
"""What a merge makes: claims of the one that goes on, by the other's people; the other's claims that it ended; papers
that it wrote down for the one that goes on."""
PARTED = "Xã đã tách hai hộ gộp nhầm."


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoBusinesses:
    """Both, locked under their register: the one that goes on, and the one that ends."""

    register: Locked[Commune]
    into: Locked[Business]
    merged: Locked[Business]


def merge_businesses(
    session: Session, actor: Actor, two: TwoBusinesses, taken: Collection[str], *, now: datetime
) -> BusinessMerge:
    """Let `two.merged` end today, and what is told of both be of `two.into`, which is brought to what the other said in
    the fields that are `taken` and in those of which nothing was said of itself.

    History, orders, stall, mandates and the bank account of the merged one stay with it: what was sold is finished
    there. Its people claim the other, for the office to confirm; its papers in force are written down for the other.
    Conflict where either was merged before or trades no more, or a third one is known so already.
    """
    into, merged = two.into.row, two.merged.row
    _refuse_ended(session, two)
    merge = BusinessMerge(
        commune_id=into.commune_id,
        merged_id=merged.id,
        into_id=into.id,
        merged_said=kept_values(_said_of(merged)),
        into_said=kept_values(_said_of(into)),
        along={},
        merged_at=now,
        merged_by=actor.person_id,
    )
    joined = _joined(into, merged, taken, now=now)
    session.add(merge)
    session.flush()
    _end_merged(session, actor, two, joined, now=now)
    claims, waited = _claim(session, two, now=now)
    merge.along = {CLAIMS: claims, WAITED: waited, PAPERS: _bring_papers(session, actor, two, now=now)}
    bring_to(session, actor, two.into, joined, now=now)
    session.flush()
    for business in (merged, into):
        log_business(session, actor, "merge_business", business, now=now)
    _tell(session, merge, f"Xã ghi {merged.name} và {into.name} là một, từ nay gọi là {into.name}.", now=now)
    return merge


def _refuse_ended(session: Session, two: TwoBusinesses) -> None:
    for business in (two.into.row, two.merged.row):
        if merge := queries.merge_in_force(session, business.id):
            raise Conflict("merged_before", f"{business.name} đã gộp vào {merge.into.name} rồi.")
        if business.has_ended:
            raise Conflict("business_ended", f"{business.name} đã chấm dứt. Không cần gộp, sổ không còn đếm.")


def _said_of(business: Business) -> RegisterRow:
    return RegisterRow(**{name: getattr(business, name) for name in EDITABLE})


def _joined(into: Business, merged: Business, taken: Collection[str], *, now: datetime) -> NewBusiness:
    """What the register says of the two as one."""
    said = {name: getattr(merged if name in taken or getattr(into, name) is None else into, name) for name in EDITABLE}
    return NewBusiness(commune_id=into.commune_id, valid_from=local_day(now), source=f"Gộp {merged.name} vào", **said)


def _end_merged(session: Session, actor: Actor, two: TwoBusinesses, joined: NewBusiness, *, now: datetime) -> None:
    """The merged one ends; a tax code that the other takes is no longer its own."""
    said = _as_it_is(two.merged.row, f"Gộp vào {joined.name}", now=now)
    tax_id = None if said.tax_id == joined.tax_id else said.tax_id
    _write(session, actor, two.merged, replace(said, status=BusinessStatus.TERMINATED, tax_id=tax_id), now=now)


def _as_it_is(business: Business, source: str, *, now: datetime) -> NewBusiness:
    """What the register says of it, as said today."""
    said = {name: getattr(business, name) for name in EDITABLE}
    return NewBusiness(commune_id=business.commune_id, valid_from=local_day(now), source=source, **said)


def _write(session: Session, actor: Actor, business: Locked[Business], new: NewBusiness, *, now: datetime) -> None:
    """What holds of a business from today on, that nobody else needs to be compared with."""
    changed = changed_fields(business.row, new)
    set_fields(business.row, new, changed, now=now)
    session.flush()
    write_histories(session, [(business.row.id, new)], now=now)
    log_business(session, actor, "edit_business", business.row, *changed, now=now)


def _claim(session: Session, two: TwoBusinesses, *, now: datetime) -> tuple[list[int], list[int]]:
    """Those who are or want to be of the merged one ask to be of the other: an officer looks at papers as ever, and its
    people hear of it a day ahead. The claims that were made, and those that waited where nobody answers any more."""
    both = locked_all(session, BusinessMember, BusinessMember.business_id.in_((two.into.row.id, two.merged.row.id)))
    members = [one.row for one in both]
    there = {one.person_id: one for one in members if one.business_id == two.into.row.id}
    claims, waited = [], []
    for member in (one for one in members if one.business_id == two.merged.row.id):
        if member.ended_at is not None or not (member.is_waiting or member.was_confirmed):
            continue
        if member.is_waiting:
            member.ended_at, member.ended_reason = now, f"Gộp vào {two.into.row.name}"
            waited.append(member.id)
        known = there.get(member.person_id)
        if known is None:
            claims.append(first_claim(session, two.into.row.id, member.person_id, now=now).id)
        elif known.ended_at is not None or not (known.is_waiting or known.was_confirmed):
            known.state, known.claimed_at, known.ended_at, known.refusal = ClaimState.PENDING, now, None, None
            known.begins_at, known.decided_at, known.decided_by = None, None, None
            claims.append(known.id)
    return claims, waited


def _bring_papers(session: Session, actor: Actor, two: TwoBusinesses, *, now: datetime) -> list[int]:
    """The checked papers in force of the merged one are of the other too, from when an officer said so."""
    today, into_id = local_day(now), two.into.row.id
    there = {(one.kind, one.number) for one in queries.certificates_in_force(session, into_id, today)}
    brought = []
    for paper in queries.certificates_in_force(session, two.merged.row.id, today):
        if (paper.kind, paper.number) in there:
            continue
        new = NewCertificate(
            commune_id=two.into.row.commune_id,
            business_id=into_id,
            kind=paper.kind,
            number=paper.number,
            issuer=paper.issuer,
            scope=paper.scope,
            valid_from=paper.valid_from,
            valid_to=paper.valid_to,
        )
        brought.append(record_certificate(session, actor, new, now=now))
    return brought


def _tell(session: Session, merge: BusinessMerge, sentence: str, *, now: datetime) -> None:
    news = News.BUSINESS_MERGED if merge.undone_at is None else News.BUSINESS_PARTED
    messages = [
        Message(
            commune_id=merge.commune_id,
            dedupe_key=f"{news_key('business_merge', merge.id, news, now)}:{business_id}",
            kind=news,
            sentence=sentence,
            business_id=business_id,
        )
        for business_id in (merge.merged_id, merge.into_id)
    ]
    enqueue_notifications(session, messages, now=now)


# --- taken apart again ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerging:
    """A merge that a person takes back; `seen`: `seen_of()` of what its page said (`unmerge_facts`)."""

    commune_id: int
    merge_id: int
    seen: str


def unmerge_businesses(session: Session, actor: Actor, asked: Unmerging, *, clock: Clock) -> BusinessMerge | None:
    """Take a merged business out of the other again, from today on: it is what it was, and so is the other where nobody
    has said otherwise since. None where that was done before.

    What came to the other meanwhile stays there: orders, members whom the office confirmed by themselves, papers that
    were seen. What the merge itself made ends. ChangedSince where the register says something else than was seen,
    Conflict where the other was merged further, or a third one is known so already; NotFound for another commune's.
    """
    lock_register(session, asked.commune_id)
    merge = queries.merge_with_id(session, asked.commune_id, asked.merge_id)
    both = Business.id.in_((merge.merged_id, merge.into_id)), Business.commune_id == asked.commune_id
    by_id = {one.row.id: one for one in locked_all(session, Business, *both)}
    session.refresh(merge)
    if merge.undone_at is not None:
        return None
    check_seen(asked.seen, queries.unmerge_facts(merge))
    into, merged, now = by_id[merge.into_id], by_id[merge.merged_id], clock()
    if further := queries.merge_in_force(session, into.row.id):
        raise Conflict("merged_further", f"{into.row.name} đã gộp tiếp vào {further.into.name}. Mời tách ở đó trước.")
    _end_along(session, actor, merge, into.row, clock=clock)
    bring_to(session, actor, into, _before(session, into.row, merge, now=now), now=now)
    session.flush()
    merge.undone_at, merge.undone_by = now, actor.person_id
    session.flush()
    _begin_again(session, actor, merge, merged, now=now)
    say_two(session, actor, asked.commune_id, (merge.merged_id, merge.into_id), now=now)
    for business in (merged.row, into.row):
        log_business(session, actor, "unmerge_business", business, now=now)
    _tell(session, merge, f"Xã đã tách {merged.row.name} và {into.row.name} thành hai như trước.", now=now)
    session.flush()
    return merge


def _before(session: Session, into: Business, merge: BusinessMerge, *, now: datetime) -> NewBusiness:
    """What the merged one brought and still stands goes back."""
    was, brought = queries.said_before(session, merge)
    back = {
        name: getattr(was, name)
        for name in EDITABLE
        if (value := getattr(into, name)) is not None and value == getattr(brought, name) != getattr(was, name)
    }
    return replace(_as_it_is(into, PARTED, now=now), **back)


def _begin_again(
    session: Session, actor: Actor, merge: BusinessMerge, merged: Locked[Business], *, now: datetime
) -> None:
    was = row_of_values(merge.merged_said)
    status = was.status or BusinessStatus.ACTIVE
    new = replace(_as_it_is(merged.row, PARTED, now=now), status=status, tax_id=was.tax_id)
    refuse_known(session, new, merged.row.id)
    _write(session, actor, merged, new, now=now)


def _end_along(session: Session, actor: Actor, merge: BusinessMerge, into: Business, *, clock: Clock) -> None:
    """What the merge made ends; what it had ended waits again."""
    now, along = clock(), merge.along
    for member_id in along[CLAIMS]:
        member = locked(session, BusinessMember, BusinessMember.id == member_id).row
        if member.is_waiting:
            member.ended_at, member.ended_reason = now, PARTED
        elif member.was_confirmed and member.ended_at is None:
            ending = Ending(commune_id=into.commune_id, business_id=into.id, id=member_id, reason=PARTED)
            remove_member(session, actor, ending, now=now)
    for member_id in along[WAITED]:
        member = locked(session, BusinessMember, BusinessMember.id == member_id).row
        if member.ended_at == merge.merged_at:
            member.ended_at, member.ended_reason = None, None
    for paper_id in along[PAPERS]:
        end_certificate(session, actor, into.commune_id, into.id, paper_id, clock=clock)


def say_two(session: Session, actor: Actor, commune_id: int, pair: tuple[int, int], *, now: datetime) -> bool:
    """Keep that two businesses of the register are two: nobody is asked about them again. Whether that was not said
    before. The register must be locked."""
    mark = businesses_mark(*pair)
    query = select(RegisterAnswer).filter_by(commune_id=commune_id, about=AnswerAbout.TWIN, said=mark)
    if session.scalar(query) is not None:
        return False
    answer = RegisterAnswer(
        commune_id=commune_id,
        about=AnswerAbout.TWIN,
        said=mark,
        meaning=TWO,
        answered_by=actor.person_id,
        answered_at=now,
    )
    session.add(answer)
    session.flush()
    return True


def keep_apart(session: Session, actor: Actor, commune_id: int, pair: tuple[int, int], *, now: datetime) -> None:
    """An officer says that two businesses of a commune are two. Idempotent; NotFound for another commune's."""
    lock_register(session, commune_id)
    known = queries.businesses_named(session, commune_id, pair)
    if len(known) != len(set(pair)) or len(known) != len(pair):
        raise NotFound
    if say_two(session, actor, commune_id, pair, now=now):
        for business in known.values():
            log_business(session, actor, "keep_apart", business, now=now)
