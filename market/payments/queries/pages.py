"""Long lists of money, a page at a time."""

from dataclasses import dataclass

from sqlalchemy import BindParameter, Integer, bindparam

from market.values.paging import pages_of

FIRST: BindParameter[int] = bindparam("first", type_=Integer())
MOST: BindParameter[int] = bindparam("most", type_=Integer())
"""Of statements that are built once: execute them with `rows_of_page`."""


def rows_of_page(page: int, size: int) -> dict[str, int]:
    """Which rows a page shows, the first page being 1."""
    return {"first": (page - 1) * size, "most": size}


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
