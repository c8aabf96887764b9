"""Can the figure be cheated: forty schemes played in a simulated commune beside 2,000 honest households.

`python -m bench cheats --seed 7 --json` answers 1 where a budget is missed; `--schemes FILE` plays others.
"""

import argparse
import json
import logging
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from flask import Flask

from bench.databases import markets, settle
from bench.figures import Figure, at_least, at_most, free, promised
from bench.village.cheating import Cheating
from bench.village.commune import Village
from bench.village.doors import shows_code_to_strangers
from bench.village.honest import Honest
from bench.village.judging import Judgement, judge
from bench.village.office import work, write
from bench.village.people import Deal
from bench.village.schemes import OURS, Scheme, read_schemes

SEED, HONEST = 20261214, 2_000
CALLS_A_WEEK = 10
"""For so many households; a smaller commune calls fewer."""
CUT_OFF = date(2026, 12, 14)
MISSED_OF_FORTY = 2
MOST_ACCUSED, LEAST_COUNTED = 1.0, 95.0


def run() -> Iterator[Figure | str]:
    for database, app in markets(0):
        yield from told(database, played(app, read_schemes(OURS), seed=SEED, honest=HONEST))


def played(app: Flask, schemes: Sequence[Scheme], *, seed: int, honest: int) -> Judgement:
    """Draw the commune into the application's empty database, let everybody act, and see what is counted."""
    village = Village(seed, CUT_OFF, calls=max(1, CALLS_A_WEEK * honest // HONEST))
    people = Honest(village, honest)
    people.live()
    asked = village.sell(
        people.old_shops()[0], Deal(buyer=village.human("khách", village.hamlets[0]), days=0, total=9_000, end="open")
    )
    with app.app_context():
        write(village)
        settle()
    cheating = Cheating(village, people, public_code=shows_code_to_strangers(app, asked))
    for scheme in schemes:
        cheating.play(scheme)
    with app.app_context():
        write(village)
        settle()
        at_first, figure = work(village)
    return judge(village, schemes, figure, at_first)


def least_caught(found: Judgement) -> int:
    """How many of its schemes must not get through."""
    return len(found.outcomes) - MISSED_OF_FORTY * len(found.outcomes) // 40


def told(database: str, found: Judgement) -> Iterator[Figure | str]:
    for outcome in found.outcomes:
        yield f"{database}: {outcome}"
    missed = ", ".join(one.name for one in found.outcomes if not one.is_caught)
    yield promised(at_least(f"{database} schemes caught", found.caught, "", least_caught(found), note=missed))
    note = f"of {found.trial_wanted} that the trial had counted"
    yield free(f"{database} fakes of the trial counted", found.trial_counted, "", note=note)
    accused = f"of {found.honest:,}; {found.accused_at_first} before the office looked; {_listed(found.accused)}"
    yield promised(at_most(f"{database} honest accused", found.accused_percent, "%", MOST_ACCUSED, note=accused))
    counted = f"{found.trading_counted:,} of {found.trading:,}; else {_listed(found.trading_missed)}"
    what = f"{database} honest with real buyers counted"
    yield promised(at_least(what, found.counted_percent, "%", LEAST_COUNTED, note=counted))
    share = 100 * found.with_code_counted / found.with_code
    yield free(f"{database} honest with any code counted", share, "%", note=f"of {found.with_code:,}")


def _listed(reasons: object) -> str:
    return ", ".join(f"{many} {reason}" for reason, many in dict(reasons).items()) or "none"


def main(arguments: Sequence[str]) -> int:
    """The command with words of its own; returns what the process answers."""
    parser = argparse.ArgumentParser(prog="python -m bench cheats", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--honest", type=int, default=HONEST, help="honest households")
    parser.add_argument("--schemes", type=Path, default=OURS, help="a file like bench/cheats.toml")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL too")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    schemes, is_kept = read_schemes(asked.schemes), True
    for database, app in markets(0, kinds=("SQLite", "PostgreSQL") if asked.postgres else ("SQLite",)):
        found = played(app, schemes, seed=asked.seed, honest=asked.honest)
        figures = list(told(database, found))
        is_kept = is_kept and not any(isinstance(one, Figure) and one.is_kept is False for one in figures)
        if asked.json:
            print(json.dumps({"database": database, "seed": asked.seed} | found.as_json(), ensure_ascii=False))
        else:
            print(*figures, sep="\n")
    return 0 if is_kept else 1
