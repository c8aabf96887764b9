"""The one place where an amount on hand changes: with the move that says why, so that its moves always sum to it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked, locked
from market.catalog.models import MoveReason, StockMove, Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why an amount changes: who counted it anew, or which order it was sold to."""

    actor: Actor
    at: datetime
    reason: MoveReason = MoveReason.RECOUNT
    order_id: int | None = None


def set_on_hand(session: Session, variant: Locked[Variant], amount: int | None, cause: Cause) -> None:
    """Write how much there is of a variant, in thousandths (None: not counted), and the move from what there was."""
    delta = (amount or 0) - (variant.row.on_hand or 0)
    variant.row.on_hand = amount
    if delta:
        session.add(
            StockMove(
                commune_id=variant.row.commune_id,
                variant_id=variant.row.id,
                delta=delta,
                reason=cause.reason,
                order_id=cause.order_id,
                actor_id=cause.actor.person_id,
                at=cause.at,
            )
        )


def enter_variant(session: Session, variant: Variant, amount: int | None, cause: Cause) -> None:
    """Add a new variant with the amount that there is of it. Nobody else knows it yet: it is never NotFound."""
    session.add(variant)
    session.flush()
    set_on_hand(session, locked(session, Variant, Variant.id == variant.id), amount, cause)
