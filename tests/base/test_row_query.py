"""A question that pages ask all day long: the rows that SQLAlchemy's own way gives, in the same types."""

import pytest
from sqlalchemy import BigInteger, bindparam, column, func, select, table
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from market.base.db import NOW
from market.base.row_query import RowQuery
from market.catalog.models import Product, Variant
from market.catalog.queries.stock import available_amount, is_stopped
from market.places.models import Commune
from market.sellers.models import Business, Stall
from tests.cast import Cast
from tests.conftest import Clock
from tests.queries import counting

_GOODS = (
    select(
        Product.name,
        Product.updated_at,
        Variant.price,
        Product.is_hidden,
        Business.kind,
        Business.phone,
        Product.season_from,
        available_amount(NOW),
        is_stopped(NOW),
    )
    .join(Variant.product)
    .join(Stall, Stall.id == Product.stall_id)
    .join(Business, Business.id == Stall.business_id)
    .order_by(Variant.id)
)
_OF_STALL = _GOODS.where(Product.stall_id == bindparam("stall", type_=BigInteger()))
_OF_STALLS = _GOODS.where(Product.stall_id.in_(bindparam("stalls", expanding=True)))


@pytest.mark.parametrize("stalls", [(), ("lan",), ("lan", "htx"), ("htx",) * 8 + ("lan",)])
def test_its_rows_are_those_of_the_statement_in_the_same_types(
    cast: Cast, now: Clock, session: Session, stalls: tuple[str, ...]
) -> None:
    ids = [getattr(cast, name).stall for name in stalls]
    for statement, values in [(_OF_STALLS, {"stalls": ids})] + [(_OF_STALL, {"stall": one}) for one in ids]:
        connection, bound = session.connection(), values | {"now": now()}
        expected = [(*row,) for row in connection.execute(statement, bound)]
        for _ in range(2):
            rows = RowQuery(statement).rows(connection, bound)
            assert rows == expected
            assert [list(map(type, row)) for row in rows] == [list(map(type, row)) for row in expected]
    assert bool(stalls) == bool(expected)


def test_its_rows_are_there_by_name_too(session: Session, cast: Cast) -> None:
    query = RowQuery(select(Commune.id.label("number"), Commune.letters).where(Commune.id == bindparam("commune")))
    assert query.named(session.connection(), {"commune": cast.commune}) == [{"number": cast.commune, "letters": "DS"}]


def test_a_separator_that_is_no_sql_is_refused_and_not_left_empty(session: Session) -> None:
    """PostgreSQL would put the texts together with nothing between them."""
    query = RowQuery(select(func.aggregate_strings(Commune.name, ";")))
    with pytest.raises(ValueError, match="write it as SQL"):
        query.rows(session.connection(), {})


def test_a_value_that_is_missing_is_no_row_left_out(session: Session, now: Clock) -> None:
    with pytest.raises(KeyError):
        RowQuery(_OF_STALL).rows(session.connection(), {"now": now()})


def test_who_listens_to_statements_hears_of_it(session: Session, cast: Cast, now: Clock) -> None:
    with counting() as seen:
        RowQuery(_OF_STALL).rows(session.connection(), {"now": now(), "stall": cast.lan.stall})
    assert len(seen) == 1
    assert seen[0].startswith("SELECT product.name")


def test_a_fault_is_told_as_of_any_statement_and_holds_no_value(session: Session, now: Clock) -> None:
    nowhere = select(column("name")).select_from(table("nowhere")).where(column("phone") == bindparam("phone"))
    with pytest.raises((OperationalError, ProgrammingError)) as missing:
        RowQuery(nowhere).rows(session.connection(), {"phone": "0912345678"})
    assert "nowhere" in str(missing.value)
    assert "0912345678" not in str(missing.value)
    assert not missing.value.connection_invalidated
    assert session.connection().execute(select(1)).scalar() == 1
