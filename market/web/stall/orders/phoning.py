"""The form of an order that a stall was told by phone: for whom, which of its goods, how they get and pay it."""

from collections.abc import Iterator, Mapping, Sequence

from flask import request

from market.base.errors import Refused
from market.orders.actions.inputs import WantedLine, WantedOrder
from market.orders.actions.phone_orders import NOTHING_WRITTEN, PhoneOrder
from market.orders.models import Order
from market.orders.queries.offers import Offer, StallGoods, StallOffer
from market.orders.rules import MOST_LINES, Delivery, PayChoice
from market.payments.rules.debts import LONGEST_NAME
from market.values.money import Dong, format_dong, parse_dong
from market.values.quantity import line_total, parse_quantity, typed_number
from market.web.base.access import StallContext
from market.web.base.forms import BaseForm, KeyField, OneOf, PhoneField, TextField, at_most, optional, required

AT_STALL, _POINT = "tai_gian", "diem-"
_BROUGHT = {
    Delivery.IN_COMMUNE: "Tôi giao tận nơi trong xã",
    Delivery.SHIPPED: "Tôi gửi chuyển phát",
    Delivery.BUS: "Tôi gửi xe khách",
}
_PAY = {PayChoice.ON_RECEIPT.value: "Trả khi nhận hàng", PayChoice.TRANSFER.value: "Chuyển khoản trước"}


class PhoneOrderForm(BaseForm):
    """Amounts stand in fields `sl-<variant>`, prices in `gia-<variant>`; `offer` first."""

    client_key = KeyField()
    name = TextField("Tên khách", [required("Mời điền tên khách."), at_most(LONGEST_NAME)])
    phone = PhoneField("Số điện thoại", [optional()])
    place = OneOf("Khách nhận ở đâu", choices={}, validators=[required("Mời chọn nơi nhận.")])
    address = TextField("Nơi giao", [at_most(200)])
    pay = OneOf("Trả tiền", choices=_PAY, validators=[required("Mời chọn cách trả.")])
    tim = TextField("Tìm món khác", [at_most(60)])
    typed: Mapping[str, str] = {}
    amounts: Mapping[int, int] = {}
    gone: Sequence[str] = ()

    def read_request(self) -> None:
        """What was typed of the goods."""
        self.typed = {name: text for name, text in request.form.items() if name.startswith(("sl-", "gia-"))}

    @property
    def wanted(self) -> list[int]:
        """The variants of which some is wanted."""
        typed = [
            name.removeprefix("sl-") for name, text in self.typed.items() if name.startswith("sl-") and _some(text)
        ]
        known = [int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 18]
        return [*known, *(one for one in self.amounts if one not in known)][:MOST_LINES]

    def offer(self, stall: StallOffer) -> None:
        """The ways of this stall."""
        self.place.choices = list(places_of(stall).items())
        self.pay.choices = list(_pays(stall).items())

    def like(self, order: Order) -> None:
        """How much of what it was the last time."""
        amounts: dict[int, int] = {}
        for line in order.lines:
            amounts[line.variant_id] = amounts.get(line.variant_id, 0) + line.amount
        self.amounts = amounts

    def fill(self, order: Order, goods: StallGoods) -> None:
        """Who it was the last time, where they had it and how they paid, as far as the stall still does so; and what of
        it is not sold any more."""
        contact = order.purchase.contact
        self.name.data, self.phone.data, self.address.data = contact.name, contact.phone, contact.address or ""
        there = {offer.variant_id for offer in goods.offers}
        gone = [line.product_name for line in order.lines if line.variant_id not in there]
        self.gone = list(dict.fromkeys(gone))
        if goods.offers:
            stall, place = goods.offers[0].stall, _place_value(order)
            self.place.data = place if place in places_of(stall) else None
            self.pay.data = order.pay_choice.value if order.pay_choice.value in _pays(stall) else None

    def shown(self, offer: Offer) -> str:
        """What the field of its amount shows."""
        return self.typed.get(f"sl-{offer.variant_id}", typed_number(self.amounts.get(offer.variant_id, 0)))

    def price(self, offer: Offer) -> str:
        """What the field of its price shows: what was typed, else today's."""
        return self.typed.get(f"gia-{offer.variant_id}", format_dong(offer.price).removesuffix("\u00a0₫"))

    def is_chosen(self, offer: Offer) -> bool:
        return _some(self.shown(offer))

    def as_phone_order(self, desk: StallContext, stall: StallOffer, offers: Sequence[Offer]) -> PhoneOrder:
        """Refused where an amount or a price cannot be read, or the page's key is missing."""
        if self.client_key.data is None:
            raise Refused("sent_otherwise", f"Mời tải lại trang rồi ghi lại. {NOTHING_WRITTEN}")
        delivery, point = _way_of(self.place.data or "")
        lines = tuple(self._lines(offers))
        goods = Dong(sum(line_total(line.price, line.amount) for line in lines))
        wanted = WantedOrder(
            stall_id=desk.stall_id,
            lines=lines,
            delivery=delivery,
            pay_choice=PayChoice(self.pay.data),
            delivery_fee=stall.fee(delivery, hamlet_id=None, goods=goods),
            pays_carrier=stall.pays_carrier(delivery),
            pickup_point_id=point,
        )
        return PhoneOrder(
            commune_id=desk.commune_id,
            client_key=self.client_key.data,
            name=self.name.data or "",
            phone=self.phone.data,
            address=(self.address.data or None) if delivery is not Delivery.PICKUP_POINT else None,
            wanted=wanted,
        )

    def _lines(self, offers: Sequence[Offer]) -> Iterator[WantedLine]:
        for offer in offers:
            if self.is_chosen(offer):
                yield WantedLine(variant_id=offer.variant_id, amount=self._amount(offer), price=self._price(offer))

    def _amount(self, offer: Offer) -> int:
        try:
            return parse_quantity(self.shown(offer), offer.unit)
        except ValueError as error:
            raise Refused("bad_amount", f"{offer.name}: {error} {NOTHING_WRITTEN}") from error

    def _price(self, offer: Offer) -> Dong:
        try:
            return parse_dong(self.price(offer))
        except ValueError as error:
            raise Refused("bad_price", f"{offer.name}: {error} {NOTHING_WRITTEN}") from error


def _some(text: str) -> bool:
    return text.strip() not in ("", "0")


def places_of(stall: StallOffer) -> dict[str, str]:
    """The places to which this stall's goods come, as it says them itself."""
    said = {AT_STALL: "Khách đến nhà tôi lấy"}
    said |= {f"{_POINT}{visit.point_id}": f"{visit.point_name}, {visit.times.spoken}" for visit in stall.visits}
    ways = {way: words for way, words in _BROUGHT.items() if stall.delivers(way)}
    return said | {way.value: f"{words} ({_fee(stall, way)})" for way, words in ways.items()}


def _fee(stall: StallOffer, way: Delivery) -> str:
    """What is asked for bringing little: the hamlet is the stall's to know, its table is for who orders here."""
    if stall.pays_carrier(way):
        return "khách trả nhà xe"
    fee = stall.fee(way, hamlet_id=None, goods=Dong(0))
    return f"phí {format_dong(fee)}" if fee else "không mất phí"


def _pays(stall: StallOffer) -> dict[str, str]:
    return {way: said for way, said in _PAY.items() if stall.takes_transfer or way == PayChoice.ON_RECEIPT.value}


def _way_of(value: str) -> tuple[Delivery, int | None]:
    """How it is had, and at which pickup point."""
    if value == AT_STALL:
        return Delivery.PICKUP_POINT, None
    if value.startswith(_POINT):
        return Delivery.PICKUP_POINT, int(value.removeprefix(_POINT))
    return Delivery(value), None


def _place_value(order: Order) -> str:
    if order.delivery is not Delivery.PICKUP_POINT:
        return order.delivery.value
    return f"{_POINT}{order.pickup_point_id}" if order.pickup_point_id else AT_STALL
