"""Writes down who changed what of a product."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.catalog.models import Product


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
