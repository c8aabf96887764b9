"""Long lists of money, a page at a time."""

from dataclasses import dataclass

from market.values.paging import pages_of


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
