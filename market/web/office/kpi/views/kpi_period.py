"""One reporting period: what is open before it is locked; what was locked, whether it comes out again, what came
late."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, request, url_for

from market.adoption import actions, queries
from market.adoption.actions import facts_to_lock, facts_to_send
from market.adoption.models import ReportPeriod
from market.adoption.period_printing import recount_words
from market.adoption.queries.before_lock import BeforeLock, before_lock
from market.adoption.queries.locked import (
    Counting,
    LateDifference,
    LockedFigure,
    Recount,
    count_period,
    late_difference,
    locked_figure,
    recount,
    versions_of,
)
from market.adoption.queries.periods import days_of, named, period_of, report_due, takes_two
from market.adoption.rules import EVIDENCE_WORDS, RISK_FLAG_WORDS, State
from market.adoption.rules.locking import Measure
from market.adoption.rules.periods import PERIOD_CUT_WORDS, PERIOD_STATE_WORDS, PeriodState
from market.base import clock
from market.base.db import reading, transaction
from market.places.rules import FACTS
from market.values.period import Period, local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.addresses import row_number
from market.web.base.heavy import heavy
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.kpi.forms import KINDS
from market.web.office.kpi.period_forms import LockForm, SendForm

MOST_PARTS = 60
"""So many hamlets are shown: more than a commune has."""
MOST_NAMED = 50
"""So many of those who came in late or fell out are named."""
HEADLINES = (
    (Measure.PLAN, "Kế hoạch III.2.2: có tài khoản và giao dịch"),
    (Measure.ANNEX, "Phụ lục 14: hộ kinh doanh có tài khoản"),
    (Measure.FARMS, "Hộ nông dân có tài khoản, có đơn hoặc có OCOP"),
    (Measure.IN_PERIOD, "Có đơn được tính trong kỳ"),
    (Measure.ACCOUNT, "Hộ, HTX có tài khoản"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftShown:
    """A period that is not locked: its figure as it is known now, and what is open."""

    counting: Counting
    open: BeforeLock


@dataclass(frozen=True, slots=True, kw_only=True)
class LockShown:
    """A lock beside the same counted anew, and what is known today. The names: of those who differ."""

    figure: LockedFigure
    again: Recount
    late: LateDifference
    names: dict[int, queries.Named]

    @property
    def recount_words(self) -> str:
        return recount_words(self.figure, self.again)

    @property
    def gained(self) -> list[queries.Named]:
        return [self.names[key] for key in self.late.gained if key in self.names]

    @property
    def lost(self) -> list[queries.Named]:
        return [self.names[key] for key in self.late.lost if key in self.names]


@blueprint.get("/van-phong/chi-tieu/ky/<int:period_id>")
@office_page
@heavy
def kpi_period(desk: OfficeDesk, period_id: int) -> Page:
    return _period_page(desk, period_id, LockForm(), SendForm())


@blueprint.post("/van-phong/chi-tieu/ky/<int:period_id>/chot")
@office_page
def kpi_period_lock(desk: OfficeDesk, period_id: int) -> Page:
    form = LockForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            locking = form.as_locking(desk.commune_id, period_id, seen_given())
            with transaction() as writing:
                actions.lock_period(writing, desk.actor, locking, clock=clock.now)
            flash("Đã chốt số. Số này giữ nguyên từ nay; điều biết muộn hiện ở bên cạnh.")
            return redirect(url_for("office.kpi_period", period_id=period_id), 303)
    return _period_page(desk, period_id, form, SendForm())


@blueprint.post("/van-phong/chi-tieu/ky/<int:period_id>/gui")
@office_page
def kpi_period_send(desk: OfficeDesk, period_id: int) -> Page:
    form = SendForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            sending = form.as_sending(desk.commune_id, period_id, seen_given())
            with transaction() as writing:
                actions.send_period(writing, desk.actor, sending, clock=clock.now)
            flash("Đã ghi là báo cáo của kỳ này đã gửi.")
            return redirect(url_for("office.kpi_period", period_id=period_id), 303)
    return _period_page(desk, period_id, LockForm(), form)


def _period_page(desk: OfficeDesk, period_id: int, lock: LockForm, send: SendForm) -> Page:
    period, today = period_of(reading(), desk.commune_id, period_id), local_day(clock.now())
    figure = locked_figure(reading(), desk.commune_id, period_id, version=_version_asked())
    draft = None if figure else _draft(desk, period, today)
    due = report_due(reading(), desk.commune_id, period, today)
    shown = send if send.errors or send.refusal else lock
    return shown.page(
        "office/kpi/kpi_period.html",
        desk=desk,
        period=period,
        named=named(period),
        state=figure.state if figure else PeriodState.DRAFT,
        draft=draft,
        locked=_locked(desk, figure) if figure else None,
        versions=versions_of(reading(), period.id),
        lock=lock,
        send=send,
        is_over=today > period.ends_on,
        facts=facts_to_lock(draft.counting, 0) if draft else {},
        to_send=facts_to_send(figure.version) if figure else {},
        takes_two=takes_two(reading(), desk.commune_id, today),
        due=due,
        remaining=(due - today).days,
        **WORDS,
    )


WORDS: dict[str, object] = {
    "headlines": HEADLINES,
    "most_parts": MOST_PARTS,
    "states": PERIOD_STATE_WORDS,
    "cuts": PERIOD_CUT_WORDS,
    "kinds": KINDS,
    "evidences": EVIDENCE_WORDS,
    "risk_flags": RISK_FLAG_WORDS,
    "to_review": State.TO_REVIEW.value,
    "numbers": FACTS,
}


def _version_asked() -> int | None:
    return request.args.get("ban", type=row_number)


def _draft(desk: OfficeDesk, period: ReportPeriod, today: date) -> DraftShown:
    """Of a period that still runs what is known of it until today."""
    days, now = days_of(period), clock.now()
    so_far = Period(days.start, min(days.end, today))
    counting = count_period(reading(), desk.commune_id, so_far, known_at=now, names_proofs=False)
    return DraftShown(counting=counting, open=before_lock(reading(), counting.board, so_far, now=now))


def _locked(desk: OfficeDesk, figure: LockedFigure) -> LockShown:
    late = late_difference(reading(), desk.commune_id, figure, now=clock.now())
    named_ids = [*late.gained[:MOST_NAMED], *late.lost[:MOST_NAMED]]
    return LockShown(
        figure=figure,
        again=recount(reading(), desk.commune_id, figure),
        late=late,
        names=queries.names_of(reading(), named_ids) if named_ids else {},
    )
