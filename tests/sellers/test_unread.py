"""A cell of a file that nobody could read waits at its business until somebody enters it or puts it away (office 5)."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import NotFound
from market.sellers import actions, queries
from market.sellers.actions import NewBusiness, put_away_unread
from market.sellers.models import Business, BusinessKind, UnreadCell
from market.sellers.retention import RULES
from market.sellers.rules import RowOutcome
from market.values.period import local_day
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import in_turns, on_both
from tests.sellers import shown
from tests.sellers.test_joining import take

pytestmark = [on_both, in_turns]  # alike on both kinds of database: one kind by day, the other with the next test

ODD = "Quán Sen,Hộ kinh doanh,Mỗ Đoạn,hỏi con gái,Trần Văn An"


def waiting(session: Session, name: str = "Quán Sen") -> list[tuple[str, str]]:
    session.expire_all()
    at = session.scalars(select(Business.id).where(Business.name == name)).one()
    return [(cell.field, cell.text) for cell in queries.unread_of(session, at)]


def edit(cast: Cast, session: Session, **said: object) -> None:
    business = session.scalars(select(Business).where(Business.name == "Quán Sen")).one()
    kept = {"kind": BusinessKind.HOUSEHOLD_BUSINESS, "owner_name": business.owner_name, "phone": business.phone}
    new = NewBusiness(
        commune_id=cast.commune,
        hamlet_id=cast.mo_doan,
        name="Quán Sen",
        valid_from=local_day(clock.now()),
        source="Sửa",
        **(kept | said),
    )
    with transaction() as writing:
        seen = shown.business(business.id)
        actions.edit_business(writing, Actor(person_id=cast.hung), business.id, new, seen=seen, clock=clock.now)


def test_what_could_not_be_read_is_kept_as_it_stood(cast: Cast, session: Session) -> None:
    take(cast, ODD)
    assert waiting(session) == [("phone", "hỏi con gái")]
    [cell] = session.scalars(select(UnreadCell)).all()
    assert "chưa đúng nên chưa ghi" in cell.why
    take(cast, "Quán Súng,Hộ kinh doanh,Mỗ Đoạn,0912345678 / 0987654321,")
    assert waiting(session, "Quán Súng") == [("phone", "0912345678 / 0987654321")], "the second number is not lost"


def test_the_same_file_again_keeps_nothing_twice(cast: Cast, session: Session) -> None:
    assert [one.outcome for one in take(cast, ODD).decisions] == [RowOutcome.CREATED]
    assert [one.outcome for one in take(cast, ODD).decisions] == [RowOutcome.UNCHANGED]
    assert len(session.scalars(select(UnreadCell)).all()) == 1


def test_a_known_business_gets_what_a_later_file_brings(cast: Cast, session: Session) -> None:
    take(cast, ODD.replace("hỏi con gái", ""))
    assert waiting(session) == []
    assert [one.outcome for one in take(cast, ODD).decisions] == [RowOutcome.UPDATED]
    take(cast, ODD.replace("hỏi con gái", "máy bàn nhà"))
    assert waiting(session) == [("phone", "máy bàn nhà")], "the newer text stands for the older one"


def test_entering_it_is_what_it_waited_for(cast: Cast, session: Session) -> None:
    take(cast, ODD)
    edit(cast, session, owner_name="Trần Thị Sen")
    assert waiting(session) == [("phone", "hỏi con gái")], "another field was entered"
    edit(cast, session, owner_name="Trần Thị Sen", phone=Phone("0912345678"))
    assert waiting(session) == []


def test_a_file_that_reads_well_enters_it_too(cast: Cast, session: Session) -> None:
    take(cast, ODD)
    take(cast, ODD.replace("hỏi con gái", "0912345678"))
    assert waiting(session) == []


def test_put_away_it_does_not_come_back_with_the_next_file(cast: Cast, session: Session) -> None:
    take(cast, ODD)
    cell = session.scalars(select(UnreadCell)).one()
    with pytest.raises(NotFound), transaction() as writing:
        put_away_unread(writing, Actor(), cast.commune + 1, cell.business_id, cell.id, clock=clock.now)
    with pytest.raises(NotFound), transaction() as writing:
        put_away_unread(writing, Actor(), cast.commune, cast.lan.business, cell.id, clock=clock.now)
    for _tap in range(2):
        with transaction() as writing:
            who = Actor(person_id=cast.hung)
            put_away_unread(writing, who, cast.commune, cell.business_id, cell.id, clock=clock.now)
    assert waiting(session) == []
    assert [one.verb for one in events_of(session, "business", cell.business_id)].count("put_away_unread") == 1
    assert [one.outcome for one in take(cast, ODD).decisions] == [RowOutcome.UNCHANGED]
    assert waiting(session) == []


def test_only_what_was_dealt_with_a_year_ago_is_let_go(cast: Cast, session: Session, now: Clock) -> None:
    [rule] = [one for one in RULES if one.model is UnreadCell]
    assert rule.is_old
    take(cast, ODD)
    late = now() + timedelta(days=800)
    assert session.scalars(select(UnreadCell).where(rule.is_old(late))).all() == []
    edit(cast, session, phone=Phone("0912345678"))
    assert len(session.scalars(select(UnreadCell).where(rule.is_old(late))).all()) == 1
    assert session.scalars(select(UnreadCell).where(rule.is_old(now() + timedelta(days=300)))).all() == []
