"""Rows with a code that is drawn: where a code is taken, another one is drawn."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from market.base.db import Base, insert_once

MOST_DRAWS = 20
"""Codes are sparse: with a third of them taken, 20 draws in a row fail once in 3.5 billion."""

Row = Mapping[str, object]


class NoFreeCode(RuntimeError):
    """Every draw met a code that is taken: the codes are too short for what was made, or drawn badly."""


def draw_free(draw: Callable[[], str], is_taken: Callable[[str], bool]) -> str:
    """A code drawn for a row whose table has no key on codes, so that `is_taken` says. NoFreeCode after 20 draws."""
    for _ in range(MOST_DRAWS):
        code = draw()
        if not is_taken(code):
            return code
    raise NoFreeCode(f"no free code in {MOST_DRAWS} draws")


def insert_drawn(
    session: Session,
    model: type[Base],
    rows: Sequence[Row],
    *,
    draw: Callable[[], str],
    is_known: Callable[[], bool] = lambda: False,
) -> dict[str, int]:
    """Insert rows under codes drawn for them; returns code -> id in the order of the rows.

    A row whose code is taken, also by a transaction that has not ended (it is waited for), gets another one. Where a
    row has a second unique key, `is_known` says, asked only after a row found no place, whether it stands under that
    one already: then nothing more is inserted and the answer lacks it. NoFreeCode after 20 draws.
    """
    statement = _returning(insert_once(session, model), model)
    entered: dict[int, tuple[str, int]] = {}
    for _ in range(MOST_DRAWS):
        drawn = {draw(): at for at in range(len(rows)) if at not in entered}
        there = session.connection().execute(statement, [{**rows[at], "code": code} for code, at in drawn.items()])
        entered |= {drawn[row.code]: (row.code, row.id) for row in there}
        if len(entered) == len(rows) or is_known():
            return dict(entered[at] for at in sorted(entered))
    raise NoFreeCode(f"no free code for {model.__tablename__} in {MOST_DRAWS} draws")


@lru_cache(maxsize=64)
def _returning(statement: sqlite.Insert | postgresql.Insert, model: type[Base]) -> ReturningInsert[tuple[int, str]]:
    """Built once for each table: building a statement costs as much as running it."""
    columns = model.__table__.c
    return statement.returning(columns.id, columns.code)
