"""What officers do for the KPI: look at an order that had to be checked, and say whether it counts."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import EvidenceReview
from market.adoption.queries import calls_about, case_of, facts_to_review, is_involved, sale_of
from market.adoption.rules import ReviewWay, Verdict
from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import NotFound, Refused
from market.base.seen import check_seen
from market.orders.models import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleReview:
    """An officer's verdict on an order of the commune, what they did for it, and why. `seen`: `seen_of()` of what its
    page showed (`facts_to_review`)."""

    commune_id: int
    order_id: int
    verdict: Verdict
    way: ReviewWay
    reason: str
    seen: str


def review_evidence(session: Session, actor: Actor, look: SaleReview, *, clock: Clock) -> None:
    """Write a verdict down; the newest holds. Idempotent: what the newest says already is not written again.

    Refused for an order that is merely declared, to the person who is or was on a side of it, and for a call that
    nobody wrote down; ChangedSince where it rests on something else than the page showed; NotFound for an order of
    another commune or one not handed over.
    """
    missing = "Không tìm thấy đơn đã giao này."
    order = locked(session, Order, Order.id == look.order_id, Order.commune_id == look.commune_id, missing=missing)
    now = clock()
    sale = sale_of(session, look.commune_id, look.order_id, known_at=now)
    if sale is None or actor.person_id is None:
        raise NotFound(missing)
    if not sale.evidence.is_counted:
        raise Refused(
            "only_declared",
            "Đơn này mới do người bán tự khai, hoặc người mua chưa ai biết, nên chưa tính được. "
            "Mời gọi hỏi người mua rồi ghi cuộc gọi ở trang này.",
        )
    refuse_involved(session, actor.person_id, order.row)
    if _is_written(session, actor.person_id, look):
        return
    _refuse_unwritten_call(session, look)
    check_seen(look.seen, facts_to_review(case_of(session, look.commune_id, sale, known_at=now)))
    session.add(
        EvidenceReview(
            order_id=look.order_id,
            verdict=look.verdict,
            way=look.way,
            reason=look.reason,
            reviewed_by=actor.person_id,
            reviewed_at=now,
        )
    )
    change = Change(
        verb="review_evidence",
        subject="order",
        subject_id=look.order_id,
        commune_id=look.commune_id,
        business_id=sale.business_id,
        fields=("verdict", look.verdict.value),
    )
    record(session, actor, change, now=now)


def refuse_involved(session: Session, officer_id: int, order: Order) -> None:
    """Refused to the person who is or was on a side of the order (`is_involved`)."""
    if is_involved(session, officer_id, order):
        raise Refused("own_order", "Đây là đơn của chính bạn mua hoặc bán. Mời cán bộ khác xem đơn này.")


def _refuse_unwritten_call(session: Session, look: SaleReview) -> None:
    if look.way is ReviewWay.CALLED and not calls_about(session, look.order_id):
        raise Refused("no_call", "Chưa có cuộc gọi nào được ghi cho đơn này. Mời ghi cuộc gọi trước, rồi quyết định.")


def _is_written(session: Session, officer_id: int, look: SaleReview) -> bool:
    """Whether the newest look at the order says the same."""
    query = select(EvidenceReview).where(EvidenceReview.order_id == look.order_id)
    latest = session.scalar(query.order_by(EvidenceReview.id.desc()).limit(1))
    said = latest and (latest.verdict, latest.way, latest.reason, latest.reviewed_by)
    return said == (look.verdict, look.way, look.reason, officer_id)
