"""Loads the goods: each put up by its stall, looked at by the officer, with an illustration marked as one."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from market.base.seen import seen_of
from market.catalog.actions.listing import NewListing, VariantRef, list_product
from market.catalog.actions.moderation import SeenListing, approve_product, refuse_product
from market.catalog.models import Product, ProductState
from market.catalog.queries.facts import listing_facts
from market.catalog.rules import KeptPhoto
from market.channels.actions import NewCategory, choose_category
from market.channels.queries import category_facts
from market.seeding.actions.cast import Demo
from market.seeding.actions.times import stopped
from market.seeding.files import Row, Seeds

REFUSAL = "Bán cả ruộng cần ghi diện tích đo thật và ngày hẹn thu. Bổ sung vào lời giới thiệu rồi gửi lại."
WAITING_DAYS = 1
LISTED_AFTER_OPENING_DAYS = 1


def load_products(
    session: Session, seeds: Seeds, demo: Demo, photos: Mapping[str, KeptPhoto], sold: Mapping[str, int]
) -> None:
    """Every product of the table. `sold` is what the year's orders took of each, so that the stock adds up."""
    opened = {row.text("business"): row.whole("opened_offset") for row in seeds.table("stalls")}
    for row in seeds.table("products"):
        key, business = row.text("key"), row.text("business")
        state = ProductState(row.text("state"))
        is_waiting = state is ProductState.PENDING
        listed = seeds.morning(-WAITING_DAYS if is_waiting else opened[business] + LISTED_AFTER_OPENING_DAYS)
        new = _listing(row, demo, photos[key], sold.get(key, 0))
        product_id = list_product(session, demo.owner(business), new, now=listed)
        product = session.get_one(Product, product_id)
        _describe(product, row)
        session.flush()
        demo.products[key], demo.variants[key] = product.id, product.variants[0].id
        _decide(session, demo, product, state, seeds)


def load_channel_categories(session: Session, seeds: Seeds, demo: Demo) -> None:
    """Where each product goes on a marketplace, as its seller chose in a template of their own."""
    owners = {row.text("key"): demo.owner(row.text("business")) for row in seeds.table("products")}
    for row in seeds.table("channel_categories"):
        key, channel = row.text("product"), row.text("channel")
        product = session.get_one(Product, demo.products[key])
        new = NewCategory(channel=channel, value=row.text("category"), seen=seen_of(category_facts(None)))
        which = VariantRef(stall_id=product.stall_id, product_id=product.id)
        choose_category(session, owners[key], which, new, now=seeds.now)


def _listing(row: Row, demo: Demo, photo: KeptPhoto, sold: int) -> NewListing:
    counted, pack = row.maybe_whole("on_hand"), row.maybe_whole("pack_amount")
    return NewListing(
        stall_id=demo.stalls[row.text("business")],
        name=row.text("name"),
        unit=row.text("unit"),
        price=row.dong("price"),
        photo=photo,
        client_key=f"seed-{row.text('key')}",
        description=row.text("description"),
        category_id=demo.categories[row.text("category")],
        on_hand=None if counted is None else counted * 1000 + sold,
        pack_amount=None if pack is None else pack * 1000,
        pack_unit=row.maybe("pack_unit"),
    )


def _describe(product: Product, row: Row) -> None:
    """What the seller's form does not ask for."""
    product.tax_group = row.text("tax_group")
    product.season_from, product.season_to = row.maybe_whole("season_from"), row.maybe_whole("season_to")
    product.is_live, product.by_bus = row.maybe("live") is not None, row.maybe("live") == "bus"
    variant = product.variants[0]
    variant.weight_grams = row.maybe_whole("weight_grams")
    variant.is_sold_out = row.flag("sold_out")
    for photo in product.photos:
        photo.is_illustration = True


def _decide(session: Session, demo: Demo, product: Product, state: ProductState, seeds: Seeds) -> None:
    looked = min(product.created_at, seeds.now)
    shown = SeenListing(commune_id=demo.commune_id, product_id=product.id, seen=seen_of(listing_facts(product)))
    if state is ProductState.APPROVED:
        approve_product(session, demo.officer, shown, clock=stopped(looked))
    elif state is ProductState.REFUSED:
        refuse_product(session, demo.officer, shown, REFUSAL, clock=stopped(looked))
