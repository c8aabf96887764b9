"""The page of one listing: every form about it comes back here with what was typed, when something was wrong."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from market.base import clock
from market.base.db import reading, transaction
from market.base.forms import BaseForm
from market.base.web import Page
from market.catalog.actions.listing import Which
from market.catalog.actions.photos import forget_unless_used
from market.catalog.forms import ListingForm, PhotoForm, StockForm
from market.catalog.models import Product, Variant
from market.catalog.queries import listing as queries
from market.sellers.views.access import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class EditForms:
    """The forms of the page; those that were not posted are made from the listing."""

    listing: ListingForm | None = None
    stock: StockForm | None = None
    photo: PhotoForm | None = None

    @property
    def is_wrong(self) -> bool:
        posted: list[BaseForm] = [form for form in (self.listing, self.stock, self.photo) if form is not None]
        return any(form.errors or form.refusal for form in posted)


def which(desk: Desk, product_id: int, variant_id: int | None = None) -> Which:
    return Which(stall_id=desk.stall_id, product_id=product_id, variant_id=variant_id)


def edit_page(desk: Desk, product_id: int, forms: EditForms) -> Page:
    """The listing's page: 422 where a form on it was wrong."""
    listing = queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now())
    product = listing.product
    form = forms.listing or _offering(ListingForm(data=_said(product, product.variants[0])))
    page = render_template(
        "catalog/product_edit.html",
        desk=desk,
        listing=listing,
        product=product,
        form=form,
        stock=forms.stock or StockForm(),
        photo=forms.photo or PhotoForm(),
    )
    return page, 422 if forms.is_wrong else 200


def listing_form(product: Product, variant: Variant) -> ListingForm:
    """The form of a listing, as posted or filled from the listing."""
    return _offering(ListingForm.of_request(data=_said(product, variant)))


def form_with_price(product: Product, variant: Variant, typed: str) -> ListingForm:
    """The form of a listing as if all of it had been posted as it stands, with this price."""
    said = _said(product, variant) | {"price": typed, "pack_amount": ""}
    return _offering(
        ListingForm(MultiDict({name: "" if value is None else str(value) for name, value in said.items()}))
    )


def _said(product: Product, variant: Variant) -> dict[str, object]:
    return {
        "name": product.name,
        "description": product.description,
        "category": product.category_id,
        "unit": variant.unit,
        "price": variant.price,
        "pack_amount": variant.pack_amount,
        "pack_unit": variant.pack_unit or "kg",
    }


def _offering(form: ListingForm) -> ListingForm:
    form.offer_categories(queries.category_choices(reading()))
    return form


def to_forget(form: PhotoForm) -> None:
    """A picture kept just now is forgotten in a week, unless a listing takes it."""
    if form.is_new and form.kept_photo.data:
        with transaction() as writing:
            forget_unless_used(writing, form.kept_photo.data, now=clock.now())


def back(desk: Desk, product_id: int) -> Page:
    """Back to where the button was: the listing's own page, or its row in the list."""
    if request.form.get("tu") == "sua":
        return redirect(url_for("catalog.product_edit", gian=desk.slug, product_id=product_id), 303)
    return back_to_list(desk, product_id)


def back_to_list(desk: Desk, product_id: int) -> Page:
    return redirect(url_for("catalog.products", gian=desk.slug, _anchor=f"mon-{product_id}"), 303)
