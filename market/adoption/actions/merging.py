"""Two businesses of the register that are one, with what the KPI knows of each: joined, and taken apart again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.actions.platforms import OWN_BUSINESS
from market.adoption.models import PlatformAccount
from market.adoption.queries.merging import merge_sides_facts, two_sides
from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import locked_all
from market.base.errors import NotFound, Refused
from market.base.seen import check_seen
from market.sellers import actions
from market.sellers.actions.register import lock_register, log_business
from market.sellers.models import Business, BusinessMerge
from market.sellers.queries import merge_in_force, right_to
from market.values.period import local_day

JOINED = "Gộp hai cơ sở trong sổ"
PARTED = "Tách hai cơ sở gộp nhầm"
ACCOUNTS, ACCOUNTS_ENDED = "accounts", "accounts_ended"
"""What a merge makes: accounts elsewhere of the one that goes on; those of the other that it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Two businesses of a commune that an officer says are one. `chosen`: field -> the one whose word the register is
    to keep where both say something; else that of the one that goes on. `seen`: `seen_of()` of what was shown
    (`merge_sides_facts`)."""

    commune_id: int
    pair: tuple[int, int]
    chosen: dict[str, int]
    seen: str


def join_businesses(session: Session, actor: Actor, asked: Joining, *, clock: Clock) -> int:
    """Join two businesses of the register; returns the id of the one that goes on (`rules.staying`).

    Nothing that was recorded changes: orders and evidence stay with the business that they were of, whose line of
    history ends today; so what was known before comes out as it did. Its accounts elsewhere are the other's from now
    on. Joined already, either way round, it is what it is. Refused to whom one of them is, ChangedSince where they are
    not what was seen, Conflict where one was merged otherwise or trades no more, NotFound for another commune's.
    """
    register = lock_register(session, asked.commune_id)
    both = Business.id.in_(asked.pair), Business.commune_id == asked.commune_id
    by_id = {one.row.id: one for one in locked_all(session, Business, *both)}
    if len(by_id) != len(asked.pair):
        raise NotFound
    if (known := _joined_already(session, asked.pair)) is not None:
        return known
    now = clock()
    _refuse_own(session, actor, asked.pair, now=now)
    sides = two_sides(session, asked.commune_id, asked.pair, now=now)
    check_seen(asked.seen, merge_sides_facts(sides))
    two = actions.TwoBusinesses(register=register, into=by_id[sides.into.id], merged=by_id[sides.merged.id])
    taken = {name for name in sides.conflicts if asked.chosen.get(name) == sides.merged.id}
    merge = actions.merge_businesses(session, actor, two, taken, now=now)
    ended, made = _hand_accounts(session, actor, merge, now=now)
    merge.along = merge.along | {ACCOUNTS: made, ACCOUNTS_ENDED: ended}
    session.flush()
    return merge.into_id


def _refuse_own(session: Session, actor: Actor, pair: Collection[int], *, now: datetime) -> None:
    today = local_day(now)
    if actor.person_id is None or any(right_to(session, at, actor.person_id, today) for at in pair):
        raise Refused("own_business", OWN_BUSINESS)


def _joined_already(session: Session, pair: Collection[int]) -> int | None:
    for at in pair:
        merge = merge_in_force(session, at)
        if merge is not None and merge.into_id in pair:
            return merge.into_id
    return None


def part_joined(session: Session, actor: Actor, asked: actions.Unmerging, *, clock: Clock) -> None:
    """Take a merged business out of the other again, with its accounts elsewhere: they are its own again from today on.
    Idempotent. ChangedSince, Conflict and NotFound as `unmerge_businesses` says."""
    merge = actions.unmerge_businesses(session, actor, asked, clock=clock)
    if merge is None:
        return
    _again(session, actor, merge, now=clock())
    session.flush()


def _in_use(session: Session, business_id: int) -> list[PlatformAccount]:
    query = select(PlatformAccount).where(
        PlatformAccount.business_id == business_id, PlatformAccount.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(PlatformAccount.id)))


def _hand_accounts(
    session: Session, actor: Actor, merge: BusinessMerge, *, now: datetime
) -> tuple[list[int], list[int]]:
    """The accounts elsewhere that were seen end for the one and begin for the other, which has one of each platform: so
    figures of days before count them where they were. Which ended, which were made."""
    there = {one.platform for one in _in_use(session, merge.into_id)}
    accounts = _in_use(session, merge.merged_id)
    _end(session, actor, accounts, JOINED, now=now)
    made = [_copy(session, actor, one, merge.into_id, now=now) for one in accounts if one.platform not in there]
    return [one.id for one in accounts], made


def _copy(session: Session, actor: Actor, account: PlatformAccount, business_id: int, *, now: datetime) -> int:
    """An account that nobody has seen yet still waits for that."""
    copy = PlatformAccount(
        business_id=business_id,
        platform=account.platform,
        shop=account.shop,
        proof=account.proof,
        declared_at=account.declared_at,
        checked_by=account.checked_by,
        checked_at=now if account.checked_at else None,
    )
    session.add(copy)
    session.flush()
    business = session.get_one(Business, business_id)
    log_business(session, actor, "record_account", business, "platform_account", now=now)
    return copy.id


def _end(session: Session, actor: Actor, accounts: Sequence[PlatformAccount], reason: str, *, now: datetime) -> None:
    for account in accounts:
        account.ended_at, account.ended_by, account.ended_reason = now, actor.person_id, reason
        business = session.get_one(Business, account.business_id)
        log_business(session, actor, "end_account", business, "platform_account", now=now)
    session.flush()


def _kept(session: Session, ids: Collection[int]) -> Sequence[PlatformAccount]:
    query = select(PlatformAccount).where(PlatformAccount.id.in_(ids))
    return session.scalars(query.order_by(PlatformAccount.id)).all()


def _again(session: Session, actor: Actor, merge: BusinessMerge, *, now: datetime) -> None:
    """What a merge handed over goes back, where nobody has said otherwise since."""
    made = _kept(session, merge.along.get(ACCOUNTS, ()))
    _end(session, actor, [one for one in made if one.ended_at is None], PARTED, now=now)
    there = {one.platform for one in _in_use(session, merge.merged_id)}
    for account in _kept(session, merge.along.get(ACCOUNTS_ENDED, ())):
        if account.platform not in there:
            _copy(session, actor, account, merge.merged_id, now=now)
