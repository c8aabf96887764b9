"""Sales of two years for the KPI, with every kind of evidence, entered by the database itself.

What is drawn is a fixed mixture of the row's number: the same market for the same count, on both databases.
"""

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Date, Integer, MetaData, Table, insert, text

from bench.goods import enter
from market.accounts.models import Person
from market.base import clock
from market.base.db import UtcTime
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

BUSINESSES, STALLS, DAYS = 2_000, 1_500, 730
BUYERS = 8_000
NUMBERED = ("contact", "purchase", "order", "payment_request", "bank_credit", "bank_credit_check", "allocation")
NUMBERED_TOO = ("sale_check", "raised_flag", "evidence_review")

_ROWS = """
WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {count}),
drawn AS (SELECT i, (i * 48271) % 2147483647 AS a, i % 10 AS kind FROM n),
mixed AS (SELECT i, kind, a, (a * 16807 + 7) % 2147483647 AS b, (a * 69621 + 3) % 2147483647 AS c FROM drawn),
sold AS (SELECT mixed.*, day.day, day.at, c / 9 % 8000 AS buyer,
    CASE WHEN i % 20 < 10 THEN b / 9 % 200 ELSE b / 9 % 1500 END + 1 AS seller
  FROM mixed JOIN bench_day AS day ON day.n = a / 9 % 730)
"""
_CONTACTS = """INSERT INTO contact (id, commune_id, name, phone, device)
SELECT i, 1, 'Người mua', '+849' || (10000000 + buyer), 'device ' || buyer FROM sold"""
_PURCHASES = """INSERT INTO purchase (id, commune_id, code, contact_id, client_key, placed_at)
SELECT i, 1, 'BN' || i, i, 'bench ' || i, at FROM sold"""
_ORDERS = """INSERT INTO "order" (id, commune_id, purchase_id, stall_id, business_id, code, status, pay_choice,
  delivery, goods_total, delivery_fee, discount, total, placed_at, placed_on, completed_at, completed_on,
  buyer_confirmed_at, is_held)
SELECT i, 1, i, seller, seller, 'DS' || i, CASE WHEN i % 20 = 19 THEN 'da_huy' ELSE 'da_giao' END, 'khi_nhan',
  'diem_nhan', 80000, 0, 0, 80000, at, day, CASE WHEN i % 20 <> 19 THEN at END, CASE WHEN i % 20 <> 19 THEN day END,
  CASE WHEN kind < 6 AND i % 20 <> 19 THEN at END, {true} FROM sold"""
_REQUESTS = """INSERT INTO payment_request (id, commune_id, order_id, stall_id, amount, received, refunded, owed_back, created_at)
SELECT i, 1, i, seller, 80000, 80000, 0, 0, at FROM sold"""
_CREDITS = """INSERT INTO bank_credit (id, commune_id, connection_id, stall_id, provider_txn_id, amount, allocated, memo, bank_ref,
  occurred_at, received_at, raw_cipher)
SELECT i, 1, 1, seller, 't' || i, 80000, 80000, '', 'FT' || i, at, at, '' FROM sold WHERE kind IN (6, 7)"""
_CHECKS = """INSERT INTO bank_credit_check (id, credit_id, number, asked_at, outcome, amount, payer_digest, payer_last4)
SELECT i, i, 1, at, 'khop', 80000, 'payer ' || buyer, '0000' FROM sold WHERE kind = 6"""
_ALLOCATIONS = """INSERT INTO allocation (id, commune_id, stall_id, request_id, credit_id, kind, amount, at)
SELECT i, 1, seller, i, CASE WHEN kind IN (6, 7) THEN i END, CASE WHEN kind IN (6, 7) THEN 'ngan_hang' ELSE 'nguoi_ban' END,
  80000, at FROM sold"""
_EXAMINED = """INSERT INTO sale_check (id, order_id, vouch, found_at)
SELECT i, i, CASE WHEN kind < 5 THEN 'khach_quen' END, at FROM sold WHERE kind < 7 AND i % 20 <> 19"""
_FLAGGED = """INSERT INTO raised_flag (id, order_id, risk_flag, found_at)
SELECT i, i, 'don_nho', at FROM sold WHERE i % 50 = 3"""
_REVIEWED = """INSERT INTO evidence_review (id, order_id, verdict, reason, reviewed_by, reviewed_at)
SELECT i, i, CASE WHEN i % 200 = 3 THEN 'tinh' ELSE 'khong_tinh' END, 'đã hỏi', 1, at FROM sold WHERE i % 100 = 3"""
_STEPS = (
    _CONTACTS,
    _PURCHASES,
    _ORDERS,
    _REQUESTS,
    _CREDITS,
    _CHECKS,
    _ALLOCATIONS,
    _EXAMINED,
    _FLAGGED,
    _REVIEWED,
)


def fill_sales(connection: Connection, count: int) -> None:
    """Enter one commune with its officer, 2,000 businesses, and so many orders of the last two years."""
    now = clock.now()
    _enter_businesses(connection, day_start(local_day(now) - timedelta(days=DAYS + 1)))
    _enter_days(connection, now)
    is_postgresql = connection.dialect.name == "postgresql"
    for step in _STEPS:
        into, _, rows = step.partition("\nSELECT")
        selected = f"{_ROWS.format(count=count)} SELECT{rows}".replace("{true}", "true" if is_postgresql else "1")
        connection.execute(text(f"{into} {selected}"))
    if is_postgresql:
        for table in (*NUMBERED, *NUMBERED_TOO):
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), {count + 1})"))


def _enter_days(connection: Connection, now: datetime) -> None:
    """By number of days back each day, and a moment of it."""
    table = Table(
        "bench_day",
        MetaData(),
        Column("n", Integer, primary_key=True),
        Column("day", Date),
        Column("at", UtcTime),
        prefixes=["TEMPORARY"],
    )
    table.create(connection)
    days = [local_day(now) - timedelta(days=back + 1) for back in range(DAYS)]
    rows = [{"n": n, "day": day, "at": day_start(day) + timedelta(hours=9)} for n, day in enumerate(days)]
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
