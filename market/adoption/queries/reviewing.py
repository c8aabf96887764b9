"""A sale as an officer looks at it: what proves it, what is flagged, who is behind it, what was done about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.adoption.queries.board import BankProof, Reviewed, bank_proof_of, reviews_of
from market.adoption.queries.calling import CallLine, calls_about
from market.adoption.queries.findings import FlagLine, flags_of
from market.adoption.queries.proofs import risk_flags_about
from market.adoption.queries.tracing import BoughtAt, BuyerTrace, Reached, Sighting, trace_of
from market.adoption.rules import (
    CALL_OUTCOME_WORDS,
    EVIDENCE_WORDS,
    RISK_FLAG_WORDS,
    VERDICT_WORDS,
    VOUCH_WORDS,
    RiskFlag,
    Sale,
)
from market.base.seen import UNSAID, Facts
from market.values.period import format_date, format_moment, local_day

NONE = "không có"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleCase:
    """`risk_flags`: every reason to look at the sale today that no verdict has answered; `flags`: all there ever were;
    `credits`, `reviews`, `calls`, `trace`: see `bank_proof_of`, `reviews_of`, `calls_about`, `trace_of`."""

    sale: Sale
    risk_flags: list[RiskFlag]
    flags: list[FlagLine]
    credits: list[BankProof]
    reviews: list[Reviewed]
    calls: list[CallLine]
    trace: BuyerTrace


def case_of(session: Session, commune_id: int, sale: Sale, *, known_at: datetime) -> SaleCase:
    return SaleCase(
        sale=sale,
        risk_flags=sorted(risk_flags_about(session, commune_id, sale, local_day(known_at), known_at=known_at)),
        flags=flags_of(session, sale.order_id),
        credits=bank_proof_of(session, sale.order_id),
        reviews=reviews_of(session, sale.order_id),
        calls=calls_about(session, sale.order_id),
        trace=trace_of(session, sale.order_id),
    )


def facts_to_review(case: SaleCase) -> Facts:
    """What an officer's verdict, and a call, rests on: all that the page shows. Amounts are compared, and said to
    nobody of the office."""
    sale, trace = case.sale, case.trace
    return {
        "bằng chứng": EVIDENCE_WORDS[sale.evidence],
        "ngân hàng báo có": _proofs(case.credits) or NONE,
        "thu từ thẻ": f"đã có{UNSAID}{sale.carded}" if sale.carded else NONE,
        "xác nhận của người mua": "đã có" if sale.is_confirmed else NONE,
        "người giữ điểm nhận ghi khách đến nhận": _seen(trace.sighting),
        "biết người mua nhờ": VOUCH_WORDS[sale.vouch] if sale.vouch else NONE,
        "cần kiểm tra": ", ".join(RISK_FLAG_WORDS[one] for one in case.risk_flags) or NONE,
        "người mua": _people([trace.buyer] if trace.buyer else []),
        "người từng đăng nhập trên máy đã đặt": _people(trace.signed_in),
        "đơn đặt từ máy đó": _orders(trace.on_device),
        "đơn của số máy đó": _orders(trace.under_phone),
        "người của gian hàng": _people([*trace.seller, *trace.helpers]),
        "cuộc gọi": "; ".join(_called(one) for one in case.calls) or NONE,
        "quyết định mới nhất": next((_said(one) for one in case.reviews), NONE),
    }


def _people(people: Iterable[Reached]) -> str:
    return ", ".join(f"{one.name} {one.phone.national if one.phone else ''}".strip() for one in people) or NONE


def _seen(one: Sighting | None) -> str:
    if one is None:
        return NONE
    return f"{format_moment(one.seen_at)} {one.pickup_point}, {_people([one.keeper])}"


def _orders(bought: Iterable[BoughtAt]) -> str:
    return ", ".join(f"{one.business} {one.orders}" for one in bought) or NONE


def _proofs(proofs: Sequence[BankProof]) -> str:
    said = ", ".join(f"mã {one.bank_ref}{' đã gỡ' if one.is_undone else ''}" for one in proofs)
    return said and f"{said}{UNSAID}{' '.join(str(one.amount) for one in proofs)}"


def _called(one: CallLine) -> str:
    day = format_date(local_day(one.call.called_at))
    return f"{day} {one.officer}: {CALL_OUTCOME_WORDS[one.call.outcome]} {one.call.note}".strip()


def _said(one: Reviewed) -> str:
    return f"{VERDICT_WORDS[one.review.verdict]}, {one.officer}: {one.review.reason}"
