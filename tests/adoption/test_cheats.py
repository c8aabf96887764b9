"""Forty ways to be counted without having sold anything, tried on the market in a simulated commune."""

from pathlib import Path

import pytest
from flask import Flask

from bench.cheats import HONEST, LEAST_COUNTED, MISSED_OF_FORTY, MOST_ACCUSED, SEED, least_caught, played
from bench.village.judging import Judgement
from bench.village.schemes import OURS, read_schemes
from tests.nights import by_day_on

SMALL = 100
"""Households of a commune that is lived in within seconds: too few for a twentieth of those that trade to say much."""


def tried(app: Flask, honest: int) -> Judgement:
    return played(app, read_schemes(OURS), seed=SEED, honest=honest)


def assert_kept(found: Judgement, least_counted: float = LEAST_COUNTED) -> None:
    assert found.caught >= least_caught(found), [one.name for one in found.outcomes if not one.is_caught]
    assert found.accused_percent <= MOST_ACCUSED
    assert found.counted_percent >= least_counted


@by_day_on("sqlite")
def test_those_who_cheat_are_not_counted_and_the_honest_are(app: Flask) -> None:
    found = tried(app, SMALL)
    assert (found.trial_counted, found.trial_wanted) == (0, 9), "what the trial had counted"
    assert_kept(found, least_counted=90)


@pytest.mark.nightly  # minutes; by day in a small commune, above
def test_in_a_whole_commune_too(app: Flask) -> None:
    found = tried(app, HONEST)
    assert found.trial_counted == 0
    assert_kept(found)


def test_there_are_forty_schemes_each_with_a_name_of_its_own() -> None:
    schemes = read_schemes(OURS)
    assert len({one.name for one in schemes}) == len(schemes) == 40
    assert sum(one.sellers for one in schemes if one.trial) == 9


def test_of_forty_schemes_two_may_get_through_and_of_fewer_fewer() -> None:
    assert [MISSED_OF_FORTY * many // 40 for many in (40, 39, 20, 12)] == [2, 1, 1, 0]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("colour = 'red'", "Scheme knows no colour"),
        ("orders = [{ by = 'a', amount = 1, at = 'the moon' }]", "at is one of sellers, others"),
        ("buyers = [{ name = 'a', phone = 'red', device = 'own' }]", "phone is one of invented, sim"),
    ],
)
def test_a_scheme_of_unknown_words_is_refused(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "schemes.toml"
    file.write_text(f"[[scheme]]\nname = 'x'\ntold = 'x'\n{line}\n", "utf-8")
    with pytest.raises(ValueError, match=says):
        read_schemes(file)
