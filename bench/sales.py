"""Sales of two years for the KPI, with every kind of evidence, entered by the database itself.

What is drawn is a fixed mixture of the row's number: the same market for the same count, on both databases.
"""

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Date, Integer, MetaData, Table, insert

from market.accounts.models import Person
from market.base import clock
from market.base.db import Base, UtcTime
from market.places.models import Commune, DatedFact, Hamlet
from market.sellers.models import (
    BankAccount,
    BankConnection,
    Business,
    BusinessHistory,
    BusinessKind,
    BusinessMember,
    BusinessStatus,
    ClaimState,
    HolderRelation,
    Post,
    PostRole,
    Stall,
    StallState,
    Verification,
    VerificationState,
)
from market.values.money import Dong
from market.values.period import day_start, local_day
from market.values.phone import Phone
from market.values.text import fold
from tests.rows import Source, count_on, enter, numbers, write

BUSINESSES, STALLS, DAYS = 2_000, 1_500, 730
BUYERS = 8_000
COMMUNE = "1"

_SOLD = """{numbers},
drawn AS (SELECT n, (n * 48271) % 2147483647 AS a, n % 10 AS kind FROM number),
mixed AS (SELECT n, kind, a, (a * 16807 + 7) % 2147483647 AS b, (a * 69621 + 3) % 2147483647 AS c FROM drawn),
sold AS (SELECT mixed.*, bench_day.day, bench_day.at, c / 9 % 8000 AS buyer,
    CASE WHEN n % 20 < 10 THEN b / 9 % 200 ELSE b / 9 % 1500 END + 1 AS seller
  FROM mixed JOIN bench_day ON bench_day.back = a / 9 % 730)"""
_IS_DONE = "n % 20 <> 19"
_TABLES: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "contact",
        "",
        {
            "name": "'Người mua'",
            "phone": "'+849' || (10000000 + buyer)",
            "device": "'device ' || buyer",
        },
    ),
    (
        "purchase",
        "",
        {"code": "'BN' || n", "contact_id": "n", "client_key": "'bench ' || n", "placed_at": "at"},
    ),
    (
        "order",
        "",
        {
            "purchase_id": "n",
            "stall_id": "seller",
            "business_id": "seller",
            "code": "'DS' || n",
            "status": f"CASE WHEN {_IS_DONE} THEN 'da_giao' ELSE 'da_huy' END",
            "pay_choice": "'khi_nhan'",
            "delivery": "'diem_nhan'",
            "goods_total": "80000",
            "total": "80000",
            "placed_at": "at",
            "placed_on": "day",
            "completed_at": f"CASE WHEN {_IS_DONE} THEN at END",
            "completed_on": f"CASE WHEN {_IS_DONE} THEN day END",
            "buyer_confirmed_at": f"CASE WHEN kind < 6 AND {_IS_DONE} THEN at END",
            "is_held": "1 = 1",
        },
    ),
    (
        "payment_request",
        "",
        {"order_id": "n", "stall_id": "seller", "amount": "80000", "received": "80000", "created_at": "at"},
    ),
    (
        "bank_credit",
        "kind IN (6, 7)",
        {
            "connection_id": "1",
            "stall_id": "seller",
            "provider_txn_id": "'t' || n",
            "amount": "80000",
            "allocated": "80000",
            "memo": "''",
            "bank_ref": "'FT' || n",
            "occurred_at": "at",
            "received_at": "at",
            "raw_cipher": "''",
        },
    ),
    (
        "bank_credit_check",
        "kind = 6",
        {
            "credit_id": "n",
            "number": "1",
            "asked_at": "at",
            "outcome": "'khop'",
            "amount": "80000",
            "payer_digest": "'payer ' || buyer",
            "payer_last4": "'0000'",
        },
    ),
    (
        "allocation",
        "",
        {
            "stall_id": "seller",
            "request_id": "n",
            "credit_id": "CASE WHEN kind IN (6, 7) THEN n END",
            "kind": "CASE WHEN kind IN (6, 7) THEN 'ngan_hang' ELSE 'nguoi_ban' END",
            "amount": "80000",
            "at": "at",
        },
    ),
    (
        "sale_check",
        f"kind < 7 AND {_IS_DONE}",
        {"order_id": "n", "vouch": "CASE WHEN kind < 5 THEN 'khach_quen' END", "found_at": "at"},
    ),
    ("raised_flag", "n % 50 = 3", {"order_id": "n", "risk_flag": "'don_nho'", "found_at": "at"}),
    (
        "evidence_review",
        "n % 100 = 3",
        {
            "order_id": "n",
            "verdict": "CASE WHEN n % 200 = 3 THEN 'tinh' ELSE 'khong_tinh' END",
            "reason": "'đã hỏi'",
            "reviewed_by": "1",
            "reviewed_at": "at",
        },
    ),
    (
        "evidence",
        _IS_DONE,
        {
            "number": "n",
            "kind": "'ban_hang'",
            "business_id": "seller",
            "hamlet_id": "1",
            "business_kind": "'ho_kinh_doanh'",
            "about": "'order'",
            "about_id": "n",
            "order_id": "n",
            "level": "CASE WHEN kind = 6 THEN 4 WHEN kind < 5 THEN 2 ELSE 1 END",
            "finding": "CASE WHEN n % 100 = 3 THEN CASE WHEN n % 200 = 3 THEN 'xa_tinh' ELSE 'xa_bo' END "
            "WHEN n % 50 = 3 THEN 'can_xem' WHEN kind < 7 THEN 'sach' ELSE 'chua_xet' END",
            "day": "day",
            "recorded_at": "at",
            "seal": "''",
        },
    ),
)
"""Each table with which of the orders have a row there, and the SQL of its columns."""


def fill_sales(connection: Connection, count: int) -> None:
    """Enter one commune with its officer, 2,000 businesses, and so many orders of the last two years."""
    now = clock.now()
    _enter_businesses(connection, day_start(local_day(now) - timedelta(days=DAYS + 1)))
    _enter_days(connection, now)
    given = _SOLD.format(numbers=numbers("n", "CAST(1 AS BIGINT)", count))
    for table, which, said in _TABLES:
        rows = f"sold WHERE {which}" if which else "sold"
        write(connection, table, said, Source(given=given, rows=rows, moment="at", day="day", commune=COMMUNE))
    count_on(connection, [Base.metadata.tables[table] for table, _which, _said in _TABLES])


def _enter_days(connection: Connection, now: datetime) -> None:
    """By number of days back each day, and a moment of it."""
    table = Table(
        "bench_day",
        MetaData(),
        Column("back", Integer, primary_key=True),
        Column("day", Date),
        Column("at", UtcTime),
        prefixes=["TEMPORARY"],
    )
    table.create(connection)
    days = [local_day(now) - timedelta(days=back + 1) for back in range(DAYS)]
    rows = [{"back": back, "day": day, "at": day_start(day) + timedelta(hours=9)} for back, day in enumerate(days)]
    connection.execute(insert(table), rows)


def _enter_businesses(connection: Connection, since: datetime) -> None:
    (commune,) = enter(connection, Commune, [_COMMUNE])
    hamlets = enter(connection, Hamlet, [_hamlet(commune, number) for number in range(30)])
    people = enter(connection, Person, [_person(commune, number, since) for number in range(BUSINESSES)])
    day = local_day(since)
    post = {"commune_id": commune, "person_id": people[0], "role": PostRole.OFFICER, "starts_on": day}
    enter(connection, Post, [post])
    numbers = range(BUSINESSES)
    businesses = enter(connection, Business, [_business(commune, hamlets, number, since) for number in numbers])
    lines = [_line(one, hamlets, number, since) for number, one in enumerate(businesses)]
    enter(connection, BusinessHistory, lines)
    enter(connection, BusinessMember, [_member(*pair, since) for pair in zip(businesses, people, strict=True)])
    enter(connection, Verification, [_verification(one, people[0], since) for one in businesses[:STALLS]])
    enter(connection, Stall, [_stall(commune, one, since) for one in businesses[:STALLS]])
    enter(connection, DatedFact, [_number(commune, *pair, since) for pair in _NUMBERS.items()])
    account = enter(connection, BankAccount, [_bank_account(businesses[0], since)])[0]
    feed = {"bank_account_id": account, "provider": "mo_phong", "key": "k", "secret_cipher": "", "created_at": since}
    enter(connection, BankConnection, [feed])


_COMMUNE: dict[str, object] = {
    "code": "11086",
    "name": "xã Đại Sơn",
    "province_code": "31",
    "province_name": "thành phố Hải Phòng",
    "office_name": "Phòng Kinh tế xã Đại Sơn",
    "office_phone": Phone("02203000000"),
    "letters": "DS",
}
_NUMBERS = {"kpi.target.plan": 50, "kpi.lowest_order": 10_000, "kpi.one_buyer_most": 3, "kpi.last_days": 3}


def _hamlet(commune: int, number: int) -> dict[str, object]:
    name = f"thôn {number:02d}"
    words = {"name": name, "slug": f"thon-{number}", "sort_key": name, "certainty": "confirmed", "is_active": True}
    return {"commune_id": commune} | words


def _person(commune: int, number: int, since: datetime) -> dict[str, object]:
    phone = Phone(f"0988{number:06d}")
    return {"commune_id": commune, "name": f"Người {number}", "phone": phone, "is_demo": False, "created_at": since}


def _kind(number: int) -> BusinessKind:
    if number % 10 == 9:
        return BusinessKind.FARM_HOUSEHOLD
    return BusinessKind.COOPERATIVE if number % 20 == 7 else BusinessKind.HOUSEHOLD_BUSINESS


def _business(commune: int, hamlets: list[int], number: int, since: datetime) -> dict[str, object]:
    name = f"Hộ số {number}"
    return {
        "commune_id": commune,
        "hamlet_id": hamlets[number % len(hamlets)],
        "kind": _kind(number),
        "status": BusinessStatus.ACTIVE,
        "name": name,
        "folded": fold(name),
        "phone": Phone(f"0988{number:06d}"),
        "created_at": since,
        "updated_at": since,
    }


def _line(business: int, hamlets: list[int], number: int, since: datetime) -> dict[str, object]:
    return {
        "business_id": business,
        "kind": _kind(number),
        "status": BusinessStatus.ACTIVE,
        "hamlet_id": hamlets[number % len(hamlets)],
        "valid_from": local_day(since),
        "recorded_at": since,
        "source": "sổ",
    }


def _member(business: int, person: int, since: datetime) -> dict[str, object]:
    decided = {"claimed_at": since, "decided_at": since, "state": ClaimState.CONFIRMED}
    return {"business_id": business, "person_id": person} | decided


def _verification(business: int, officer: int, since: datetime) -> dict[str, object]:
    told = {"state": VerificationState.VERIFIED, "full_name": "Nguyễn Văn A", "paper": "CCCD"}
    return {"business_id": business, "verified_by": officer, "verified_at": since} | told


def _stall(commune: int, business: int, since: datetime) -> dict[str, object]:
    return {
        "commune_id": commune,
        "business_id": business,
        "slug": f"gian-{business}",
        "name": f"Gian hàng {business}",
        "state": StallState.OPEN,
        "opened_at": since,
        "delivery_fee": Dong(0),
        "shipping_fee": Dong(0),
    }


def _number(commune: int, key: str, value: int, since: datetime) -> dict[str, object]:
    said = {"key": key, "value": str(value), "valid_from": local_day(since), "source": "quy ước"}
    return {"commune_id": commune} | said


def _bank_account(business: int, since: datetime) -> dict[str, object]:
    number = {"bin": "970415", "number_cipher": "x", "number_digest": "x", "number_last4": "0000", "holder": "A"}
    return {"business_id": business, "relation": HolderRelation.SELF, "created_at": since} | number
