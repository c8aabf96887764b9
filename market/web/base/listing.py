"""Pages of lists: which one the address asks for; of those that nobody counts, whether there is another."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import request

from market.values.paging import CountedPage, ListPage, Page
from market.web.base.addresses import row_number

Row = TypeVar("Row")

A_PAGE = 30
LAST_PAGE = 10_000


def number_asked(param: str) -> int:
    """The number of the page that the address asks for, from one."""
    return min(request.args.get(param, 1, type=row_number), LAST_PAGE)


def listed(read: Callable[[int, int], Sequence[Row]], param: str, size: int = A_PAGE) -> Page[Row]:
    """The page that the address asks for; `read` is told how many rows to pass over and how many to read then."""
    number = number_asked(param)
    return Page.of(read((number - 1) * size, size + 1), number, size)


def counted(total: int, read: Callable[[int, int], Sequence[Row]], param: str, size: int) -> CountedPage[Row]:
    """The page of a list of `total` rows that the address asks for, or the nearest that there is; nothing is read of
    an empty one."""
    at = ListPage(total=total, size=size, asked=number_asked(param))
    return at.with_rows(read(at.first, size) if total else ())


def part_of(rows: Sequence[Row], param: str, size: int) -> CountedPage[Row]:
    """The same of a list that had to be read whole."""
    return counted(len(rows), lambda first, most: rows[first : first + most], param, size)
