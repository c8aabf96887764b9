"""How one stall's goods are had and paid, as the check-out asks it."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from market.orders.queries.offers import StallOffer
from market.orders.rules import LONGEST_NOTE, Delivery, PayChoice, below_least
from market.orders.rules.deposits import Deposit
from market.values.money import Dong
from market.web.base.forms import (
    BaseForm,
    OneOf,
    TextField,
    at_most,
)
from market.web.shop.checkout.places import (
    APART,
    APART_WORDS,
    LAST,
    Ways,
    point_of,
    way_of,
)


class TermsForm(BaseForm):
    """How one stall's goods are had and paid. `place`: an answer of its own, empty where it follows the one question
    that is asked for all stalls (`common`)."""

    place = OneOf("Nhận hàng của gian này", choices={}, validate_choice=False)
    pay = OneOf("Trả tiền", choices={}, validate_choice=False)
    note = TextField("Dặn người bán", [at_most(LONGEST_NOTE)])
    ways: Ways
    common: str = ""
    hamlet_id: int | None = None
    goods: Dong = Dong(0)
    wanting: Dong = Dong(0)
    deposit: Deposit | None = None
    """What is to be paid before its goods are kept, once the terms are chosen (`CheckoutForm.ask_deposits`)."""

    @classmethod
    def of_stall(cls, ways: Ways, known: Mapping[str, str], typed: MultiDict[str, str] | None) -> Self:
        form = cls(typed, prefix=f"gian{ways.stall.stall_id}-", data={"place": "", **known})
        form.ways = ways
        last, pays = known.get("pay"), _pays(ways.stall)
        form.pay.choices = {pay: f"{words}{LAST if pay == last else ''}" for pay, words in pays.items()}
        if not ways.stall.takes_transfer and not form.pay.raw_data:
            form.pay.data = PayChoice.ON_RECEIPT.value
        return form

    def follow(self, common: str) -> None:
        """Take the place that is chosen for all stalls; where this one cannot come there, that is no answer of its."""
        self.common = common
        own = {**self.ways.words(), APART: APART_WORDS}
        self.place.choices = own if self.cannot_come else {"": "Như đã chọn ở trên", **own}

    @property
    def stall(self) -> StallOffer:
        return self.ways.stall

    @property
    def chosen(self) -> str:
        """The place that counts for this stall; empty where none is chosen yet."""
        own: str = self.place.data
        return own or self.common

    @property
    def is_apart(self) -> bool:
        return self.chosen == APART

    @property
    def cannot_come(self) -> bool:
        """Whether the place chosen for all is none of this stall's, and nothing else is chosen for it."""
        return self.chosen == self.common and self.common not in {"", *self.ways.words()}

    @property
    def is_asked(self) -> bool:
        """Whether the page must ask for a place for this stall."""
        return self.cannot_come or bool(self.place.data) or bool(self.errors)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Of goods that are left in the cart nothing is asked."""
        if self.is_apart:
            return True
        super().validate(extra_validators)
        if self.pay.data not in _pays(self.stall):
            self.pay.errors = ["Mời chọn cách trả tiền."]
        if self.place.data and self.place.data not in self.ways.words():
            self._add_error("Mời chọn một mục.")
        if self.cannot_come:
            self._add_error(f"{self.stall.stall_name} không tới được nơi đã chọn. Mời chọn cách khác cho gian này.")
        if self.way_chosen is Delivery.IN_COMMUNE and self.hamlet_id and not self.stall.goes_to(self.hamlet_id):
            self._add_error(f"{self.stall.stall_name} không giao tới thôn bạn chọn. Mời chọn cách khác cho gian này.")
        if self.wanting:
            least = below_least(self.stall.stall_name, self.stall.least_order, self.wanting)
            self._add_error(f"{least} Mời chọn thêm hàng của gian, hoặc để lại trong giỏ.")
        return not self.errors

    def _add_error(self, sentence: str) -> None:
        self.place.errors = [*self.place.errors, sentence]

    @property
    def way(self) -> Delivery:
        return way_of(self.chosen)

    @property
    def way_chosen(self) -> Delivery | None:
        """None where no place is chosen that this stall has."""
        return self.way if self.chosen in self.ways.words() else None

    @property
    def fee(self) -> Dong:
        return self.stall.fee(self.way, hamlet_id=self.hamlet_id, goods=self.goods)

    @property
    def pays_carrier(self) -> bool:
        """Whether who fetches the goods pays the bus."""
        return self.stall.pays_carrier(self.way)

    @property
    def is_house(self) -> bool:
        return self.way is Delivery.IN_COMMUNE

    @property
    def pickup_point_id(self) -> int | None:
        """Where goods are collected, other than at the seller's own place."""
        return point_of(self.chosen)

    @property
    def way_words(self) -> str:
        """The way chosen, and where and when goods are collected."""
        if self.is_house and self.hamlet_id:
            return f"Giao tận nơi, {self.stall.hamlets.get(self.hamlet_id, '')}"
        words, hint = self.ways.words().get(self.chosen, ""), self.ways.hints().get(self.chosen, "")
        said = f"Nhận ở {words}" if point_of(self.chosen) else words
        return f"{said}. {hint}".strip().removesuffix(".")

    @property
    def pay_words(self) -> str:
        return _pays(self.stall).get(self.pay.data, "")


def _pays(stall: StallOffer) -> dict[str, str]:
    pays = {PayChoice.ON_RECEIPT.value: "Trả khi nhận hàng"}
    if stall.takes_transfer:
        pays[PayChoice.TRANSFER.value] = "Chuyển khoản sau khi người bán nhận đơn"
    return pays
