"""Certificates that end: said at 180, 90 and 30 days, to the business and to the office, once each."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.notices.models import Notice
from market.notices.rules import News
from market.outreach.jobs import warn_of_papers
from market.outreach.models import PaperWarning
from market.outreach.rules.papers import read_warn_days, step_due
from market.places.models import DatedFact
from market.sellers.models import Certificate
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_paper


def told(session: Session) -> list[tuple[int | None, int | None]]:
    session.expire_all()
    query = select(Notice.business_id, Notice.person_id).where(Notice.kind == News.PAPER_ENDS).order_by(Notice.id)
    return [(business, person) for business, person in session.execute(query)]


def test_each_distance_is_told_once_to_the_business_and_the_office(cast: Cast, session: Session, now: Clock) -> None:
    a_paper(cast, cast.htx.business, "OCOP 4 sao", 181, now)
    a_paper(cast, cast.tu.business, "VietGAP", None, now)
    both = [(cast.htx.business, None), (None, cast.hung)]
    opening = local_day(now())
    expected: list[tuple[int | None, int | None]] = []
    for days in (0, 1, 1, 88, 1, 59, 1, 30, 1):  # 181 days left, 180, 179, 91, 90, 31, 30, 0, over
        now.move(days=days)
        warn_of_papers(now())
        warn_of_papers(now())
        if local_day(now()) in {opening + timedelta(days=gone) for gone in (1, 91, 151)}:
            expected += both
        assert told(session) == expected
    assert [one.days for one in session.scalars(select(PaperWarning).order_by(PaperWarning.id))] == [180, 90, 30]


def test_a_paper_recorded_late_is_told_of_its_nearest_distance_alone(cast: Cast, session: Session, now: Clock) -> None:
    paper = a_paper(cast, cast.htx.business, "OCOP 4 sao", 20, now)
    warn_of_papers(now())
    sentence = session.scalars(select(Notice.sentence).where(Notice.business_id == cast.htx.business)).one()
    assert "OCOP 4 sao số QĐ 12 (Gạo nếp) hết hạn ngày 14/12/2026, còn 20 ngày" in sentence
    with transaction() as writing:  # renewed: another last day is told of anew
        writing.get_one(Certificate, paper).valid_to = date(2027, 6, 1)
    now.move(days=20)
    warn_of_papers(now())
    assert len(told(session)) == 4


def test_a_commune_says_at_which_distances(cast: Cast, session: Session, now: Clock) -> None:
    with transaction() as writing:
        fact = {"key": "paper.warn_days", "value": "60", "valid_from": date(2026, 1, 1), "source": "quy ước"}
        writing.add(DatedFact(commune_id=cast.commune, **fact))
    a_paper(cast, cast.htx.business, "VietGAP", 61, now)
    warn_of_papers(now())
    assert told(session) == []
    now.move(days=1)
    warn_of_papers(now())
    assert len(told(session)) == 2


@pytest.mark.parametrize(
    ("left", "step"), [(181, None), (180, 180), (91, 180), (90, 90), (30, 30), (0, 30), (-1, None)]
)
def test_the_nearest_distance_that_was_reached_is_due(left: int, step: int | None) -> None:
    today = date(2026, 11, 24)
    assert step_due(date.fromordinal(today.toordinal() + left), today, read_warn_days("30, 180, 90")) == step
