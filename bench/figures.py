"""How a measurement is told: what was measured, what came out, and beside it what it may be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measurement. `is_kept` is None where there is no budget for it; a `is_promised` budget fails the run."""

    what: str
    value: str
    note: str = ""
    budget: str = ""
    is_kept: bool | None = None
    is_promised: bool = False

    @property
    def verdict(self) -> str:
        if self.is_kept is None:
            return ""
        return "ok" if self.is_kept else "over"

    def __str__(self) -> str:
        return f"{self.what:<44} {self.value:>12}  {self.budget:<11} {self.verdict:<5} {self.note}".rstrip()


Measure = Callable[[], Iterator[Figure | str]]
"""What a module's `run` is. A text in between is progress."""


def at_most(what: str, value: float, unit: str, most: float, *, note: str = "") -> Figure:
    return Figure(what=what, value=told(value, unit), note=note, budget=f"<= {told(most, unit)}", is_kept=value <= most)


def at_least(what: str, value: float, unit: str, least: float, *, note: str = "") -> Figure:
    kept = value >= least
    return Figure(what=what, value=told(value, unit), note=note, budget=f">= {told(least, unit)}", is_kept=kept)


def free(what: str, value: float, unit: str, *, note: str = "") -> Figure:
    """A figure nobody set a budget for."""
    return Figure(what=what, value=told(value, unit), note=note)


def promised(figure: Figure) -> Figure:
    """A figure whose budget is a promise of the market: where it is missed the run fails."""
    return replace(figure, is_promised=True)


def told(value: float, unit: str) -> str:
    """The number as short as it says something: whole ones without decimals, others with two."""
    return f"{value:,.0f} {unit}".rstrip() if value == int(value) or value >= 1000 else f"{value:.2f} {unit}".rstrip()
