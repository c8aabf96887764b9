"""Sets faults into copies of the market and tells which the tests do not notice: `python -m mutants --count 160`.

What was decided is kept in `.mutants/`, so that a run that was ended, by `--minutes` or by hand, goes on where it was.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue

from mutants import reach
from mutants.choosing import drawn
from mutants.results import Results, explained, summary
from mutants.running import Outcome, Tree, Verdict
from mutants.sources import ROOT, Mutant, mutants_of
from tests.services import postgres

KEPT = ROOT / ".mutants"
MUTANT_SECONDS = 900
CONTROL_TESTS = 20


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=8, help="another seed draws other mutants")
    parser.add_argument("--count", type=int, default=160, help="so many are drawn")
    parser.add_argument("--only", default="", help="of files, functions or operators whose name contains this")
    parser.add_argument("--jobs", type=int, default=2, help="so many at once")
    parser.add_argument("--minutes", type=float, default=0, help="begin nothing new after so long")
    parser.add_argument("--most-tests", type=int, default=400, help="so many of the tests that reach a mutant are run")
    parser.add_argument("--again", action="store_true", help="run once more what has survived")
    parser.add_argument("--measure", nargs="*", metavar="FOLDER", help="measure anew which tests reach what, and end")
    parser.add_argument("--measured-only", action="store_true", help="run with the folders measured so far")
    parser.add_argument("--show", metavar="MUTANT", help="print a mutant's diff, and end")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    options = parsed(arguments)
    until = time.monotonic() + options.minutes * 60 if options.minutes else float("inf")
    KEPT.mkdir(exist_ok=True)
    if options.show:
        show(options.show)
        return
    with one_server():
        if not options.measured_only and not measured(options, until):
            return
        if options.measure is not None:
            return
        chosen = drawn(named(options.only), seed=options.seed, count=options.count)
        results = Results(KEPT)
        run_all(to_run(chosen, results, again=options.again), results, options, until)
    print("\n".join(summary(chosen, results, explained())))


def show(identity: str) -> None:
    for mutant in mutants_of():
        if mutant.identity.startswith(identity):
            print(f"{mutant.identity}\n{mutant.diff((ROOT / mutant.path).read_bytes())}")


def named(part: str) -> list[Mutant]:
    return [mutant for mutant in mutants_of() if part in mutant.identity]


@contextmanager
def one_server() -> Iterator[None]:
    """PostgreSQL, started once for all runs of tests."""
    with ExitStack() as stack:
        if postgres.GIVEN not in os.environ and (url := stack.enter_context(postgres.running())):
            os.environ[postgres.GIVEN] = url
            stack.callback(os.environ.pop, postgres.GIVEN)
        yield


def measured(options: argparse.Namespace, until: float) -> bool:
    """Measure the folders that were not yet, or those asked for; False where the time is over before all are."""
    asked = options.measure or reach.folders_of_tests()
    for folder in asked:
        if options.measure is None and (KEPT / f"reach-{folder.replace('/', '-')}.json").exists():
            continue
        if time.monotonic() > until:
            print(f"{folder} is still to be measured")
            return False
        print(f"measuring what {folder} reaches", flush=True)
        reach.measure(folder, KEPT, jobs=options.jobs)
    return True


def to_run(chosen: Sequence[Mutant], results: Results, *, again: bool) -> list[Mutant]:
    """Those without a verdict that stands; with `again` also what has survived, because there are new tests."""
    waiting = []
    for mutant in chosen:
        known = results.of(mutant)
        if known is None or known.verdict is Verdict.UNDECIDED or (again and known.verdict is not Verdict.KILLED):
            waiting.append(mutant)
    return waiting


def run_all(waiting: Sequence[Mutant], results: Results, options: argparse.Namespace, until: float) -> None:
    reached = reach.known(KEPT)
    breadth = reach.breadths(reached)
    with ExitStack() as closing:
        folder = closing.enter_context(tempfile.TemporaryDirectory(prefix="mutants-"))
        pool = closing.enter_context(ThreadPoolExecutor(options.jobs))
        trees: SimpleQueue[Tree] = SimpleQueue()
        for number in range(options.jobs):
            trees.put(tree := Tree(Path(folder) / str(number)))
            closing.callback(tree.close)
        check_control(trees, [reach.tests_for(mutant, reached, breadth) for mutant in waiting])

        def judge(mutant: Mutant) -> tuple[Mutant, Outcome | None]:
            if time.monotonic() > until:
                return mutant, None
            tests = reach.tests_for(mutant, reached, breadth)[: options.most_tests]
            tree = trees.get()
            try:
                return mutant, tree.run(mutant, tests, seconds=MUTANT_SECONDS)
            finally:
                trees.put(tree)

        for done in as_completed([pool.submit(judge, mutant) for mutant in waiting]):
            mutant, outcome = done.result()
            if outcome is not None:
                results.keep(mutant, outcome)
                tell(mutant, outcome)


def check_control(trees: "SimpleQueue[Tree]", to_run: Sequence[Sequence[str]]) -> None:
    """Some of the tests pass in a copy without any mutant: else every mutant would seem killed."""
    tests = next(filter(None, to_run), [])
    tree = trees.get()
    if tests and tree.passes(tests[:CONTROL_TESTS], seconds=MUTANT_SECONDS).verdict is not Verdict.SURVIVED:
        raise SystemExit("The tests fail in a copy of the tree without any mutant: nothing can be told.")
    trees.put(tree)


def tell(mutant: Mutant, outcome: Outcome) -> None:
    print(f"{outcome.verdict:9} {mutant.identity}   {outcome.killer}", flush=True)
    if outcome.verdict is not Verdict.KILLED:
        print(mutant.diff((ROOT / mutant.path).read_bytes()), flush=True)


if __name__ == "__main__":
    main()
