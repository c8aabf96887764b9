"""Long lists of money, a page at a time."""

from sqlalchemy import BindParameter, Integer, bindparam

FIRST: BindParameter[int] = bindparam("first", type_=Integer())
MOST: BindParameter[int] = bindparam("most", type_=Integer())
"""Of statements that are built once: execute them with `rows_of_page`."""


def rows_of_page(page: int, size: int) -> dict[str, int]:
    """Which rows a page shows, the first page being 1."""
    return {"first": (page - 1) * size, "most": size}
