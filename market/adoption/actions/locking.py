"""What officers do with a reporting period: open it, lock its figure, send the report, replace a lock that was wrong.

Everything is added: no lock is changed or taken away, so there is no unlocking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from market.adoption.actions.entering import close_ledger
from market.adoption.models import PeriodLock, PeriodSending, ReportPeriod
from market.adoption.queries.locked import Counting, count_period, head_of_lock
from market.adoption.queries.periods import NO_PERIOD, days_of, named, period_named, takes_two
from market.adoption.rules import STATE_WORDS, State
from market.adoption.rules.definitions import IN_USE
from market.adoption.rules.locking import LockContent, Measure, Number, digest_of
from market.adoption.rules.periods import NamedPeriod
from market.base.audit import Actor, Change, record
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import Base, Locked, insert_once, locked
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import Facts, check_seen
from market.places.queries import hamlet_names
from market.sellers.rules import KIND_WORDS, BusinessKind
from market.values.period import format_date, format_moment, local_day


def open_period(session: Session, actor: Actor, commune_id: int, wanted: NamedPeriod, *, clock: Clock) -> int:
    """Begin a period's draft; returns its id. Idempotent: a period is opened once.

    Refused for one that has not begun, NotFound for nobody, and for one that no year has.
    """
    now = clock()
    if actor.person_id is None or not wanted.is_of_a_year:
        raise NotFound(NO_PERIOD)
    if wanted.days.start > local_day(now):
        raise Refused("period_to_come", f"{wanted.words} chưa bắt đầu. Mời chọn kỳ đang chạy hoặc đã qua.")
    row = {
        "commune_id": commune_id,
        "kind": wanted.kind,
        "cut": wanted.cut,
        "year": wanted.year,
        "number": wanted.number,
        "starts_on": wanted.days.start,
        "ends_on": wanted.days.end,
        "opened_by": actor.person_id,
        "opened_at": now,
    }
    added = session.connection().execute(insert_once(session, ReportPeriod).returning(ReportPeriod.id), row).scalar()
    if added is None:
        known = period_named(session, commune_id, wanted)
        if known is None:
            raise NotFound(NO_PERIOD)
        return known.id
    _record(session, actor, "open_period", commune_id, added, now=now)
    return added


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodLocking:
    """An officer's word that a period's figure stands. `replaces`: the version that it takes the place of, with the
    reason; None for a first lock. `client_key`: the same form again does nothing more. `seen`: `seen_of()` of
    `facts_to_lock`."""

    commune_id: int
    period_id: int
    client_key: str | None
    seen: str
    replaces: int | None = None
    reason: str | None = None


def lock_period(session: Session, actor: Actor, locking: PeriodLocking, *, clock: Clock) -> int:
    """Lock a period's figure as it is known now; returns the version. The same form again answers what it did.

    Refused for a period that is not over, Conflict where it is locked already or has another version meanwhile,
    ChangedSince where the figure is no longer what the page showed, NotFound for another commune's.
    """
    period = _locked_period(session, locking.commune_id, locking.period_id)
    newest = _newest_lock(session, period)
    now = clock()
    if actor.person_id is None:
        raise NotFound(NO_PERIOD)
    content = (locking.period_id, locking.replaces, locking.reason)
    told = f"chốt {named(period.row).words}" if locking.replaces is None else "ghi bản thay thế"
    sent = SentForm(key=locking.client_key, content=content, told=told)
    if used_before(session, f"report_period:{period.row.id}", sent, now=now) and newest is not None:
        return newest.version
    _refuse_running(period, local_day(now))
    _refuse_other_version(session, locking, newest)
    ledger = close_ledger(session, locking.commune_id, now)
    counting = count_period(session, locking.commune_id, days_of(period.row), known_at=now)
    check_seen(locking.seen, facts_to_lock(counting, newest.version if newest else 0))
    lock = PeriodLock(
        commune_id=locking.commune_id,
        report_period_id=period.row.id,
        version=newest.version + 1 if newest else 1,
        replaces_id=newest.id if newest else None,
        reason=locking.reason,
        locked_by=actor.person_id,
        locked_at=now,
        definitions_version=IN_USE,
        ledger_head=ledger.seal,
        digest="",
    )
    lock.digest = digest_of(head_of_lock(period.row, lock), counting.content)
    session.add(lock)
    session.flush()
    _write(session, lock, counting.content)
    verb = "lock_period" if newest is None else "replace_lock"
    _record(session, actor, verb, lock.commune_id, period.row.id, now=now)
    return lock.version


def facts_to_lock(counting: Counting, version: int) -> Facts:
    """What the page shows of a figure before it is locked; `version`: of the newest lock, 0 for a draft."""
    figure, content = counting.board.figure, counting.content
    shares = {
        "bản đã chốt": str(version or "chưa có"),
        "kế hoạch III.2.2": _told(content, Measure.PLAN),
        "phụ lục 14": _told(content, Measure.ANNEX),
        "hộ nông dân": _told(content, Measure.FARMS),
        "có đơn trong kỳ": _told(content, Measure.IN_PERIOD),
    }
    return shares | {STATE_WORDS[state].lower(): str(len(figure.in_state(state))) for state in State}


def _told(content: LockContent, measure: Measure) -> str:
    share = content.share(measure)
    return f"{share.part}/{share.whole}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """That the report of a period's newest lock was sent, under which number. `seen`: `seen_of()` of
    `facts_to_send`."""

    commune_id: int
    period_id: int
    document_no: str
    seen: str


def send_period(session: Session, actor: Actor, sending: Sending, *, clock: Clock) -> None:
    """Write down that the newest lock's report was sent. Idempotent for who wrote it down.

    Refused for a draft, and to who locked it where the commune wants two people; Conflict where somebody else wrote it
    down; ChangedSince where another version is the newest by now; NotFound for another commune's.
    """
    period = _locked_period(session, sending.commune_id, sending.period_id)
    newest, now = _newest_lock(session, period), clock()
    if actor.person_id is None:
        raise NotFound(NO_PERIOD)
    if newest is None:
        raise Refused("not_locked", "Kỳ này chưa chốt số nên chưa có gì để gửi. Mời chốt số trước.")
    known = _sending_of(session, newest)
    if known is not None:
        if (known.sent_by, known.document_no) == (actor.person_id, sending.document_no):
            return
        raise Conflict("sent_already", f"Bản {newest.version} đã ghi là gửi lúc {format_moment(known.sent_at)}.")
    check_seen(sending.seen, facts_to_send(newest.version))
    if newest.locked_by == actor.person_id and takes_two(session, sending.commune_id, local_day(now)):
        raise Refused(
            "same_person", "Xã đặt hai người: ai đã chốt số thì không ghi gửi. Mời cán bộ khác xem lại rồi ghi gửi."
        )
    row = PeriodSending(
        commune_id=sending.commune_id,
        period_lock_id=newest.id,
        sent_by=actor.person_id,
        sent_at=now,
        document_no=sending.document_no,
    )
    session.add(row)
    session.flush()
    _record(session, actor, "send_period", sending.commune_id, period.row.id, now=now)


def facts_to_send(version: int) -> Facts:
    return {"bản đang dùng": f"bản {version}"}


def _locked_period(session: Session, commune_id: int, period_id: int) -> Locked[ReportPeriod]:
    mine = ReportPeriod.id == period_id, ReportPeriod.commune_id == commune_id
    return locked(session, ReportPeriod, *mine, missing=NO_PERIOD)


def _newest_lock(session: Session, period: Locked[ReportPeriod]) -> PeriodLock | None:
    query = select(PeriodLock).where(PeriodLock.report_period_id == period.row.id)
    return session.scalar(query.order_by(PeriodLock.version.desc()).limit(1))


def _sending_of(session: Session, lock: PeriodLock) -> PeriodSending | None:
    return session.scalar(select(PeriodSending).where(PeriodSending.period_lock_id == lock.id))


def _refuse_running(period: Locked[ReportPeriod], today: date) -> None:
    if today <= period.row.ends_on:
        raise Refused(
            "period_runs",
            f"Kỳ này đến hết ngày {format_date(period.row.ends_on)} mới xong. Chốt được từ ngày hôm sau.",
        )


def _refuse_other_version(session: Session, locking: PeriodLocking, newest: PeriodLock | None) -> None:
    if newest is not None and locking.replaces is None:
        at = format_moment(newest.locked_at)
        raise Conflict("already_locked", f"Kỳ này đã chốt lúc {at}, bản {newest.version}. Chốt rồi thì không mở lại.")
    if (newest.version if newest else None) != locking.replaces:
        raise Conflict("other_version", "Đã có bản mới hơn bản bạn định thay. Mời xem bản mới rồi quyết định lại.")
    if newest is not None and not locking.reason:
        raise Refused("no_reason", "Mời ghi vì sao thay bản đã chốt: người đọc báo cáo sau này sẽ đọc.")


_NUMBER, _BUSINESS, _TARGET = (
    insert(Base.metadata.tables[name]) for name in ("locked_number", "locked_business", "locked_target")
)


def _write(session: Session, lock: PeriodLock, content: LockContent) -> None:
    of = {"commune_id": lock.commune_id, "period_lock_id": lock.id}
    hamlets = {str(key): name for key, name in hamlet_names(session, lock.commune_id).items()}
    words = {Measure.HAMLET: hamlets, Measure.KIND: _KINDS, Measure.STATE: _STATES}
    connection = session.connection()
    connection.execute(_NUMBER, [of | _number_row(one, words) for one in _as_listed(content.numbers, words)])
    if content.counted:
        rows = [
            {
                "business_id": one.business_id,
                "hamlet_id": one.hamlet_id,
                "kind": one.kind,
                "order_id": one.order_id,
                "evidence": one.evidence,
                "platforms": " ".join(one.platforms),
            }
            for one in content.counted
        ]
        connection.execute(_BUSINESS, [of | row for row in rows])
    if content.targets:
        targets = [
            {"key": one.key, "value": one.value, "valid_from": one.valid_from, "source": one.source}
            for one in content.targets
        ]
        connection.execute(_TARGET, [of | row for row in targets])


_KINDS = {kind.value: KIND_WORDS[kind] for kind in BusinessKind}
_STATES = {state.value: word for state, word in STATE_WORDS.items()}
_Words = Mapping[Measure, Mapping[str, str]]


def _as_listed(numbers: tuple[Number, ...], words: _Words) -> list[Number]:
    """In the order in which pages show them."""
    places = {measure: {key: at for at, key in enumerate(some)} for measure, some in words.items()}
    order = list(Measure)
    return sorted(numbers, key=lambda one: (order.index(one.measure), places.get(one.measure, {}).get(one.of_what, 0)))


def _number_row(one: Number, words: _Words) -> dict[str, object]:
    return {
        "measure": one.measure,
        "of_what": one.of_what,
        "words": words.get(one.measure, {}).get(one.of_what, ""),
        "part": one.part,
        "whole": one.whole,
    }


def _record(session: Session, actor: Actor, verb: str, commune_id: int, period_id: int, *, now: datetime) -> None:
    change = Change(verb=verb, subject="report_period", subject_id=period_id, commune_id=commune_id)
    record(session, actor, change, now=now)
