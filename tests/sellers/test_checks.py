"""The register's yearly look: who looked at whom, what was found, and how that comes into the register."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import ChangedSince, seen_of
from market.sellers import actions, queries
from market.sellers.actions import NewCheck, SeenCheck
from market.sellers.models import Business, BusinessStatus, CheckFinding, RegisterCheck
from market.sellers.queries import ChecksAsked
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import in_turns, on_both

pytestmark = [on_both, in_turns]


def check(cast: Cast, now: Clock, business: int, finding: CheckFinding, **more: object) -> int:
    """By em Vy, the helper of Nghĩa Dũng, or by the officer where `by` says so."""
    by = more.pop("by", cast.vy)
    hamlets = None if by == cast.hung else frozenset({cast.nghia_dung})
    new = NewCheck(commune_id=cast.commune, business_id=business, finding=finding, hamlet_ids=hamlets)
    with transaction() as session:
        return actions.record_check(session, Actor(person_id=by), replace(new, **more), clock=now)  # type: ignore[arg-type]


def asked(cast: Cast, now: Clock, *hamlets: int) -> ChecksAsked:
    return ChecksAsked(
        commune_id=cast.commune, year=queries.year_of(local_day(now())), hamlet_ids=list(hamlets) or None
    )


def test_who_was_looked_at_leaves_the_list_and_raises_the_hamlet_s_progress(
    cast: Cast, now: Clock, session: Session
) -> None:
    here = asked(cast, now, cast.nghia_dung)
    assert [(one.looked_at, one.listed) for one in queries.progress_of(session, here)] == [(0, 2)]

    one = check(cast, now, cast.lan.business, CheckFinding.STILL_THERE)

    assert one == check(cast, now, cast.lan.business, CheckFinding.STILL_THERE), "a tap twice is one look"
    assert [one.id for one in queries.businesses_to_check(session, here, first=0, most=9)] == [cast.theu]
    assert [(one.looked_at, one.listed) for one in queries.progress_of(session, here)] == [(1, 2)]
    [made] = queries.checks_made(session, here, only_open=False, first=0, most=9)
    assert (made.who.name, made.looked_on, queries.finding_text(made)) == (
        "Trần Khánh Vy",
        local_day(now()),
        "Vẫn như trong sổ",
    )
    assert [one.verb for one in events_of(session, "business", cast.lan.business)][-1] == "check_business"
    now.move(days=400)
    assert len(queries.businesses_to_check(session, asked(cast, now, cast.nghia_dung), first=0, most=9)) == 2


def test_what_a_helper_found_waits_for_an_officer_who_sees_what_changed(
    cast: Cast, now: Clock, session: Session
) -> None:
    at = check(cast, now, cast.lan.business, CheckFinding.MOVED, to_hamlet_id=cast.mo_doan)
    assert session.get_one(Business, cast.lan.business).hamlet_id == cast.nghia_dung
    [waits] = queries.checks_made(session, asked(cast, now), only_open=True, first=0, most=9)
    shown = SeenCheck(commune_id=cast.commune, check_id=at, seen=seen_of(queries.check_facts(waits)))
    officer = Actor(person_id=cast.hung)
    with transaction() as writing:
        writing.get_one(Business, cast.lan.business).trade = "Rau, củ"
    with transaction() as writing, pytest.raises(ChangedSince):
        actions.write_check(writing, officer, shown, clock=now)
    session.expire_all()
    shown = replace(shown, seen=seen_of(queries.check_facts(session.get_one(RegisterCheck, at))))
    for _ in range(2):
        with transaction() as writing:
            actions.write_check(writing, officer, shown, clock=now)
    session.expire_all()
    assert session.get_one(Business, cast.lan.business).hamlet_id == cast.mo_doan
    line = queries.history_of(session, cast.lan.business)[0]
    assert (line.hamlet_id, "Trần Khánh Vy xem" in line.source) == (cast.mo_doan, True)
    assert queries.checks_made(session, asked(cast, now), only_open=True, first=0, most=9) == []
    with transaction() as writing, pytest.raises(NotFound):
        actions.write_check(writing, officer, replace(shown, commune_id=cast.commune + 1), clock=now)


def test_what_an_officer_found_is_written_at_once_from_the_day_it_holds(
    cast: Cast, now: Clock, session: Session
) -> None:
    since = local_day(now()) - timedelta(days=1)
    check(cast, now, cast.theu, CheckFinding.CLOSED, since=since, by=cast.hung)
    assert session.get_one(Business, cast.theu).status is BusinessStatus.TERMINATED
    line = queries.history_of(session, cast.theu)[0]
    assert (line.valid_from >= since, line.source.startswith("Rà soát năm")) == (True, True)
    with pytest.raises(Conflict, match="chấm dứt"):
        check(cast, now, cast.theu, CheckFinding.STILL_THERE)
    at = check(cast, now, cast.lan.business, CheckFinding.CHANGED, note="Tên mới: Rau sạch bà Lan", by=cast.hung)
    with transaction() as writing:
        actions.settle_check(writing, Actor(person_id=cast.hung), cast.commune, at, now=now())
    made = session.scalars(select(RegisterCheck).where(RegisterCheck.id == at)).one()
    assert (made.was_written, made.settled_by) == (False, cast.hung)


def test_a_look_that_is_not_clear_or_not_theirs_is_refused(cast: Cast, now: Clock) -> None:
    with pytest.raises(NotFound):
        check(cast, now, cast.htx.business, CheckFinding.STILL_THERE)
    with pytest.raises(Refused, match="mời chọn thôn mới"):
        check(cast, now, cast.lan.business, CheckFinding.MOVED)
    with pytest.raises(Refused, match="Khác sổ chỗ nào"):
        check(cast, now, cast.lan.business, CheckFinding.CHANGED)
    with pytest.raises(Refused, match="chưa tới"):
        check(cast, now, cast.lan.business, CheckFinding.CLOSED, since=local_day(now()) + timedelta(days=1))
    with pytest.raises(Refused, match="chọn thôn khác"):
        check(cast, now, cast.lan.business, CheckFinding.MOVED, to_hamlet_id=cast.nghia_dung)
