"""A hamlet is merged into another: all that stands on it goes there, what was reported of it stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import Locked, lock_name, locked_all
from market.base.errors import NotFound, Refused
from market.base.seen import check_seen
from market.places.actions.hamlets import end_hamlet, hamlet_here
from market.places.models import Commune, Hamlet
from market.sellers import queries
from market.sellers.actions.register import lock_register, move_businesses
from market.sellers.models import AnswerAbout, Business, BusinessProposal, Post, RegisterAnswer
from market.sellers.queries.hamlets import OF_HAMLET
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class HamletMerge:
    """`hamlet_id` becomes a part of `into_id`, by which paper. `seen`: `seen_of()` of what the officer was shown
    (`queries.merge_facts`)."""

    commune_id: int
    hamlet_id: int
    into_id: int
    source: str
    seen: str


def merge_hamlet(session: Session, actor: Actor, merge: HamletMerge, *, clock: Clock) -> bool:
    """Merge a hamlet into another of its commune; whether it was not merged so before.

    Its businesses stand in the other one from today on, with a line of their history: figures of days before count them
    where they stood. Posts that are held, proposals that wait, pickup points, old names and what people said that words
    of spreadsheets mean go with it; who takes up an appointment there serves in the other. Its name leads there too.

    Refused into itself, ChangedSince where other things stand on it than were seen, NotFound for another commune's, and
    for one that is not in use.
    """
    lock_name(session, "officers", merge.commune_id)  # nobody is given a post there meanwhile
    commune = lock_register(session, merge.commune_id)
    now = clock()
    today = local_day(now)
    if _is_merged_so(session, commune, merge):
        return False
    if merge.hamlet_id == merge.into_id:
        raise Refused("same_hamlet", "Không gộp một thôn vào chính nó được. Mời chọn thôn khác.")
    hamlet, into = (hamlet_here(session, commune, one) for one in (merge.hamlet_id, merge.into_id))
    posts = _lock_posts(session, hamlet, today)
    load = queries.hamlet_load(session, hamlet, today)
    check_seen(merge.seen, queries.merge_facts(hamlet, into, load))
    source = f"{merge.source}: {hamlet.name} gộp vào {into.name}"
    here = Business.commune_id == hamlet.commune_id, Business.hamlet_id == hamlet.id
    businesses = locked_all(session, Business, *here)
    move_businesses(session, actor, commune, businesses, into.id, source=source, now=now)
    there = BusinessProposal.commune_id == hamlet.commune_id, BusinessProposal.hamlet_id == hamlet.id
    for proposal in locked_all(session, BusinessProposal, *there):
        if proposal.row.is_waiting:
            proposal.row.hamlet_id = into.id
    _move_posts(session, posts, into, today)
    _read_words_anew(session, commune, hamlet, into)
    end_hamlet(session, commune, hamlet, into)
    session.flush()
    change = Change(verb="merge_hamlet", subject="hamlet", subject_id=hamlet.id, commune_id=hamlet.commune_id)
    record(session, actor, change, now=now)
    return True


def _is_merged_so(session: Session, commune: Locked[Commune], merge: HamletMerge) -> bool:
    hamlet = session.get(Hamlet, merge.hamlet_id, populate_existing=True)
    if hamlet is None or hamlet.commune_id != commune.row.id:
        raise NotFound
    return hamlet.merged_into is not None and hamlet.merged_into == merge.into_id


def _lock_posts(session: Session, hamlet: Hamlet, today: date) -> list[Post]:
    """The posts that are held there, locked after their holders; before the businesses, as the order of locks has it
    for people, whose posts come last."""
    mine = Post.commune_id == hamlet.commune_id, Post.role.in_(OF_HAMLET), Post.hamlet_id == hamlet.id
    held = *mine, or_(Post.ends_on.is_(None), Post.ends_on >= today)
    holders = session.scalars(select(Post.person_id).where(*held)).all()
    locked_all(session, Person, Person.id.in_(holders))
    return list(session.scalars(select(Post).where(*held).order_by(Post.id)))


def _move_posts(session: Session, posts: Sequence[Post], into: Hamlet, today: date) -> None:
    """A post is of the other hamlet as long as it was held: what its holder was near stays known. Who holds the same
    there already holds one."""
    for locked_post in locked_all(session, Post, Post.id.in_([post.id for post in posts])):
        post = locked_post.row
        same = select(Post.id).where(
            Post.person_id == post.person_id,
            Post.role == post.role,
            Post.hamlet_id == into.id,
            or_(Post.ends_on.is_(None), Post.ends_on >= today),
        )
        if session.scalar(same.limit(1)) is None:
            post.hamlet_id = into.id
        else:
            post.ends_on = today - timedelta(days=1)
        session.flush()


def _read_words_anew(session: Session, commune: Locked[Commune], hamlet: Hamlet, into: Hamlet) -> None:
    """What people said that a word means this hamlet means the other one; so do their answers about rows of it."""
    mine = select(RegisterAnswer).where(RegisterAnswer.commune_id == commune.row.id)
    for answer in session.scalars(mine.where(RegisterAnswer.about == AnswerAbout.HAMLET)):
        if answer.meaning == str(hamlet.id):
            answer.meaning = str(into.id)
    twins = {one.said: one for one in session.scalars(mine.where(RegisterAnswer.about == AnswerAbout.TWIN))}
    for said, answer in twins.items():
        there = queries.twin_mark_in(said, hamlet.id, into.id)
        if there != said and there not in twins:
            answer.said = there
