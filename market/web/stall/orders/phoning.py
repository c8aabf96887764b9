"""The form of an order that a stall was told by phone: for whom, which of its goods, how they get and pay it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask import request

from market.base.errors import Refused
from market.orders.actions.inputs import WantedLine, WantedOrder
from market.orders.actions.phone_orders import NOTHING_WRITTEN, PhoneOrder
from market.orders.models import Order
from market.orders.queries.offers import Offer, StallOffer
from market.orders.rules import Delivery, PayChoice
from market.payments.rules.debts import LONGEST_NAME
from market.values.money import Dong, format_dong, parse_dong
from market.values.quantity import parse_quantity, typed_number
from market.web.base.access import StallContext
from market.web.base.forms import BaseForm, KeyField, OneOf, PhoneField, TextField, at_most, optional, required

AT_STALL, _POINT = "tai_gian", "diem-"
_BROUGHT = {Delivery.IN_COMMUNE: "Tôi giao tận nơi trong xã", Delivery.SHIPPED: "Tôi gửi ra ngoài xã"}
_PAY = {PayChoice.ON_RECEIPT.value: "Trả khi nhận hàng", PayChoice.TRANSFER.value: "Chuyển khoản trước"}


class PhoneOrderForm(BaseForm):
    """Amounts stand in fields `sl-<variant>`, prices in `gia-<variant>`; `offer` first."""

    client_key = KeyField()
    name = TextField("Tên khách", [required("Mời điền tên khách."), at_most(LONGEST_NAME)])
    phone = PhoneField("Số điện thoại", [optional()])
    place = OneOf("Khách nhận ở đâu", choices={}, validators=[required("Mời chọn nơi nhận.")])
    address = TextField("Nơi giao", [at_most(200)])
    pay = OneOf("Trả tiền", choices=_PAY, validators=[required("Mời chọn cách trả.")], default=PayChoice.ON_RECEIPT)
    typed: Mapping[str, str] = {}
    amounts: Mapping[int, int] = {}

    def offer(self, stall: StallOffer) -> None:
        """The ways of this stall, and what was typed of its goods."""
        self.place.choices = list(places_of(stall).items())
        self.pay.choices = [(way, said) for way, said in _PAY.items() if way in _pays(stall)]
        self.typed = {name: text for name, text in request.form.items() if name.startswith(("sl-", "gia-"))}

    def like(self, order: Order, offers: Iterable[Offer]) -> None:
        """As the last time: who, how much of what is still sold, where, how it was paid."""
        contact, known = order.purchase.contact, {offer.variant_id for offer in offers}
        self.name.data, self.phone.data, self.address.data = contact.name, contact.phone, contact.address or ""
        place = _place_value(order)
        self.place.data = place if place in dict(self.place.choices) else None
        self.pay.data = order.pay_choice.value if order.pay_choice.value in dict(self.pay.choices) else self.pay.data
        amounts: dict[int, int] = {}
        for line in order.lines:
            if line.variant_id in known:
                amounts[line.variant_id] = amounts.get(line.variant_id, 0) + line.amount
        self.amounts = amounts

    def shown(self, offer: Offer) -> str:
        """What the field of its amount shows."""
        return self.typed.get(f"sl-{offer.variant_id}", typed_number(self.amounts.get(offer.variant_id, 0)))

    def price(self, offer: Offer) -> str:
        """What the field of its price shows: what was typed, else today's."""
        return self.typed.get(f"gia-{offer.variant_id}", format_dong(offer.price).removesuffix("\u00a0₫"))

    def is_chosen(self, offer: Offer) -> bool:
        return self.shown(offer).strip() not in ("", "0")

    def as_phone_order(self, desk: StallContext, stall: StallOffer, offers: Sequence[Offer]) -> PhoneOrder:
        """Refused where an amount or a price cannot be read, or the page's key is missing."""
        if self.client_key.data is None:
            raise Refused("sent_otherwise", f"Mời tải lại trang rồi ghi lại. {NOTHING_WRITTEN}")
        delivery, point = _way_of(self.place.data or "")
        wanted = WantedOrder(
            stall_id=desk.stall_id,
            lines=tuple(self._lines(offers)),
            delivery=delivery,
            pay_choice=PayChoice(self.pay.data),
            delivery_fee=stall.fee(delivery),
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


def places_of(stall: StallOffer) -> dict[str, str]:
    """The places to which this stall's goods come, as it says them itself."""
    said = {AT_STALL: "Khách đến nhà tôi lấy"}
    said |= {f"{_POINT}{visit.point_id}": f"{visit.point_name}, {visit.times.sentence}" for visit in stall.visits}
    ways = {way: words for way, words in _BROUGHT.items() if stall.delivers(way)}
    return said | {way.value: f"{words} ({_fee(stall.fee(way))})" for way, words in ways.items()}


def _fee(fee: Dong) -> str:
    return f"phí {format_dong(fee)}" if fee else "không mất phí"


def _pays(stall: StallOffer) -> tuple[str, ...]:
    ways = (PayChoice.ON_RECEIPT, PayChoice.TRANSFER) if stall.takes_transfer else (PayChoice.ON_RECEIPT,)
    return tuple(way.value for way in ways)


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
