"""Rows of files that a person said are one with a business: what each brought is kept, and they can be parted again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import NotFound
from market.base.seen import check_seen
from market.sellers.actions.merging import say_two
from market.sellers.actions.register import (
    EDITABLE,
    NewBusiness,
    bring_to,
    enter_businesses,
    lock_register,
    log_business,
    refuse_known,
    refuse_merged,
)
from market.sellers.models import AnswerAbout, Business, BusinessStatus, RegisterAnswer, RegisterJoin
from market.sellers.queries import join_facts
from market.sellers.queries.answers import TWO
from market.sellers.rules import IDENTITY, Decision, RegisterRow, is_of_pair, kept_values, pair_mark, row_of_values
from market.values.period import local_day

SOURCE = "Tách cơ sở đã gộp nhầm"


def note_joins(session: Session, actor: Actor, written: Mapping[int, Decision], *, now: datetime) -> None:
    """Keep what was joined, by the ids of the businesses that were written, under the register's lock; each once."""
    told = {(at, said): values for at, one in written.items() for said, *values in _joins_of(at, one)}
    if not told:
        return
    query = select(RegisterJoin.business_id, RegisterJoin.said).where(RegisterJoin.business_id.in_(written))
    known = {(at, said) for at, said in session.execute(query)}
    for (at, said), (brought, before) in told.items():
        if (at, said) not in known:
            session.add(
                RegisterJoin(
                    business_id=at,
                    said=said,
                    brought=kept_values(brought),
                    before=kept_values(before),
                    joined_at=now,
                    joined_by=actor.person_id,
                )
            )
    session.flush()


def _joins_of(business_id: int, one: Decision) -> Sequence[tuple[str, RegisterRow, RegisterRow]]:
    """Under which answer, what was brought, what was said before."""
    found = []
    own = one.own or one.says
    if one.means == business_id and one.before and own and IDENTITY & set(one.fields):
        found.append((one.mark, own, one.before))
    if own:
        found += [(pair_mark(one.mark, other.mark), other.row, own) for other in one.joined]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """A join of a business that a person takes back; `seen`: `seen_of()` of what its page said (`join_facts`)."""

    commune_id: int
    business_id: int
    join_id: int
    seen: str


def part_businesses(session: Session, actor: Actor, parting: Parting, *, clock: Clock) -> int:
    """Take a row apart again from the business that it was joined to: the business is again what it was, where nobody
    has said otherwise since, and what the row brought is a business of its own; returns the id of that one.

    Stall, people, papers and mandates stay where they are. The commune's next files keep the two apart. Idempotent.
    NotFound for another commune's, ChangedSince where the register says something else than was seen, Conflict where a
    third business is known so already, or it is another one now.
    """
    register = lock_register(session, parting.commune_id)
    its = Business.id == parting.business_id, Business.commune_id == parting.commune_id
    business = locked(session, Business, *its)
    query = select(RegisterJoin).where(
        RegisterJoin.id == parting.join_id, RegisterJoin.business_id == parting.business_id
    )
    join = session.scalar(query)
    if join is None:
        raise NotFound
    if join.parted_id is not None:
        return join.parted_id
    refuse_merged(session, business)
    check_seen(parting.seen, join_facts(business.row, join))
    now = clock()
    bring_to(session, actor, business, _before(business.row, join, now), now=now)
    session.flush()
    own = _own(business.row, row_of_values(join.brought), now)
    refuse_known(session, own, None)
    (parted_id,) = enter_businesses(session, actor, register, [own], now=now)
    _keep_apart(session, actor, parting.commune_id, join, now=now)
    say_two(session, actor, parting.commune_id, (business.row.id, parted_id), now=now)
    join.parted_at, join.parted_by, join.parted_id = now, actor.person_id, parted_id
    log_business(session, actor, "part_business", business.row, now=now)
    session.flush()
    return parted_id


def _before(business: Business, join: RegisterJoin, now: datetime) -> NewBusiness:
    """What the register is to say of the business again: what the row brought and still stands goes back."""
    was, brought = row_of_values(join.before), row_of_values(join.brought)
    now_said = {name: getattr(business, name) for name in EDITABLE}
    back = {
        name: getattr(was, name)
        for name, value in now_said.items()
        if getattr(brought, name) is not None and value == getattr(brought, name) and value != getattr(was, name)
    }
    if "status" in back and back["status"] is None:
        del back["status"]
    return NewBusiness(commune_id=business.commune_id, valid_from=local_day(now), source=SOURCE, **(now_said | back))


def _own(business: Business, brought: RegisterRow, now: datetime) -> NewBusiness:
    said = {name: getattr(brought, name) for name in EDITABLE} | {"status": brought.status or BusinessStatus.ACTIVE}
    day = min(brought.valid_from or local_day(now), local_day(now))
    return NewBusiness(commune_id=business.commune_id, valid_from=day, source=SOURCE, **said)


def _keep_apart(session: Session, actor: Actor, commune_id: int, join: RegisterJoin, *, now: datetime) -> None:
    """The answer that joined them says from now on that they are two."""
    query = select(RegisterAnswer).filter_by(commune_id=commune_id, about=AnswerAbout.TWIN, said=join.said)
    answer = session.scalar(query)
    if answer is None:
        answer = RegisterAnswer(commune_id=commune_id, about=AnswerAbout.TWIN, said=join.said)
        session.add(answer)
    answer.meaning = TWO if is_of_pair(join.said) else str(-join.business_id)
    answer.answered_by, answer.answered_at = actor.person_id, now
