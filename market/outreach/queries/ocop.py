"""The path to OCOP in force on a day, and where each product on it stands."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.errors import NotFound
from market.base.seen import Facts
from market.outreach.models import OcopAssessment, OcopEntry, OcopPath, OcopStep
from market.outreach.rules.ocop import OcopFacts, OcopStage, missing_steps, stage_of
from market.places.models import Hamlet
from market.sellers.models import Business, Certificate
from market.values.period import format_date

A_PAGE = 30
MOST_PATHS = 20
MOST_OF_AN_ENTRY = 50


def path_on(session: Session, commune_id: int, day: date) -> OcopPath | None:
    """The version in force on a day; None where the commune has written none that had begun."""
    query = select(OcopPath).where(OcopPath.commune_id == commune_id, OcopPath.valid_from <= day)
    return session.scalars(query.order_by(OcopPath.valid_from.desc()).limit(1)).first()


def paths_of(session: Session, commune_id: int) -> Sequence[OcopPath]:
    """The versions that a commune wrote, the newest first, twenty at most."""
    query = select(OcopPath).where(OcopPath.commune_id == commune_id)
    return session.scalars(query.order_by(OcopPath.valid_from.desc()).limit(MOST_PATHS)).all()


def entry_of(session: Session, commune_id: int, entry_id: int) -> OcopEntry:
    """NotFound for another commune's."""
    entry = session.get(OcopEntry, entry_id)
    if entry is None or entry.commune_id != commune_id:
        raise NotFound
    return entry


def steps_done(session: Session, entry_id: int) -> Sequence[OcopStep]:
    """The steps of an entry that are done, in the order in which they were written down."""
    query = select(OcopStep).where(OcopStep.entry_id == entry_id).order_by(OcopStep.id)
    return session.scalars(query.limit(MOST_OF_AN_ENTRY)).all()


def assessments_of(session: Session, entry_id: int) -> Sequence[OcopAssessment]:
    """What the commune gave an entry, the newest first."""
    query = select(OcopAssessment).where(OcopAssessment.entry_id == entry_id).order_by(OcopAssessment.id.desc())
    return session.scalars(query.limit(MOST_OF_AN_ENTRY)).all()


def entry_facts(session: Session, entry: OcopEntry) -> Facts:
    """What an entry's page shows of its dossier, on which the commune's points rest."""
    path = session.get_one(OcopPath, entry.path_id)
    done = {one.words: one for one in steps_done(session, entry.id)}
    return {
        "bản đang xét theo": f"từ {format_date(path.valid_from)}",
        **{
            step: f"{format_date(done[step].done_on)}, {done[step].proof}" if step in done else "chưa có"
            for step in path.step_list
        },
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """A product on the path: its business and hamlet, its path, how many steps are done and which are missing, the
    newest points, its paper, its stage today."""

    entry: OcopEntry
    business: str
    hamlet: str
    path: OcopPath
    done: int
    missing: Sequence[str]
    assessment: OcopAssessment | None
    certificate: Certificate | None
    stage: OcopStage


def entries_page(session: Session, commune_id: int, today: date, *, first: int, most: int) -> list[EntryLine]:
    """A page of the products on a commune's path, the newest first."""
    query = select(OcopEntry.id).where(OcopEntry.commune_id == commune_id).order_by(OcopEntry.id.desc())
    return _lines(session, session.scalars(query.offset(first).limit(most)).all(), today)


def entry_line(session: Session, commune_id: int, entry_id: int, today: date) -> EntryLine:
    """One of them; NotFound for another commune's."""
    return _lines(session, [entry_of(session, commune_id, entry_id).id], today)[0]


def _lines(session: Session, ids: Collection[int], today: date) -> list[EntryLine]:
    if not ids:
        return []
    query = (
        select(OcopEntry, Business.name, Hamlet.name, Certificate)
        .join(Business, Business.id == OcopEntry.business_id)
        .join(Hamlet, Hamlet.id == Business.hamlet_id)
        .outerjoin(Certificate, Certificate.id == OcopEntry.certificate_id)
        .where(OcopEntry.id.in_(ids))
        .order_by(OcopEntry.id.desc())
    )
    rows = session.execute(query).all()
    known = select(OcopPath).where(OcopPath.id.in_({entry.path_id for entry, _, _, _ in rows}))
    paths = {path.id: path for path in session.scalars(known)}
    done = _done_words(session, ids)
    newest = _newest_points(session, ids)
    return [
        _line(entry, (business, hamlet), paths[entry.path_id], paper, done[entry.id], newest.get(entry.id), today)
        for entry, business, hamlet, paper in rows
    ]


def _line(
    entry: OcopEntry,
    names: tuple[str, str],
    path: OcopPath,
    paper: Certificate | None,
    done: Sequence[str],
    newest: OcopAssessment | None,
    today: date,
) -> EntryLine:
    facts = OcopFacts(
        is_stopped=entry.stopped_at is not None,
        steps=path.step_list,
        done=done,
        is_assessed=newest is not None,
        is_certified=paper is not None,
        certificate_to=paper.valid_to if paper else None,
    )
    missing = missing_steps(path.step_list, done)
    return EntryLine(
        entry=entry,
        business=names[0],
        hamlet=names[1],
        path=path,
        done=len(path.step_list) - len(missing),
        missing=missing,
        assessment=newest,
        certificate=paper,
        stage=stage_of(facts, today),
    )


def _done_words(session: Session, ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    query = select(OcopStep.entry_id, OcopStep.words).where(OcopStep.entry_id.in_(ids)).order_by(OcopStep.id)
    for entry_id, words in session.execute(query):
        found[entry_id].append(words)
    return found


def _newest_points(session: Session, ids: Collection[int]) -> dict[int, OcopAssessment]:
    newest = select(func.max(OcopAssessment.id)).where(OcopAssessment.entry_id.in_(ids))
    query = select(OcopAssessment).where(OcopAssessment.id.in_(newest.group_by(OcopAssessment.entry_id)))
    return {one.entry_id: one for one in session.scalars(query)}


def ocop_papers_of(session: Session, business_id: int) -> Sequence[Certificate]:
    """The OCOP papers of a business, the newest first, fifty at most."""
    query = select(Certificate).where(
        Certificate.business_id == business_id, Certificate.kind.startswith("OCOP"), Certificate.checked_at.is_not(None)
    )
    return session.scalars(query.order_by(Certificate.id.desc()).limit(MOST_OF_AN_ENTRY)).all()
