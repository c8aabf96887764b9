"""Targets and the KPI's numbers are set from a day on, with a source; no day that has come changes (office 9)."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.queries import number_on
from market.base.db import transaction
from market.places.models import DatedFact
from market.values.period import local_day
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.pages import send

PATH = "/van-phong/cai-dat/muc-tieu"
PLAN = "kpi.target.plan"


def said(day: date, **fields: str) -> dict[str, str]:
    return {"key": PLAN, "value": "60 %", "valid_from": day.isoformat(), "source": "Kế hoạch 120"} | fields


@pytest.fixture
def today(cast: Cast, now: Clock) -> date:
    """A day on which fifty percent are the plan's target, since long."""
    with transaction() as writing:
        old = {"commune_id": cast.commune, "key": PLAN, "value": "50", "source": "Kế hoạch 85"}
        writing.add(DatedFact(**old, valid_from=date(2025, 7, 1)))
    return local_day(now())


def target(cast: Cast, day: date) -> int | None:
    with transaction() as session:
        return number_on(session, cast.commune, PLAN, day)


def test_a_target_holds_from_its_day_and_days_before_keep_theirs(
    hung: FlaskClient, cast: Cast, session: Session, today: date
) -> None:
    later = today + timedelta(days=30)
    assert [send(hung, PATH, said(later)).status_code for _ in range(2)] == [303, 303]

    assert [target(cast, day) for day in (today, later - timedelta(days=1), later)] == [50, 50, 60]
    page = hung.get(PATH).text
    assert "<strong>50 %</strong> từ 01/07/2025" in page
    assert f"Sẽ là <strong>60 %</strong> từ {later:%d/%m/%Y}" in page
    assert "Kế hoạch 120" in page
    row = session.scalars(select(DatedFact).where(DatedFact.value == "60")).one()
    assert [(one.verb, one.fields) for one in events_of(session, "dated_fact", row.id)] == [("set_fact", PLAN)]

    send(hung, PATH, said(later, value="65"))
    assert target(cast, later) == 65, "what is still to come may be put right"
    assert len(session.scalars(select(DatedFact).where(DatedFact.key == PLAN)).all()) == 2


def test_a_day_that_has_come_changes_by_nothing(hung: FlaskClient, cast: Cast, today: date) -> None:
    page = send(hung, PATH, said(today - timedelta(days=1)))
    assert (page.status_code, "đã qua, số của ngày ấy giữ nguyên" in page.text) == (422, True)
    assert "Kế hoạch 120" in page.text, "what was typed stays"

    assert send(hung, PATH, said(today)).status_code == 303
    assert (target(cast, today - timedelta(days=1)), target(cast, today)) == (50, 60)
    again = send(hung, PATH, said(today, value="70"))
    assert "Hôm nay đã dùng số 60" in again.text
    assert target(cast, today) == 60


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        (PLAN, "", "Mời ghi số mới."),
        (PLAN, "0", "số nguyên từ 1 đến 100"),
        (PLAN, "101", "số nguyên từ 1 đến 100"),
        (PLAN, "năm mươi", "số nguyên từ 1 đến 100"),
        (PLAN, "55,5", "số nguyên từ 1 đến 100"),
        ("quiet_hours", "21h-6h", "Giờ yên tĩnh viết như"),
        ("quiet_hours", "00:00-23:00", "dài nhất 16 giờ"),
        ("tax.vat.san_xuat", "3", "Mời chọn một mục trong danh sách."),
        ("", "50", "Mời chọn số cần đổi."),
    ],
)
def test_what_cannot_be_is_refused(
    hung: FlaskClient, cast: Cast, session: Session, today: date, key: str, value: str, sentence: str
) -> None:
    page = send(hung, PATH, said(today + timedelta(days=1), key=key, value=value))
    assert (page.status_code, sentence in page.text) == (422, True)
    assert len(session.scalars(select(DatedFact).where(DatedFact.source == "Kế hoạch 120")).all()) == 0


def test_money_and_hours_are_kept_as_they_are_counted(hung: FlaskClient, session: Session, today: date) -> None:
    for key, value in (("kpi.lowest_order", "12.000"), ("quiet_hours", "20:30 - 05:30")):
        assert send(hung, PATH, said(today + timedelta(days=1), key=key, value=value)).status_code == 303
    kept = session.scalars(select(DatedFact.value).where(DatedFact.source == "Kế hoạch 120").order_by(DatedFact.id))
    assert kept.all() == ["12000", "20:30-05:30"]
    assert "<strong>12.000 đồng</strong>" in hung.get(PATH).text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, PATH, [cast.lan.person, cast.vy], method=method)
