"""A year of a commune: orders, money, notices, events, jobs, stamps, scans, carts. Written by SQL, so that two million
rows take a minute; every constraint of the market holds.

`fill_year` enters it at once. As a benchmark it passes day by day, with what the jobs process forgets on each: how
large is the database at its end? `CHOSO_BENCH_ORDERS` for fewer than 100,000 orders.
"""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from sqlalchemy import Connection

from bench.databases import markets, size_mb
from bench.figures import Figure, at_most, free
from bench.goods import STALLS, fill
from bench.holding import MOST_HELD, holds
from market.base import batch
from market.base.db import Base, db, transaction
from market.base.jobs.worker import FORGET_DONE
from market.base.secrets import vault
from market.cli import PERIODIC_TASKS
from market.values.codes import ALPHABET
from tests.rows import Source, count_on, numbers, write

GOODS = 10_000
DAYS = 365
WHOLE = 100_000
ORDERS = int(os.environ.get("CHOSO_BENCH_ORDERS", str(WHOLE)))
SIZE_MB = 800.0
TOLD_DAYS = 73
DAILY = (FORGET_DONE, *(task for task in PERIODIC_TASKS if task.name.startswith("forget")))


def run() -> Iterator[Figure | str]:
    for kind, app in markets(0):
        with app.app_context():
            yield from _lived(kind)


def _lived(kind: str) -> Iterator[Figure | str]:
    until, began, spent = datetime.now(UTC), time.perf_counter(), 0.0
    year = Year.begun(ORDERS, until=until)
    empty = size_mb()
    with patch.object(batch, "REST_SECONDS", 0.0), holds() as held:
        for day in range(DAYS):
            with transaction() as session:
                year.write(session.connection(), day, day + 1)
            held.pop()  # of all that happens that day at once
            spent += _forget(until - timedelta(days=DAYS - 1 - day))
            if (day + 1) % TOLD_DAYS == 0:
                yield f"{kind}: after {day + 1} days {size_mb():,.0f} MB"
    longest = max(held, key=lambda one: one.seconds)
    scaled = empty + (size_mb() - empty) * WHOLE / ORDERS
    note = f"{size_mb():,.0f} MB of {ORDERS:,}: {year.written:,} rows written, {year.left():,} left"
    yield at_most(f"{kind}: a year of {WHOLE:,} orders, day by day", scaled, "MB", SIZE_MB, note=note)
    note = f"the year took {time.perf_counter() - began:.0f} s"
    yield free(f"{kind}: forgetting, each day", spent / DAYS, "s", note=note)
    yield at_most(f"{kind}: longest batch under the lock", longest.seconds, "s", MOST_HELD, note=longest.by)


def _forget(now: datetime) -> float:
    """What the jobs process forgets of the day that ends; returns the seconds that it took."""
    began = time.perf_counter()
    for task in DAILY:
        task.do(now)
    spent = time.perf_counter() - began
    if db.engine.dialect.name == "postgresql":
        _vacuum()
    return spent


def _vacuum() -> None:
    """What autovacuum, which looks round once a minute, would have done in that day by its own rule."""
    with db.engine.connect() as connection:
        due = connection.exec_driver_sql(
            "SELECT relname FROM pg_stat_user_tables JOIN pg_class USING (relname) "
            "WHERE n_dead_tup > 50 + 0.2 * greatest(reltuples, 0) "
            "OR n_mod_since_analyze > 50 + 0.1 * greatest(reltuples, 0)"
        ).scalars()
        for table in due.all():
            connection.exec_driver_sql(f'VACUUM ANALYZE "{table}"')


def fill_year(orders: int, *, until: datetime) -> int:
    """Enter a commune of 10,000 goods and so many orders, spread over the year that ends at a moment; returns how many
    rows came after the goods."""
    year = Year.begun(orders, until=until)
    with transaction() as session:
        year.write(session.connection(), 0, DAYS)
        year.set_counters(session.connection())
    return year.written


class Year:
    """Fills tables with `INSERT ... SELECT` over numbers; `written` counts the rows."""

    def __init__(self, orders: int, *, commune: int, until: datetime) -> None:
        self._orders, self._commune = orders, commune
        self._begins = until - timedelta(days=DAYS)
        self._cipher = vault().encrypt("x" * 220)
        self._is_postgresql = db.engine.dialect.name == "postgresql"
        self.written = 0

    @classmethod
    def begun(cls, orders: int, *, until: datetime) -> "Year":
        """With the commune, its stalls and their goods."""
        with transaction() as session:
            return cls(orders, commune=fill(session.connection(), GOODS), until=until)

    def write(self, connection: Connection, first: int, last: int) -> None:
        """What comes in from the beginning of a day to that of another."""
        for table, many, values in _ROWS:
            if isinstance(many, int):  # they are there from the first day on
                which = range(1, many + 1 if first == 0 else 1)
            else:
                count = round(self._orders * many)
                which = range(-(-count * first // DAYS) + 1, -(-count * last // DAYS) + 1)
            if which:
                self._write(connection, table, values, which, round(self._orders * many))

    def _write(self, connection: Connection, table: str, values: dict[str, str], which: range, count: int) -> None:
        """`values` gives each column its SQL over `n`, the row's number of `count`; a row's commune is the one."""
        said = {column: self._sql(one, count) for column, one in values.items()}
        moment, day, given = self._sql("@", count), self._sql("^", count), numbers("n", which[0], which[-1])
        source = Source(given=given, rows="number", moment=moment, day=day, commune=str(self._commune))
        write(connection, table, said, source)
        self.written += len(which)

    def _sql(self, said: str, count: int) -> str:
        """`@` stands for the moment of this row's share of the year, `^` for its day, `#` for the number of the order
        of that moment, `~` for a sealed text."""
        seconds = f"(n * {DAYS * 86_400}.0 / {count + 1})"
        if self._is_postgresql:
            moment = f"(timestamptz '{self._begins.isoformat()}' + {seconds} * interval '1 second')"
            day = f"CAST({moment} AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date)"
        else:
            begins = f"{self._begins:%Y-%m-%d %H:%M:%S}"
            moment = f"strftime('%Y-%m-%d %H:%M:%f000', '{begins}', {seconds} || ' seconds')"
            day = f"date('{begins}', ({seconds} + 25200) || ' seconds')"
        order = f"(1 + CAST((n - 1) * CAST({self._orders} AS BIGINT) / {count} AS INTEGER))"
        words = {"@": moment, "^": day, "#": order, "~": f"'{self._cipher}'"}
        return "".join(words.get(sign, sign) for sign in said)

    def set_counters(self, connection: Connection) -> None:
        count_on(connection, [Base.metadata.tables[table] for table, _, _ in _ROWS])

    def left(self) -> int:
        """How many of its rows are still there."""
        with db.engine.connect() as connection:
            counts = (connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"') for table, _, _ in _ROWS)  # noqa: S608
            return sum(int(count.scalar() or 0) for count in counts)


def _spelled(prefix: str, length: int) -> str:
    """SQL for a code that no other number has, scattered like a drawn one."""
    scattered = "((n * 7919 + 104729) % 1073741789)"
    symbols = "||".join(f"substr('{ALPHABET}', 1 + ({scattered} / {32**place}) % 32, 1)" for place in range(length))
    return f"'{prefix}' || {symbols}"


def _key(prefix: str) -> str:
    """SQL for a random key of 43 characters, or a keyed digest."""
    return f"'{prefix}' || substr('{'k' * 43}', 1, 40 - length(CAST(n AS text))) || n"


_STALL = f"1 + # * 31 % {STALLS}"
_VARIANT = f"1 + n * 31 % {GOODS}"
_TRUE = "1 = 1"

_ROWS: tuple[tuple[str, int | float, dict[str, str]], ...] = (
    (
        "bank_account",
        STALLS,
        {
            "business_id": "n",
            "bin": "'970436'",
            "number_cipher": "~",
            "number_digest": _key("d"),
            "number_last4": "'0000'",
            "holder": "'CHU HO'",
            "relation": "'chinh_chu'",
            "created_at": "@",
        },
    ),
    (
        "bank_connection",
        STALLS,
        {
            "bank_account_id": "n",
            "provider": "'sepay'",
            "key": _key("c"),
            "secret_cipher": "~",
            "created_at": "@",
        },
    ),
    (
        "contact",
        1.0,
        {
            "name": "'Nguyễn Thị Người Mua ' || n",
            "phone": "'+849' || (10000000 + n)",
            "address": "'số ' || n || ' đường làng, thôn Nghĩa Dũng'",
            "device": _key("b"),
            "network": _key("n"),
        },
    ),
    (
        "purchase",
        1.0,
        {
            "code": _spelled("BN", 6),
            "contact_id": "n",
            "client_key": _key("p"),
            "placed_at": "@",
        },
    ),
    (
        "order",
        1.0,
        {
            "purchase_id": "n",
            "stall_id": _STALL,
            "business_id": _STALL,
            "code": _spelled("DS", 6),
            "status": "'da_giao'",
            "pay_choice": "'chuyen_khoan'",
            "delivery": "'trong_xa'",
            "goods_total": "50000",
            "delivery_fee": "0",
            "discount": "0",
            "total": "50000",
            "placed_at": "@",
            "placed_on": "^",
            "accepted_at": "@",
            "ready_at": "@",
            "completed_at": "@",
            "completed_on": "^",
            "buyer_confirmed_at": "@",
            "is_held": _TRUE,
        },
    ),
    (
        "order_line",
        1.7,
        {
            "order_id": "#",
            "variant_id": _VARIANT,
            "product_id": _VARIANT,
            "product_name": "'Rau muống non cắt sáng nay, đất bãi ' || n",
            "variant_label": "''",
            "stall_name": "'Gian hàng của hộ ' || (n % 200)",
            "unit": "'kg'",
            "price": "25000",
            "amount": "2000",
            "line_total": "50000",
            "tax_group": "'khong_chiu_thue'",
        },
    ),
    (
        "reservation",
        1.7,
        {
            "variant_id": _VARIANT,
            "order_id": "#",
            "amount": "2000",
            "released_at": "@",
            "outcome": "'ban'",
        },
    ),
    ("stock_move", 1.1, {"variant_id": _VARIANT, "delta": "-2000", "reason": "'ban'", "order_id": "#", "at": "@"}),
    (
        "payment_request",
        1.0,
        {
            "order_id": "n",
            "stall_id": _STALL,
            "amount": "50000",
            "received": "50000",
            "refunded": "0",
            "owed_back": "0",
            "created_at": "@",
        },
    ),
    (
        "bank_credit",
        0.6,
        {
            "connection_id": _STALL,
            "stall_id": _STALL,
            "provider_txn_id": "'FT' || (26000000 + n)",
            "amount": "50000",
            "allocated": "50000",
            "memo": "'DS7K2M9PM chuyen tien mua rau ' || n",
            "bank_ref": "'FT' || (26000000 + n)",
            "occurred_at": "@",
            "received_at": "@",
            "raw_cipher": "~",
        },
    ),
    (
        "bank_credit_check",
        0.6,
        {
            "credit_id": "n",
            "number": "1",
            "asked_at": "@",
            "outcome": "'khop'",
            "amount": "50000",
            "transaction_key": _key("t"),
            "payer_digest": _key("y"),
            "payer_last4": "'1234'",
        },
    ),
    (
        "allocation",
        0.6,
        {"request_id": "#", "stall_id": _STALL, "credit_id": "n", "kind": "'ngan_hang'", "amount": "50000", "at": "@"},
    ),
    ("webhook_delivery", 0.8, {"provider": "'sepay'", "at": "@", "is_signed": _TRUE, "status": "200", "note": "'ok'"}),
    (
        "notice",
        2.5,
        {
            "dedupe_key": _key("order_placed:o"),
            "kind": "'order_placed'",
            "business_id": _STALL,
            "order_id": "#",
            "sentence": "'Đơn DS7K2M9P của Nguyễn Thị Người Mua, 50.000 đ, mời xem và nhận trước 17:00 hôm nay.'",
            "created_at": "@",
            "seen_at": "@",
        },
    ),
    (
        "event",
        3.0,
        {
            "at": "@",
            "verb": "'accept'",
            "subject": "'order'",
            "subject_id": "#",
            "business_id": _STALL,
            "fields": "'status accepted_at'",
            "actor_id": "1",
            "request_id": _key("r"),
        },
    ),
    (
        "lot",
        0.005,
        {
            "stall_id": _STALL,
            "product_id": _VARIANT,
            "code": "'L26' || n",
            "state": "'chot'",
            "plot": "'Ruộng bãi'",
            "yield_permille": "1000",
            "pack_amount": "1000",
            "pack_unit": "'kg'",
            "standard": "'VietGAP'",
            "stamps_printed": "100",
            "stamps_activated": "100",
            "created_at": "@",
            "sealed_at": "@",
        },
    ),
    (
        "stamp",
        0.5,
        {
            "lot_id": "1 + (n - 1) / 100",
            "code": _spelled("", 6) + " || n",
            "serial": "1 + (n - 1) % 100",
            "state": "'da_kich_hoat'",
            "printed_at": "@",
            "activated_at": "@",
        },
    ),
    ("scan", 1.5, {"stamp_id": "1 + (n - 1) / 3", "visitor": _key("v"), "at": "@"}),
    (
        "login_session",
        0.2,
        {
            "key_hash": _key("s"),
            "person_id": "1",
            "device": "'Android'",
            "visitor": _key("b"),
            "created_at": "@",
            "seen_at": "@",
            "expires_at": "@",
        },
    ),
    ("cart", 1.0, {"key_hash": _key("g"), "changes": "3", "updated_at": "@"}),
    ("cart_line", 0.3, {"cart_id": "#", "variant_id": _VARIANT, "amount": "1000"}),
    (
        "job",
        2.0,
        {
            "kind": "'tell'",
            "payload": "'{\"notice\": 1}'",
            "dedupe_key": _key("j"),
            "state": "'done'",
            "run_at": "@",
            "attempts": "1",
            "created_at": "@",
        },
    ),
    (
        "try_window",
        2.0,
        {"subject": _key("w"), "seconds": "3600", "began_at": "@", "remaining": "4", "ends_at": "@"},
    ),
    (
        "client_key",
        0.2,
        {
            "scope": "'stall:' || (n % 200)",
            "key": _key("q"),
            "digest": _key("dev:") + " || 'e3b0c44298fc1c149afbf4c8'",
            "told": "'món Su hào non cắt sáng, giá 5.000 ₫'",
            "used_at": "@",
        },
    ),
)
"""Each table with its rows, or how many for one order, and the SQL of its columns."""
