"""Opening, locking, sending and replacing a reporting period: who may, when, once."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.adoption.actions import PeriodLocking, lock_period, open_period
from market.adoption.models import PeriodLock, PeriodSending, ReportPeriod
from market.adoption.queries.locked import locked_figure
from market.adoption.queries.periods import periods_of
from market.adoption.rules.periods import NamedPeriod, PeriodCut, PeriodKind, PeriodState
from market.base.audit import Actor, Event
from market.base.client_keys import SentOtherwise
from market.base.db import transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import ChangedSince
from market.places.models import Commune, DatedFact
from market.sellers.models import PostRole
from tests import factories as make
from tests.adoption.figures import look_everywhere
from tests.adoption.periods import lock_as_shown, opened, seen_to_lock, send_as_shown
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns

AFTER = datetime(2026, 12, 15, 2, 0, tzinfo=UTC)
pytestmark = in_turns


@pytest.fixture
def binh(cast: Cast, now: Clock) -> int:
    """A second officer."""
    with transaction() as session:
        person = make.make_person(session, session.get_one(Commune, cast.commune), "Lê Thị Bình", "0900 000 003", now())
        make.make_post(session, person, PostRole.OFFICER, None, now())
        return person.id


@pytest.fixture
def period(cast: Cast, now: Clock) -> int:
    """December's period, over since this morning."""
    now.at = AFTER
    return opened(cast, now)


def count(session: Session, table: type[object]) -> int | None:
    return session.scalar(select(func.count()).select_from(table))


def test_a_period_is_opened_once(cast: Cast, now: Clock, session: Session) -> None:
    assert opened(cast, now) == opened(cast, now)
    assert count(session, ReportPeriod) == 1
    with transaction() as writing, pytest.raises(Refused, match="chưa bắt đầu"):
        later = NamedPeriod(kind=PeriodKind.MONTH, cut=PeriodCut.REPORTING, year=2027, number=2)
        open_period(writing, Actor(person_id=cast.hung), cast.commune, later, clock=now)


def test_a_period_that_still_runs_is_not_locked(cast: Cast, now: Clock) -> None:
    now.at = datetime(2026, 12, 14, 16, 0, tzinfo=UTC)
    running = opened(cast, now)
    with pytest.raises(Refused, match="14/12/2026"):
        lock_as_shown(cast, running, now)
    now.at = datetime(2026, 12, 14, 17, 0, tzinfo=UTC)
    assert lock_as_shown(cast, running, now) == 1


def test_a_locked_period_is_not_locked_again_and_the_same_form_is_no_second_one(
    cast: Cast, now: Clock, period: int, session: Session
) -> None:
    assert lock_as_shown(cast, period, now, key="form-1") == 1
    assert lock_as_shown(cast, period, now, key="form-1") == 1
    with pytest.raises(Conflict, match="không mở lại"):
        lock_as_shown(cast, period, now, key="form-2")
    with pytest.raises(SentOtherwise):
        lock_as_shown(cast, period, now, key="form-1", replaces=1, reason="nhầm")
    assert count(session, PeriodLock) == 1
    verbs = select(Event.verb).where(Event.subject == "report_period").order_by(Event.id)
    assert session.scalars(verbs).all() == ["open_period", "lock_period"]


def test_a_figure_that_changed_since_the_page_was_opened_is_not_locked(
    cast: Cast, now: Clock, period: int, session: Session
) -> None:
    seen = seen_to_lock(session, cast, period, now())
    with transaction() as writing:
        sell(writing, cast.commune, cast.lan, Sold(on=date(2026, 12, 1), is_known=True))
    look_everywhere(cast.commune)
    with transaction() as writing, pytest.raises(ChangedSince, match="kế hoạch III"):
        locking = PeriodLocking(commune_id=cast.commune, period_id=period, client_key=None, seen=seen)
        lock_period(writing, Actor(person_id=cast.hung), locking, clock=now)
    assert count(session, PeriodLock) == 0


def test_a_wrong_lock_is_replaced_by_one_that_names_it_and_stays(
    cast: Cast, now: Clock, period: int, session: Session
) -> None:
    lock_as_shown(cast, period, now)
    send_as_shown(cast, period, now, number="12/BC-PKT")
    with pytest.raises(Refused, match="vì sao"):
        lock_as_shown(cast, period, now, replaces=1)
    now.move(days=3)
    with transaction() as writing:
        sell(writing, cast.commune, cast.lan, Sold(on=date(2026, 12, 1), is_known=True))
    look_everywhere(cast.commune)
    assert lock_as_shown(cast, period, now, replaces=1, reason="Thiếu đơn của bà Lan") == 2
    with pytest.raises(Conflict, match="bản mới hơn"):
        lock_as_shown(cast, period, now, replaces=1, reason="lần nữa")
    newest, first = (locked_figure(session, cast.commune, period, version=one) for one in (None, 1))
    assert newest is not None
    assert first is not None
    assert (newest.version, newest.replaces, newest.reason) == (2, 1, "Thiếu đơn của bà Lan")
    assert (newest.state, newest.plan.part) == (PeriodState.LOCKED, 1)
    assert (first.replaced_by, first.state, first.plan.part) == (2, PeriodState.SENT, 0)
    assert first.document_no == "12/BC-PKT"


def test_what_is_sent_is_the_newest_lock_once(cast: Cast, now: Clock, binh: int, period: int, session: Session) -> None:
    with pytest.raises(Refused, match="chưa chốt"):
        send_as_shown(cast, period, now)
    lock_as_shown(cast, period, now)
    with pytest.raises(ChangedSince):
        send_as_shown(cast, period, now, version=2)
    send_as_shown(cast, period, now, number="05/BC-PKT")
    send_as_shown(cast, period, now, number="05/BC-PKT")
    with pytest.raises(Conflict, match="đã ghi là gửi"):
        send_as_shown(cast, period, now, by=binh)
    assert count(session, PeriodSending) == 1
    [line] = periods_of(session, cast.commune, 0, 10)
    assert (line.state, line.version, line.words) == (PeriodState.SENT, 1, "Tháng 12 năm 2026")


def test_where_the_commune_asks_for_two_who_locked_does_not_send(
    cast: Cast, now: Clock, binh: int, period: int, session: Session
) -> None:
    with transaction() as writing:
        fact = {"key": "kpi.lock_people", "value": "2", "valid_from": date(2026, 12, 1), "source": "Quy chế"}
        writing.add(DatedFact(commune_id=cast.commune, **fact))
    lock_as_shown(cast, period, now)
    with pytest.raises(Refused, match="hai người"):
        send_as_shown(cast, period, now)
    send_as_shown(cast, period, now, by=binh)
    found = locked_figure(session, cast.commune, period)
    assert found is not None
    assert (found.locked_by_name, found.sent_by_name) == ("Nguyễn Văn Hùng", "Lê Thị Bình")


def test_another_commune_s_period_is_nobody_s_to_lock(cast: Cast, now: Clock, period: int) -> None:
    with transaction() as writing, pytest.raises(NotFound):
        locking = PeriodLocking(commune_id=cast.commune + 1, period_id=period, client_key=None, seen="-")
        lock_period(writing, Actor(person_id=cast.hung), locking, clock=now)


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 2},
        {"replaces_id": 1, "reason": "vì"},
        {"version": 2, "replaces_id": 1},
        {"version": 2, "replaces_id": 1, "reason": ""},
    ],
)
def test_the_database_refuses_a_lock_that_replaces_nothing_or_says_no_reason(
    cast: Cast, now: Clock, period: int, session: Session, wrong: dict[str, object]
) -> None:
    lock_as_shown(cast, period, now)
    first = session.scalars(select(PeriodLock)).one()
    said = dict(wrong)
    if "replaces_id" in said:
        said["replaces_id"] = first.id
    row = {"version": 1, "locked_by": cast.hung, "locked_at": now(), "definitions_version": 3, "digest": "x"} | said
    with pytest.raises((IntegrityError, Conflict)), transaction() as writing:
        writing.add(PeriodLock(commune_id=cast.commune, report_period_id=period, **row))
