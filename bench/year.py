"""A year of a commune as rows: orders, money, notices, events, stamps, scans, visits. Written by SQL, so that two
million take a minute; every constraint of the market holds."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bench.goods import STALLS, fill
from market.base.db import Base
from market.base.secrets import vault
from market.values.codes import ALPHABET
from tests.rows import Source, count_on, numbers, write

GOODS = 10_000
DAYS = 365


def fill_year(connection: Connection, orders: int, *, until: datetime) -> int:
    """Enter a commune of 10,000 goods and so many orders, spread over the year that ends at a moment; returns how many
    rows came after the goods."""
    commune = fill(connection, GOODS)
    _count_to(connection, max(orders * 5, 1000))
    writer = _Writer(connection, orders, commune=commune, begins=until - timedelta(days=DAYS))
    for table, many, values in _ROWS:
        writer.write(table, many if isinstance(many, int) else round(orders * many), values)
    connection.exec_driver_sql("DROP TABLE numbers")
    writer.set_counters()
    return writer.written


def _count_to(connection: Connection, most: int) -> None:
    connection.exec_driver_sql("CREATE TEMPORARY TABLE numbers (n INTEGER PRIMARY KEY)")
    counted = numbers("n", 1, most)
    connection.exec_driver_sql(f"INSERT INTO numbers {counted} SELECT n FROM number")  # noqa: S608 - a number


class _Writer:
    """Fills tables with `INSERT ... SELECT` over the numbers from one; `written` counts the rows."""

    def __init__(self, connection: Connection, orders: int, *, commune: int, begins: datetime) -> None:
        self._connection, self._orders = connection, orders
        self._commune, self._begins = str(commune), begins
        self._cipher = vault().encrypt("x" * 220)
        self._tables: list[str] = []
        self._is_postgresql = connection.dialect.name == "postgresql"
        self.written = 0

    def write(self, table: str, count: int, values: dict[str, str]) -> None:
        """`values` gives each column its SQL over `n`, the row's number of `count`; a row's commune is the one."""
        said = {column: self._sql(one, count) for column, one in values.items()}
        moment, day = self._sql("@", count), self._sql("^", count)
        rows = f"numbers WHERE n <= {count}"
        write(self._connection, table, said, Source(given="", rows=rows, moment=moment, day=day, commune=self._commune))
        self._tables.append(table)
        self.written += count

    def _sql(self, said: str, count: int) -> str:
        """`@` stands for the moment of this row's share of the year, `^` for its day, `#` for the number of the order
        that it belongs to, `~` for a sealed text."""
        seconds = f"(n * {DAYS * 86_400}.0 / {count + 1})"
        if self._is_postgresql:
            moment = f"(timestamptz '{self._begins.isoformat()}' + {seconds} * interval '1 second')"
            day = f"CAST({moment} AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date)"
        else:
            begins = f"{self._begins:%Y-%m-%d %H:%M:%S}"
            moment = f"strftime('%Y-%m-%d %H:%M:%f000', '{begins}', {seconds} || ' seconds')"
            day = f"date('{begins}', ({seconds} + 25200) || ' seconds')"
        order = f"(1 + (n - 1) % {self._orders})"
        words = {"@": moment, "^": day, "#": order, "~": f"'{self._cipher}'"}
        return "".join(words.get(sign, sign) for sign in said)

    def set_counters(self) -> None:
        count_on(self._connection, [Base.metadata.tables[table] for table in self._tables])


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
        {"request_id": "n", "stall_id": _STALL, "credit_id": "n", "kind": "'ngan_hang'", "amount": "50000", "at": "@"},
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
    ("cart_line", 0.3, {"cart_id": "n", "variant_id": _VARIANT, "amount": "1000"}),
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
