"""What of a stall can be given to buyers, and what of it waits for the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from market.base.errors import NotFound
from market.catalog import pictures
from market.catalog.queries.changes import ProductChange, products_to_change
from market.catalog.queries.listing import listing_of
from market.catalog.queries.public import is_stall_open
from market.catalog.rules import pack_name
from market.catalog.showcards import Showcard
from market.sellers.models import ChangeRequest
from market.sellers.queries import changes_waiting_of_stall, stall_of
from market.values.money import format_dong
from market.web.base.access import StallContext
from market.web.base.commune import whole_address

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A stall or one of its goods as it is given on. `is_public`: whether a buyer who follows the address finds it."""

    name: str
    address: str
    says: str
    is_public: bool
    card: Showcard
    photo_key: str | None = None

    def photo(self) -> bytes | None:
        """Its first picture; None where it has none, or its files are not there."""
        try:
            return pictures.load(self.photo_key, pictures.WIDTHS[-1]) if self.photo_key else None
        except NotFound:
            return None


def shown_stall(session: Session, desk: StallContext) -> Shown:
    """The stall, at the address of its page for buyers."""
    stall = stall_of(session, desk.stall_id)
    address = whole_address(url_for("shop.stall", slug=stall.slug))
    hamlet = stall.business.hamlet.name
    return Shown(
        name=stall.name,
        address=address,
        says=f"{stall.name}, {hamlet}: xem hàng ở đây",
        is_public=is_stall_open(session, stall.id),
        card=Showcard(title=stall.name, price="", lines=(f"{hamlet} · quét để xem hàng",), address=address),
    )


def shown_product(session: Session, desk: StallContext, product_id: int, *, now: datetime) -> Shown:
    """One of its goods, at the address of its page for buyers. NotFound where it is another stall's."""
    listing = listing_of(session, desk.stall_id, product_id, now=now)
    product = listing.product
    address = whole_address(url_for("shop.product", product_id=product.id, slug=product.slug))
    first = min(product.variants, key=lambda one: one.price)
    from_ = "từ " if len(product.variants) > 1 else ""
    price = f"{from_}{format_dong(first.price)}/{pack_name(first.unit, first.pack_amount, first.pack_unit)}"
    where = f"{product.stall.name}, {product.stall.business.hamlet.name}"
    return Shown(
        name=product.name,
        address=address,
        says=f"{product.name}, {price}, {where}",
        is_public=listing.is_public,
        card=Showcard(title=product.name, price=price, lines=(where,), address=address),
        photo_key=product.photos[0].key if product.photos else None,
    )


def waiting_changes(session: Session, stall_id: int) -> tuple[Sequence[ChangeRequest], Mapping[int, ProductChange]]:
    """What waits for the office of a stall and its goods, the oldest first, at most `MOST_SHOWN`; by its id, of what
    goods it is."""
    changes = changes_waiting_of_stall(session, stall_id, most=MOST_SHOWN)
    return changes, products_to_change(session, changes)
