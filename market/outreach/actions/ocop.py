"""An office writes its path to OCOP, puts products on it, and notes what they have come to."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import check_seen
from market.outreach.actions.logging import log
from market.outreach.models import OcopAssessment, OcopEntry, OcopPath, OcopStep, SurveyedProduct
from market.outreach.queries.ocop import entry_facts, path_on, steps_done
from market.outreach.rules.ocop import Points, read_steps
from market.places.models import Commune
from market.sellers.models import Business, Certificate
from market.values.period import local_day
from market.values.text import fold

OCOP_PAPER = "OCOP"
"""How the kinds of certificates begin that this path leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPath:
    """A version of the path: `points` are the most of each part, `steps` one a line, `source` the text it is by."""

    commune_id: int
    valid_from: date
    points: Points
    steps: str
    source: str
    is_checked: bool


def write_path(session: Session, actor: Actor, new: NewPath, *, clock: Clock) -> int:
    """Write a version of the commune's path; returns its id. The same again is one. Refused for a day that is past or
    points that do not come to 100, Conflict where the day has another version, NotFound for no such commune."""
    if new.points.total != 100 or not all(new.points.each):
        raise Refused("bad_parts", "Điểm tối đa của ba phần phải cộng lại bằng 100, phần nào cũng có điểm.")
    steps = "\n".join(read_steps(new.steps))
    locked(session, Commune, Commune.id == new.commune_id)
    now = clock()
    known = session.scalar(
        select(OcopPath).where(OcopPath.commune_id == new.commune_id, OcopPath.valid_from == new.valid_from)
    )
    if known is not None:
        if (known.points, known.steps, known.source, known.is_checked) == (
            new.points,
            steps,
            new.source,
            new.is_checked,
        ):
            return known.id
        raise Conflict("path_of_day", "Ngày này đã có một bản. Bản đã ghi không sửa: mời ghi bản mới từ ngày khác.")
    if new.valid_from < local_day(now):
        raise Refused("past_day", "Bản mới dùng từ hôm nay hoặc một ngày sau: sản phẩm đã xét vẫn theo bản cũ.")
    path = OcopPath(
        commune_id=new.commune_id,
        valid_from=new.valid_from,
        points_a=new.points.a,
        points_b=new.points.b,
        points_c=new.points.c,
        steps=steps,
        source=new.source,
        is_checked=new.is_checked,
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    session.add(path)
    session.flush()
    log(session, actor, "write_ocop_path", ("ocop_path", path.id), commune_id=new.commune_id, now=now)
    return path.id


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOcopEntry:
    """A product of a business that begins the path, perhaps one that was surveyed or is on sale."""

    commune_id: int
    business_id: int
    name: str
    surveyed_id: int | None = None


def begin_path(session: Session, actor: Actor, new: NewOcopEntry, *, clock: Clock) -> int:
    """Put a product on the path; returns the entry's id, the known one where it is on it already. Refused while the
    commune has written no path; NotFound for another commune's business or survey."""
    business = locked(session, Business, Business.id == new.business_id, Business.commune_id == new.commune_id).row
    now = clock()
    today = local_day(now)
    path = path_on(session, new.commune_id, today)
    if path is None:
        raise Refused("no_path", "Xã chưa ghi đường tới OCOP. Mời ghi một bản trước, ở trang OCOP.")
    surveyed = _surveyed(session, new)
    same = [one for one in _open_entries(session, business.id) if fold(one.name) == fold(new.name)]
    if same:
        return same[0].id
    entry = OcopEntry(
        commune_id=new.commune_id,
        path_id=path.id,
        business_id=business.id,
        surveyed_id=new.surveyed_id,
        product_id=surveyed.product_id if surveyed else None,
        name=new.name,
        begun_on=today,
        begun_by=actor.person_id,
        begun_at=now,
    )
    session.add(entry)
    session.flush()
    _log(session, actor, "begin_ocop", entry, now=now)
    return entry.id


def _surveyed(session: Session, new: NewOcopEntry) -> SurveyedProduct | None:
    if new.surveyed_id is None:
        return None
    surveyed = session.get(SurveyedProduct, new.surveyed_id)
    if surveyed is None or surveyed.commune_id != new.commune_id:
        raise NotFound
    return surveyed


def _open_entries(session: Session, business_id: int) -> list[OcopEntry]:
    query = select(OcopEntry).where(OcopEntry.business_id == business_id, OcopEntry.stopped_at.is_(None))
    return list(session.scalars(query.order_by(OcopEntry.id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """That an officer has seen a step of the dossier done, and on which paper."""

    commune_id: int
    entry_id: int
    words: str
    done_on: date
    proof: str


def note_step(session: Session, actor: Actor, done: StepDone, *, clock: Clock) -> None:
    """Note a step as done; a second time changes nothing. NotFound for a step that the entry's path does not have,
    Refused for a day to come."""
    entry = _open_entry(session, done.commune_id, done.entry_id)
    now = clock()
    if done.done_on > local_day(now):
        raise Refused("bad_day", "Ngày này chưa tới. Mời ghi khi đã có giấy.")
    path = session.get_one(OcopPath, entry.row.path_id)
    words = next((one for one in path.step_list if fold(one) == fold(done.words)), None)
    if words is None:
        raise NotFound
    if fold(words) in {fold(one.words) for one in steps_done(session, entry.row.id)}:
        return
    step = OcopStep(
        commune_id=done.commune_id,
        entry_id=entry.row.id,
        words=words,
        done_on=done.done_on,
        proof=done.proof,
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    session.add(step)
    _log(session, actor, "note_ocop_step", entry.row, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a commune gives a product in each part. `seen`: what the entry's page showed (`entry_facts`)."""

    commune_id: int
    entry_id: int
    assessed_on: date
    points: Points
    note: str
    seen: str


def assess(session: Session, actor: Actor, said: Assessment, *, clock: Clock) -> None:
    """Write the commune's points down; the newest hold. Refused for more than a part has, for a day to come and for
    one that has left the path; ChangedSince where the dossier is another one than the page showed. NotFound for another
    commune's."""
    entry = _open_entry(session, said.commune_id, said.entry_id)
    now = clock()
    path = session.get_one(OcopPath, entry.row.path_id)
    if said.assessed_on > local_day(now):
        raise Refused("bad_day", "Ngày đánh giá chưa tới. Mời xem lại ngày.")
    if not said.points.is_within(path.points):
        most = "/".join(map(str, path.points.each))
        raise Refused("bad_points", f"Điểm mỗi phần từ 0 đến mức tối đa của phần ấy ({most}).")
    check_seen(said.seen, entry_facts(session, entry.row))
    assessment = OcopAssessment(
        commune_id=said.commune_id,
        entry_id=entry.row.id,
        path_id=path.id,
        assessed_on=said.assessed_on,
        points_a=said.points.a,
        points_b=said.points.b,
        points_c=said.points.c,
        note=said.note,
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    session.add(assessment)
    _log(session, actor, "assess_ocop", entry.row, now=now)


def certify_entry(
    session: Session, actor: Actor, commune_id: int, entry_id: int, certificate_id: int, *, clock: Clock
) -> None:
    """Say to which OCOP paper of its business an entry came. Refused for one that has left the path; NotFound for
    another's paper, or one that is no OCOP certificate."""
    entry = _open_entry(session, commune_id, entry_id)
    now = clock()
    paper = session.get(Certificate, certificate_id)
    if paper is None or paper.business_id != entry.row.business_id or not paper.kind.startswith(OCOP_PAPER):
        raise NotFound
    entry.row.certificate_id = paper.id
    _log(session, actor, "certify_ocop", entry.row, now=now)


def renew_path(session: Session, actor: Actor, commune_id: int, entry_id: int, *, clock: Clock) -> None:
    """Judge an entry by the version in force today from now on: its steps are known by their words. Idempotent.

    Refused for one that has left the path, NotFound for another commune's.
    """
    entry = _open_entry(session, commune_id, entry_id)
    now = clock()
    path = path_on(session, commune_id, local_day(now))
    if path is None or path.id == entry.row.path_id:
        return
    entry.row.path_id = path.id
    _log(session, actor, "renew_ocop_path", entry.row, now=now)


def stop_entry(session: Session, actor: Actor, commune_id: int, entry_id: int, reason: str, *, clock: Clock) -> None:
    """Let a product leave the path, with why; what it came to stays on record. Idempotent. NotFound for another
    commune's."""
    scope = OcopEntry.id == entry_id, OcopEntry.commune_id == commune_id
    entry = locked(session, OcopEntry, *scope).row
    now = clock()
    if entry.stopped_at is None:
        entry.stopped_at, entry.stopped_by, entry.stopped_reason = now, actor.person_id, reason
        _log(session, actor, "stop_ocop", entry, now=now)


def _open_entry(session: Session, commune_id: int, entry_id: int) -> Locked[OcopEntry]:
    entry = locked(session, OcopEntry, OcopEntry.id == entry_id, OcopEntry.commune_id == commune_id)
    if entry.row.stopped_at is not None:
        raise Refused("stopped", "Sản phẩm này đã thôi theo OCOP. Mời đưa vào lại từ đầu.")
    return entry


def _log(session: Session, actor: Actor, verb: str, entry: OcopEntry, *, now: datetime) -> None:
    log(
        session,
        actor,
        verb,
        ("ocop_entry", entry.id),
        commune_id=entry.commune_id,
        business_id=entry.business_id,
        now=now,
    )
