"""What the market has acknowledged outlives a kill -9 of any of its processes. `python -m bench crash --rounds 100` is
the long proof; here each process is killed once."""

import pytest

from bench.crash import SEED, crashed
from bench.figures import Figure

EACH_ONCE = 10


@pytest.mark.nightly  # minutes of kills
@pytest.mark.timeout(1200)
def test_nothing_acknowledged_is_lost_doubled_or_left_half_done_by_a_kill() -> None:
    """faults.md: no kill of the trial had landed inside a job. Here one lands inside the import of a register."""
    told = list(crashed(EACH_ONCE, SEED))
    promised = [one for one in told if isinstance(one, Figure) and one.is_promised]
    assert [str(one) for one in promised if not one.is_kept] == []
    assert len(promised) == 4, "on both kinds of database"
