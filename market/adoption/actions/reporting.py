"""Making a report: what an officer chose for it is written down with the moment of its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import OfficialReport
from market.adoption.queries.reporting import lock_of_span
from market.adoption.rules.reporting.codes import new_report_code
from market.adoption.rules.reporting.signing import ReportKind, ReportRecipient, Signatory
from market.adoption.rules.reporting.spans import ReportSpan
from market.base.audit import Actor, Change, record
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.errors import NotFound, Refused
from market.values.period import format_date, local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What an officer chose. Texts have a line for each entry; `client_key` makes sending the form twice one report.

    `known_at`: the moment as of which its figures are known, where that is an earlier one than now.
    """

    commune_id: int
    kind: ReportKind
    span: ReportSpan
    signatory: Signatory
    signer: str
    document_number: int | None
    dated_on: date | None
    recipients: Sequence[ReportRecipient]
    other_recipients: str
    grounds: str
    limits: str
    tasks: str
    proposals: str
    client_key: str | None
    known_at: datetime | None = None


def make_report(session: Session, actor: Actor, new: NewReport, *, clock: Clock) -> str:
    """Write a report down; its figures are those known at its moment, for good: of a period that is locked, at that of
    its newest lock. Returns its code.

    Refused for a period that has not begun then; NotFound where nobody acts. Sent twice it is one report.
    """
    now = clock()
    lock = lock_of_span(session, new.commune_id, new.span)
    known_at = lock.locked_at if lock else min(now, new.known_at or now)
    if new.span.days.start > local_day(known_at):
        starts = format_date(new.span.days.start)
        raise Refused("not_begun", f"Kỳ này bắt đầu từ {starts}, chưa có số liệu. Mời chọn kỳ đã bắt đầu.")
    sent = SentForm(key=new.client_key, content=new, told=f"lập báo cáo {new.span.words}")
    if used_before(session, f"reports:{new.commune_id}", sent, now=now) is not None:
        return _made_before(session, new)
    if actor.person_id is None:
        raise NotFound
    report = OfficialReport(
        commune_id=new.commune_id,
        code=new_report_code(),
        client_key=new.client_key,
        kind=new.kind,
        span_kind=new.span.kind,
        span_year=new.span.year,
        span_number=new.span.number,
        by_decree=new.span.by_decree,
        known_at=known_at,
        signatory=new.signatory,
        signer=new.signer,
        document_number=new.document_number,
        dated_on=new.dated_on,
        recipients=",".join(one.value for one in new.recipients),
        other_recipients=new.other_recipients,
        grounds=new.grounds,
        limits=new.limits,
        tasks=new.tasks,
        proposals=new.proposals,
        made_by=actor.person_id,
    )
    session.add(report)
    session.flush()
    change = Change(verb="make_report", subject="official_report", subject_id=report.id, commune_id=new.commune_id)
    record(session, actor, change, now=now)
    return report.code


def _made_before(session: Session, new: NewReport) -> str:
    query = select(OfficialReport.code).where(
        OfficialReport.commune_id == new.commune_id, OfficialReport.client_key == new.client_key
    )
    return session.scalars(query).one()
