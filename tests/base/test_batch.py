"""Work in shares: how many rows a transaction takes, by how long the last one held its locks."""

import pytest

from market.base import batch
from market.base.batch import Pace, next_size


def test_shares_shrink_where_they_hold_their_locks_too_long_and_grow_where_they_do_not() -> None:
    assert next_size(100, 0.2, most=5_000) == 50
    assert next_size(1, 9.0, most=5_000) == 1
    assert next_size(100, 0.1, most=5_000) == 100
    assert next_size(100, 0.08, most=5_000) == 125
    assert next_size(100, 0.01, most=5_000) == 200
    assert next_size(100, 0.0, most=5_000) == 200
    assert next_size(5_000, 0.01, most=5_000) == 5_000


def test_every_item_comes_once_in_shares_that_follow_what_the_last_one_took() -> None:
    pace, sizes, seen = Pace(), [], list[int]()
    for share, held in zip(pace.shares(range(200)), [0.05, 0.4, 0.1, 0.1, 0.01, 0.01, 0.01], strict=False):
        sizes.append(len(share))
        seen += share
        pace.held = held
    assert (sizes, seen) == ([20, 40, 20, 20, 20, 40, 40], list(range(200)))


def test_others_are_let_in_as_long_as_they_were_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rests = list[float]()
    monkeypatch.setattr(batch.time, "sleep", rests.append)
    for held in (0.0, 0.01, 0.3, 9.0):
        Pace(held=held).rest()
    assert rests == [0.1, 0.3, 0.5]
