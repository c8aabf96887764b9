"""The brake: tries in vain are counted before they are looked at, close a subject for a while, and are forgotten."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from market.base import batch
from market.base.attempts import (
    Brake,
    Caller,
    Limit,
    TryWindow,
    count_tries,
    count_try,
    counted_try,
    forget_tries,
    given_back_if_refused,
    most_tries,
    refuse_closed,
    succeed_try,
)
from market.base.db import db, transaction
from market.base.errors import Refused, TooManyTries
from market.cli import PERIODIC_TASKS
from tests.conftest import Clock
from tests.nights import by_day_on, in_turns
from tests.queries import counting

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

DOOR = Brake(
    kind="door",
    limits=(Limit(most=3, within=timedelta(minutes=10)), Limit(most=5, within=timedelta(hours=1))),
    sentence="Mời chờ {wait}.",
)
GATE = Brake(
    kind="gate",
    limits=(Limit(most=6, within=timedelta(hours=1)),),
    from_network=(Limit(most=2, within=timedelta(minutes=10)),),
    device=(Limit(most=4, within=timedelta(minutes=10)),),
    network=(Limit(most=5, within=timedelta(minutes=10)),),
    sentence="Mời chờ {wait}.",
)


class WrongKey(Refused):
    """What the door says of a wrong one."""


def tried(*subject: object) -> bool:
    try:
        count_try(DOOR, *subject)
    except Refused:
        return False
    return True


def passed(subject: str, device: str, network: str) -> bool:
    try:
        count_try(GATE, subject, caller=Caller(device=device, network=network))
    except TooManyTries:
        return False
    return True


def left(session: Session) -> list[int]:
    """How many tries each window has left, the shortest first."""
    return list(session.scalars(select(TryWindow.remaining).order_by(TryWindow.seconds, TryWindow.id)))


def test_so_many_tries_in_vain_close_a_subject_for_a_while_and_no_other(app: Flask, now: Clock) -> None:
    assert [tried("phone", "device") for _ in range(4)] == [True, True, True, False]
    assert tried("phone", "other device")
    now.move(minutes=10, microseconds=-1)
    with pytest.raises(TooManyTries, match=r"Mời chờ 1 phút\.") as refused:
        count_try(DOOR, "phone", "device")
    assert (refused.value.status, refused.value.wait) == (429, timedelta(microseconds=1))
    now.move(microseconds=1)
    assert tried("phone", "device")


def test_the_longer_limit_holds_when_the_shorter_does_not(app: Flask, now: Clock) -> None:
    opened = []
    for _ in range(6):
        opened.append(tried("phone"))
        now.move(minutes=9)
    assert opened == [True] * 5 + [False]

    now.move(minutes=7)
    assert tried("phone")


def test_what_was_refused_is_not_counted_and_what_succeeded_closes_nothing(
    app: Flask, now: Clock, session: Session
) -> None:
    for _ in range(5):
        succeed_try(count_try(DOOR, "phone"))
    assert [tried("phone") for _ in range(9)] == [True] * 3 + [False] * 6

    assert left(session) == [0, 2]


def test_a_try_stays_counted_when_what_follows_is_refused(app: Flask, now: Clock, session: Session) -> None:
    with pytest.raises(Refused):
        count_try(DOOR, "phone")
        with transaction():
            raise Refused("wrong", "Sai rồi.")

    assert left(session) == [2, 4]


def test_a_window_that_has_begun_anew_is_given_back_nothing_of_the_one_before(
    app: Flask, now: Clock, session: Session
) -> None:
    early = count_try(DOOR, "phone")
    now.move(minutes=10)
    count_try(DOOR, "phone")
    succeed_try(early)
    assert left(session) == [2, 4]


def test_a_subject_is_closed_where_it_is_guessed_at_and_open_elsewhere_up_to_a_ceiling(app: Flask, now: Clock) -> None:
    """Who guesses with a new browser each time is held by the network, and then by all of them together."""
    for network in ("here", "there", "yonder"):
        assert [passed("phone", f"{network}{number}", network) for number in range(3)] == [True, True, False]
    assert not passed("phone", "own", "at home")
    now.move(hours=1)
    assert passed("phone", "own", "at home")


def test_whatever_the_subject_a_device_is_held_and_so_is_a_network(app: Flask, now: Clock) -> None:
    assert [passed(f"phone {number}", "one", "here") for number in range(5)] == [True] * 4 + [False]
    assert [passed(f"phone {number}", f"new {number}", "here") for number in range(2)] == [True, False]
    assert passed("phone", "new", "there")


def test_a_try_that_one_limit_refuses_is_counted_by_none(app: Flask, now: Clock, session: Session) -> None:
    passed("phone", "one", "here")
    passed("phone", "two", "here")
    before = left(session)
    assert not passed("phone", "three", "here")
    session.expire_all()
    assert left(session) == before


def test_what_was_refused_was_not_done_and_a_fault_may_have_been(app: Flask, now: Clock, session: Session) -> None:
    for ends_in, tries in ((Refused("closed", "Đóng cửa."), 3), (KeyError(), 2), (None, 1)):
        with suppress(Refused, KeyError), given_back_if_refused(count_try(DOOR, "phone")):
            if ends_in is not None:
                raise ends_in
        session.expire_all()
        assert left(session)[0] == tries


def test_whether_it_is_closed_is_asked_without_a_try(app: Flask, now: Clock, session: Session) -> None:
    here = Caller(device="one", network="here")
    for _ in range(2):
        refuse_closed(GATE, "phone", caller=here)
        count_try(GATE, "phone", caller=here)
    now.move(minutes=4)
    before = left(session)
    with pytest.raises(TooManyTries, match="Mời chờ 6 phút"):
        refuse_closed(GATE, "phone", caller=here)
    refuse_closed(GATE, "phone", caller=Caller(device="one", network="there"))
    session.expire_all()
    assert left(session) == before
    now.move(minutes=6)
    refuse_closed(GATE, "phone", caller=here)


def test_a_window_of_a_clock_that_ran_a_day_ahead_closes_nothing(app: Flask, now: Clock) -> None:
    """faults.md P1-8: what is counted while a clock is ahead would else stand until that clock is reached."""
    now.move(days=1)
    assert [tried("phone") for _ in range(4)] == [True, True, True, False]
    now.move(days=-1)
    refuse_closed(DOOR, "phone")
    assert most_tries(DOOR, "phone") == 0
    assert [tried("phone") for _ in range(4)] == [True, True, True, False]
    assert most_tries(DOOR, "phone") == 3


def test_who_tries_is_said_where_a_brake_asks(app: Flask, now: Clock) -> None:
    with pytest.raises(ValueError, match="by who tries"):
        count_try(GATE, "phone")


def test_a_try_costs_one_statement_however_many_limits(app: Flask, now: Clock) -> None:
    here = Caller(device="one", network="here")
    with counting() as seen:
        succeed_try(count_try(GATE, "phone", caller=here))
    assert len(seen) == 2, seen


@pytest.mark.parametrize(
    ("ends_in", "is_failed"),
    [(WrongKey("wrong", "Sai."), True), (Refused("closed", "Đóng cửa."), False), (None, False), (KeyError(), True)],
)
def test_a_try_failed_only_where_what_was_tried_was_wrong(
    app: Flask, now: Clock, session: Session, ends_in: Exception | None, is_failed: bool
) -> None:
    """A fault may have come after the comparison: it counts."""
    with suppress(Refused, KeyError), counted_try(DOOR, "phone", wrong=WrongKey):
        assert left(session) == [2, 4]
        if ends_in is not None:
            raise ends_in
    session.expire_all()
    assert left(session) == ([2, 4] if is_failed else [3, 5])


def test_of_several_subjects_those_that_are_open_are_given_back(app: Flask, now: Clock) -> None:
    for _ in range(3):
        count_try(DOOR, 7)

    assert count_tries(DOOR, [8, 7, 6], stand_in="9") == [6, 8]


def test_where_there_is_nothing_to_try_as_much_is_asked_and_it_is_nothing(app: Flask, session: Session) -> None:
    for closed in range(3):
        count_try(DOOR, closed)
        count_try(DOOR, 7)
    costs = []
    for keys in ([8], [7], []):
        with counting() as seen:
            assert count_tries(DOOR, keys, stand_in=keys and keys[0]) == [key for key in keys if key == 8]
        costs.append(len(seen))
    assert len(set(costs)) == 1


def test_trying_on_at_what_is_closed_does_not_keep_it_closed(app: Flask, now: Clock) -> None:
    for _ in range(3):
        count_tries(DOOR, [7], stand_in="7")
    now.move(minutes=9)
    assert count_tries(DOOR, [7], stand_in="7") == []
    now.move(minutes=1)
    assert count_tries(DOOR, [7], stand_in="7") == [7]


def test_two_kinds_of_one_subject_are_counted_apart_and_kept_as_hashes(
    app: Flask, now: Clock, session: Session
) -> None:
    count_try(DOOR, "0900000011")
    count_try(Brake(kind="hatch", limits=DOOR.limits, sentence="Chờ."), "0900000011")

    subjects = session.scalars(select(TryWindow.subject).distinct()).all()
    assert len(subjects) == 2
    assert not any("0900000011" in subject for subject in subjects)


def test_tries_are_forgotten_once_no_limit_asks_for_them(
    app: Flask, now: Clock, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"FIRST_SHARE": 2, "LARGEST_SHARE": 2, "REST_SECONDS": 0.0}.items():
        monkeypatch.setattr(batch, name, value)
    for subject in ("phone", "another", "a third"):
        count_try(DOOR, subject)
    forget_tries(now.move(minutes=59))
    assert left(session) == [4, 4, 4]
    rows = session.scalar(select(func.count(TryWindow.id))) or 0

    with counting() as sent:
        forget_tries(now.move(minutes=1))
    assert session.scalar(select(func.count(TryWindow.id))) == 0
    assert len([one for one in sent if one.startswith("DELETE")]) == -(-rows // 2), "a few in each transaction"
    assert forget_tries in [task.do for task in PERIODIC_TASKS]


@pytest.mark.nightly  # of a step that is released and cannot change
@by_day_on("postgresql")
def test_the_tries_of_an_older_database_come_along(app: Flask) -> None:
    """Those of the last day decide still; a code that somebody has guessed at stops working."""
    late = datetime.now(UTC) - timedelta(minutes=5)
    with app.app_context():
        downgrade(revision="20261128_1500")
        with db.engine.connect() as connection:
            commune = "INSERT INTO commune (id, code, name, province_code, province_name, office_name, letters, mode)"
            connection.execute(text(f"{commune} VALUES (1, '1', 'x', '1', 'y', 'z', 'DS', 'ordering')"))
            person = "INSERT INTO person (id, commune_id, name, is_demo, created_at) VALUES (1, 1, 'Lan', false, :at)"
            connection.execute(text(person), {"at": late})
            for digest, age in (("late", timedelta()), ("old", timedelta(days=2))):
                row = {"digest": digest, "at": late - age}
                into = "INSERT INTO sign_in_attempt (phone_digest, at, succeeded) VALUES (:digest, :at, false)"
                connection.execute(text(into), row)
            for purpose, tries in (("grant_mandate", 0), ("grant_mandate", 2), ("reset_password", 0)):
                into = (
                    "INSERT INTO one_time_code (purpose, person_id, code_digest, created_at, expires_at, tries)"
                    " VALUES (:purpose, 1, 'x', :at, :at, :tries)"
                )
                connection.execute(text(into), {"purpose": purpose, "at": late, "tries": tries})
        upgrade()
        with Session(db.engine) as session:
            (kept,) = session.scalars(select(TryWindow)).all()
            assert (kept.subject, kept.seconds, kept.remaining) == ("late", 86_400, 19)
            assert kept.ends_at - kept.began_at == timedelta(days=1)
            assert abs(kept.began_at - late) < timedelta(seconds=1)
            used = session.execute(text("SELECT used_at IS NOT NULL FROM one_time_code ORDER BY id")).scalars()
            assert [bool(one) for one in used] == [False, True, True], "a helper's reset codes work no more"
