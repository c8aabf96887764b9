"""What a seller does with what a product is sold as: one more, another unit, price or name, one less."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.db import locked_all
from market.base.errors import Refused
from market.base.seen import check_seen
from market.catalog.actions.changes import ask_for_words
from market.catalog.actions.history import note
from market.catalog.actions.listing import Choice, VariantRef, apply_to, refuse_weighing, save_change
from market.catalog.actions.locking import LockedListing, product_variant, stall_listing, stall_product
from market.catalog.actions.on_hand import Cause, enter_variant
from market.catalog.actions.stock import give_back_overdue
from market.catalog.models import ProductState, Variant
from market.catalog.queries import listing as queries
from market.catalog.queries.changes import product_draft
from market.catalog.queries.facts import variant_edit_facts, variant_facts
from market.catalog.rules import own_label
from market.sellers.publishing import require_publishing
from market.values.money import format_dong
from market.values.quantity import format_quantity, unit
from market.values.text import fold

MOST_VARIANTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVariant:
    """One more thing that a product is sold as; `on_hand` in thousandths of its unit, None: sold until reported sold
    out. The same `client_key` again adds no second one."""

    choice: Choice
    on_hand: int | None
    client_key: str | None = None


def add_variant(session: Session, actor: Actor, which: VariantRef, new: NewVariant, *, now: datetime) -> ProductState:
    """Sell a product as one more thing, at once; a name that its seller gave it waits until an officer has looked.
    Returns the product's state.

    NotFound where it is another stall's; Refused where there are too many, one bears this name already or the seller
    may not publish; SentOtherwise where the key has added another one.
    """
    listing = stall_listing(session, which.stall_id, which.product_id)
    product, choice = listing.product.row, new.choice
    own = own_label(choice.unit, choice.pack_amount, choice.pack_unit)
    label = choice.label or own
    content = ("variant", product.id, choice, new.on_hand)
    told = f"loại {label} của {product.name}, giá {format_dong(choice.price)}"
    sent = SentForm(key=new.client_key, content=content, told=told)
    if used_before(session, f"stall:{which.stall_id}", sent, now=now):
        return product.state
    refuse_weighing(session, product.commune_id, choice.weighed_within, now=now)
    require_publishing(session, actor, listing.stall, now=now)
    now_sold = Variant.product_id == product.id, Variant.removed_at.is_(None)
    others = [one.row for one in locked_all(session, Variant, *now_sold)]
    if len(others) >= MOST_VARIANTS:
        raise Refused(
            "too_many_variants", f"Món này đã có {MOST_VARIANTS} loại. Mời bỏ bớt một loại, hoặc đăng thành món khác."
        )
    for one in others:
        one.label = one.label or _own(one)
    variant = Variant(
        commune_id=product.commune_id,
        product_id=product.id,
        stall_id=product.stall_id,
        sku=f"SP{product.id}-{queries.variants_ever(session, product.id) + 1}",
        label=label,
        unit=choice.unit,
        pack_amount=choice.pack_amount,
        pack_unit=choice.pack_unit,
        price=choice.price,
        weighed_within=choice.weighed_within,
        for_sale_until=others[0].for_sale_until if others else None,
    )
    _refuse_same_name(variant, others)
    if product.is_approved:
        variant.label = own
    enter_variant(session, variant, new.on_hand, Cause(actor=actor, at=now))
    asked = _ask_for_name(session, actor, listing, variant, label, now=now)
    return save_change(session, actor, listing, "add_variant", ["variants", *asked], now=now)


def _ask_for_name(
    session: Session, actor: Actor, listing: LockedListing, variant: Variant, label: str, *, now: datetime
) -> list[str]:
    """Have the office look at the name of one of the things that an approved product is sold as."""
    product = listing.product.row
    if not product.is_approved:
        return []
    session.flush()
    session.expire(product, ["variants"])
    return ask_for_words(session, actor, listing, {f"label:{variant.id}": label}, now=now)


def change_variant(
    session: Session, actor: Actor, which: VariantRef, new: Choice, *, seen: str, now: datetime
) -> ProductState:
    """Bring one of the things a product is sold as to what is now said of it; returns the product's state. A new name
    of an approved product's waits until an officer has looked. `seen`: `seen_of()` of what was said before
    (`variant_edit_facts`).

    NotFound where it is another stall's; Refused where its unit cannot change (`apply_to`) or another bears its name,
    ChangedSince where something else is said of it than was seen: the transaction must not be committed then.
    """
    listing = stall_listing(session, which.stall_id, which.product_id)
    product = listing.product.row
    variant = product_variant(session, listing.product, which.variant_id)
    before = variant_edit_facts(variant.row, product_draft(session, product))
    shown, is_own = variant.row.label, variant.row.label == _own(variant.row)
    refuse_weighing(session, product.commune_id, new.weighed_within, now=now)
    changed = apply_to(variant, new)
    others = [one for one in queries.variants_of(session, product.id) if one.id != variant.row.id]
    _refuse_same_name(variant.row, others)
    label = variant.row.label
    if product.is_approved and label != _own(variant.row):
        variant.row.label = _own(variant.row) if is_own else shown
        changed = [field for field in changed if field != "label"]
    changed += _ask_for_name(session, actor, listing, variant.row, label, now=now)
    if changed:
        check_seen(seen, before)
    return save_change(session, actor, listing, "change_variant", changed, now=now)


def remove_variant(session: Session, actor: Actor, which: VariantRef, *, seen: str, now: datetime) -> None:
    """Sell a product no longer as this. Idempotent. `seen`: `seen_of()` of what it was (`variant_facts`).

    Refused while some of it is held for orders, and for the last one; ChangedSince where it is something else than was
    seen; NotFound where it is another stall's.
    """
    listing = stall_product(session, which.stall_id, which.product_id)
    product = listing.row
    if queries.variant_ever(session, product.id, which.variant_id).removed_at is not None:
        return
    give_back_overdue(session, queries.variant_id_of(session, product, which.variant_id), now)
    variant = product_variant(session, listing, which.variant_id).row
    if len(queries.variants_of(session, product.id)) == 1:
        raise Refused("last_variant", "Món cần còn ít nhất một loại. Muốn thôi bán cả món thì bấm Ẩn món này.")
    if variant.reserved:
        held = format_quantity(variant.reserved, unit(variant.unit))
        raise Refused(
            "held_for_orders",
            f"Đang giữ {held} của loại này cho các đơn nên chưa bỏ được. Giờ mời bấm Báo hết loại này; giao xong các "
            "đơn đó rồi bỏ.",
        )
    check_seen(seen, variant_facts(variant))
    variant.is_sold_out, variant.sold_out_for, variant.removed_at = True, None, now
    product.updated_at = now
    note(session, actor, "remove_variant", product, now=now)


def _own(variant: Variant) -> str:
    return own_label(variant.unit, variant.pack_amount, variant.pack_unit)


def _refuse_same_name(variant: Variant, others: Iterable[Variant]) -> None:
    if fold(variant.label) in [fold(one.label or _own(one)) for one in others]:
        raise Refused(
            "variant_exists", f"Món này đã có loại “{variant.label}”. Mời đặt tên khác, hoặc sửa loại đang có."
        )
