"""Lists a page at a time: how many pages there are, or where a page ended and the next one goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, Self, TypeVar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FARTHEST = 2**53
"""In microseconds, some 285 years: no list goes on after that."""

Row = TypeVar("Row")
Other = TypeVar("Other")


def pages_of(total: int, size: int) -> int:
    """The pages of so many rows, at most `size` on each: one at least."""
    return max(1, -(-total // size))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page of a list by time ended: the moment and the number of its last row. As text in an address."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.id}"

    @classmethod
    def of(cls, text: str) -> Self | None:
        """None for a text that names no place: the list is shown from its beginning."""
        parts = text.split("-")
        if len(parts) != 2 or not all(part.isascii() and part.isdigit() and int(part) < FARTHEST for part in parts):
            return None
        return cls(at=EPOCH + timedelta(microseconds=int(parts[0])), id=int(parts[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """One page of a list that nobody counts, and whether there is another after it."""

    rows: Sequence[Row]
    number: int
    has_next: bool

    @classmethod
    def of(cls, rows: Sequence[Row], number: int, size: int) -> Self:
        """Of the rows that were read: one more than a page holds, where there are so many."""
        return cls(rows=rows[:size], number=number, has_next=len(rows) > size)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """Which page of a list is shown: the one asked for, or the nearest that there is. `total` rows in all, `size` a
    page."""

    total: int
    size: int
    asked: int

    @property
    def pages(self) -> int:
        return pages_of(self.total, self.size)

    @property
    def page(self) -> int:
        return min(max(1, self.asked), self.pages)

    @property
    def first(self) -> int:
        """How many rows stand before it."""
        return (self.page - 1) * self.size

    def with_rows(self, rows: Sequence[Row]) -> "CountedPage[Row]":
        """It, with what stands on it."""
        return CountedPage(rows=rows, total=self.total, page=self.page, pages=self.pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedPage(Generic[Row]):
    """A page of a counted list with what stands on it."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int

    def with_rows(self, rows: Sequence[Other]) -> "CountedPage[Other]":
        """The same page with something else on it."""
        return CountedPage(rows=rows, total=self.total, page=self.page, pages=self.pages)
