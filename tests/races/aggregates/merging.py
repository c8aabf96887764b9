"""Two businesses of the register that are one, and the yearly look at one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.actions import Joining, join_businesses, part_joined
from market.adoption.models import PlatformAccount
from market.adoption.queries import merge_sides_facts, two_sides
from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.places.models import Hamlet
from market.sellers import actions
from market.sellers.actions import NewBusiness, NewCheck, SeenCheck, Unmerging
from market.sellers.models import (
    Business,
    BusinessHistory,
    BusinessKind,
    BusinessMember,
    BusinessMerge,
    Certificate,
    CheckFinding,
    ClaimState,
    RegisterCheck,
)
from market.sellers.queries import check_facts, unmerge_facts
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.races.aggregates.people import make_person
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

_numbers = count(1)


@dataclass(slots=True)
class Pair:
    """Two lines of the register, and what was seen of them."""

    one: int = 0
    other: int = 0
    joining: str = ""
    merge: int = 0
    parting: str = ""
    check: int = 0
    checking: str = ""


def _entered(cast: Cast, pair: Pair) -> int:
    """The other one has somebody, a paper and a shop elsewhere; of the first a helper says that it has closed."""
    with transaction() as session:
        hamlet = session.get_one(Hamlet, cast.nghia_dung)
        names = [f"Lò bánh {next(_numbers)}" for _ in range(2)]
        pair.one, pair.other = (make.make_business(session, hamlet, name, running_now()).id for name in names)
        person = make_person(session, cast).id
        member = BusinessMember(business_id=pair.other, person_id=person, claimed_at=running_now())
        seen = {"checked_by": cast.hung, "checked_at": running_now()}
        paper = {"kind": "OCOP 3 sao", "number": "1", "issuer": "UBND", "scope": "Bánh"}
        day = local_day(running_now()) - timedelta(days=9)
        shop = {"platform": "shopee", "shop": f"shop-{pair.other}", "declared_at": running_now(), "proof": "ảnh"}
        session.add_all(
            [
                member,
                Certificate(business_id=pair.other, valid_from=day, **paper, **seen),
                PlatformAccount(business_id=pair.other, **shop, **seen),
            ]
        )
        session.flush()
        now = running_now()
        pair.joining = seen_of(merge_sides_facts(two_sides(session, cast.commune, (pair.one, pair.other), now=now)))
    found = NewCheck(
        commune_id=cast.commune,
        business_id=pair.one,
        finding=CheckFinding.CLOSED,
        hamlet_ids=[cast.nghia_dung],
    )
    with transaction() as session:
        pair.check = actions.record_check(session, Actor(person_id=cast.vy), found, clock=running_now)
        pair.checking = seen_of(check_facts(session.get_one(RegisterCheck, pair.check)))
    return pair.one


def _picture(pair: Pair) -> Callable[[Session, int], object]:
    def picture(session: Session, at: int) -> object:
        both = (pair.one, pair.other)
        rows = session.execute(
            select(Business.status, Business.name).where(Business.id.in_(both)).order_by(Business.id)
        )
        merges = session.scalars(select(BusinessMerge).where(BusinessMerge.merged_id.in_(both)))
        lines = session.scalars(select(BusinessHistory.status).where(BusinessHistory.business_id.in_(both)))
        theirs = session.scalars(select(BusinessMember.state).where(BusinessMember.business_id.in_(both)))
        open_shops = PlatformAccount.business_id.in_(both), PlatformAccount.ended_at.is_(None)
        check = session.get_one(RegisterCheck, pair.check)
        return (
            [(status, name.partition(" ")[0]) for status, name in rows],
            [one.undone_at is None for one in merges],
            sorted(lines),
            sorted(state is ClaimState.PENDING for state in theirs),
            len(session.scalars(select(PlatformAccount.id).where(*open_shops)).all()),
            (check.settled_at is None, check.was_written),
            verbs_of(session, "business", at),
        )

    return picture


def _joining(cast: Cast, pair: Pair, *, is_turned: bool = False) -> Move:
    def act(session: Session, _at: int) -> object:
        both = (pair.other, pair.one) if is_turned else (pair.one, pair.other)
        asked = Joining(commune_id=cast.commune, pair=both, chosen={"name": pair.other}, seen=pair.joining)
        return bool(join_businesses(session, Actor(person_id=cast.hung), asked, clock=running_now))

    return writing(act)


def _edit(cast: Cast, pair: Pair) -> Move:
    def act(session: Session, at: int) -> object:
        new = NewBusiness(
            commune_id=cast.commune,
            hamlet_id=cast.nghia_dung,
            kind=BusinessKind.HOUSEHOLD_BUSINESS,
            name=f"Quán bánh {at}",
            valid_from=local_day(running_now()),
            source="giấy",
        )
        return actions.update_business(session, Actor(person_id=cast.hung), pair.one, new, now=running_now())

    return writing(act)


def alike_businesses(cast: Cast) -> Aggregate:
    """Two that may be one are joined, either way round, kept apart, edited; what a helper found is written or put
    away."""
    pair, officer = Pair(), Actor(person_id=cast.hung)

    def apart(session: Session, _at: int) -> object:
        both = pair.one, pair.other
        return actions.keep_apart(session, officer, cast.commune, both, now=running_now())

    def write(session: Session, _at: int) -> object:
        shown = SeenCheck(commune_id=cast.commune, check_id=pair.check, seen=pair.checking)
        return actions.write_check(session, officer, shown, clock=running_now)

    def settle(session: Session, _at: int) -> object:
        return actions.settle_check(session, officer, cast.commune, pair.check, now=running_now())

    def look(session: Session, at: int) -> object:
        found = NewCheck(commune_id=cast.commune, business_id=at, finding=CheckFinding.STILL_THERE)
        return bool(actions.record_check(session, officer, found, clock=running_now))

    return Aggregate(
        start=lambda: _entered(cast, pair),
        moves={
            "join": _joining(cast, pair),
            "join turned": _joining(cast, pair, is_turned=True),
            "keep apart": writing(apart),
            "edit": _edit(cast, pair),
            "write": writing(write),
            "settle": writing(settle),
            "look": writing(look),
        },
        picture=_picture(pair),
        tables=["commune"],
    )


def joined_businesses(cast: Cast) -> Aggregate:
    """Two that were joined are taken apart, and the one that goes on is edited."""
    pair, officer = Pair(), Actor(person_id=cast.hung)

    def start() -> int:
        _entered(cast, pair)
        with transaction() as session:
            asked = Joining(commune_id=cast.commune, pair=(pair.one, pair.other), chosen={}, seen=pair.joining)
            pair.one = join_businesses(session, officer, asked, clock=running_now)
            merge = session.scalars(select(BusinessMerge).where(BusinessMerge.into_id == pair.one)).one()
            pair.merge, pair.other, pair.parting = merge.id, merge.merged_id, seen_of(unmerge_facts(merge))
        return pair.one

    def part(session: Session, _at: int) -> object:
        asked = Unmerging(commune_id=cast.commune, merge_id=pair.merge, seen=pair.parting)
        return part_joined(session, officer, asked, clock=running_now)

    return Aggregate(
        start=start,
        moves={"part": writing(part), "edit": _edit(cast, pair), "join": _joining(cast, pair)},
        picture=_picture(pair),
        tables=["commune"],
        spare={"business": "all that changes what the register says of it has the register's lock before"},
    )
