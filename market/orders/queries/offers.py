"""What can be bought and how, as a cart, a review and a check-out need it: one statement each, built once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import BigInteger, Text, and_, bindparam, case, or_, select
from sqlalchemy.orm import Session

from market.base.db import NOW
from market.base.row_query import AnyRowQuery, NamedRow, RowQuery
from market.catalog.models import Photo, Product, Variant
from market.catalog.queries.public import legal_name, public_conditions
from market.catalog.queries.stock import available_amount, is_stopped
from market.catalog.rules import STOPPED
from market.orders.models import Cart, CartLine
from market.orders.rules import Delivery, cart_state, survives
from market.orders.rules.deposits import DepositAsked
from market.orders.rules.weighing import Weights
from market.places.models import Commune, Hamlet
from market.places.rules.modes import CommuneMode
from market.sellers.models import BankAccount, Business, Stall
from market.sellers.queries.fees import HAMLET_ROWS, HOUSE_FEE_ROWS, read_hamlets, read_house_fees
from market.sellers.queries.visits import VISIT_ROWS, Visit, read_visits
from market.sellers.rules.fees import HouseFees
from market.trace.queries.public import newest_lot_for_sale
from market.values.money import Dong
from market.values.phone import Phone
from market.values.quantity import Unit, format_number, format_quantity, line_total, unit


@dataclass(frozen=True, slots=True, kw_only=True)
class StallOffer:
    """A stall's ways to hand over and to be paid; `visits`: the pickup points it comes to; `hamlet_fees`: what it asks
    for bringing goods to some hamlets (`read_house_fees`); `hamlets`: those of its commune, where it does so."""

    stall_id: int
    stall_name: str
    stall_slug: str
    seller_name: str | None
    business_id: int
    business_phone: Phone | None
    hamlet_name: str
    accepts_by_itself: bool
    confirms_strangers: bool
    hold_days: int
    delivers_in_commune: bool
    delivery_fee: Dong
    ships_outside: bool
    shipping_fee: Dong
    shipping_words: str
    sends_by_bus: bool
    bus_fee: Dong | None
    bus_words: str
    free_from: Dong
    least_order: Dong
    deposit_percent: int
    deposit_from: Dong
    takes_transfer: bool
    visits: tuple[Visit, ...]
    hamlet_fees: Mapping[int, Dong | None]
    hamlets: Mapping[int, str]

    @property
    def deposit_asked(self) -> DepositAsked:
        """What it asks of those who never had anything from it before their goods are kept."""
        return DepositAsked(percent=self.deposit_percent, least=self.deposit_from, takes_transfer=self.takes_transfer)

    def wanting(self, goods: Dong) -> Dong:
        """How much goods are still wanting for the least order; 0 where there is enough."""
        return Dong(max(0, self.least_order - goods))

    def delivers(self, delivery: Delivery) -> bool:
        ways = {
            Delivery.IN_COMMUNE: self.delivers_in_commune,
            Delivery.SHIPPED: self.ships_outside,
            Delivery.BUS: self.sends_by_bus,
        }
        return ways.get(delivery, True)

    @property
    def house_fees(self) -> HouseFees:
        """What it asks for bringing goods to a house."""
        return HouseFees(fee=self.delivery_fee, free_from=self.free_from, by_hamlet=self.hamlet_fees)

    def goes_to(self, hamlet_id: int | None) -> bool:
        """Whether it brings goods to the houses of this hamlet."""
        return hamlet_id in self.hamlets and self.house_fees.goes_to(hamlet_id)

    def fee(self, delivery: Delivery, *, hamlet_id: int | None, goods: Dong) -> Dong:
        """What the stall asks for bringing goods for so much this way, to a house in this hamlet; nothing at a pickup
        point, nor for what is paid to the bus."""
        if delivery is Delivery.IN_COMMUNE:
            return self.house_fees.of(hamlet_id, goods)
        fees = {Delivery.SHIPPED: self.shipping_fee, Delivery.BUS: self.bus_fee or Dong(0)}
        return fees.get(delivery, Dong(0))

    def pays_carrier(self, delivery: Delivery) -> bool:
        """Whether who fetches the goods pays the bus."""
        return delivery is Delivery.BUS and self.bus_fee is None

    def words(self, delivery: Delivery) -> str:
        """What its seller says of a way out of the commune."""
        return {Delivery.SHIPPED: self.shipping_words, Delivery.BUS: self.bus_words}.get(delivery, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A variant as it is sold now. `available` in thousandths, None where stock is not counted; `is_stopped`: its
    lots keep it from being sold; `weighed_within`: it is sold by what it weighs, so many percent off at most."""

    variant_id: int
    product_id: int
    product_name: str
    product_slug: str
    variant_label: str
    unit_code: str
    price: Dong
    weighed_within: int | None
    tax_group: str | None
    lot_id: int | None
    photo_key: str | None
    is_public: bool
    available: int | None
    is_stopped: bool
    is_live: bool
    by_bus: bool
    commune_id: int
    commune_letters: str
    mode: CommuneMode
    stall: StallOffer

    @property
    def takes_orders(self) -> bool:
        return self.mode.takes_orders

    @property
    def name(self) -> str:
        return f"{self.product_name} {self.variant_label}".strip()

    def survives(self, way: Delivery) -> bool:
        """Whether it can go this way."""
        return survives(way, is_live=self.is_live, by_bus=self.by_bus)

    @property
    def unit(self) -> Unit:
        return unit(self.unit_code)

    def problem(self, amount: int) -> str | None:
        """Why this amount cannot be bought now, in a sentence; None where it can."""
        if not self.takes_orders:
            return "Chợ xã chưa nhận đơn, mời gọi người bán."
        if not self.is_public:
            return "Gian hàng không còn bán món này."
        if self.is_stopped:
            return f"{STOPPED}."
        if self.available is not None and self.available <= 0:
            return "Hết hàng."
        if self.available is not None and self.available < amount:
            return f"Chỉ còn {format_quantity(self.available, self.unit)}."
        return None

    def weights(self, amount: int) -> Weights | None:
        """Between which weights this amount stands; None where it is sold as ordered."""
        if self.weighed_within is None:
            return None
        return Weights(amount=amount, percent=self.weighed_within, price=self.price)

    def rest(self, amount: int) -> int:
        """What can be had of it where that is less than this amount, in whole steps; 0 for none, or where all can."""
        if not self.is_public or self.is_stopped or self.available is None or self.available >= amount:
            return 0
        return max(0, self.available - self.available % self.unit.step)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartRow:
    """A line of a cart with its offer of now."""

    amount: int
    offer: Offer

    @property
    def problem(self) -> str | None:
        return self.offer.problem(self.amount)

    @property
    def total(self) -> Dong:
        return line_total(self.offer.price, self.amount)

    @property
    def weights(self) -> Weights | None:
        """Between which weights it stands; None where it is sold as ordered."""
        return self.offer.weights(self.amount)

    @property
    def typed_amount(self) -> str:
        """The amount as a person would type it: `0,5`."""
        return format_number(self.amount).replace(".", "")

    @property
    def typed_step(self) -> str:
        """The least that is sold of it."""
        return format_number(self.offer.unit.step)

    @property
    def tap(self) -> str:
        """What one tap on + adds: half a unit of what is weighed."""
        return "0,5" if self.offer.unit.is_measured else "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartNow:
    """A cart as it stands: `id` is None before anything was put in; `state` names what is in it now. `set_apart`: the
    stalls whose goods are not bought this time."""

    id: int | None
    state: str
    rows: tuple[CartRow, ...]
    set_apart: frozenset[int] = frozenset()

    @property
    def to_buy(self) -> tuple[CartRow, ...]:
        return tuple(row for row in self.rows if self._is_bought(row))

    @property
    def left_over(self) -> tuple[CartRow, ...]:
        return tuple(row for row in self.rows if not self._is_bought(row))

    def _is_bought(self, row: CartRow) -> bool:
        return row.problem is None and row.offer.stall.stall_id not in self.set_apart

    @property
    def total(self) -> Dong:
        return Dong(sum(row.total for row in self.to_buy))

    @property
    def is_estimate(self) -> bool:
        """Whether something of it is sold by what it weighs, so that its total is not known yet."""
        return any(row.weights for row in self.to_buy)

    @property
    def stalls(self) -> tuple[StallOffer, ...]:
        """The stalls of what can be bought, in the order of the cart."""
        return tuple({row.offer.stall.stall_id: row.offer.stall for row in self.to_buy}.values())

    def without(self, stall_ids: Collection[int]) -> "CartNow":
        """The same cart, in which the goods of these stalls are left for another time."""
        return replace(self, set_apart=frozenset(stall_ids))

    def of(self, stall_id: int) -> tuple[CartRow, ...]:
        return tuple(row for row in self.to_buy if row.offer.stall.stall_id == stall_id)

    def total_of(self, stall_id: int) -> Dong:
        return Dong(sum(row.total for row in self.of(stall_id)))


_PHOTO = (
    select(Photo.key)
    .where(Photo.product_id == Product.id)
    .order_by(Photo.position, Photo.id)
    .limit(1)
    .correlate(Product)
    .scalar_subquery()
)
_ACCOUNT = (
    select(BankAccount.id)
    .where(BankAccount.business_id == Business.id, BankAccount.closed_at.is_(None))
    .correlate(Business)
    .exists()
)
_STALL = (
    Stall.id.label("stall_id"),
    Stall.name.label("stall_name"),
    Stall.slug.label("stall_slug"),
    legal_name(Stall.business_id).label("seller_name"),
    Business.id.label("business_id"),
    Business.phone.label("business_phone"),
    Hamlet.name.label("hamlet_name"),
    Stall.accepts_by_itself,
    Stall.confirms_strangers,
    Stall.hold_days,
    Stall.delivers_in_commune,
    Stall.delivery_fee,
    Stall.ships_outside,
    Stall.shipping_fee,
    Stall.shipping_words,
    Stall.sends_by_bus,
    Stall.bus_fee,
    Stall.bus_words,
    Stall.free_from,
    Stall.least_order,
    Stall.deposit_percent,
    Stall.deposit_from,
    _ACCOUNT.label("takes_transfer"),
    VISIT_ROWS.label("visits"),
    HOUSE_FEE_ROWS.label("hamlet_fees"),
    case((Stall.delivers_in_commune, HAMLET_ROWS)).label("hamlets"),
)
_OFFER = (
    Variant.id.label("variant_id"),
    Product.id.label("product_id"),
    Product.name.label("product_name"),
    Product.slug.label("product_slug"),
    Variant.label.label("variant_label"),
    Variant.unit.label("unit_code"),
    Variant.price,
    Variant.weighed_within,
    Product.tax_group,
    newest_lot_for_sale().label("lot_id"),
    _PHOTO.label("photo_key"),
    and_(*public_conditions()).label("is_public"),
    available_amount(NOW).label("available"),
    is_stopped(NOW).label("is_stopped"),
    Product.is_live,
    Product.by_bus,
    Stall.commune_id,
    Commune.letters.label("commune_letters"),
    Commune.mode,
)
OFFERS = (
    select(*_OFFER, *_STALL)
    .select_from(Variant)
    .join(Product, Product.id == Variant.product_id)
    .join(Stall, Stall.id == Product.stall_id)
    .join(Business, Business.id == Stall.business_id)
    .join(Hamlet, Hamlet.id == Business.hamlet_id)
    .join(Commune, Commune.id == Stall.commune_id)
)
"""A row a variant, with all that an offer needs; `now` is to be given."""
_OFFERS_OF: AnyRowQuery = RowQuery(OFFERS.where(Variant.id.in_(bindparam("variant_ids", expanding=True))))
_CART: AnyRowQuery = RowQuery(
    OFFERS.add_columns(
        Cart.id.label("cart_id"),
        Cart.key_hash.label("cart_key_hash"),
        Cart.changes.label("cart_changes"),
        CartLine.amount,
    )
    .join(CartLine, CartLine.variant_id == Variant.id)
    .join(Cart, Cart.id == CartLine.cart_id)
    .where(Cart.key_hash == bindparam("key_hash"), Cart.commune_id == bindparam("commune_id"))
    .order_by(CartLine.id)
)
_STALL_NAMES = tuple(
    name for name in StallOffer.__dataclass_fields__ if name not in {"visits", "hamlet_fees", "hamlets"}
)
_OFFER_NAMES = tuple(name for name in Offer.__dataclass_fields__ if name != "stall")


def offer_of(row: NamedRow) -> Offer:
    """The offer of a row of `OFFERS`."""
    stall = StallOffer(
        **{name: row[name] for name in _STALL_NAMES},
        visits=read_visits(row["visits"]),
        hamlet_fees=read_house_fees(row["hamlet_fees"]),
        hamlets=read_hamlets(row["hamlets"]),
    )
    return Offer(**{name: row[name] for name in _OFFER_NAMES}, stall=stall)


def offers_of(session: Session, variant_ids: Collection[int], *, now: datetime) -> dict[int, Offer]:
    """The offers of these variants by id, public or not."""
    if not variant_ids:
        return {}
    rows = _OFFERS_OF.named(session.connection(), {"variant_ids": list(variant_ids), "now": now})
    return {offer.variant_id: offer for offer in map(offer_of, rows)}


MOST_OF_STALL = 40
_OF_STALL = OFFERS.where(Product.stall_id == bindparam("stall_id", type_=BigInteger()), *public_conditions())
_OFFERS_OF_STALL: AnyRowQuery = RowQuery(
    _OF_STALL.where(or_(bindparam("called", type_=Text()) == "", Product.folded.contains(bindparam("called"))))
    .order_by(Product.name, Variant.id)
    .limit(MOST_OF_STALL + 1)
)
_CHOSEN_OF_STALL: AnyRowQuery = RowQuery(
    _OF_STALL.where(Variant.id.in_(bindparam("chosen", expanding=True))).order_by(Variant.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StallGoods:
    """What a stall's own form offers: those chosen first; `has_more` goods than it shows."""

    offers: Sequence[Offer]
    has_more: bool


def goods_of_stall(
    session: Session, stall_id: int, *, chosen: Collection[int], called: str, now: datetime
) -> StallGoods:
    """What a stall sells now, by name, a page of it at most: whose name says this (`called`, folded), beside those that
    are chosen already."""
    asked: dict[str, object] = {"stall_id": stall_id, "now": now}
    found = _OFFERS_OF_STALL.named(session.connection(), asked | {"called": called})
    picked = _CHOSEN_OF_STALL.named(session.connection(), asked | {"chosen": list(chosen)}) if chosen else []
    rows = {row["variant_id"]: row for row in (*picked, *found[:MOST_OF_STALL])}
    return StallGoods(offers=[offer_of(row) for row in rows.values()], has_more=len(found) > MOST_OF_STALL)


def cart_now(session: Session, commune_id: int, key_hash: str | None, *, now: datetime) -> CartNow:
    """The cart of a cookie's key with the offers of now; an empty one where there is none."""
    found = _CART.named(session.connection(), {"key_hash": key_hash or "", "commune_id": commune_id, "now": now})
    if not found:
        return CartNow(id=None, state="", rows=())
    rows = tuple(CartRow(amount=row["amount"], offer=offer_of(row)) for row in found)
    state = cart_state(found[0]["cart_key_hash"], found[0]["cart_changes"])
    return CartNow(id=found[0]["cart_id"], state=state, rows=rows)
