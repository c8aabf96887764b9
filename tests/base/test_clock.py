"""A clock that jumps is not believed before the jump has lasted: what decides by time cannot be undone."""

from datetime import UTC, datetime, timedelta

import pytest

from market.base.clock import BELIEVED_AFTER, SteadyClock

OPENING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


class Machine:
    """A machine whose clock can be set; its count of seconds goes on by itself."""

    def __init__(self) -> None:
        self.count, self.off = 100.0, timedelta()
        self.true = OPENING

    def wall(self) -> datetime:
        return self.true + self.off

    def pass_on(self, **time: float) -> None:
        gone = timedelta(**time)
        self.true += gone
        self.count += gone.total_seconds()


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def steady(machine: Machine) -> SteadyClock:
    return SteadyClock(machine.wall, lambda: machine.count)


@pytest.mark.parametrize("days", [1, -1, 365, 0.05])
def test_a_clock_that_is_off_for_forty_seconds_is_not_believed(
    machine: Machine, steady: SteadyClock, days: float
) -> None:
    """faults.md P1-8: a day ahead for 40 s ended orders and holds, and stopped periodic tasks for a day."""
    machine.off = timedelta(days=days)
    for _ in range(40):
        machine.pass_on(seconds=1)
        assert steady() == machine.true
    machine.off = timedelta()
    for _ in range(40):
        machine.pass_on(seconds=1)
        assert steady() == machine.true


def test_a_jump_that_lasts_is_believed(machine: Machine, steady: SteadyClock) -> None:
    """A machine that begins without the time and is told it, or whose clock is put right by a person."""
    machine.off = timedelta(hours=3)
    assert steady() == machine.true
    machine.pass_on(seconds=BELIEVED_AFTER.total_seconds() - 1)
    assert steady() == machine.true
    machine.pass_on(seconds=1)
    assert steady() == machine.wall()
    machine.pass_on(hours=1)
    assert steady() == machine.wall()


def test_a_jump_upon_a_jump_begins_to_last_anew(machine: Machine, steady: SteadyClock) -> None:
    machine.off = timedelta(hours=3)
    assert steady() == machine.true
    machine.pass_on(minutes=4)
    machine.off = timedelta(hours=9)
    assert steady() == machine.true
    machine.pass_on(minutes=4)
    assert steady() == machine.true
    machine.pass_on(minutes=1)
    assert steady() == machine.wall()


def test_small_steps_and_a_sleep_are_followed_at_once(machine: Machine, steady: SteadyClock) -> None:
    """What a time server corrects bit by bit, and a machine that slept: its count went on."""
    for _ in range(100):
        machine.pass_on(minutes=10)
        machine.off += timedelta(seconds=29)
        assert steady() == machine.wall()
    machine.pass_on(days=3)
    assert steady() == machine.wall()


def test_a_process_that_begins_while_the_clock_is_off_goes_by_the_one_that_began_it(
    machine: Machine, steady: SteadyClock
) -> None:
    machine.off = timedelta(days=1)
    steady()
    begun = SteadyClock(machine.wall, lambda: machine.count)
    begun.mark = steady.mark
    machine.pass_on(seconds=5)
    assert begun() == machine.true
