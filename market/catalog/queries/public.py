"""What a buyer may see and what may be sold now: the one answer for pages, carts, stamps, exports and the search."""

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from market.base.db import Moment, said
from market.catalog.models import Product, Variant
from market.catalog.queries.stock import has_some_left, is_stopped
from market.sellers.models import Business, BusinessStatus, Stall, StallState, Verification


def is_verified(business_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether an officer's check of the seller is in force, for the business a query's column names."""
    in_force = select(Verification.id).where(Verification.business_id == business_id, Verification.is_in_force)
    return in_force.correlate_except(Verification).exists()


def legal_name(business_id: InstrumentedAttribute[int]) -> ScalarSelect[str]:
    """The name on the paper that an officer saw, of the business a query's column names; NULL where none is in force.
    It stands beneath whatever a stall calls itself."""
    in_force = select(Verification.full_name).where(Verification.business_id == business_id, Verification.is_in_force)
    return in_force.correlate_except(Verification).scalar_subquery()


def public_conditions() -> tuple[ColumnElement[bool], ...]:
    """What makes a product public, for any query over `product`: needs no join, and holds for search, browse and carts.

    Approved, not hidden by its seller, with a picture, of an open stall of a verified seller who has not ended. Goods
    that are sold out, or that their lots stop (`queries.stock.is_stopped`), stay public and are shown so. The commune
    is the query's own matter. `why_not_public` explains it to the seller; it decides nothing.
    """
    return (*presentable(), Product.stall.has(is_open()))


def presentable() -> tuple[ColumnElement[bool], ...]:
    """What of it is the product's own, for a query that knows already which stalls are open."""
    return (is_listed(), Product.photos.any())


def is_listed() -> ColumnElement[bool]:
    """Whether a product is approved and not hidden: what its own row says of it, all that an index can follow."""
    return and_(Product.is_approved, Product.is_hidden.is_(False))


def is_open() -> ColumnElement[bool]:
    """Whether a stall is open, its seller verified and not said by the register to have ended, for any query over
    `stall`."""
    return and_(Stall.state == StallState.OPEN, is_verified(Stall.business_id), trades(Stall.business_id))


def trades(business_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether the register lets a business trade: it has not ended for good."""
    known = select(Business.id).where(Business.id == business_id, Business.status != said(BusinessStatus.TERMINATED))
    return known.correlate_except(Business).exists()


def any_stopped(now: Moment) -> ColumnElement[bool]:
    """Whether a product's lots keep it from being sold (`is_stopped`): one answer for all that it is sold as."""
    return select(Variant.id).where(Variant.product_id == Product.id, is_stopped(now)).correlate(Product).exists()


def is_product_stopped(session: Session, product_id: int, *, now: datetime) -> bool:
    """Whether a product's lots keep it from being sold."""
    return session.scalar(select(any_stopped(now)).where(Product.id == product_id)) or False


def is_stall_open(session: Session, stall_id: int) -> bool:
    """Whether buyers find the stall and what it sells."""
    return session.scalar(select(Stall.id).where(Stall.id == stall_id, is_open())) is not None


def has_public_goods(session: Session, stall_id: int) -> bool:
    """Whether buyers find anything of a stall's."""
    query = select(Product.id).where(Product.stall_id == stall_id, *public_conditions()).limit(1)
    return session.scalar(query) is not None


def variant_for_sale(session: Session, product_id: int, *, now: datetime) -> Variant | None:
    """The first of what a public product is sold as that can be bought now; None where nothing of it can."""
    query = select(Variant).join(Variant.product).where(Product.id == product_id, *public_conditions())
    return session.scalars(query.where(has_some_left(now)).order_by(Variant.id)).first()
