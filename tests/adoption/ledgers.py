"""Small ledgers for the rules' tests: a business, its sales, what the office was told on the telephone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from market.adoption.rules import Account, CallOutcome, CallRecord, DatedNumber, Ledger, RegisterLine, Sale, SaleFinding
from market.adoption.rules.examining import examine
from market.adoption.rules.trail import Trail
from market.values.period import trailing_year

TODAY = date(2026, 11, 24)
BEFORE = TODAY - timedelta(days=40)
LIMITS = tuple(
    DatedNumber(key=key, value=value, valid_from=date(2025, 1, 1), valid_to=None)
    for key, value in (("kpi.lowest_order", 10_000), ("kpi.one_buyer_most", 2), ("kpi.last_days", 3))
)


def listed(business_id: int, **fields: object) -> RegisterLine:
    values = {
        "kind": "ho_kinh_doanh",
        "status": "dang_hoat_dong",
        "hamlet_id": 1,
        "valid_from": date(2025, 7, 1),
        "recorded_at": datetime(2025, 7, 1, tzinfo=UTC),
        "source": "sổ",
    }
    return RegisterLine(business_id=business_id, **(values | fields))


def sale(order_id: int, business_id: int = 1, **fields: object) -> Sale:
    """Paid by bank, as the provider itself told the market, from an account of nobody in particular."""
    values = {
        "code": f"DS{order_id}",
        "completed_on": BEFORE,
        "total": 50_000,
        "banked": 50_000,
        "bank_confirmed": 50_000,
        "payer": "an account",
        "carded": 0,
        "is_confirmed": False,
        "buyer_id": None,
        "phone": f"+849000{order_id:05d}",
        "device": None,
    }
    return Sale(order_id=order_id, business_id=business_id, **(values | fields))


def unpaid(order_id: int, business_id: int = 1, **fields: object) -> Sale:
    """By cash, with the code that the buyer read out."""
    by_code = {"banked": 0, "bank_confirmed": 0, "payer": None, "is_confirmed": True}
    return sale(order_id, business_id, **(by_code | fields))


def account(business_id: int, since: date = date(2025, 8, 1)) -> Account:
    return Account(business_id=business_id, platform="cho_so", since=since)


ONE = Ledger(lines=(listed(1),), accounts=(account(1),), numbers=LIMITS)


def with_sales(*sales: Sale, **fields: object) -> Ledger:
    return replace(ONE, sales=sales, **fields)


def called(*sales: Sale, outcome: CallOutcome = CallOutcome.CONFIRMED, on: date = TODAY) -> Trail:
    """The office rang up the buyers of these."""
    return Trail(
        calls=[
            CallRecord(
                order_id=one.order_id,
                business_id=one.business_id,
                phone=one.phone,
                device=one.device,
                buyer_id=one.buyer_id,
                outcome=outcome,
                on=on,
            )
            for one in sales
        ]
    )


def with_findings(ledger: Ledger, findings: Mapping[int, SaleFinding]) -> Ledger:
    """The ledger as it is read once the findings are written down, no verdict having answered any of them."""
    found = {key: tuple(sorted(one.flags)) for key, one in findings.items() if one.flags}
    sales = [
        replace(sale, vouch=findings[sale.order_id].vouch, is_examined=True) if sale.order_id in findings else sale
        for sale in ledger.sales
    ]
    return replace(ledger, sales=sales, flags=found)


def examined(ledger: Ledger, as_of: date = TODAY, trail: Trail | None = None) -> Ledger:
    """As it is read after the job has looked at it on a day; verdicts were given after that."""
    found = with_findings(ledger, examine(ledger, trail or Trail(), trailing_year(as_of)))
    return replace(found, flags={key: flags for key, flags in found.flags.items() if key not in ledger.verdicts})
