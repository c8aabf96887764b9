"""One product for one marketplace: the category it goes to, its weight as a parcel."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.catalog.actions.listing import VariantRef
from market.catalog.models import Product
from market.channels import actions, queries
from market.channels.files import manifest_at
from market.channels.formats import FORMATS
from market.channels.rules import TemplateManifest, found_categories
from market.values.text import nfc
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.channels.forms import CategoryForm, WeightForm


@blueprint.get("/ban-hang/<gian>/kenh/<san:channel>/mon/<int:product_id>")
@stall_page
def channel_product(desk: StallContext, channel: str, product_id: int) -> Page:
    found = queries.product_of(reading(), desk.stall_id, product_id)
    grams = queries.parcel_grams(found.variants)
    return _product_page(desk, channel, found, CategoryForm(), WeightForm(data={"grams": grams}))


def _product_page(desk: StallContext, channel: str, found: Product, category: CategoryForm, weight: WeightForm) -> Page:
    manifest = _manifest(desk, channel)
    wanted = nfc(request.args.get("q", ""))[:80]
    chosen = queries.chosen_categories(reading(), channel, [found.id]).get(found.id)
    page = render_template(
        "stall/channels/channel_product.html",
        desk=desk,
        channel=channel,
        name=FORMATS[channel].label,
        product=found,
        chosen=next((c for c in manifest.categories if c.value == chosen), None),
        wanted=wanted,
        found=found_categories(wanted or found.name.split()[0], manifest.categories),
        has_categories=bool(manifest.categories),
        category=category,
        category_facts=queries.category_facts(chosen),
        weight=weight,
        weight_facts=queries.weight_facts(found.variants),
    )
    wrong = (form.wrong_status for form in (category, weight) if form.errors or form.refusal)
    return page, next(wrong, 200)


def _manifest(desk: StallContext, channel: str) -> TemplateManifest:
    return manifest_at(queries.template_of(reading(), desk.stall_id, channel).storage_key)


def _ref(found: Product) -> VariantRef:
    return VariantRef(stall_id=found.stall_id, product_id=found.id)


@blueprint.post("/ban-hang/<gian>/kenh/<san:channel>/mon/<int:product_id>/nganh-hang")
@stall_page
def category_choose(desk: StallContext, channel: str, product_id: int) -> Page:
    found = queries.product_of(reading(), desk.stall_id, product_id)
    form = CategoryForm.of_request()
    known = {category.value: category for category in _manifest(desk, channel).categories}
    if form.submitted() and form.value.data in known:
        with form.keeping_what_was_typed():
            which, new = _ref(found), actions.NewCategory(channel=channel, value=form.value.data, seen=seen_given())
            with transaction() as writing:
                actions.choose_category(writing, desk.actor, which, new, now=clock.now())
            flash(f"{found.name}: {known[form.value.data].path}.")
            return _back(desk, channel, product_id)
    else:
        form.value.errors = ["Mời chọn một ngành hàng có trong mẫu."]
    return _product_page(desk, channel, found, form, WeightForm(data={"grams": queries.parcel_grams(found.variants)}))


@blueprint.post("/ban-hang/<gian>/kenh/<san:channel>/mon/<int:product_id>/can-nang")
@stall_page
def weight_set(desk: StallContext, channel: str, product_id: int) -> Page:
    found = queries.product_of(reading(), desk.stall_id, product_id)
    form = WeightForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            grams, seen = form.grams.data, seen_given()
            with transaction() as writing:
                actions.set_parcel_weight(writing, desk.actor, _ref(found), grams, seen=seen, now=clock.now())
            flash(f"{found.name}: cân nặng khi gửi đã ghi.")
            return _back(desk, channel, product_id)
    return _product_page(desk, channel, found, CategoryForm(), form)


def _back(desk: StallContext, channel: str, product_id: int) -> Page:
    anchor = f"mon-{product_id}"
    return redirect(url_for("stall.channel", gian=desk.slug, channel=channel, mon=product_id, _anchor=anchor), 303)
