"""A listing between its seller and the office, its stock between the seller and the buyers."""

from collections.abc import Callable, Sequence
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.secrets import random_key
from market.base.seen import seen_of
from market.catalog.actions import amounts, listing, moderation, photos, variants
from market.catalog.actions.listing import Choice, ListingChange, NewListing, VariantRef
from market.catalog.actions.moderation import SeenListing
from market.catalog.actions.stock import StockRequest, release, sell
from market.catalog.models import Photo, Product, ReservationEnd, StockMove, Variant
from market.catalog.queries.changes import product_draft
from market.catalog.queries.facts import amount_facts, variant_edit_facts, variant_facts
from market.catalog.queries.spelling import wrongly_counted
from market.catalog.rules import KeptPhoto
from market.channels.actions import (
    NewCategory,
    NewRun,
    NewTemplate,
    choose_category,
    keep_template,
    note_export,
    set_parcel_weight,
)
from market.channels.actions.wording import NewAnswers, NewWords, answer_columns, drop_words, take_words
from market.channels.models import ChannelAnswer, ChannelCategory, ChannelTemplate, ChannelWords, ExportRun
from market.channels.queries import answer_facts, category_facts, weight_facts
from market.channels.rules import ListedWords
from market.orders.actions.inputs import WantedLine, WantedOrder
from market.orders.rules import Delivery, PayChoice
from market.trace.actions import LotDetails, NewLot, open_lot
from market.trace.models import Lot
from market.values.money import Dong
from tests.cast import Cast
from tests.catalog import shelf
from tests.orders.steps import place
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

PRICE = Dong(20_000)
HELD = 500
PLOT = LotDetails(plot="Luống 3", pack_amount=500, pack_unit="kg", yield_permille=1000)


def photo() -> KeptPhoto:
    return KeptPhoto(key=random_key(), width=400, height=300)


class Goods:
    """Cà chua of bà Lan, and what can be done with it; office and seller have it on their screens as it was first
    listed."""

    form: NewListing
    seen: SeenListing
    edit_seen: str
    pictures: Sequence[int]
    first: int
    first_seen: str
    first_edit_seen: str
    amount_seen: str
    weight_seen: str
    holding: int

    def __init__(self, cast: Cast) -> None:
        self.cast, self.lan, self.hung = cast, Actor(person_id=cast.lan.person), Actor(person_id=cast.hung)

    def listed(self) -> int:
        """A listing that waits for the office, with two pictures."""
        self.form = NewListing(
            stall_id=self.cast.lan.stall,
            name="Cà chua",
            unit="kg",
            price=PRICE,
            photo=photo(),
            on_hand=5000,
            client_key=random_key(),
        )
        with transaction() as session:
            at = listing.list_product(session, self.lan, self.form, now=running_now())
            photos.add_photo(session, self.lan, self.which(at), photo(), clock=running_now)
        self.look(at)
        return at

    def look(self, at: int) -> None:
        self.seen, self.edit_seen = shelf.seen(self.cast.commune, at), shelf.edit_seen(at)
        with transaction() as session:
            self.pictures = session.scalars(select(Photo.id).where(Photo.product_id == at).order_by(Photo.id)).all()
            first = session.scalars(select(Variant).where(Variant.product_id == at).order_by(Variant.id).limit(1)).one()
            self.first, self.first_seen = first.id, seen_of(variant_facts(first))
            self.first_edit_seen = seen_of(variant_edit_facts(first, product_draft(session, first.product)))
            self.amount_seen = seen_of(amount_facts(first))
            self.weight_seen = seen_of(weight_facts(session.get_one(Product, at).variants))

    def on_sale(self) -> int:
        """An approved listing that is sold as two things."""
        at = self.listed()
        self.approve(at)
        self.add_bag(at, "")
        self.look(at)
        return at

    def which(self, at: int, variant_id: int | None = None) -> VariantRef:
        return VariantRef(stall_id=self.cast.lan.stall, product_id=at, variant_id=variant_id)

    def approve(self, at: int) -> None:
        with transaction() as session:
            moderation.approve_product(session, self.hung, self.seen, clock=running_now)

    def refuse(self, at: int) -> None:
        with transaction() as session:
            moderation.refuse_product(session, self.hung, self.seen, "Ảnh mờ", clock=running_now)

    def take_down(self, at: int) -> None:
        with transaction() as session:
            moderation.take_down_product(session, self.hung, self.cast.commune, at, "Hàng giả", clock=running_now)

    def edit(self, at: int) -> None:
        new = ListingChange(name="Cà chua bi", description="", category_id=None, seen=self.edit_seen)
        with transaction() as session:
            listing.change_listing(session, self.lan, self.which(at), new, now=running_now())

    def list_again(self, at: int) -> None:
        """The same form, tapped twice."""
        with transaction() as session:
            assert listing.list_product(session, self.lan, self.form, now=running_now()) == at

    def hide(self, at: int) -> None:
        with transaction() as session:
            listing.hide_product(session, self.lan, self.which(at), now=running_now())

    def show(self, at: int) -> None:
        with transaction() as session:
            listing.show_product(session, self.lan, self.which(at), now=running_now())

    def add_photo(self, at: int) -> None:
        with transaction() as session:
            photos.add_photo(session, self.lan, self.which(at), photo(), client_key=f"photo-{at}", clock=running_now)

    def remove_photo(self, at: int) -> None:
        with transaction() as session:
            photos.remove_photo(session, self.lan, self.which(at), self.pictures[0], now=running_now())

    def take_photo_off(self, at: int) -> None:
        which = moderation.PhotoOf(product_id=at, photo_id=self.pictures[0])
        with transaction() as session:
            moderation.take_photo_off(session, self.hung, self.cast.commune, which, "Mờ", clock=running_now)

    def put_photo_first(self, at: int) -> None:
        with transaction() as session:
            photos.put_photo_first(session, self.lan, self.which(at), self.pictures[-1], now=running_now())

    def take_words(self, at: int) -> None:
        words = ListedWords(name="Cà chua chín cây", description="Hái buổi sáng.")
        with transaction() as session:
            new = NewWords(channel="shopee", words=words, of="như trang đã hiện")
            take_words(session, self.lan, self.which(at), new, now=running_now())

    def drop_words(self, at: int) -> None:
        with transaction() as session:
            drop_words(session, self.lan, self.which(at), "shopee", now=running_now())

    def choose_category(self, at: int) -> None:
        with transaction() as session:
            new = NewCategory(channel="shopee", value="100629", seen=seen_of(category_facts(None)))
            choose_category(session, self.lan, self.which(at), new, now=running_now())

    def open_lot(self, at: int) -> None:
        new = NewLot(product_id=at, details=PLOT, client_key=f"lot-{at}")
        with transaction() as session:
            open_lot(session, self.lan, self.cast.lan.stall, new, clock=running_now)

    def count(self, at: int) -> None:
        with transaction() as session:
            one, seen = self.which(at, self.first), self.amount_seen
            amounts.set_amount(session, self.lan, one, 4000, seen=seen, now=running_now())

    def add(self, at: int) -> None:
        with transaction() as session:
            amounts.add_amount(session, self.lan, self.which(at), 2000, now=running_now())

    def tap_add(self, at: int) -> None:
        with transaction() as session:
            amounts.add_amount(session, self.lan, self.which(at), 1000, client_key=f"tap-{at}", now=running_now())

    def sell_out(self, at: int) -> None:
        with transaction() as session:
            amounts.report_sold_out(session, self.lan, self.which(at), now=running_now())

    def report_back(self, at: int) -> None:
        with transaction() as session:
            amounts.report_back(session, self.lan, self.which(at), now=running_now())

    def remove(self, at: int) -> None:
        one, seen = self.which(at, self.first), self.first_seen
        with transaction() as session:
            variants.remove_variant(session, self.lan, one, seen=seen, now=running_now())

    def add_bag(self, at: int, label: str = "túi biếu") -> None:
        bag = Choice(unit="tui", price=PRICE, pack_amount=None, pack_unit=None, label=label)
        new = variants.NewVariant(choice=bag, on_hand=3000, client_key=f"bag-{label}-{at}")
        with transaction() as session:
            variants.add_variant(session, self.lan, self.which(at), new, now=running_now())

    def change_first(self, at: int) -> None:
        new = Choice(unit="kg", price=Dong(25_000), pack_amount=None, pack_unit=None)
        with transaction() as session:
            variants.change_variant(
                session, self.lan, self.which(at, self.first), new, seen=self.first_edit_seen, now=running_now()
            )

    def set_price(self, at: int) -> None:
        with transaction() as session:
            one, seen = self.which(at, self.first), self.first_seen
            listing.set_price(session, self.lan, one, Dong(18_000), seen=seen, now=running_now())

    def weigh(self, at: int) -> None:
        with transaction() as session:
            set_parcel_weight(session, self.lan, self.which(at), 700, seen=self.weight_seen, now=running_now())

    def buy(self, at: int) -> None:
        self.order(4500)

    def order(self, amount: int) -> int:
        order = WantedOrder(
            stall_id=self.cast.lan.stall,
            lines=(WantedLine(variant_id=self.first, amount=amount, price=PRICE),),
            delivery=Delivery.PICKUP_POINT,
            pay_choice=PayChoice.ON_RECEIPT,
            delivery_fee=Dong(0),
        )
        return place(self.cast.commune, order, now=running_now()).order_ids[0]

    def held(self) -> int:
        """An approved listing of which an order holds some."""
        at = self.on_sale()
        self.holding = self.order(HELD)
        return at

    def hand_over(self, at: int) -> None:
        which = {"commune_id": self.cast.commune, "order_id": self.holding, "variant_id": self.first}
        sold = StockRequest(**which, amount=HELD, held_until=None)
        with transaction() as session:
            sell(session, self.lan, [sold], now=running_now())

    def give_back(self, at: int) -> None:
        with transaction() as session:
            release(session, self.holding, ReservationEnd.RELEASED, now=running_now())


def listing_picture(session: Session, at: int) -> object:
    product = session.get_one(Product, at)
    kept = session.scalars(select(Photo).where(Photo.product_id == at).order_by(Photo.position)).all()
    unseen = [product.decided_at is None or one.created_at > product.decided_at for one in kept]
    said = product.name, product.state, product.is_hidden, product.refusal
    lots = session.scalar(select(func.count(Lot.id)).where(Lot.product_id == at))
    chosen = session.scalars(select(ChannelCategory.value).where(ChannelCategory.product_id == at)).all()
    verbs = verbs_of(session, "product", at)
    words = session.scalars(select(ChannelWords.name).where(ChannelWords.product_id == at)).all()
    return said, unseen, lots, chosen, words, wrongly_counted(session), verbs


def variants_picture(session: Session, at: int) -> object:
    product = session.get_one(Product, at)
    rows = session.scalars(select(Variant).where(Variant.product_id == at).order_by(Variant.id)).all()
    moved = [session.scalar(select(func.sum(StockMove.delta)).where(StockMove.variant_id == one.id)) for one in rows]
    kept = [(one.on_hand, one.reserved, one.is_sold_out, one.removed_at is None) for one in rows]
    said = [(one.label, one.price, one.weight_grams) for one in rows]
    return product.state, kept, said, moved, sorted(verbs_of(session, "product", at))


def listings(cast: Cast) -> Aggregate:
    goods = Goods(cast)
    moves: dict[str, Move] = {
        "approve": goods.approve,
        "refuse": goods.refuse,
        "take down": goods.take_down,
        "edit": goods.edit,
        "list again": goods.list_again,
        "hide": goods.hide,
        "show": goods.show,
        "add photo": goods.add_photo,
        "remove photo": goods.remove_photo,
        "put photo first": goods.put_photo_first,
        "take a picture off": goods.take_photo_off,
        "choose category": goods.choose_category,
        "take words": goods.take_words,
        "drop words": goods.drop_words,
        "open a lot": goods.open_lot,
    }
    return Aggregate(start=goods.listed, moves=moves, picture=listing_picture, tables=["product"])


def stocks(cast: Cast) -> Aggregate:
    goods = Goods(cast)
    moves: dict[str, Move] = {
        "count": goods.count,
        "add": goods.add,
        "tap add": goods.tap_add,
        "sell out": goods.sell_out,
        "report back": goods.report_back,
        "remove": goods.remove,
        "add a variant": goods.add_bag,
        "change": goods.change_first,
        "set price": goods.set_price,
        "weigh": goods.weigh,
        "take down": goods.take_down,
        "buy": goods.buy,
    }
    return Aggregate(start=goods.on_sale, moves=moves, picture=variants_picture, tables=["product", "variant"])


def held_stocks(cast: Cast) -> Aggregate:
    """What an order holds leaves, or is given back, while the seller counts."""
    goods = Goods(cast)
    moves: dict[str, Move] = {
        "count": goods.count,
        "add": goods.add,
        "sell out": goods.sell_out,
        "remove": goods.remove,
        "buy": goods.buy,
        "hand over": goods.hand_over,
        "give back": goods.give_back,
    }
    return Aggregate(start=goods.held, moves=moves, picture=variants_picture, tables=["variant"])


def _answering(cast: Cast, text: str) -> Callable[[Session, int], object]:
    """As two of the stall's people do who both saw the question open."""

    def act(session: Session, at: int) -> object:
        values = {f"ps_origin_{at}": text}
        new = NewAnswers(channel="shopee", values=values, seen=seen_of(answer_facts({}, values)))
        return answer_columns(session, Actor(), cast.lan.stall, new, now=running_now())

    return act


def new_listings(cast: Cast) -> Aggregate:
    """What is made of a stall's forms: twice the same one, once another; `at` numbers the form."""
    numbers = iter(range(1, 10_000))

    def listed(key: str) -> Callable[[Session, int], object]:
        def act(session: Session, at: int) -> object:
            new = NewListing(
                stall_id=cast.lan.stall,
                name=f"Bí xanh {at}",
                unit="kg",
                price=PRICE,
                photo=photo(),
                client_key=f"{key}-{at}",
            )
            return listing.list_product(session, Actor(person_id=cast.lan.person), new, now=running_now())

        return act

    def template(session: Session, at: int) -> object:
        new = NewTemplate(channel="shopee", filename="a.xlsx", storage_key=f"{at}", sha256=f"{at:064}", shop_id=None)
        return keep_template(session, Actor(), cast.lan.stall, new, now=running_now())

    def export(session: Session, at: int) -> object:
        new = NewRun(
            template_id=kept_template(),
            rows=1,
            refused=0,
            sha256=f"{at:064}",
            storage_key=f"{at}",
            client_key=f"run-{at}",
        )
        return note_export(session, Actor(), cast.lan.stall, new, clock=running_now)

    @cache
    def kept_template() -> int:
        new = NewTemplate(channel="tiktok", filename="b.xlsx", storage_key="b", sha256="b" * 64, shop_id=None)
        with transaction() as session:
            return keep_template(session, Actor(), cast.lan.stall, new, now=running_now())

    def start() -> int:
        kept_template()
        return next(numbers)

    def picture(session: Session, at: int) -> object:
        made = session.scalar(select(func.count()).where(Product.name == f"Bí xanh {at}"))
        kept = session.scalar(select(func.count()).where(ChannelTemplate.sha256 == f"{at:064}"))
        runs = session.scalar(select(func.count()).where(ExportRun.sha256 == f"{at:064}"))
        answers = session.scalars(select(ChannelAnswer.value).where(ChannelAnswer.token == f"ps_origin_{at}")).all()
        return made, kept, runs, answers, wrongly_counted(session)

    return Aggregate(
        start=start,
        moves={
            "list": writing(listed("one")),
            "list another": writing(listed("other")),
            "template": writing(template),
            "export": writing(export),
            "answer a marketplace": writing(_answering(cast, "Việt Nam")),
            "answer it otherwise": writing(_answering(cast, "Lào")),
        },
        picture=picture,
        tables=["stall"],
    )
