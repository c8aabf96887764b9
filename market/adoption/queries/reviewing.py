"""A sale as an officer looks at it: what proves it, what flags it, what was said of it before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.adoption.queries.board import BankProof, Reviewed, bank_proof_of, reviews_of, risk_flags_about
from market.adoption.rules import EVIDENCE_WORDS, RISK_FLAG_WORDS, VERDICT_WORDS, RiskFlag, Sale
from market.base.seen import Facts
from market.values.money import format_dong
from market.values.period import local_day

NONE = "không có"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleCase:
    """`risk_flags`: every reason to look at the sale today; `credits`, `reviews`: see `bank_proof_of`, `reviews_of`."""

    sale: Sale
    risk_flags: list[RiskFlag]
    credits: list[BankProof]
    reviews: list[Reviewed]


def case_of(session: Session, commune_id: int, sale: Sale, *, known_at: datetime) -> SaleCase:
    return SaleCase(
        sale=sale,
        risk_flags=sorted(risk_flags_about(session, commune_id, sale, local_day(known_at), known_at=known_at)),
        credits=bank_proof_of(session, sale.order_id),
        reviews=reviews_of(session, sale.order_id),
    )


def facts_to_review(case: SaleCase) -> Facts:
    """What an officer's verdict rests on."""
    sale = case.sale
    return {
        "bằng chứng": EVIDENCE_WORDS[sale.evidence],
        "ngân hàng báo có": ", ".join(_proof(one) for one in case.credits) or NONE,
        "thu từ thẻ": format_dong(sale.carded) if sale.carded else NONE,
        "xác nhận của người mua": "đã có" if sale.is_confirmed else NONE,
        "cần kiểm tra": ", ".join(RISK_FLAG_WORDS[one] for one in case.risk_flags) or NONE,
        "quyết định mới nhất": next((_said(one) for one in case.reviews), NONE),
    }


def _proof(one: BankProof) -> str:
    return f"{format_dong(one.amount)} mã {one.bank_ref}{' đã gỡ' if one.is_undone else ''}"


def _said(one: Reviewed) -> str:
    return f"{VERDICT_WORDS[one.review.verdict]}, {one.officer}: {one.review.reason}"
