"""The one way to write, on both databases."""

import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import literal, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from market.base.audit import GUEST, Change, Event, record
from market.base.db import (
    DongType,
    Locked,
    PhoneType,
    TaxIdType,
    UtcTime,
    db,
    end_reading,
    insert_once,
    locked,
    locked_all,
    reading,
    transaction,
)
from market.base.errors import Conflict, NotFound, OutsideError
from market.base.http import Call, Http
from market.catalog.models import Product, Variant
from market.notices.models import Notice
from market.values.money import Dong
from market.values.period import VIETNAM
from tests.cast import Cast
from tests.conftest import Clock


def test_what_a_transaction_wrote_is_there_when_it_ends(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Variant, cast.rau_muong).is_sold_out = True
    assert reading().get_one(Variant, cast.rau_muong).is_sold_out


def test_a_transaction_that_fails_leaves_nothing(app: Flask, cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(Variant, cast.rau_muong).is_sold_out = True
        session.get_one(Variant, cast.rau_muong).price = Dong(-1)
    assert not reading().get_one(Variant, cast.rau_muong).is_sold_out


def test_another_machine_is_not_called_inside_a_transaction(app: Flask) -> None:
    there = Call(method="GET", url="http://127.0.0.1:9/", is_idempotent=False)
    with transaction(), pytest.raises(RuntimeError, match="inside a transaction"):
        Http().send(there)
    with pytest.raises(OutsideError):
        Http().send(there)


def test_what_was_read_stays_when_the_reading_ends(app: Flask, cast: Cast) -> None:
    rice = reading().get_one(Variant, cast.gao_nep)
    end_reading()
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert rice.price == 32_000
    assert reading().get_one(Product, rice.product_id).name, "a new reading begins"


def test_half_a_gram_cannot_be_stored(app: Flask, cast: Cast) -> None:
    with pytest.raises(DatabaseError), transaction() as session:
        session.execute(text("UPDATE variant SET on_hand = 'vài cân' WHERE id = :id"), {"id": cast.dau_xanh})


def test_history_is_only_appended_to(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        record(session, GUEST, Change(verb="look", subject="stall", subject_id=1), now=now())
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(text("UPDATE event SET verb = 'x'"))
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(text("DELETE FROM event"))
    assert reading().scalar(select(Event.verb).where(Event.verb == "look")) == "look"


def test_more_cannot_be_reserved_than_there_is(app: Flask, cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text("UPDATE variant SET reserved = 6000 WHERE id = :id"), {"id": cast.dau_xanh})


def test_writers_wait_for_each_other_instead_of_failing(app: Flask, cast: Cast) -> None:
    faults: list[BaseException] = []

    def take() -> None:
        try:
            with app.app_context(), transaction() as session:
                variant = session.get_one(Variant, cast.gao_nep, with_for_update=True)
                variant.reserved += 1000
        except BaseException as error:  # noqa: BLE001 - whatever a thread raises is the finding
            faults.append(error)

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert reading().get_one(Variant, cast.gao_nep).reserved == 20_000


def test_a_locked_row_is_read_after_the_wait(app: Flask, cast: Cast) -> None:
    """Another transaction changes the price while this one waits: what it gets is the new price."""
    changed, go_on = threading.Event(), threading.Event()

    def change_price() -> None:
        with app.app_context(), transaction() as session:
            locked(session, Variant, Variant.id == cast.gao_nep).row.price = Dong(77_000)
            session.flush()
            changed.set()
            go_on.wait(timeout=10)

    other = threading.Thread(target=change_price)
    other.start()
    assert changed.wait(timeout=10)
    threading.Timer(0.2, go_on.set).start()
    with transaction() as session:
        session.get(Variant, cast.gao_nep)  # read before the lock: the lock must not give this one back
        assert locked(session, Variant, Variant.id == cast.gao_nep).row.price == 77_000
    other.join()


def test_a_locked_row_outside_the_scope_is_not_found(app: Flask, cast: Cast) -> None:
    scope = Variant.id == cast.gao_nep, Variant.stall_id == cast.lan.stall
    with pytest.raises(NotFound, match="Không tìm thấy món này"), transaction() as session:
        locked(session, Variant, *scope, missing="Không tìm thấy món này.")


def test_rows_are_locked_in_the_order_of_their_keys(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        rows = locked_all(session, Variant, Variant.id.in_([cast.dau_xanh, cast.gao_nep, cast.rau_muong]))
        assert all(isinstance(one, Locked) for one in rows)
        assert [one.row.id for one in rows] == sorted([cast.dau_xanh, cast.gao_nep, cast.rau_muong])


def test_the_same_key_written_twice_is_a_conflict_and_not_an_error_page(app: Flask, cast: Cast, now: Clock) -> None:
    def write() -> None:
        with transaction() as session:
            said = {"kind": "k", "sentence": "s", "path": "/", "created_at": now()}
            session.add(Notice(commune_id=cast.commune, dedupe_key="twice", **said))

    write()
    with pytest.raises(Conflict, match="chưa ghi thêm gì"):
        write()


def test_a_moment_is_stored_in_utc_and_comes_back_so(app: Flask) -> None:
    vietnam = datetime(2026, 11, 24, 0, 30, tzinfo=VIETNAM)
    utc = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    stored = {"sqlite": utc.replace(tzinfo=None), "postgresql": utc}
    kind, dialect = UtcTime(), db.engine.dialect
    with pytest.raises(ValueError, match="time zone"):
        kind.process_bind_param(utc.replace(tzinfo=None), dialect)
    bound = kind.process_bind_param(vietnam, dialect)
    assert (bound, bound and bound.tzinfo) == (stored[dialect.name], stored[dialect.name].tzinfo)
    for moment in (vietnam, vietnam.replace(microsecond=250)):
        read = reading().scalar(select(literal(moment, kind)))
        assert read is not None
        assert (read, read.tzinfo) == (moment.astimezone(UTC), UTC)
    assert reading().scalar(select(literal(None, kind))) is None
    for column in (kind, PhoneType(), TaxIdType()):
        assert column.process_bind_param(None, dialect) is None
    for column in (PhoneType(), TaxIdType()):
        assert column.process_result_value(None, dialect) is None
    assert DongType().result_processor(dialect, None)(None) is None


def test_only_a_row_that_is_there_already_is_a_conflict(app: Flask, cast: Cast, now: Clock) -> None:
    def again(**fields: object) -> None:
        with transaction() as session:
            session.add(Notice(commune_id=cast.commune, kind="k", sentence="s", created_at=now(), **fields))

    again(id=7, dedupe_key="one")
    with pytest.raises(Conflict):
        again(id=8, dedupe_key="one")
    with pytest.raises(IntegrityError):
        again(dedupe_key=None)
    with pytest.raises(IntegrityError):
        again(dedupe_key="three", business_id=999_999)
    with transaction() as session:
        for key in ("one", "new"):
            said = {"commune_id": cast.commune, "kind": "k", "sentence": "t", "created_at": now()}
            session.execute(insert_once(session, Notice).values(**said, dedupe_key=key))
    assert reading().execute(select(Notice.dedupe_key, Notice.sentence).order_by(Notice.sentence)).all() == [
        ("one", "s"),
        ("new", "t"),
    ]


def test_a_clash_of_ids_is_a_fault_and_no_other_person(app: Flask, cast: Cast, now: Clock) -> None:
    """Numbers are the database's to give: where one is given twice, its counter was left behind."""
    row = {"commune_id": cast.commune, "kind": "k", "sentence": "s", "created_at": now()}

    def write(**key: object) -> None:
        with transaction() as session:
            session.add(Notice(**row, **key))

    write(id=7, dedupe_key="one")
    with pytest.raises(IntegrityError):
        write(id=7, dedupe_key="two")
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(insert_once(session, Notice).values(row | {"id": 7, "dedupe_key": "two"}))
