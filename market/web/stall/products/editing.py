"""The page of one listing: every form about it comes back here with what was typed, when something was wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from market.base import clock
from market.base.attempts import count_try
from market.base.config import MEGABYTE, current_settings
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.base.seen import Facts
from market.catalog.actions.brakes import UPLOAD
from market.catalog.actions.listing import VariantRef
from market.catalog.actions.uploads import UploadQuota, reserve_upload
from market.catalog.models import Product, Variant
from market.catalog.queries import listing as queries
from market.catalog.queries.changes import photos_waiting, product_draft, waiting_of
from market.catalog.queries.facts import amount_facts, edit_facts, variant_edit_facts, variant_facts
from market.catalog.queries.prices import known_prices
from market.catalog.rules import own_label
from market.sellers.queries import last_change
from market.web.base.access import StallContext
from market.web.base.forms import BaseForm
from market.web.base.web import Page
from market.web.stall.products.forms import ListingForm, PhotoForm, ProductForm, StockForm, VariantForm

OneForm = TypeVar("OneForm", bound=ProductForm)
WAITS = "Chữ và ảnh mới chờ xã xem, thường trong ngày. Trên chợ vẫn hiện bản cũ."
PHOTOS_SENT = 48 * MEGABYTE
"""No phone's picture is larger: one too heavy to be kept still reaches its form, which keeps what was typed."""


AMOUNT_SEEN = "seen_amount"
"""What a page that shows more than an amount says of the amount that it showed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageForms:
    """The parts of the one form of a listing's page, or of the page of one of the things it is sold as (`of`); those
    that were not posted are made from the listing."""

    of: Variant
    listing: ProductForm | None = None
    variant: VariantForm | None = None
    stock: StockForm | None = None
    photo: PhotoForm | None = None

    @property
    def posted(self) -> list[BaseForm]:
        return [one for one in (self.listing, self.variant, self.stock, self.photo) if one is not None]

    @property
    def wrong(self) -> BaseForm | None:
        """The part because of which the page comes back."""
        return next((form for form in self.posted if form.errors or form.refusal), None)

    @property
    def status(self) -> int:
        """Of the page: 200, or that of what was wrong."""
        return self.wrong.wrong_status if self.wrong else 200


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantFacts:
    """What its quick forms decide on of one of the things a listing is sold as: the new price, the new amount."""

    price: Facts
    amount: Facts


def shown_of(variant: Variant) -> VariantFacts:
    return VariantFacts(price=variant_facts(variant), amount=amount_facts(variant))


def which(desk: StallContext, product_id: int, variant_id: int | None = None) -> VariantRef:
    return VariantRef(stall_id=desk.stall_id, product_id=product_id, variant_id=variant_id)


def edit_page(desk: StallContext, product_id: int, forms: PageForms) -> Page:
    """The listing's page, as typed where a form on it was wrong."""
    listing = queries.listing_of(reading(), desk.stall_id, product_id, now=clock.now())
    page = render_template(
        "stall/products/product_edit.html",
        desk=desk,
        listing=listing,
        amount_seen=AMOUNT_SEEN,
        wrong=forms.wrong,
        edited=forms.wrong if forms.listing else None,
        facts=edit_facts(listing.product, product_draft(reading(), listing.product)),
        product=listing.product,
        change=last_change(reading(), desk.stall_id, product_id),
        new_photos=photos_waiting(reading(), listing.product),
        shown={variant.id: shown_of(variant) for variant in listing.product.variants},
        form=forms.listing or listing_form(listing.product),
        stock=forms.stock or StockForm(),
        photo=forms.photo or PhotoForm(),
    )
    return page, forms.status


def variant_page(desk: StallContext, product: Product, variant: Variant, forms: PageForms) -> Page:
    """The page of one of the things a listing is sold as, as typed where a form on it was wrong."""
    page = render_template(
        "stall/products/variant_edit.html",
        desk=desk,
        product=product,
        variant=variant,
        amount_seen=AMOUNT_SEEN,
        wrong=forms.wrong,
        edited=forms.wrong if forms.variant else None,
        facts=variant_edit_facts(variant, product_draft(reading(), product)),
        price_facts=variant_facts(variant),
        change=last_change(reading(), desk.stall_id, product.id),
        shown={variant.id: shown_of(variant)},
        form=forms.variant or variant_form(variant),
        stock=forms.stock or StockForm(),
    )
    return page, forms.status


def listing_form(product: Product) -> ProductForm:
    """The form of a listing, as posted or filled from the listing: with the price where it is sold as one thing."""
    kind = ListingForm if len(product.variants) == 1 else ProductForm
    said = _said_of(product)
    return _offering(kind.of_request(data=said) if is_whole_posted() else kind(data=said), product)


def variant_form(variant: Variant) -> VariantForm:
    """The form of one of several, as posted or filled from it."""
    said = _said_of_one(variant, product_draft(reading(), variant.product))
    return _of_goods(VariantForm.of_request(data=said) if is_variant_posted() else VariantForm(data=said), variant)


def is_whole_posted() -> bool:
    """Whether the words of a listing were sent, by whichever button of its page."""
    return request.method == "POST" and (request.endpoint == "stall.product_edit" or "name" in request.form)


def is_variant_posted() -> bool:
    """Whether what one of several is sold by was sent, by whichever button of its page."""
    return request.method == "POST" and (
        request.endpoint == "stall.variant_edit" or ("label" in request.form and "unit" in request.form)
    )


def listing_with_price(product: Product, typed: str) -> ListingForm:
    """The form of a listing sold as one thing, as if all of it had been posted as it stands, with this price."""
    return _offering(ListingForm(_posted(_said_of(product), typed)), product)


def variant_with_price(variant: Variant, typed: str) -> VariantForm:
    """The same of one of several."""
    typed_form = VariantForm(_posted(_said_of_one(variant, product_draft(reading(), variant.product)), typed))
    return _of_goods(typed_form, variant)


def _posted(said: dict[str, object], price: str) -> MultiDict[str, str]:
    typed = said | {"price": price, "pack_amount": ""}
    return MultiDict({name: "" if value is None else str(value) for name, value in typed.items()})


def _said_of(product: Product) -> dict[str, object]:
    """Its words as its seller wrote them last: those that wait for the office, else those that are public."""
    draft = product_draft(reading(), product)
    own = {"name": draft["name"], "description": draft["description"], "category": product.category_id}
    own |= {"is_live": product.is_live, "by_bus": product.by_bus}
    return own | _said_of_one(product.variants[0], draft)


def _said_of_one(variant: Variant, draft: Facts) -> dict[str, object]:
    """A name of its own shows only where its seller gave it one."""
    own = own_label(variant.unit, variant.pack_amount, variant.pack_unit)
    label = draft.get(f"label:{variant.id}", variant.label)
    return {
        "unit": variant.unit,
        "price": variant.price,
        "pack_amount": variant.pack_amount,
        "pack_unit": variant.pack_unit or "",
        "weighed": str(variant.weighed_within or ""),
        "label": "" if label == own else label,
    }


def _offering(form: OneForm, product: Product) -> OneForm:
    form.offer_categories(queries.category_choices(reading()))
    if isinstance(form, ListingForm):
        compare_prices(form, product.commune_id, before=product.variants[0])
    return form


def compare_prices(form: ListingForm, commune_id: int, *, before: Variant | None = None) -> None:
    """Compare the price that is typed with what it was and with what such goods cost on the market."""
    form.known = lambda: known_prices(reading(), commune_id, form.goods_name(), form.category.data, before=before)


def _of_goods(form: VariantForm, variant: Variant) -> VariantForm:
    product = variant.product
    form.of_goods = product.name
    form.known = lambda: known_prices(reading(), product.commune_id, product.name, product.category_id, before=variant)
    return form


def reserving(desk: StallContext) -> Callable[[], str]:
    """What draws the key of a picture that is sent to the stall; Refused where its quota or its rate is used up."""
    settings = current_settings()
    quota = UploadQuota(kept=settings.pictures_kept, a_day=settings.pictures_a_day)

    def reserve() -> str:
        count_try(UPLOAD, desk.stall_id)
        with transaction() as writing:
            return reserve_upload(writing, desk.stall_id, quota, clock=clock.now)

    return reserve


def back(desk: StallContext, product_id: int, variant_id: int | None = None) -> Page:
    """Back to where the button was: the page of what is sold, the listing's own page, or its row in the list."""
    came_from = request.form.get("tu")
    if came_from == "loai" and variant_id:
        address = url_for("stall.variant_edit", gian=desk.slug, product_id=product_id, variant_id=variant_id)
        return redirect(address, 303)
    if came_from in ("sua", "loai"):
        return redirect(url_for("stall.product_edit", gian=desk.slug, product_id=product_id), 303)
    return back_to_list(desk, product_id)


def back_to_list(desk: StallContext, product_id: int) -> Page:
    return redirect(url_for("stall.products", gian=desk.slug, _anchor=f"mon-{product_id}"), 303)


def after_change(product: Product, changed: Sequence[str], *, is_sent: bool) -> str:
    """What is said once a change is kept: what of it, and whether the office looks first."""
    if is_sent:
        return f"Đã lưu {product.name}. Xã xem lại xong, thường trong ngày, là món hiện trên chợ."
    if not changed:
        return f"{product.name} vẫn như cũ, chưa có gì đổi."
    said = f"Đã lưu {product.name}: {'; '.join(changed)}."
    return f"{said} {WAITS}" if waiting_of(reading(), product) else said


def one_of(product: Product, variant_id: int | None) -> Variant:
    """What the product is sold as that is meant, its first where none is named; NotFound where it is another's."""
    if variant_id is None:
        return product.variants[0]
    found = next((variant for variant in product.variants if variant.id == variant_id), None)
    if found is None:
        raise NotFound
    return found
