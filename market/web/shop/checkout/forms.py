"""Forms of carts, check-out and orders: what is typed becomes amounts, terms and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from market.orders.actions.inputs import Buyer
from market.orders.queries.last_terms import LastTerms
from market.orders.queries.offers import CartNow
from market.orders.rules import MOST_NOTED, Delivery, PayChoice
from market.places.rules.hours import Slot
from market.values.money import Dong
from market.values.phone import Phone
from market.web.base.forms import (
    BaseForm,
    KeyField,
    OneOf,
    PhoneField,
    TextField,
    at_most,
    required,
)
from market.web.shop.checkout.hamlets import HouseForm
from market.web.shop.checkout.places import (
    BROUGHT,
    LAST,
    Ways,
    last_place,
    places_of_all,
)
from market.web.shop.checkout.terms import TermsForm

LONGEST_TYPED = 200


BROUGHT_VALUES = frozenset(way.value for way in BROUGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBuyer:
    """What is known of who buys: the person signed in, how the last purchase was had."""

    name: str = ""
    phone: Phone | None = None
    last: LastTerms | None = None

    def of_buyer(self) -> dict[str, object]:
        said = {"name": self.name, "phone": self.phone, "address": self.last.address if self.last else None}
        return {name: value for name, value in said.items() if value}


class BuyerForm(BaseForm):
    """Who buys, and where goods are brought."""

    name = TextField("Tên của bạn", [required("Mời điền tên để người bán gọi."), at_most(80)])
    phone = PhoneField("Số điện thoại", [required("Mời điền số điện thoại để người bán gọi.")])
    address = TextField("Địa chỉ nhận hàng", [at_most(200)])

    def buyer(self, device: str, network: str) -> Buyer:
        return Buyer(
            name=self.name.data or "",
            phone=self.phone.data,
            address=self.address.data or None,
            device=device,
            network=network,
        )


class CheckoutForm(HouseForm, BuyerForm):
    """Who buys, where the goods of all stalls are had, and the terms with each stall of the cart."""

    place = OneOf("Bạn nhận hàng ở đâu?", choices={}, validate_choice=False)
    last_slot = HiddenField()
    stalls: tuple[TermsForm, ...] = ()
    hints: Mapping[str, str] = {}
    is_as_last: bool = False

    @classmethod
    def of_cart(cls, cart: CartNow, *, typed: Mapping[str, str] | None, known: KnownBuyer) -> Self:
        """The form over a cart's stalls: as `typed` before, else with what is `known` of who buys; the phone of the
        person signed in passes. Nothing else is chosen for anybody."""
        given = MultiDict(typed) if typed is not None else None
        form = cls(given, data=known.of_buyer())
        form.offer_hamlets(cart, known.last if given is None else None)
        all_ways = [Ways.of_cart(cart, stall) for stall in cart.stalls]
        places = places_of_all(all_ways)
        last = last_place(known.last)
        form.place.choices = {value: f"{words}{LAST if value == last else ''}" for value, (words, _) in places.items()}
        form.hints = {value: hint for value, (_, hint) in places.items()}
        form.is_as_last = given is None and last in places
        if known.last and known.last.slot:
            form.last_slot.data = known.last.slot.value
        if given is None:
            form.place.data = last if last in places else None
        terms = {"pay": known.last.pay_choice.value} if given is None and known.last else {}
        form.stalls = tuple(TermsForm.of_stall(ways, terms, given) for ways in all_ways)
        for one in form.stalls:
            one.follow(form.place.data if form.place.data in places else "")
            one.hamlet_id, one.goods = form.hamlet.data, cart.total_of(one.stall.stall_id)
            one.wanting = one.stall.wanting(one.goods)
        return form

    @property
    def slot_of_last_time(self) -> Slot | None:
        """When the goods of the last time were fetched, as the page that asked for the place knew it: the last look has
        no statement left to ask for it."""
        try:
            return Slot.read(self.last_slot.data or "")
        except ValueError:
            return None

    @property
    def apart(self) -> list[int]:
        """The stalls whose goods stay in the cart."""
        return [one.stall.stall_id for one in self.stalls if one.is_apart]

    @property
    def ordered(self) -> list[TermsForm]:
        """The terms of the stalls that are bought of."""
        return [one for one in self.stalls if not one.is_apart]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        own = super().validate(extra_validators)
        terms = [one.validate() for one in self.stalls]
        self._refuse_many_notes()
        if not self.ordered:
            self.place.errors = ["Mời chọn nơi nhận cho ít nhất một gian: để lại hết thì chưa có gì để đặt."]
        elif any(not one.chosen for one in self.ordered):
            self.place.errors = ["Mời chọn nơi nhận hàng."]
        if self.needs_hamlet and self.hamlet.data not in self.hamlets:
            self.hamlet.errors = [*self.hamlet.errors, "Mời chọn thôn để biết phí giao."]
        if self.is_brought and not self.address.data:
            self.address.errors = [*self.address.errors, "Mời điền địa chỉ nhận hàng: thôn, xóm, số nhà."]
        return own and all(terms) and not self.errors

    def _refuse_many_notes(self) -> None:
        """Together they must fit into what a browser keeps."""
        noted = [one for one in self.ordered if one.note.data]
        if sum(len(one.note.data or "") for one in noted) > MOST_NOTED:
            noted[-1].note.errors = [
                *noted[-1].note.errors,
                f"Lời dặn các gian cộng lại dài quá {MOST_NOTED} chữ. Mời viết gọn bớt.",
            ]

    @property
    def is_brought(self) -> bool:
        """Whether some goods are to be brought, so that an address is needed."""
        return any(one.chosen in BROUGHT_VALUES for one in self.ordered)

    @property
    def needs_hamlet(self) -> bool:
        """Whether some goods are to be brought to a house."""
        return any(one.chosen == Delivery.IN_COMMUNE for one in self.ordered)

    @property
    def hamlet_name(self) -> str:
        """The hamlet chosen, as it is called; empty where none is needed."""
        return self.hamlets.get(self.hamlet.data, "") if self.needs_hamlet else ""

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
        return {field.name: str(field.raw_data[0])[:LONGEST_TYPED] for field in fields if field.raw_data}

    def ask_deposits(self, cart: CartNow, bought: Mapping[int, int], kept_percent: int) -> None:
        """Say what each stall asks to be paid first of who was handed so many orders there before."""
        for one in self.ordered:
            stall = one.stall
            total, pays = Dong(cart.total_of(stall.stall_id) + one.fee), PayChoice(one.pay.data)
            before = bought.get(stall.stall_id, 0)
            one.deposit = stall.deposit_asked.of(total, pays, bought_here=before, kept_percent=kept_percent)

    def total(self, cart: CartNow) -> Dong:
        """What everything that is bought costs on these terms."""
        return cart.total + sum(one.fee for one in self.ordered)


class PlaceForm(BaseForm):
    """The review page's one button: what the page showed (`ReviewedPurchase`), the cart's state, and how many things
    stay in the cart."""

    client_key = KeyField()
    reviewed = HiddenField()
    left = HiddenField()
