"""One Save: everything that was typed on the page of a listing, or of one of the things it is sold as, is kept together
or not at all, and the sentence names what changed."""

from flask import flash, request
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.seen import Facts
from market.catalog.actions import amounts, listing, photos, variants
from market.catalog.actions.listing import VariantRef
from market.catalog.models import Product, Variant
from market.catalog.queries import listing as queries
from market.catalog.queries.changes import photos_waiting, product_draft
from market.catalog.queries.facts import amount_facts, edit_facts, variant_edit_facts
from market.web.base.access import StallContext
from market.web.base.forms import BaseForm
from market.web.base.seen import seen_given
from market.web.stall.products.editing import (
    AMOUNT_SEEN,
    PageForms,
    after_change,
    is_variant_posted,
    is_whole_posted,
    listing_form,
    one_of,
    reserving,
    variant_form,
    which,
)
from market.web.stall.products.forms import PhotoForm, StockChange, StockForm

PICTURES, LONG = "ảnh", "lời giới thiệu"
"""Facts that are said otherwise: by their number; only named, because they are too long to be said again."""


def posted_forms(desk: StallContext, product: Product, meant: Variant | None = None) -> PageForms:
    """What the page of a listing sent, or that of one of the things it is sold as (`meant`). A part of the page in
    which nothing was typed is None: as it was opened, it says nothing."""
    stock, photo = StockForm.of_request(), PhotoForm.of_stall(reserving(desk))
    variant = meant or one_of(product, stock.variant_id)
    stock.unit_code = request.form.get("unit") or variant.unit
    return PageForms(
        of=variant,
        listing=listing_form(product) if is_whole_posted() else None,
        variant=variant_form(variant) if is_variant_posted() else None,
        stock=stock if stock.is_said or request.endpoint == "stall.product_stock" else None,
        photo=photo if photo.is_said or request.endpoint == "stall.photo_add" else None,
    )


def save(desk: StallContext, product: Product, forms: PageForms) -> bool:
    """Keep all of it and say what changed. False where something of it cannot be: then nothing was kept, and the forms
    say why."""
    if not all([form.validate() for form in forms.posted]):
        return False
    with _first(forms).keeping_what_was_typed():
        before, state = _facts(product), product.state
        with transaction() as writing:
            _write(writing, desk.actor, which(desk, product.id, forms.of.id), forms)
        reading().expire_all()
        now = queries.listing_of(reading(), desk.stall_id, product.id, now=clock.now()).product
        flash(after_change(now, _changed(before, _facts(now)), is_sent=state is not now.state))
        return True
    return False


def _first(forms: PageForms) -> BaseForm:
    """Whose page says what was refused: the words at its top, where they were sent too."""
    return next(iter(forms.posted))


def _write(session: Session, actor: Actor, one: VariantRef, forms: PageForms) -> None:
    """In the order of docs/locks.md: the picture, what is held for orders with the amount, the price."""
    if forms.photo and forms.photo.kept_photo.data:
        photo, key = forms.photo.kept_photo.data, forms.photo.photo_key
        photos.add_photo(session, actor, one, photo, client_key=key, clock=clock.now)
    if forms.stock:
        _count(session, actor, one, forms.stock)
    if forms.listing:
        listing.change_listing(session, actor, one, forms.listing.as_change(seen_given()), now=clock.now())
    if forms.variant:
        choice = forms.variant.as_variant()
        variants.change_variant(session, actor, one, choice, seen=seen_given(), now=clock.now())


def _count(session: Session, actor: Actor, one: VariantRef, form: StockForm) -> None:
    now, key = clock.now(), form.client_key.data
    amount: int = form.amount.data or 0
    match form.change:
        case StockChange.SET:
            amounts.set_amount(session, actor, one, amount, seen=_amount_seen(), now=now)
        case StockChange.PLUS:
            amounts.add_amount(session, actor, one, amount, client_key=key, now=now)
        case StockChange.MINUS:
            amounts.add_amount(session, actor, one, -amount, client_key=key, now=now)
        case StockChange.UNCOUNT:
            amounts.set_amount(session, actor, one, None, seen=_amount_seen(), now=now)


def _amount_seen() -> str:
    return seen_given(AMOUNT_SEEN) if AMOUNT_SEEN in request.form else seen_given()


def _facts(product: Product) -> Facts:
    """All that its pages change of a listing, as they show it."""
    draft, many = product_draft(reading(), product), len(product.variants) > 1
    facts = dict(edit_facts(product, draft))
    for variant in product.variants:
        own = {**variant_edit_facts(variant, draft), **amount_facts(variant)} if many else amount_facts(variant)
        facts |= {f"{label} của {variant.label}" if many else label: said for label, said in own.items()}
    pictures = len(product.photos) + len(photos_waiting(reading(), product))
    return facts | {PICTURES: str(pictures)}


def _changed(before: Facts, now: Facts) -> list[str]:
    """What is said of a change: `giá 50.000 ₫ / kg`."""
    changed = [(label, said) for label, said in now.items() if before.get(label) != said]
    return [_said(label, said) for label, said in changed]


def _said(label: str, said: str) -> str:
    if label == PICTURES:
        return f"có {said} ảnh"
    return label if label == LONG else f"{label} {said}"
