"""What a review page showed, as its hidden field carries it to the button: who buys, and each stall's terms and lines.

Read strictly: anything that no review page of this version wrote is refused as a whole.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import MultiDict

from market.base.errors import Refused
from market.orders.actions.inputs import Buyer, PlacePurchase, WantedLine, WantedOrder
from market.orders.queries.offers import CartNow
from market.orders.rules import LONGEST_NOTE, Delivery, PayChoice
from market.orders.rules.deposits import Deposit
from market.places.rules.hours import Slot
from market.values.money import LARGEST, Dong
from market.web.shop.checkout.forms import BuyerForm, CheckoutForm, KnownBuyer
from market.web.shop.checkout.slots import Chosen
from market.web.shop.checkout.terms import TermsForm

STALE = "Trang xem lại đã cũ nên chưa đặt gì cả. Mời xem lại lần nữa."

Number = Annotated[int, Field(ge=0, le=LARGEST)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Where it is placed: the browser's name, the network it asks from."""

    device: str
    network: str


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ReviewedLine(_Part):
    """An amount (thousandths of the unit) of a variant at the price shown, and how far off it may weigh."""

    variant_id: Number
    amount: Number
    price: Number
    weighed_within: Number | None

    def wanted(self) -> WantedLine:
        return WantedLine(
            variant_id=self.variant_id,
            amount=self.amount,
            price=Dong(self.price),
            weighed_within=self.weighed_within,
        )


class ReviewedDeposit(_Part):
    """What was shown to be paid before goods are kept, and what of it the stall keeps where nobody comes."""

    amount: Number
    kept: Number

    @classmethod
    def of(cls, deposit: Deposit) -> Self:
        return cls(amount=deposit.amount, kept=deposit.kept)

    def shown(self) -> Deposit:
        return Deposit(amount=Dong(self.amount), kept=Dong(self.kept))


class ReviewedOrder(_Part):
    """One stall's goods and terms. `pickup_point_id` None with PICKUP_POINT: at the seller's own place."""

    stall_id: Number
    delivery: Delivery
    pickup_point_id: Number | None
    hamlet_id: Number | None
    pays_carrier: bool
    pay_choice: PayChoice
    delivery_fee: Number
    note: Annotated[str, Field(max_length=LONGEST_NOTE)]
    deposit: ReviewedDeposit | None
    lines: tuple[ReviewedLine, ...]

    @classmethod
    def of(cls, terms: TermsForm, cart: CartNow) -> Self:
        stall_id = terms.stall.stall_id
        return cls(
            stall_id=stall_id,
            delivery=terms.way,
            pickup_point_id=terms.pickup_point_id,
            hamlet_id=terms.hamlet_id if terms.is_house else None,
            pays_carrier=terms.pays_carrier,
            pay_choice=PayChoice(terms.pay.data),
            delivery_fee=terms.fee,
            note=terms.note.data or "",
            deposit=ReviewedDeposit.of(terms.deposit) if terms.deposit else None,
            lines=tuple(
                ReviewedLine(
                    variant_id=row.offer.variant_id,
                    amount=row.amount,
                    price=row.offer.price,
                    weighed_within=row.offer.weighed_within,
                )
                for row in cart.of(stall_id)
            ),
        )

    def wanted(self, slot: Slot | None) -> WantedOrder:
        """`slot` as chosen on the page, for an order that goes to a point."""
        return WantedOrder(
            stall_id=self.stall_id,
            lines=tuple(line.wanted() for line in self.lines),
            delivery=self.delivery,
            pay_choice=self.pay_choice,
            delivery_fee=Dong(self.delivery_fee),
            pickup_point_id=self.pickup_point_id,
            hamlet_id=self.hamlet_id,
            pays_carrier=self.pays_carrier,
            note=self.note,
            deposit=self.deposit.shown() if self.deposit else None,
            slot=slot if self.pickup_point_id is not None else None,
        )


class ReviewedBuyer(_Part):
    """Who buys, as typed: the check-out form reads it once more."""

    name: str
    phone: str
    address: str

    @classmethod
    def of(cls, terms: CheckoutForm) -> Self:
        typed = terms.typed()
        return cls(**{name: typed.get(name, "") for name in cls.model_fields})

    def read(self, browser: Browser, known: KnownBuyer) -> Buyer:
        """The buyer in this browser; Refused where the check-out form would not have let this through."""
        form = BuyerForm(MultiDict(self.model_dump()), data=known.of_buyer())
        if not form.validate():
            raise Refused("page_outdated", STALE)
        return form.buyer(browser.device, browser.network)


class ReviewedPurchase(_Part):
    """The whole page. A change of its fields takes the next version: pages of the one before are then outdated."""

    version: Literal[3] = 3
    cart_id: Number
    buyer: ReviewedBuyer
    orders: tuple[ReviewedOrder, ...]

    @classmethod
    def of(cls, terms: CheckoutForm, cart: CartNow) -> Self:
        return cls(
            cart_id=cart.id or 0,  # what there is to buy stands in a cart that is kept; without one nothing is placed
            buyer=ReviewedBuyer.of(terms),
            orders=tuple(ReviewedOrder.of(one, cart) for one in terms.ordered),
        )

    def as_place_purchase(
        self, commune_id: int, browser: Browser, client_key: str, *, known: KnownBuyer, slots: Chosen
    ) -> PlacePurchase:
        """`known` of the person signed in, as the check-out form has it; `slots` as chosen on the page."""
        return PlacePurchase(
            commune_id=commune_id,
            client_key=client_key,
            buyer=self.buyer.read(browser, known),
            orders=tuple(order.wanted(slots.get(order.stall_id)) for order in self.orders),
            cart_id=self.cart_id,
        )


def read_review(text: str) -> ReviewedPurchase:
    """The purchase of a review page's hidden field; Refused where no such page wrote it."""
    try:
        return ReviewedPurchase.model_validate_json(text)
    except ValueError as error:
        raise Refused("page_outdated", STALE) from error
