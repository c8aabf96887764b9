"""The draw: by a seed, each slice and each operator its share; what is drawn of code that stays does not change."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from mutants.sources import Mutant


def drawn(mutants: Iterable[Mutant], *, seed: int, count: int) -> list[Mutant]:
    """`count` mutants, taken in turn from every slice's every operator until enough are there."""
    strata: dict[tuple[str, str], list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        strata[mutant.slice, mutant.operator].append(mutant)
    for of_one in strata.values():
        of_one.sort(key=lambda mutant: _lot(seed, mutant.identity))
    turns = _turns(sorted(strata, key=lambda stratum: _lot(seed, "/".join(stratum))))
    found: list[Mutant] = []
    for turn in range(max(map(len, strata.values()), default=0)):
        found += [strata[stratum][turn] for stratum in turns if turn < len(strata[stratum])]
        if len(found) >= count:
            break
    return found[:count]


def _turns(strata: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Slices by turns, so that a short draw has something of each."""
    seen: dict[str, int] = defaultdict(int)
    ranked = []
    for stratum in strata:
        ranked.append((seen[stratum[0]], stratum))
        seen[stratum[0]] += 1
    return [stratum for _, stratum in sorted(ranked, key=lambda one: one[0])]


def _lot(seed: int, name: str) -> str:
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
