"""A market does more with the word of two officers, less with one's; what was said stays."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import seen_of
from market.notices.models import Notice
from market.notices.rules import News
from market.places.models import Commune, MarketMode, ModeRequest, ModeSource
from market.places.queries.modes import mode_facts, mode_now, mode_of, modes_between, request_facts
from market.places.rules.modes import CommuneMode, Feature, Registration, allows, modes_with
from market.sellers.actions.modes import REQUEST_LIFE, ModeAnswer, ModeAsked, ask_mode, confirm_mode, withdraw_mode
from market.sellers.models import Post, PostRole, Stall, StallState
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of

SHOWCASE, ORDERING, MATCHED = CommuneMode.SHOWCASE, CommuneMode.ORDERING, CommuneMode.ORDERING_MATCHED
SAID = Registration(operator="HTX Chợ số", number="12/ĐK-TMĐT", day=date(2026, 10, 1))


@dataclass
class Office:
    """The commune's officers at the page of modes: anh Hùng, and chị Nga beside him."""

    commune: int
    hung: int
    nga: int
    now: Clock

    def ask(self, mode: CommuneMode, said: Registration | None = SAID, *, by: int | None = None) -> bool:
        with transaction() as session:
            seen = seen_of(mode_facts(session, self.commune))
            new = ModeAsked(commune_id=self.commune, mode=mode, registration=said, seen=seen)
            return ask_mode(session, Actor(person_id=by or self.hung), new, clock=self.now)

    def agree(self, *, by: int | None = None) -> None:
        with transaction() as session:
            request = session.scalars(select(ModeRequest).order_by(ModeRequest.id.desc())).first()
            assert request
            seen = seen_of(request_facts(session, request))
            answer = ModeAnswer(commune_id=self.commune, request_id=request.id, seen=seen)
            confirm_mode(session, Actor(person_id=by or self.nga), answer, clock=self.now)

    @property
    def mode(self) -> CommuneMode:
        reading().expire_all()
        return mode_now(reading(), self.commune)

    @property
    def history(self) -> list[tuple[CommuneMode, int | None, int | None]]:
        reading().expire_all()
        rows = reading().scalars(select(MarketMode).order_by(MarketMode.id))
        return [(row.mode, row.asked_by, row.confirmed_by) for row in rows]


@pytest.fixture
def office(app: Flask, cast: Cast, now: Clock) -> Office:
    with transaction() as session:
        commune = session.get_one(Commune, cast.commune)
        nga = make.make_person(session, commune, "Đặng Thị Nga", "0900 000 003", now())
        make.make_post(session, nga, PostRole.OFFICER, None, now())
        commune.mode = SHOWCASE
        return Office(commune=cast.commune, hung=cast.hung, nga=nga.id, now=now)


def test_each_mode_allows_what_the_next_narrower_one_does_and_more() -> None:
    assert [modes_with(feature) for feature in Feature] == [[MATCHED, ORDERING], *([[MATCHED]] * 4)]
    assert not any(allows(SHOWCASE, feature) for feature in Feature)
    assert SHOWCASE.is_narrower_than(ORDERING)
    assert ORDERING.is_narrower_than(MATCHED)
    assert not MATCHED.is_narrower_than(MATCHED)


def test_a_market_takes_orders_once_a_second_officer_agrees(office: Office, session: Session) -> None:
    assert office.ask(ORDERING) is False
    assert office.mode is SHOWCASE
    office.agree()
    assert office.mode is ORDERING
    office.agree()
    assert office.history == [(ORDERING, office.hung, office.nga)]
    row = session.scalars(select(MarketMode)).one()
    assert (row.registration, row.source, row.is_made_up) == (SAID, ModeSource.OFFICERS, False)
    assert [one.verb for one in events_of(session, "commune", office.commune)] == ["begin_mode_ordering"]
    assert [one.verb for one in events_of(session, "mode_request", 1)] == ["ask_mode"]


def test_every_stall_here_hears_what_it_must_do_itself_from_now_on(office: Office, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.get_one(Stall, cast.tu.stall).state = StallState.PAUSED
        session.get_one(Stall, cast.htx.stall).state = StallState.CLOSED
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        there = make.make_person(session, far, "Người Bán Khác", "0900 000 051", now())
        business = make.make_business(session, make.make_hamlet(session, far, "thôn Xa"), "Hàng xa", now())
        make.make_stall(session, business, there, there, now())
    office.ask(ORDERING)
    assert told() == {}
    office.agree()
    office.agree()
    assert set(told()) == {cast.lan.business, cast.tu.business}
    assert all("Đã nhận tiền" in sentence for [sentence] in told().values())
    now.move(hours=1)
    office.ask(ORDERING, replace(SAID, number="13/ĐK-TMĐT"))
    office.agree()
    assert all(len(sentences) == 1 for sentences in told().values()), "what they do themselves is the same"
    now.move(hours=1)
    office.ask(SHOWCASE)
    assert [len(sentences) for sentences in told().values()] == [2, 2]


def told() -> dict[int | None, list[str]]:
    rows = reading().execute(select(Notice.business_id, Notice.sentence).where(Notice.kind == News.MODE_BEGUN))
    found: dict[int | None, list[str]] = {}
    for business_id, sentence in rows:
        found.setdefault(business_id, []).append(sentence)
    return found


def test_nobody_agrees_with_themselves_nor_without_being_an_officer_here(office: Office, cast: Cast) -> None:
    office.ask(ORDERING)
    with pytest.raises(Refused, match="cán bộ khác"):
        office.agree(by=office.hung)
    for person in (cast.vy, cast.lan.person, cast.stranger):
        with pytest.raises(NotFound):
            office.agree(by=person)
        with pytest.raises(NotFound):
            office.ask(MATCHED, by=person)
    assert (office.mode, office.history) == (SHOWCASE, [])


def test_an_officer_of_another_commune_decides_nothing_here(office: Office, now: Clock) -> None:
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        there = make.make_person(session, far, "Cán Bộ Khác", "0900 000 051", now())
        make.make_post(session, there, PostRole.OFFICER, None, now())
        far_id, person = far.id, there.id
    office.ask(ORDERING)
    with pytest.raises(NotFound):
        office.agree(by=person)
    with transaction() as session, pytest.raises(NotFound):
        confirm_mode(session, Actor(person_id=person), ModeAnswer(commune_id=far_id, request_id=1, seen=""), clock=now)


def test_a_lone_officer_cannot_widen_but_narrows_at_once(office: Office) -> None:
    with transaction() as session:
        session.execute(update(Post).where(Post.person_id == office.nga).values(ends_on=date(2026, 1, 1)))
    with pytest.raises(Refused, match="cần hai cán bộ"):
        office.ask(ORDERING)
    make.switch_mode(office.commune, MATCHED, office.now())
    assert office.ask(SHOWCASE) is True
    assert office.mode is SHOWCASE
    assert office.history[-1] == (SHOWCASE, office.hung, None)


def test_orders_are_taken_on_a_registration_alone(office: Office) -> None:
    with pytest.raises(Refused, match="đơn vị vận hành"):
        office.ask(ORDERING, None)
    later = Registration(operator="HTX", number="1", day=office.now().date() + timedelta(days=3))
    with pytest.raises(Refused, match="chưa tới"):
        office.ask(ORDERING, later)
    assert reading().scalars(select(ModeRequest)).all() == []


def test_one_waits_at_a_time_and_not_for_ever(office: Office, now: Clock) -> None:
    office.ask(ORDERING)
    office.ask(ORDERING)
    assert len(reading().scalars(select(ModeRequest)).all()) == 1
    with pytest.raises(Conflict, match="Đang có một đề nghị"):
        office.ask(MATCHED, by=office.nga)
    now.move(minutes=REQUEST_LIFE.total_seconds() / 60)
    with pytest.raises(Refused, match="quá hạn"):
        office.agree()
    assert office.ask(MATCHED, by=office.nga) is False
    office.agree(by=office.hung)
    assert office.mode is MATCHED


def test_what_was_dropped_or_overtaken_is_not_agreed_to(office: Office) -> None:
    office.ask(MATCHED)
    with transaction() as session:
        withdraw_mode(session, Actor(person_id=office.nga), office.commune, 1, clock=office.now)
        withdraw_mode(session, Actor(person_id=office.nga), office.commune, 1, clock=office.now)
    with pytest.raises(Refused, match="đã bỏ"):
        office.agree()
    make.switch_mode(office.commune, ORDERING, office.now())
    office.ask(MATCHED)
    office.ask(SHOWCASE, by=office.nga)
    with pytest.raises(Refused, match="đã bỏ"):
        office.agree()
    assert office.mode is SHOWCASE


def test_who_agrees_sees_what_they_agree_to(office: Office) -> None:
    office.ask(ORDERING)
    with transaction() as session, pytest.raises(Conflict, match="chế độ được đề nghị"):
        answer = ModeAnswer(commune_id=office.commune, request_id=1, seen=seen_of({"chế độ": "khác"}))
        confirm_mode(session, Actor(person_id=office.nga), answer, clock=office.now)


def test_the_past_stays_as_it_was(office: Office, session: Session, now: Clock) -> None:
    first = now()
    make.switch_mode(office.commune, MATCHED, first)
    now.move(minutes=60)
    office.ask(ORDERING)
    assert [mode_of(session, office.commune, at) for at in (first - timedelta(days=1), first, now())] == [
        MATCHED,
        MATCHED,
        ORDERING,
    ]
    held = modes_between(session, office.commune, first + timedelta(minutes=1), now() + timedelta(minutes=1))
    assert [row.mode for row in held] == [MATCHED, ORDERING]
    with pytest.raises(IntegrityError, match="append-only"), transaction() as writing:
        writing.execute(update(MarketMode).values(mode=SHOWCASE))


def test_the_database_itself_wants_two_people_and_a_registration(office: Office, now: Clock) -> None:
    row = {"commune_id": office.commune, "begins_at": now(), "recorded_at": now(), "source": ModeSource.OFFICERS}
    wrong = (
        {"mode": ORDERING, "asked_by": office.hung, "confirmed_by": office.hung},
        {"mode": ORDERING, "asked_by": office.hung, "confirmed_by": office.nga},
        {"mode": ORDERING, "asked_by": office.hung, "registration_no": "1"},
        {"mode": SHOWCASE},
    )
    for one in wrong:
        with pytest.raises(IntegrityError), transaction() as writing:
            writing.add(MarketMode(**row, **one))
    assert reading().scalars(select(Person.id)).first()
