"""Forms of carts, check-out and orders: what is typed becomes amounts, terms and answers."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from market.orders.actions.inputs import Buyer
from market.orders.queries.offers import CartNow, PickupPlace, StallOffer
from market.orders.rules import Delivery, PayChoice
from market.values.money import Dong, format_dong
from market.web.base.forms import (
    BaseForm,
    ChoiceField,
    KeyField,
    OneOf,
    PhoneField,
    TextField,
    at_most,
    required,
)

AT_THE_STALL = 0
"""Stands for the seller's own place in the list of pickup points."""


class TermsForm(BaseForm):
    """How one stall's goods come and are paid."""

    delivery = OneOf("Nhận hàng", choices={})
    point = ChoiceField("Nơi nhận", coerce=int, choices={})
    pay = OneOf("Trả tiền", choices={})
    stall: StallOffer
    places: Mapping[int, str]

    @classmethod
    def of_stall(cls, stall: StallOffer, points: Sequence[PickupPlace], typed: MultiDict[str, str] | None) -> Self:
        places = {point.id: f"{point.name} ({point.opening_hours})" for point in points}
        places[AT_THE_STALL] = f"Tại nhà người bán, {stall.hamlet_name}"
        known = {
            "delivery": Delivery.PICKUP_POINT.value,
            "point": next(iter(places)),
            "pay": PayChoice.ON_RECEIPT.value,
        }
        form = cls(typed, prefix=_prefix(stall.stall_id), data=known)
        form.stall, form.places = stall, places
        form.delivery.choices, form.pay.choices = _ways(stall), _pays(stall)
        form.point.choices = {str(place): words for place, words in places.items()}
        return form

    @property
    def way(self) -> Delivery:
        return Delivery(self.delivery.data)

    @property
    def fee(self) -> Dong:
        return self.stall.fee(self.way)

    @property
    def pickup_point_id(self) -> int | None:
        """Where goods are collected, other than at the seller's own place."""
        is_point = self.way is Delivery.PICKUP_POINT and self.point.data != AT_THE_STALL
        return self.point.data if is_point else None

    @property
    def way_words(self) -> str:
        """The way chosen, and the place where goods are collected."""
        if self.way is Delivery.PICKUP_POINT:
            return f"Tôi đến nhận: {self.places.get(self.point.data, '')}"
        return _ways(self.stall).get(self.delivery.data, "")

    @property
    def pay_words(self) -> str:
        return _pays(self.stall).get(self.pay.data, "")


def _prefix(stall_id: int) -> str:
    return f"gian{stall_id}-"


def _ways(stall: StallOffer) -> dict[str, str]:
    ways = {Delivery.PICKUP_POINT.value: "Tôi đến nhận"}
    if stall.delivers_in_commune:
        ways[Delivery.IN_COMMUNE.value] = f"Giao tận nơi trong xã ({_fee_words(stall.delivery_fee)})"
    if stall.ships_outside:
        ways[Delivery.SHIPPED.value] = f"Gửi ra ngoài xã ({_fee_words(stall.shipping_fee)})"
    return ways


def _fee_words(fee: Dong) -> str:
    return f"phí {format_dong(fee)}" if fee else "không mất phí"


def _pays(stall: StallOffer) -> dict[str, str]:
    pays = {PayChoice.ON_RECEIPT.value: "Trả khi nhận hàng"}
    if stall.takes_transfer:
        pays[PayChoice.TRANSFER.value] = "Chuyển khoản sau khi người bán nhận đơn"
    return pays


class CheckoutForm(BaseForm):
    """Who buys, and the terms with each stall of the cart."""

    name = TextField("Tên của bạn", [required("Mời điền tên để người bán gọi."), at_most(80)])
    phone = PhoneField("Số điện thoại", [required("Mời điền số điện thoại để người bán gọi.")])
    address = TextField("Địa chỉ nhận hàng", [at_most(200)])
    note = TextField("Dặn người bán", [at_most(200)])
    stalls: tuple[TermsForm, ...] = ()

    @classmethod
    def of_cart(
        cls,
        cart: CartNow,
        points: Sequence[PickupPlace],
        *,
        typed: Mapping[str, str] | None,
        known: Mapping[str, object],
    ) -> Self:
        """The form over a cart's stalls: as `typed` before, else with what is `known` of the person signed in, whose
        own phone passes."""
        given = MultiDict(typed) if typed is not None else None
        form = cls(given, data=known)
        form.stalls = tuple(TermsForm.of_stall(stall, points, given) for stall in cart.stalls)
        return form

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        own = super().validate(extra_validators)
        terms = [one.validate() for one in self.stalls]
        brought = any(one.delivery.data != Delivery.PICKUP_POINT for one in self.stalls)
        if brought and not self.address.data:
            self.address.errors = [*self.address.errors, "Mời điền địa chỉ nhận hàng: thôn, xóm, số nhà."]
            return False
        return own and all(terms)

    @property
    def errors(self) -> dict[str, Any]:
        """What is wrong, the stalls' terms included."""
        wrong: dict[str, Any] = dict(super().errors)
        for one in self.stalls:
            wrong |= {f"{one.stall.stall_id}-{name}": errors for name, errors in one.errors.items()}
        return wrong

    def typed(self) -> dict[str, str]:
        """What was typed, by the fields' names, to fill the form with it again."""
        fields = [*self, *(field for one in self.stalls for field in one)]
        return {field.name: str(field.raw_data[0]) for field in fields if field.raw_data}

    def total(self, cart: CartNow) -> Dong:
        """What everything that can be bought costs on these terms."""
        return cart.total + sum(one.fee for one in self.stalls)

    def buyer(self, device: str, network: str) -> Buyer:
        return Buyer(
            name=self.name.data or "",
            phone=self.phone.data,
            address=self.address.data or None,
            note=self.note.data or None,
            device=device,
            network=network,
        )


class PlaceForm(BaseForm):
    """The review page's one button: what the page showed (`ReviewedPurchase`), the cart's state, and how many things
    stay in the cart."""

    client_key = KeyField()
    reviewed = HiddenField()
    left = HiddenField()
