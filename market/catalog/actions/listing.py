"""What a seller does with a listing: puts it up, changes it, sets its price, hides and shows it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.db import Locked, locked
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.catalog.actions.changes import ask_for_words
from market.catalog.actions.history import note
from market.catalog.actions.locking import LockedListing, product_variant, stall_listing, stall_product
from market.catalog.actions.on_hand import Cause, enter_variant
from market.catalog.actions.search import reindex
from market.catalog.actions.uploads import take_picture
from market.catalog.models import Photo, Product, ProductState, Variant
from market.catalog.queries import listing as queries
from market.catalog.queries.changes import product_draft
from market.catalog.queries.facts import edit_facts, variant_facts
from market.catalog.rules import KeptPhoto, can_move, guess_ocop_set, own_label
from market.places.queries import number_on
from market.sellers.models import Stall
from market.sellers.publishing import require_publishing
from market.values.money import Dong, format_dong
from market.values.period import local_day
from market.values.quantity import format_quantity, unit
from market.values.text import slug

TEXTS = ("name", "description")
"""What an officer reads before buyers do, beside the names of what it is sold as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewListing:
    """A listing as the seller wrote it. `on_hand` in thousandths of the unit, None: sold until reported sold out.

    `pack_amount` thousandths of `pack_unit` are in one unit ("túi 5 kg"). `client_key` names the form it came from.
    `is_live`, `by_bus`: as of a Product. `weighed_within`: as of a variant.
    """

    stall_id: int
    name: str
    unit: str
    price: Dong
    photo: KeptPhoto
    client_key: str | None = None
    description: str = ""
    category_id: int | None = None
    is_live: bool = False
    by_bus: bool = False
    on_hand: int | None = None
    pack_amount: int | None = None
    pack_unit: str | None = None
    weighed_within: int | None = None


def list_product(session: Session, actor: Actor, new: NewListing, *, now: datetime) -> int:
    """Put a product up; it waits for the office. The same form posted twice is one listing. Returns its id.

    Refused where another listing has taken the picture or the seller's account must be linked first, SentOtherwise
    where the form was another one the first time, NotFound for no such stall. The stall is locked, so that the second
    post of a form waits for the first and finds its listing.
    """
    held = locked(session, Stall, Stall.id == new.stall_id)
    stall = held.row
    known = queries.listing_with_key(session, stall.id, new.client_key) if new.client_key else None
    content = ("listing", replace(new, photo=replace(new.photo, key="")))
    told = f"món {new.name}, giá {format_dong(new.price)}"
    used_before(session, f"stall:{stall.id}", SentForm(key=new.client_key, content=content, told=told), now=now)
    if known:
        return known
    require_publishing(session, actor, held, now=now)
    take_picture(session, stall.id, new.photo, now=now)
    product = Product(
        commune_id=stall.commune_id,
        stall=stall,
        category_id=new.category_id or _likely_category(session, new.name),
        name=new.name,
        slug=slug(new.name),
        description=new.description,
        is_live=new.is_live,
        by_bus=new.by_bus,
        client_key=new.client_key,
        created_at=now,
        updated_at=now,
    )
    session.add(product)
    session.flush()
    session.add(new_photo(product, new.photo, 0, now=now))
    _add_variant(session, actor, product, new, now=now)
    note(session, actor, "list_product", product, now=now)
    return product.id


def _likely_category(session: Session, name: str) -> int | None:
    ocop_set = guess_ocop_set(name)
    return queries.category_of_set(session, ocop_set) if ocop_set else None


def refuse_weighing(session: Session, commune_id: int, percent: int | None, *, now: datetime) -> None:
    """Refused where goods would be sold by weight further off what was ordered than the market lets them be."""
    known = number_on(session, commune_id, "weigh.most_percent", local_day(now))
    if percent and known and percent > known[0]:
        raise Refused(
            "weighed_too_loosely",
            f"Chợ cho cân lệch nhiều nhất {known[0]}\u00a0% so với số khách đặt. Mời chọn mức thấp hơn.",
        )


def _add_variant(session: Session, actor: Actor, product: Product, new: NewListing, *, now: datetime) -> None:
    refuse_weighing(session, product.commune_id, new.weighed_within, now=now)
    variant = Variant(
        commune_id=product.commune_id,
        product_id=product.id,
        stall_id=product.stall_id,
        sku=f"SP{product.id}",
        unit=new.unit,
        pack_amount=new.pack_amount,
        pack_unit=new.pack_unit,
        price=new.price,
        weighed_within=new.weighed_within,
    )
    enter_variant(session, variant, new.on_hand, Cause(actor=actor, at=now))


def new_photo(product: Product, photo: KeptPhoto, position: int, *, now: datetime) -> Photo:
    return Photo(
        commune_id=product.commune_id,
        product_id=product.id,
        stall_id=product.stall_id,
        key=photo.key,
        width=photo.width,
        height=photo.height,
        position=position,
        created_at=now,
    )


# --- changes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantRef:
    """A variant of a product of a stall; the product's first where none is named."""

    stall_id: int
    product_id: int
    variant_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a product is sold as: a unit with its pack (as in NewListing) at a price. `label` is the name its seller
    gave it; empty where they gave none, None where they were not asked. `weighed_within`: by what it weighs, so many
    percent off at most."""

    unit: str
    price: Dong
    pack_amount: int | None
    pack_unit: str | None
    label: str | None = None
    weighed_within: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingChange:
    """What a listing shall say from now on; `choice` where it is sold as one thing only. `seen`: `seen_of()` of what it
    said before (`edit_facts`)."""

    name: str
    description: str
    category_id: int | None
    seen: str
    is_live: bool = False
    by_bus: bool = False
    choice: Choice | None = None


OF_PRODUCT = ("name", "description", "category_id", "is_live", "by_bus")
OF_CHOICE = ("unit", "price", "pack_amount", "pack_unit", "weighed_within")


def change_listing(
    session: Session, actor: Actor, which: VariantRef, new: ListingChange, *, now: datetime
) -> ProductState:
    """Bring a listing to what is now said of it; returns its state. A refused or removed one goes back to the office;
    a new name or description of an approved one waits beside it, until an officer has looked.

    NotFound where it is another stall's; Refused where its unit cannot change (`apply_to`), ChangedSince where it says
    something else than was seen. Nothing is overwritten then: the transaction must not be committed.
    """
    listing = stall_listing(session, which.stall_id, which.product_id)
    product = listing.product.row
    before = edit_facts(product, product_draft(session, product))
    at_once = [field for field in OF_PRODUCT if not (product.is_approved and field in TEXTS)]
    changed = [field for field in at_once if getattr(product, field) != getattr(new, field)]
    for field in changed:
        setattr(product, field, getattr(new, field))
    if new.choice:
        refuse_weighing(session, product.commune_id, new.choice.weighed_within, now=now)
        changed += apply_to(product_variant(session, listing.product, which.variant_id), new.choice)
    asked = []
    if product.is_approved:
        asked = ask_for_words(session, actor, listing, {field: getattr(new, field) for field in TEXTS}, now=now)
    if changed or asked:
        check_seen(new.seen, before)
    product.slug = slug(product.name)
    return save_change(session, actor, listing, "change_listing", [*changed, *asked], now=now)


def apply_to(choice: Locked[Variant], new: Choice) -> list[str]:
    """Bring a choice to what is now said of it; returns what changed. A name that its unit and pack give follows them
    and is no change; one that its seller gave is. Refused where the unit cannot change: goods are held for orders, or
    what is left is no whole number of it."""
    variant = choice.row
    changed = [field for field in OF_CHOICE if getattr(variant, field) != getattr(new, field)]
    if "unit" in changed:
        _refuse_unit(variant, new.unit)
    had_own = variant.label == own_label(variant.unit, variant.pack_amount, variant.pack_unit)
    for field in changed:
        setattr(variant, field, getattr(new, field))
    own = own_label(new.unit, new.pack_amount, new.pack_unit)
    label = (own if had_own else variant.label) if new.label is None else new.label or own
    if label not in (variant.label, own):
        changed.append("label")
    variant.label = label
    return changed


def save_change(
    session: Session, actor: Actor, listing: LockedListing, verb: str, changed: list[str], *, now: datetime
) -> ProductState:
    """Note what changed of a product, and send it to the office where that must be read first; returns its state.

    NotFound where the product is gone; Refused where it would be sent to the office and its seller may not publish.
    """
    product = listing.product.row
    if product.is_sent_again:
        require_publishing(session, actor, listing.stall, now=now)
        product.state, product.refusal = ProductState.PENDING, None
        changed = [*changed, "state"]
    if changed:
        product.updated_at = now
        note(session, actor, verb, product, *changed, now=now)
        reindex(session, product.id)
    return product.state


def _refuse_unit(variant: Variant, code: str) -> None:
    """A unit cannot change under the goods held for orders, nor where the amount left makes no whole number of it."""
    if variant.reserved:
        held = format_quantity(variant.reserved, unit(variant.unit))
        raise Refused(
            "held_for_orders", f"Đang giữ {held} cho các đơn, nên chưa đổi cách bán được. Giao xong các đơn đó rồi đổi."
        )
    if variant.on_hand and variant.on_hand % unit(code).step:
        left = format_quantity(variant.on_hand, unit(variant.unit))
        raise Refused(
            "unit_mismatch", f"Đang ghi còn {left}, không đổi sang {unit(code).name} được. Mời sửa số còn bán trước."
        )


def set_price(session: Session, actor: Actor, which: VariantRef, price: Dong, *, seen: str, now: datetime) -> None:
    """Set a price; it holds at once, for orders still to come. `seen`: `seen_of()` of what it was and for what
    (`variant_facts`).

    NotFound where it is another stall's, ChangedSince where something else was seen.
    """
    product = stall_product(session, which.stall_id, which.product_id)
    variant = product_variant(session, product, which.variant_id).row
    if variant.price == price:
        return
    check_seen(seen, variant_facts(variant))
    variant.price = price
    product.row.updated_at = now
    note(session, actor, "set_price", product.row, "price", now=now)


def hide_product(session: Session, actor: Actor, which: VariantRef, *, now: datetime) -> None:
    """Take a listing off the market for a while, as its seller. Idempotent; NotFound where it is another stall's."""
    _set_hidden(session, actor, which, is_hidden=True, now=now)


def show_product(session: Session, actor: Actor, which: VariantRef, *, now: datetime) -> None:
    """Put a hidden listing back on the market. Idempotent; NotFound where it is another stall's, Refused where its
    seller may not publish."""
    _set_hidden(session, actor, which, is_hidden=False, now=now)


def _set_hidden(session: Session, actor: Actor, which: VariantRef, *, is_hidden: bool, now: datetime) -> None:
    listing = stall_listing(session, which.stall_id, which.product_id)
    product = listing.product.row
    if product.is_hidden == is_hidden:
        return
    if not is_hidden:
        require_publishing(session, actor, listing.stall, now=now)
    product.is_hidden = is_hidden
    note(session, actor, "hide_product" if is_hidden else "show_product", product, "is_hidden", now=now)
    reindex(session, product.id)


def move_to(product: Locked[Product], state: ProductState) -> None:
    """Move a product to another state; Conflict where the moves do not allow it."""
    if not can_move(product.row.state, state):
        raise Conflict("already_decided", "Món này đã có người xử lý rồi. Mời tải lại trang để xem.")
    product.row.state = state
