"""Whose commune a row is of (trial growth 15): its parent's, whatever wrote it, and the database holds it to that."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import ForeignKeyConstraint, Table, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import Base, locked, transaction
from market.base.errors import Conflict
from market.catalog.actions.on_hand import Cause, set_on_hand
from market.catalog.models import Photo, StockMove, Variant
from market.notices.models import Notice
from market.orders.models import OrderLine, Purchase
from market.trace.actions.stamps import note_scan
from market.trace.models import Stamp
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.orders.steps import place, wanted
from tests.web.base.villages import Village

pytestmark = by_day_on("sqlite")

BIG = {
    "notice",
    "order_line",
    "reservation",
    "contact",
    "allocation",
    "payment_request",
    "stock_move",
    "photo",
    "bank_credit",
    "login_session",
    "variant",
    "stamp",
    "scan",
}
"""The big tables by whose commune a city's database is to be divided."""
OF_NO_COMMUNE = {"commune", "person"}
"""An account is the installation's: who signed up at one commune may sell in another."""


def busy_village(mark: str, letters: str, code: str, now: Clock) -> Village:
    """A village in which somebody has bought, looked at a stamp and counted their goods."""
    village = Village.make(mark, letters, code, now())
    place(village.commune, wanted(village.variant), now=now())
    with transaction() as session:
        stamp = session.query(Stamp).filter_by(code=village.things["stamp"]).one()
        note_scan(session, stamp, f"visitor {mark}", now=now())
        variant = locked(session, Variant, Variant.id == village.variant)
        set_on_hand(session, variant, 5000, Cause(actor=GUEST, at=now()))
    return village


def lines_to_parents() -> Iterator[tuple[Table, ForeignKeyConstraint]]:
    """Every foreign key between two tables whose rows are of a commune."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            parent = key.referred_table
            if parent.name not in OF_NO_COMMUNE and {"commune_id"} <= set(table.c.keys()) & set(parent.c.keys()):
                yield table, key


def strays(session: Session, table: Table, key: ForeignKeyConstraint) -> int:
    """How many rows are of another commune than the row that they point to."""
    parent = key.referred_table.alias("parent")
    [which] = [part for part in key.elements if part.column.name == "id"]
    there = select(func.count()).select_from(table.join(parent, parent.c.id == which.parent))
    return session.scalar(there.where(table.c.commune_id.is_distinct_from(parent.c.commune_id))) or 0


def test_every_row_of_two_communes_is_of_its_parent_s_commune(app: Flask, session: Session, now: Clock) -> None:
    """Over every table that has a commune and points to one that has."""
    communes = {busy_village("Hạc", "HT", "20001", now).commune, busy_village("Sếu", "SX", "20002", now).commune}
    tables = {table.name: table for table in Base.metadata.sorted_tables if "commune_id" in table.c}
    assert tables.keys() >= BIG
    for name in sorted(BIG):
        assert set(session.scalars(select(tables[name].c.commune_id))) == communes, name
    assert [(table.name, key.name) for table, key in lines_to_parents() if strays(session, table, key)] == []


def test_no_big_table_takes_a_row_without_a_commune(app: Flask) -> None:
    assert [name for name in BIG if Base.metadata.tables[name].c.commune_id.nullable] == []


@pytest.fixture
def far(app: Flask, cast: Cast) -> int:
    with transaction() as session:
        return make.make_commune(session, code="07627", name="xã Xa", letters="XA", host="xa.test").id


def test_a_row_whose_commune_is_not_said_takes_its_parent_s(cast: Cast, far: int, session: Session, now: Clock) -> None:
    """By whatever way it is written: the ORM, many at once, one with an INSERT of its own."""
    with transaction() as writing:
        first = writing.get_one(Variant, cast.gao_nep)
        own = {"product_id": first.product_id, "stall_id": first.stall_id}
        size = {"width": 1, "height": 1, "created_at": now()}
        writing.add_all([Photo(**own, **size, key=f"at-once-{number}") for number in range(3)])
        writing.flush()
        writing.execute(Base.metadata.tables["photo"].insert(), [{**own, **size, "key": f"bulk-{n}"} for n in (1, 2)])
        move = {"variant_id": first.id, "delta": 1, "reason": "dem_lai", "at": now()}
        writing.execute(Base.metadata.tables["stock_move"].insert().values(**move))
    new = select(Photo.commune_id).where(Photo.key.like("at-once%") | Photo.key.like("bulk%"))
    moved = session.scalars(select(StockMove).order_by(StockMove.id.desc())).first()
    assert session.scalars(new).all() == [cast.commune] * 5
    assert moved
    assert moved.commune_id == cast.commune


def test_the_database_refuses_a_row_under_another_commune_than_its_parent_s(
    cast: Cast, far: int, session: Session, now: Clock
) -> None:
    order = place(cast.commune, wanted(cast.gao_nep), now=now()).order_ids[0]
    line = session.scalars(select(OrderLine).where(OrderLine.order_id == order)).one()
    columns = {name: value for name, value in vars(line).items() if name in OrderLine.__table__.c and name != "id"}
    for wrong in ({"commune_id": far}, {"commune_id": None}):
        with pytest.raises(IntegrityError), transaction() as writing:
            writing.execute(Base.metadata.tables["order_line"].insert().values(**columns | wrong))
    with pytest.raises(IntegrityError), transaction() as writing:
        said = {"dedupe_key": "k", "kind": "k", "sentence": "s", "created_at": now()}
        writing.add(Notice(commune_id=far, order_id=order, **said))


def test_codes_and_keys_are_unique_within_a_commune(cast: Cast, far: int, session: Session, now: Clock) -> None:
    """Growth 15: purchase codes, client keys and dedupe keys of one commune take none from another."""
    here = session.get_one(Purchase, place(cast.commune, wanted(cast.gao_nep), now=now()).purchase_id)

    def enter(commune_id: int) -> None:
        with transaction() as writing:
            contact = make.make_contact(writing, commune_id)
            taken = {"code": here.code, "client_key": here.client_key, "placed_at": now()}
            writing.add(Purchase(commune_id=commune_id, contact_id=contact.id, **taken))
            said = {"dedupe_key": "k", "kind": "k", "sentence": "s", "created_at": now()}
            writing.add(Notice(commune_id=commune_id, **said))

    enter(far)
    with pytest.raises(Conflict):
        enter(cast.commune)
    same = session.scalars(select(Purchase.commune_id).where(Purchase.code == here.code))
    assert set(same) == {cast.commune, far}
