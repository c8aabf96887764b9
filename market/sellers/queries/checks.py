"""Who of the register was looked at in a year: the list to go by, how far each hamlet is, what waits for an officer."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload

from market.base.db import said
from market.base.errors import NotFound
from market.base.seen import UNSAID, Facts
from market.places.models import Hamlet
from market.sellers.models import Business, BusinessStatus, CheckFinding, RegisterCheck
from market.sellers.queries.facts import business_facts
from market.values.period import Period, format_date

FINDING_WORDS = {
    CheckFinding.STILL_THERE: "Vẫn như trong sổ",
    CheckFinding.SUSPENDED: "Tạm ngừng",
    CheckFinding.CLOSED: "Đã nghỉ hẳn",
    CheckFinding.MOVED: "Đã chuyển thôn",
    CheckFinding.CHANGED: "Có chỗ khác sổ",
}


class ChecksShown(enum.StrEnum):
    """Which list is asked for: not looked at this year, looked at, or found otherwise and not settled."""

    LEFT = "chua"
    DONE = "roi"
    OPEN = "cho"


def year_of(day: date) -> Period:
    """The round a day belongs to: a calendar year."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksAsked:
    """Of a commune and of some of its hamlets (None: all), in a year."""

    commune_id: int
    year: Period
    hamlet_ids: Collection[int] | None = None


def businesses_to_check(session: Session, asked: ChecksAsked, *, first: int, most: int) -> Sequence[Business]:
    """Those that nobody looked at in the year, by hamlet and name: from the `first` on, at most so many."""
    query = select(Business).join(Hamlet, Hamlet.id == Business.hamlet_id).options(joinedload(Business.hamlet))
    query = query.where(*_listed(asked), ~_looked_at(asked.year))
    return session.scalars(
        query.order_by(Hamlet.sort_key, Business.folded, Business.id).offset(first).limit(most)
    ).all()


def checks_made(
    session: Session, asked: ChecksAsked, *, only_open: bool, first: int, most: int
) -> Sequence[RegisterCheck]:
    """The looks of the year, the newest first; `only_open`: those that an officer must settle, of whatever year."""
    within = RegisterCheck.looked_on.between(asked.year.start, asked.year.end)
    query = select(RegisterCheck).where(
        RegisterCheck.commune_id == asked.commune_id, RegisterCheck.settled_at.is_(None) if only_open else within
    )
    if asked.hamlet_ids is not None:
        query = query.where(RegisterCheck.hamlet_id.in_(asked.hamlet_ids))
    loaded = query.options(
        joinedload(RegisterCheck.business),
        joinedload(RegisterCheck.who),
        joinedload(RegisterCheck.hamlet),
        joinedload(RegisterCheck.to_hamlet),
    )
    return session.scalars(loaded.order_by(RegisterCheck.id.desc()).offset(first).limit(most)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckProgress:
    """How many businesses of a hamlet are on the register, and how many of them were looked at in the year."""

    hamlet_id: int
    hamlet_name: str
    listed: int
    looked_at: int

    @property
    def left(self) -> int:
        return self.listed - self.looked_at


def progress_of(session: Session, asked: ChecksAsked) -> list[CheckProgress]:
    """Of each hamlet that has businesses, in their order."""
    looked_at = func.count(case((_looked_at(asked.year), 1)))
    query = (
        select(Hamlet.id, Hamlet.name, func.count(Business.id), looked_at)
        .join(Business, Business.hamlet_id == Hamlet.id)
        .where(*_listed(asked))
        .group_by(Hamlet.id)
        .order_by(Hamlet.sort_key, Hamlet.id)
    )
    return [
        CheckProgress(hamlet_id=at, hamlet_name=name, listed=listed, looked_at=done)
        for at, name, listed, done in session.execute(query)
    ]


def _listed(asked: ChecksAsked) -> list[ColumnElement[bool]]:
    """The businesses of the register that have not ended."""
    scope = [Business.commune_id == asked.commune_id, Business.status != said(BusinessStatus.TERMINATED)]
    return scope if asked.hamlet_ids is None else [*scope, Business.hamlet_id.in_(asked.hamlet_ids)]


def _looked_at(year: Period) -> ColumnElement[bool]:
    within = RegisterCheck.looked_on.between(year.start, year.end)
    return select(RegisterCheck.id).where(RegisterCheck.business_id == Business.id, within).correlate(Business).exists()


def check_with_id(session: Session, commune_id: int, check_id: int) -> RegisterCheck:
    """NotFound for another commune's."""
    check = session.get(RegisterCheck, check_id)
    if check is None or check.commune_id != commune_id:
        raise NotFound
    return check


def check_facts(check: RegisterCheck) -> Facts:
    """What the page says of a look before an officer writes it into the register."""
    return {
        **business_facts(check.business),
        "tìm thấy": f"{finding_text(check)}{UNSAID}{check.id}",
        "việc": "chờ ghi" if check.settled_at is None else "đã xong",
    }


def finding_text(check: RegisterCheck) -> str:
    """`Đã chuyển thôn: thôn Mỗ Đoạn, từ 01/11/2026`."""
    words = FINDING_WORDS[check.finding]
    told = (
        check.to_hamlet.name if check.to_hamlet else "",
        f"từ {format_date(check.since)}" if check.since else "",
        check.note,
    )
    more = ", ".join(filter(None, told))
    return f"{words}: {more}" if more else words
