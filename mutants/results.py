"""What is known of each mutant, kept from run to run; and why a survivor may live, said once in `survivors.toml`."""

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mutants.running import Outcome, Verdict
from mutants.sources import ROOT, Mutant

EXPLAINED = Path(__file__).with_name("survivors.toml")


class Results:
    """Verdicts by a mutant's identity; one is forgotten when its module changes."""

    def __init__(self, kept: Path, root: Path = ROOT) -> None:
        self._file, self._root = kept / "results.json", root
        self._known: dict[str, dict[str, str]] = {}
        if self._file.exists():
            self._known = json.loads(self._file.read_text("utf-8"))

    def of(self, mutant: Mutant) -> Outcome | None:
        row = self._known.get(mutant.identity)
        if row is None or row["module"] != self._digest(mutant):
            return None
        return Outcome(verdict=Verdict(row["verdict"]), killer=row["killer"])

    def keep(self, mutant: Mutant, outcome: Outcome) -> None:
        module = self._digest(mutant)
        self._known[mutant.identity] = {"verdict": outcome.verdict, "killer": outcome.killer, "module": module}
        self._file.write_text(json.dumps(self._known, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")

    def _digest(self, mutant: Mutant) -> str:
        return hashlib.sha256((self._root / mutant.path).read_bytes()).hexdigest()[:16]


def explained(file: Path = EXPLAINED) -> dict[str, str]:
    """Why each survivor that was judged may live: equivalent, or accepted for a reason."""
    rows = tomllib.loads(file.read_text("utf-8")).get("survivor", [])
    return {row["mutant"]: row["why"] for row in rows}


def summary(mutants: Sequence[Mutant], results: Results, why: dict[str, str]) -> list[str]:
    """The lines told at the end: the survivors by name, each slice's and each operator's share, then the figure."""
    outcomes = {mutant.identity: found for mutant in mutants if (found := results.of(mutant))}
    killed = sum(outcome.verdict is Verdict.KILLED for outcome in outcomes.values())
    lived = [name for name, outcome in outcomes.items() if outcome.verdict in (Verdict.SURVIVED, Verdict.UNREACHED)]
    lines = [f"{outcomes[name].verdict:9} {name}   {why.get(name, 'not explained')}" for name in sorted(lived)]
    decided = killed + len(lived)
    share = f"{100 * killed / decided:.1f} %" if decided else "-"
    shares = [*_shares(outcomes, mutants, "slice"), *_shares(outcomes, mutants, "operator")]
    return [*lines, *shares, f"{killed} of {decided} killed: {share}", _rest(mutants, decided, lived, why)]


def _shares(outcomes: Mapping[str, Outcome], mutants: Iterable[Mutant], part: str) -> list[str]:
    """How many were killed of how many that were run, for each slice or each operator."""
    run, killed = Counter[str](), Counter[str]()
    for mutant in mutants:
        if outcome := outcomes.get(mutant.identity):
            run[getattr(mutant, part)] += 1
            killed[getattr(mutant, part)] += outcome.verdict is Verdict.KILLED
    return [f"{part} {name:12} {killed[name]:3} of {run[name]:3}" for name in sorted(run)]


def _rest(mutants: Sequence[Mutant], decided: int, lived: Iterable[str], why: dict[str, str]) -> str:
    unexplained = sum(name not in why for name in lived)
    return f"{len(mutants) - decided} of {len(mutants)} drawn still to run; {unexplained} survivors not explained"
