"""What a seller says is left: an amount counted anew, a little more or less, sold out, back again.

Every counted amount is the sum of its moves; what is held for orders is never taken away under them.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.db import Locked, locked_all
from market.base.errors import Refused
from market.base.seen import check_seen
from market.catalog.actions.history import note
from market.catalog.actions.listing import VariantRef
from market.catalog.actions.locking import product_variant, stall_product
from market.catalog.actions.on_hand import Cause, set_on_hand
from market.catalog.actions.stock import give_back_overdue
from market.catalog.models import Product, Variant
from market.catalog.queries.facts import amount_facts
from market.catalog.queries.listing import variant_id_of
from market.values.quantity import LARGEST, format_quantity, unit


def set_amount(
    session: Session, actor: Actor, which: VariantRef, amount: int | None, *, seen: str, now: datetime
) -> None:
    """Say how much is left, in thousandths; None: no longer counted, sold until reported sold out. More than nothing
    is no longer sold out. `seen`: `seen_of()` of the amount that the seller saw (`amount_facts`).

    ChangedSince where it is another one now, Refused where more is held for orders than would be left; NotFound where
    it is another stall's.
    """
    product, counted = _to_count(session, which, now)
    variant = counted.row
    before = variant.on_hand
    if amount == before and not (amount and variant.is_sold_out):
        return
    check_seen(seen, amount_facts(variant))
    _refuse_held(variant, amount)
    set_on_hand(session, counted, amount, Cause(actor=actor, at=now))
    _say_sold_out(variant, is_sold_out=variant.is_sold_out and not amount)
    note(session, actor, "count_stock", product, "on_hand", now=now)


def add_amount(
    session: Session, actor: Actor, which: VariantRef, delta: int, *, client_key: str | None = None, now: datetime
) -> None:
    """Put a little more there, or take a little away (a negative delta, in thousandths). The same `client_key` again
    changes nothing.

    Refused where the amount is not counted, grows too large or would not cover what is held for orders; SentOtherwise
    where the key has added something else; NotFound where it is another stall's.
    """
    product, counted = _to_count(session, which, now)
    variant = counted.row
    amount = format_quantity(abs(delta), unit(variant.unit))
    told = f"{product.name} {'thêm' if delta >= 0 else 'bớt'} {amount}"
    sent = SentForm(key=client_key, content=("amount", variant.id, delta), told=told)
    if used_before(session, f"stall:{which.stall_id}", sent, now=now):
        return
    if variant.on_hand is None:
        raise Refused(
            "not_counted",
            "Món này đang bán đến khi báo hết, không đếm số. Muốn đếm thì điền số còn bán rồi bấm Lưu số.",
        )
    if variant.on_hand + delta > LARGEST:
        raise Refused("too_large", "Số này lớn quá. Mời xem lại có thừa số 0 không. Số cũ vẫn giữ nguyên.")
    _refuse_held(variant, variant.on_hand + delta)
    set_on_hand(session, counted, variant.on_hand + delta, Cause(actor=actor, at=now))
    _say_sold_out(variant, is_sold_out=variant.is_sold_out and delta <= 0)
    note(session, actor, "count_stock", product, "on_hand", now=now)


def _to_count(session: Session, which: VariantRef, now: datetime) -> tuple[Product, Locked[Variant]]:
    """The product and its variant, both locked, what was held beyond its time given back."""
    product = stall_product(session, which.stall_id, which.product_id)
    give_back_overdue(session, variant_id_of(session, product.row, which.variant_id), now)
    return product.row, product_variant(session, product, which.variant_id)


def _refuse_held(variant: Variant, on_hand: int | None) -> None:
    """Refused where an amount does not cover what is held for orders."""
    if on_hand is not None and on_hand < variant.reserved:
        amount = format_quantity(variant.reserved, unit(variant.unit))
        raise Refused(
            "held_for_orders",
            f"Đang giữ {amount} cho các đơn, nên số còn bán không thể ít hơn. Số cũ vẫn giữ nguyên. "
            "Nếu không đủ hàng, mời từ chối bớt đơn.",
        )


def report_sold_out(session: Session, actor: Actor, which: VariantRef, *, now: datetime) -> None:
    """Nothing more can be ordered; what is held for orders stays theirs, and the counted amount stays as it is.
    Idempotent; NotFound where it is another stall's."""
    _set_sold_out(session, actor, which, is_sold_out=True, now=now)


def report_back(session: Session, actor: Actor, which: VariantRef, *, now: datetime) -> None:
    """There are goods again. Idempotent; NotFound where it is another stall's."""
    _set_sold_out(session, actor, which, is_sold_out=False, now=now)


def _set_sold_out(session: Session, actor: Actor, which: VariantRef, *, is_sold_out: bool, now: datetime) -> None:
    product = stall_product(session, which.stall_id, which.product_id).row
    wanted = [Variant.product_id == product.id, Variant.is_sold_out.is_(not is_sold_out), Variant.removed_at.is_(None)]
    if which.variant_id is not None:
        wanted.append(Variant.id == which.variant_id)
    changed = locked_all(session, Variant, *wanted)
    for variant in changed:
        _say_sold_out(variant.row, is_sold_out=is_sold_out)
    if changed:
        _note_sold_out(session, actor, product, is_sold_out=is_sold_out, now=now)


def _say_sold_out(variant: Variant, *, is_sold_out: bool, order_id: int | None = None) -> None:
    """What is said last stands: an order's undo brings back only what nobody has said anything of since."""
    variant.is_sold_out, variant.sold_out_for = is_sold_out, order_id


def stop_for_order(
    session: Session, actor: Actor, order_id: int, variant_ids: Collection[int], *, now: datetime
) -> None:
    """There is none left of these goods of an order: nobody can order them, what is held for other orders stays theirs,
    and the counted amounts stay as they are. What was reported sold out by itself, or is sold no longer, stays so.

    The caller holds the order's lock, and has given back what was held for it.
    """
    for variant in locked_all(session, Variant, Variant.id.in_(variant_ids), Variant.removed_at.is_(None)):
        if variant.row.is_sold_out and variant.row.sold_out_for is None:
            continue
        _say_sold_out(variant.row, is_sold_out=True, order_id=order_id)
        _note_sold_out(session, actor, variant.row.product, is_sold_out=True, now=now)


def sell_again_for_order(
    session: Session, actor: Actor, order_id: int, variant_ids: Collection[int], *, now: datetime
) -> list[Variant]:
    """Sell again, as many as there are, what `stop_for_order` stopped nobody has said anything of since; returns it.

    The caller holds the order's lock.
    """
    stopped = locked_all(session, Variant, Variant.id.in_(variant_ids), Variant.sold_out_for == order_id)
    for variant in stopped:
        _say_sold_out(variant.row, is_sold_out=False)
        _note_sold_out(session, actor, variant.row.product, is_sold_out=False, now=now)
    return [variant.row for variant in stopped]


def _note_sold_out(session: Session, actor: Actor, product: Product, *, is_sold_out: bool, now: datetime) -> None:
    note(session, actor, "report_sold_out" if is_sold_out else "report_back", product, "is_sold_out", now=now)
