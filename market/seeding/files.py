"""Reads the tables of `seeds/`: data only, days told from the day of loading."""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from market.base.config import ROOT
from market.values.money import Dong
from market.values.period import VIETNAM
from market.values.phone import Phone
from market.values.taxid import TaxId

SEEDS = ROOT / "seeds"
OFFICE_HOUR = time(9, 0)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; an empty cell is None."""

    cells: dict[str, str]

    def text(self, column: str) -> str:
        return self.cells[column]

    def maybe(self, column: str) -> str | None:
        return self.cells[column] or None

    def flag(self, column: str) -> bool:
        return self.cells[column] == "yes"

    def whole(self, column: str) -> int:
        return int(self.cells[column])

    def maybe_whole(self, column: str) -> int | None:
        return int(self.cells[column]) if self.cells[column] else None

    def dong(self, column: str) -> Dong:
        return Dong(int(self.cells[column]))

    def day(self, column: str) -> date:
        return date.fromisoformat(self.cells[column])

    def maybe_day(self, column: str) -> date | None:
        return date.fromisoformat(self.cells[column]) if self.cells[column] else None

    def phone(self, column: str) -> Phone | None:
        return Phone(self.cells[column]) if self.cells[column] else None

    def tax_id(self, column: str) -> TaxId | None:
        return TaxId(self.cells[column]) if self.cells[column] else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """The folder of tables, read on a day; `now` is the moment of loading."""

    folder: Path
    today: date
    now: datetime

    def table(self, name: str) -> list[Row]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return [Row(cells) for cells in csv.DictReader(file)]

    def commune(self) -> Row:
        with (self.folder / "commune.toml").open("rb") as file:
            return Row(tomllib.load(file)["commune"])

    def picture(self, key: str) -> bytes:
        return (self.folder / "photos" / f"{key}.webp").read_bytes()

    def day(self, offset: int) -> date:
        """The day so many days from the day of loading (before it: negative)."""
        return self.today + timedelta(days=offset)

    def at(self, day: date, hour: time = OFFICE_HOUR) -> datetime:
        """A moment of a day in Vietnam, never later than the loading itself."""
        return min(datetime.combine(day, hour, tzinfo=VIETNAM).astimezone(self.now.tzinfo), self.now)

    def morning(self, offset: int) -> datetime:
        return self.at(self.day(offset))
