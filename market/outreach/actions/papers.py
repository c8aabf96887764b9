"""It is said in time that a certificate ends: to its business, and to those who decide for the office."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.clock import Clock
from market.base.db import insert_once
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News
from market.outreach.models import PaperWarning
from market.outreach.queries.papers import EndingPaper, ending_papers, warn_days_on
from market.outreach.rules.papers import step_due
from market.sellers.queries import officers_of
from market.values.period import format_date, local_day


def warn_of_ending_papers(session: Session, commune_id: int, *, clock: Clock) -> int:
    """Tell of each paper of a commune that has come within a distance of its last day, once a distance; returns of how
    many it was told now. Idempotent, two workers at once too: what was told of is a unique row. Of very many the first
    to end are told of first, the others in the next round."""
    now = clock()
    today = local_day(now)
    steps = warn_days_on(session, commune_id, today)
    due = {
        (paper.id, step): paper
        for paper in ending_papers(session, commune_id, today, max(steps))
        if (step := step_due(paper.valid_to, today, steps)) is not None
    }
    new = _written_down(session, due, now=now)
    officers = officers_of(session, commune_id, today) if new else set()
    messages = [one for key in new for one in _messages(commune_id, due[key], key[1], officers, now=now)]
    if messages:
        enqueue_notifications(session, messages, now=now)
    return len(new)


def _written_down(
    session: Session, due: dict[tuple[int, int], EndingPaper], *, now: datetime
) -> Sequence[tuple[int, int]]:
    """Those that were not told of at this distance before."""
    rows = [
        {"certificate_id": paper.id, "valid_to": paper.valid_to, "days": step, "told_at": now}
        for (_, step), paper in due.items()
    ]
    if not rows:
        return []
    insert = insert_once(session, PaperWarning).returning(PaperWarning.certificate_id, PaperWarning.days)
    return [(key, days) for key, days in session.connection().execute(insert, rows)]


def _messages(
    commune_id: int, paper: EndingPaper, step: int, officers: Collection[int], *, now: datetime
) -> list[Message]:
    left = (paper.valid_to - local_day(now)).days
    when = f"hết hạn ngày {format_date(paper.valid_to)}" + (f", còn {left} ngày" if left else ", là hôm nay")
    key = f"certificate:{paper.id}:{News.PAPER_ENDS}:{paper.valid_to.isoformat()}:{step}"
    mine = Message(
        commune_id=commune_id,
        dedupe_key=key,
        kind=News.PAPER_ENDS,
        sentence=f"Giấy {paper.kind} số {paper.number} ({paper.scope}) {when}. Mời làm thủ tục gia hạn.",
        business_id=paper.business_id,
    )
    offices = [
        Message(
            commune_id=commune_id,
            dedupe_key=f"{key}:person:{person_id}",
            kind=News.PAPER_ENDS,
            sentence=f"{paper.business}: giấy {paper.kind} số {paper.number} {when}.",
            person_id=person_id,
        )
        for person_id in sorted(officers)
    ]
    return [mine, *offices]
