"""Budget 8: pages that list what only ever grows, at 500,000 orders: my orders, Hôm nay, a stall's money, the log.

CPU of the Python process against anchor b. What SQLite does is in it; what PostgreSQL's server does is told beside.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import Connection, select

from bench.anchor import Request, anchor_app, cpu_us, request_of
from bench.databases import markets, settle
from bench.figures import Figure, at_most, free
from bench.goods import STALLS
from market.accounts.models import Person
from market.base import clock
from market.base.db import db, reading, transaction
from market.places.models import Commune
from market.sellers.models import Business, BusinessMember, ClaimState, PostRole, Stall
from tests import factories as make
from tests.city import settle as count_on
from tests.queries import counting
from tests.rows import Source, keys_unlooked_at, numbers, write

GOODS = 1000
ORDERS = int(os.environ.get("CHOSO_BENCH_ORDERS", "500000"))
MOST = 15.0

AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', '{now}', '-' || (({orders} - k) * 2) || ' minutes')",
    "postgresql": "timestamptz '{now}+00' - ({orders} - k) * interval '2 minutes'",
}
DAY = {"sqlite": "date({at})", "postgresql": "CAST({at} AS date)"}
TABLES = {
    "contact": {
        "id": "k",
        "name": "'Vũ Thị Mai'",
        "phone": "'+849' || (10000000 + k % 20000)",
        "person_id": "CASE WHEN k % 10000 = 0 THEN {buyer} END",
        "device": "'browser-' || (k % 20000)",
    },
    "purchase": {
        "id": "k",
        "commune_id": "{commune}",
        "code": "'BN' || k",
        "contact_id": "k",
        "client_key": "'key-' || k",
        "placed_at": "{at}",
    },
    "order": {
        "id": "k",
        "commune_id": "{commune}",
        "purchase_id": "k",
        "stall_id": "{stall} + k % {stalls}",
        "business_id": "{business} + k % {stalls}",
        "code": "'DS' || k",
        "status": "CASE WHEN {declined} THEN 'tu_choi' ELSE 'da_giao' END",
        "pay_choice": "'chuyen_khoan'",
        "delivery": "'diem_nhan'",
        "goods_total": "24000",
        "delivery_fee": "0",
        "discount": "0",
        "total": "24000",
        "placed_at": "{at}",
        "placed_on": "{day}",
        "accepted_at": "{at}",
        "ready_at": "{at}",
        "completed_at": "CASE WHEN NOT {declined} THEN {at} END",
        "completed_on": "CASE WHEN NOT {declined} THEN {day} END",
        "ended_at": "CASE WHEN {declined} THEN {at} END",
        "is_held": "(1 = 1)",
    },
    "payment_request": {
        "id": "k",
        "order_id": "k",
        "stall_id": "{stall} + k % {stalls}",
        "amount": "24000",
        "received": "CASE WHEN {paid} THEN 24000 ELSE 0 END",
        "refunded": "CASE WHEN {declined} AND {paid} AND NOT {kept} THEN 24000 ELSE 0 END",
        "owed_back": "CASE WHEN {declined} AND {paid} AND {kept} THEN 24000 ELSE 0 END",
        "closed_at": "CASE WHEN {declined} THEN {at} END",
        "created_at": "{at}",
    },
    "bank_credit": {
        "id": "k",
        "connection_id": "{connection}",
        "stall_id": "{stall} + k % {stalls}",
        "provider_txn_id": "'txn-' || k",
        "amount": "24000",
        "allocated": "24000",
        "memo": "'DS' || k || ' chuyen tien'",
        "bank_ref": "'FT' || k",
        "occurred_at": "{at}",
        "received_at": "{at}",
        "raw_cipher": "''",
    },
    "allocation": {
        "id": "k",
        "request_id": "k",
        "stall_id": "{stall} + k % {stalls}",
        "kind": "CASE WHEN {by_bank} THEN 'ngan_hang' ELSE 'nguoi_ban' END",
        "credit_id": "CASE WHEN {by_bank} THEN k END",
        "amount": "24000",
        "at": "{at}",
    },
    "notice": {
        "id": "k",
        "dedupe_key": "'order:' || k || ':seller:new'",
        "kind": "'dat_hang'",
        "business_id": "{business} + k % {stalls}",
        "order_id": "k",
        "sentence": "'Có đơn mới.'",
        "created_at": "{at}",
    },
    "event": {
        "id": "k",
        "at": "{at}",
        "verb": "'place_order'",
        "subject": "'order'",
        "subject_id": "k",
        "commune_id": "{commune}",
        "business_id": "{business} + k % {stalls}",
        "fields": "''",
    },
}
"""Table -> column -> its SQL."""
OF_A_STALL = {
    "declined": "(k / {stalls} % 50 = 7)",
    "paid": "(k / {stalls} % 20 < 19)",
    "kept": "(k / {stalls} % 500 = 7)",
    "by_bank": "(k / {stalls} % 2 = 0)",
}
"""Which of each stall's own orders: one in fifty was declined, nineteen in twenty are paid, half of these by a bank; of
what was paid for a declined one, one in ten is still kept."""
ONLY = {"allocation": "{paid}", "bank_credit": "{paid} AND {by_bank}"}
"""Table -> of which orders it has a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    buyer: int
    seller: int
    officer: int
    connection: int


def run() -> Iterator[Figure | str]:
    anchor = request_of(anchor_app(), "/")
    for database, app in markets(GOODS):
        started = time.perf_counter()
        with app.app_context():
            with db.engine.connect() as connection:
                count_on(connection)
            people = _enter_people(clock.now())
            _fill(people)
            requests = _requests(app, people)
        yield f"{database}: {ORDERS:,} orders of {STALLS} stalls, filled in {time.perf_counter() - started:.0f} s"
        anchor_us, *spent = cpu_us(anchor, *requests.values(), rounds=10, calls=5)
        for (what, request), us in zip(requests.items(), spent, strict=True):
            with app.app_context(), counting() as seen:
                began = time.perf_counter()
                size = request()
                waited = (time.perf_counter() - began) * 1000
            note = f"{us:.0f} us, {size / 1000:.1f} kB, {len(seen)} statements"
            yield at_most(f"{database} {what}", us / anchor_us, "b", MOST, note=note)
            if database != "SQLite":
                yield free(f"{database} {what}: with its server", waited, "ms")


def _enter_people(now: datetime) -> People:
    with transaction() as session:
        commune = session.scalars(select(Commune)).one()
        stall = session.scalars(select(Stall).order_by(Stall.id).limit(1)).one()
        officer = session.scalars(select(Person).order_by(Person.id).limit(1)).one()
        make.make_post(session, officer, PostRole.OFFICER, None, now)
        buyer = make.make_person(session, commune, "Vũ Thị Mai", "0900 000 021", now)
        seller = make.make_person(session, commune, "Phạm Thị Lan", "0900 000 011", now)
        owned = {"business_id": stall.business_id, "person_id": seller.id, "decided_by": officer.id}
        session.add(BusinessMember(state=ClaimState.CONFIRMED, claimed_at=now, decided_at=now, **owned))
        account = make.make_bank_account(session, stall.business, "PHAM THI LAN", "0011001", now)
        feed = make.make_connection(session, account, "lists", "a-secret-of-the-feed", now)
        return People(buyer=buyer.id, seller=seller.id, officer=officer.id, connection=feed.id)


def _fill(people: People) -> None:
    """Foreign keys are not looked at meanwhile; the newest order is the last."""
    commune, stall, business = (
        reading().scalars(select(model.id).order_by(model.id).limit(1)).one() for model in (Commune, Stall, Business)
    )
    with db.engine.connect() as connection:
        kind = connection.dialect.name
        told: dict[str, object] = {"orders": ORDERS, "now": f"{clock.now():%Y-%m-%d %H:%M:%S}", "stalls": STALLS}
        told |= {"commune": commune, "stall": stall, "business": business, "buyer": people.buyer}
        told |= {"connection": people.connection}
        told |= {name: rule.format(**told) for name, rule in OF_A_STALL.items()}
        told["at"] = AT[kind].format(**told)
        told["day"] = DAY[kind].format(**told)
        with keys_unlooked_at(connection):
            for table in TABLES:
                _enter_rows(connection, table, told)
    settle()


def _enter_rows(connection: Connection, table: str, told: dict[str, object]) -> None:
    said = {column: sql.format(**told) for column, sql in TABLES[table].items()}
    where = f" WHERE {ONLY[table].format(**told)}" if table in ONLY else ""
    its_own = {"moment": str(told["at"]), "day": str(told["day"]), "commune": str(told["commune"])}
    source = Source(given=numbers("k", 1, ORDERS), rows=f"number{where}", number="k", **its_own)
    write(connection, table, said, source)


def _requests(app: Flask, people: People) -> dict[str, Request]:
    paths = {
        "my orders": ("/don", people.buyer),
        "Hôm nay": ("/ban-hang/gian-0", people.seller),
        "money": ("/ban-hang/gian-0/tien", people.seller),
        "log": ("/van-phong/nhat-ky", people.officer),
    }
    return {what: request_of(app, path, _cookie(app, person)) for what, (path, person) in paths.items()}


def _cookie(app: Flask, person: int) -> str:
    client = app.test_client()
    make.sign_in(client, person, clock.now())
    session = client.get_cookie("choso", domain="127.0.0.1") or client.get_cookie("choso")
    return f"choso={session.value if session else ''}"
