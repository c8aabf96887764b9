"""Questions about what goes to marketplaces: a stall's goods as they see them, its templates, its exports."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, literal, select, union_all
from sqlalchemy.orm import Session, joinedload, subqueryload

from market.base.errors import NotFound
from market.base.seen import UNSAID, Facts
from market.catalog.models import Product, Variant
from market.catalog.queries.public import any_stopped, public_conditions
from market.catalog.queries.stock import available
from market.catalog.rules import pack_name
from market.channels.models import SHIPPING, ChannelAnswer, ChannelCategory, ChannelTemplate, ChannelWords, ExportRun
from market.channels.rules import (
    ChannelListing,
    ListedVariant,
    ListedWords,
    Names,
    TemplateCategory,
    food_names,
    suggested_category,
    words_digest,
)
from market.sellers.models import Business, Stall
from market.trace.queries import codes_for_sale
from market.values.quantity import UNITS

TIER = "Quy cách"
RUNS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Whose goods an export is made of, for which marketplace's categories, and where a picture (by key) is public."""

    stall_id: int
    channel: str
    categories: Sequence[TemplateCategory]
    picture_link: Callable[[str], str]


def channel_listings(session: Session, export: Export, *, now: datetime) -> list[ChannelListing]:
    """Every product of the stall as the marketplace sees it, those not public too (they say so). Nine statements,
    however many products: what hangs on them is asked for by the same condition, not in parts by their ids."""
    products = _products(session, Product.stall_id == export.stall_id)
    ids = [product.id for product in products]
    stall = session.scalars(
        select(Stall)
        .where(Stall.id == export.stall_id)
        .options(joinedload(Stall.commune), joinedload(Stall.business).joinedload(Business.hamlet))
    ).one()
    asked = select(Product.id, and_(*public_conditions()), any_stopped(now)).where(Product.id.in_(ids))
    marks = session.execute(asked).all()
    context = _Context(
        stall=stall,
        picture_link=export.picture_link,
        public=frozenset(one for one, is_public, _ in marks if is_public),
        left=available(session, [variant.id for product in products for variant in product.variants], now=now),
        told=_told_of(session, export, ids),
        names=food_names(export.categories),
        lots=codes_for_sale(session, ids, now=now),
        stopped=frozenset(one for one, _, is_stopped in marks if is_stopped),
    )
    return [_listing(product, context) for product in products]


def _products(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Product]:
    query = select(Product).options(
        subqueryload(Product.variants), subqueryload(Product.photos), joinedload(Product.category)
    )
    return session.scalars(query.where(*conditions).order_by(Product.id)).all()


def chosen_categories(session: Session, channel: str, product_ids: Collection[int]) -> dict[int, str]:
    """Product -> the marketplace's category its seller chose."""
    query = select(ChannelCategory.product_id, ChannelCategory.value).where(
        ChannelCategory.channel == channel, ChannelCategory.product_id.in_(product_ids)
    )
    return {product_id: value for product_id, value in session.execute(query)}


Answers = Mapping[int | None, Mapping[str, str]]
"""Product (None: all of the stall) -> token -> what its seller answered."""


def answers_of(session: Session, stall_id: int, channel: str) -> dict[int | None, dict[str, str]]:
    """What a stall has answered for the columns of one marketplace's templates."""
    query = select(ChannelAnswer.product_id, ChannelAnswer.token, ChannelAnswer.value).where(
        ChannelAnswer.stall_id == stall_id, ChannelAnswer.channel == channel
    )
    answers: dict[int | None, dict[str, str]] = {}
    for product_id, token, value in session.execute(query):
        answers.setdefault(product_id, {})[token] = value
    return answers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a stall has said to one marketplace: categories and words by product, answers."""

    chosen: Mapping[int, str]
    answers: Answers
    words: Mapping[int, tuple[ListedWords, str]]


def _told_of(session: Session, export: Export, product_ids: Collection[int]) -> _Told:
    """All of it in one statement."""
    nothing = literal(None, String)
    categories = select(
        literal("category").label("kind"),
        ChannelCategory.product_id,
        nothing.label("token"),
        ChannelCategory.value,
        nothing.label("description"),
        nothing.label("of"),
    ).where(ChannelCategory.channel == export.channel, ChannelCategory.product_id.in_(product_ids))
    answers = select(
        literal("answer"), ChannelAnswer.product_id, ChannelAnswer.token, ChannelAnswer.value, nothing, nothing
    ).where(ChannelAnswer.stall_id == export.stall_id, ChannelAnswer.channel == export.channel)
    words = select(
        literal("words"), ChannelWords.product_id, nothing, ChannelWords.name, ChannelWords.description, ChannelWords.of
    ).where(ChannelWords.channel == export.channel, ChannelWords.product_id.in_(product_ids))
    chosen, said, named = dict[int, str](), dict[int | None, dict[str, str]](), dict[int, tuple[ListedWords, str]]()
    for row in session.execute(union_all(categories, answers, words)).mappings():
        if row["kind"] == "category":
            chosen[row["product_id"]] = row["value"]
        elif row["kind"] == "answer":
            said.setdefault(row["product_id"], {})[row["token"]] = row["value"]
        else:
            named[row["product_id"]] = ListedWords(name=row["value"], description=row["description"]), row["of"]
    said.get(None, {}).pop(SHIPPING, None)
    return _Told(chosen=chosen, answers=said, words=named)


def answer_facts(answers: Mapping[str, str], tokens: Collection[str]) -> Facts:
    """What is answered for these columns, as the form of the questions shows it."""
    return {f"câu trả lời {at + 1}": answers.get(token, "") or "chưa trả lời" for at, token in enumerate(tokens)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What the listings of one stall share."""

    stall: Stall
    picture_link: Callable[[str], str]
    public: frozenset[int]
    left: Mapping[int, int | None]
    told: _Told
    names: Names
    lots: Mapping[int, str]
    stopped: frozenset[int]


def _listing(product: Product, context: _Context) -> ChannelListing:
    several = len(product.variants) > 1
    told, description = context.told, _description(product, context.stall)
    words, of = told.words.get(product.id, (None, ""))
    return ChannelListing(
        product_id=product.id,
        name=product.name,
        name_suffix=_true_facts(product, context.stall),
        description=description,
        answers={**told.answers.get(None, {}), **told.answers.get(product.id, {})},
        words=words,
        words_are_old=words is not None and of != words_digest(product.name, description),
        variants=tuple(_listed(variant, context.left.get(variant.id), several) for variant in product.variants),
        images=tuple(context.picture_link(photo.key) for photo in product.photos),
        image_side=min((min(photo.width, photo.height) for photo in product.photos), default=None),
        category=told.chosen.get(product.id) or _suggested(product, context.names),
        tiers=(TIER,) if several else (),
        weight_grams=parcel_grams(product.variants),
        trace_code=context.lots.get(product.id),
        is_public=product.id in context.public,
        is_stopped=product.id in context.stopped,
    )


def _suggested(product: Product, names: Names) -> str | None:
    texts = [product.name, product.category.name if product.category else ""]
    found = suggested_category(texts, names)
    return found.value if found else None


def _listed(variant: Variant, left: int | None, several: bool) -> ListedVariant:
    option = variant.label or _pack(variant)
    return ListedVariant(
        sku=variant.sku,
        price=int(variant.price),
        stock=None if left is None else left // 1000,
        options=(option[:1].upper() + option[1:],) if several else (),
    )


def _pack(variant: Variant) -> str:
    return pack_name(variant.unit, variant.pack_amount, variant.pack_unit)


def _true_facts(product: Product, stall: Stall) -> str:
    """What may lengthen a name and is true: the pack, the hamlet, the commune, the province."""
    only = product.variants[0] if len(product.variants) == 1 else None
    pack = _pack(only) if only and only.pack_amount else ""
    province = stall.commune.province_name.removeprefix("thành phố ").removeprefix("tỉnh ")
    return ", ".join(filter(None, (pack, stall.business.hamlet.name, stall.commune.name, province)))


def _description(product: Product, stall: Stall) -> str:
    commune = stall.commune
    packs = ", ".join(dict.fromkeys(_pack(variant) for variant in product.variants))
    season = f"Mùa: tháng {product.season_from} đến tháng {product.season_to}." if product.season_from else ""
    facts = (
        f"Bán theo: {packs}." if packs else "",
        f"Người bán: {stall.name}.",
        f"Nơi làm ra: {stall.business.hamlet.name}, {commune.name}, {commune.province_name}.",
        season,
    )
    return "\n\n".join(filter(None, (product.description, "\n".join(filter(None, facts)))))


def parcel_grams(variants: Sequence[Variant]) -> int | None:
    """The weight of the heaviest choice: as the seller said, else what a pack or a unit of weight itself says."""
    grams = [_grams(variant) for variant in variants]
    known = [weight for weight in grams if weight is not None]
    return max(known) if known and len(known) == len(grams) else None


def _grams(variant: Variant) -> int | None:
    if variant.weight_grams is not None:
        return variant.weight_grams
    amount, code = (variant.pack_amount, variant.pack_unit) if variant.pack_amount else (1000, variant.unit)
    of = UNITS.get(code or "")
    if of is None or of.base != "kg":
        return None
    return amount * of.per_base // 1000


# --- templates and exports ------------------------------------------------------------------------------------------


def product_of(session: Session, stall_id: int, product_id: int) -> Product:
    """The stall's product with its choices; NotFound for another's."""
    found = _products(session, Product.id == product_id, Product.stall_id == stall_id)
    if not found:
        raise NotFound
    return found[0]


def category_facts(value: str | None) -> Facts:
    """Which of a marketplace's categories a product goes to: the value of the template's cell, which no page says."""
    return {"ngành hàng": "chưa chọn" if value is None else f"đã chọn ngành khác{UNSAID}{value}"}


def weight_facts(variants: Sequence[Variant]) -> Facts:
    """How much a product weighs when it is sent, as its form shows it."""
    grams = parcel_grams(variants)
    return {"cân nặng khi gửi": "chưa ghi" if grams is None else f"{grams} g"}


def templates_of(session: Session, stall_id: int) -> dict[str, ChannelTemplate]:
    """The newest template of each marketplace a stall has sent one of."""
    query = select(ChannelTemplate).where(ChannelTemplate.stall_id == stall_id).order_by(ChannelTemplate.id)
    return {template.channel: template for template in session.scalars(query)}


def newest_template(session: Session, stall_id: int, channel: str) -> ChannelTemplate | None:
    """The newest template of one marketplace; None where none was sent."""
    query = select(ChannelTemplate).where(ChannelTemplate.stall_id == stall_id, ChannelTemplate.channel == channel)
    return session.scalar(query.order_by(ChannelTemplate.id.desc()).limit(1))


def template_of(session: Session, stall_id: int, channel: str) -> ChannelTemplate:
    """The newest template of one marketplace; NotFound where none was sent."""
    template = newest_template(session, stall_id, channel)
    if template is None:
        raise NotFound("Gian hàng chưa gửi mẫu của sàn này.")
    return template


def template_with_id(session: Session, stall_id: int, template_id: int) -> ChannelTemplate:
    """A stall's template; NotFound where it is another's."""
    query = select(ChannelTemplate).where(ChannelTemplate.id == template_id, ChannelTemplate.stall_id == stall_id)
    template = session.scalar(query)
    if template is None:
        raise NotFound
    return template


def export_runs(session: Session, stall_id: int, channel: str) -> Sequence[ExportRun]:
    """The newest filled files of a stall for one marketplace."""
    query = select(ExportRun).where(ExportRun.stall_id == stall_id, ExportRun.channel == channel)
    return session.scalars(query.order_by(ExportRun.id.desc()).limit(RUNS)).all()


def export_run_of(session: Session, stall_id: int, run_id: int) -> ExportRun:
    run = session.scalar(select(ExportRun).where(ExportRun.id == run_id, ExportRun.stall_id == stall_id))
    if run is None:
        raise NotFound
    return run
