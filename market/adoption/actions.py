"""What officers do for the KPI: look at an order that had to be checked, and say whether it counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import EvidenceReview
from market.adoption.queries import case_of, facts_to_review, sale_of
from market.adoption.rules import Verdict
from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import NotFound, Refused
from market.base.seen import check_seen
from market.orders.models import Contact, Order, Purchase
from market.sellers.queries import right_to
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleReview:
    """An officer's verdict on an order of the commune, and why. `seen`: `seen_of()` of what its page showed
    (`facts_to_review`)."""

    commune_id: int
    order_id: int
    verdict: Verdict
    reason: str
    seen: str


def review_evidence(session: Session, actor: Actor, look: SaleReview, *, clock: Clock) -> None:
    """Write a verdict down; the newest holds. Idempotent: what the newest says already is not written again.

    Refused for an order that is merely declared, and to the officer who bought it or sells it; ChangedSince where it
    rests on something else than the page showed; NotFound for an order of another commune or one not handed over.
    """
    missing = "Không tìm thấy đơn đã giao này."
    locked(session, Order, Order.id == look.order_id, Order.commune_id == look.commune_id, missing=missing)
    now = clock()
    sale = sale_of(session, look.commune_id, look.order_id, known_at=now)
    if sale is None or actor.person_id is None:
        raise NotFound(missing)
    if not sale.evidence.is_counted:
        raise Refused(
            "only_declared",
            "Đơn này mới do người bán tự khai nên chưa tính được. "
            "Cần mã nhận hàng của người mua hoặc tiền do ngân hàng báo.",
        )
    _refuse_own(session, actor.person_id, look.order_id, sale.business_id, now)
    latest = _latest(session, look.order_id)
    if latest and (latest.verdict, latest.reason, latest.reviewed_by) == (look.verdict, look.reason, actor.person_id):
        return
    check_seen(look.seen, facts_to_review(case_of(session, look.commune_id, sale, known_at=now)))
    session.add(
        EvidenceReview(
            order_id=look.order_id,
            verdict=look.verdict,
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


def _refuse_own(session: Session, officer_id: int, order_id: int, business_id: int, now: datetime) -> None:
    buyer = session.scalar(
        select(Contact.person_id)
        .join(Purchase, Purchase.contact_id == Contact.id)
        .join(Order, Order.purchase_id == Purchase.id)
        .where(Order.id == order_id)
    )
    if buyer == officer_id or right_to(session, business_id, officer_id, local_day(now)):
        raise Refused("own_order", "Đây là đơn của chính bạn mua hoặc bán. Mời cán bộ khác xem đơn này.")


def _latest(session: Session, order_id: int) -> EvidenceReview | None:
    query = select(EvidenceReview).where(EvidenceReview.order_id == order_id)
    return session.scalar(query.order_by(EvidenceReview.id.desc()).limit(1))
