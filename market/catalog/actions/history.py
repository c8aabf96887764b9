"""Writes down who changed what of a product, and who counted its stock anew."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.catalog.models import MoveReason, Product, StockMove


def note(session: Session, actor: Actor, verb: str, product: Product, *fields: str, now: datetime) -> None:
    """Append the event of a change to a product; its stall must be loaded."""
    change = Change(
        verb=verb,
        subject="product",
        subject_id=product.id,
        commune_id=product.commune_id,
        business_id=product.stall.business_id,
        fields=fields,
    )
    record(session, actor, change, now=now)


def note_recount(session: Session, actor: Actor, variant_id: int, delta: int | None, *, now: datetime) -> None:
    """Append the move of an amount on hand that a person counted anew; none where it is the same or is not counted."""
    if delta:
        move = StockMove(variant_id=variant_id, delta=delta, reason=MoveReason.RECOUNT, at=now)
        move.actor_id = actor.person_id
        session.add(move)
