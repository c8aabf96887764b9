"""Questions about listings: which of them the market shows, a stall's own, those that wait for the office."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from market.catalog.models import Product, ProductState
from market.sellers.models import Stall, StallState, Verification, VerificationState


def is_verified(business_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether an officer's check of the seller is in force, for the business a query's column names."""
    in_force = select(Verification.id).where(
        Verification.business_id == business_id,
        Verification.state == VerificationState.DA_XAC_THUC,
        Verification.ended_at.is_(None),
    )
    return in_force.correlate_except(Verification).exists()


def public_conditions() -> tuple[ColumnElement[bool], ...]:
    """What makes a product public, for any query over `product`: needs no join, and holds for search, browse and carts.

    Approved, not hidden by its seller, with a picture, of an open stall of a verified seller. Goods that are sold out
    stay public and are shown so. The commune is the query's own matter.
    """
    return (
        Product.state == ProductState.DA_DUYET,
        Product.is_hidden.is_(False),
        Product.stall.has((Stall.state == StallState.MO) & is_verified(Stall.business_id)),
        Product.photos.any(),
    )
