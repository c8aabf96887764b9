"""Where goods can be had: the answers to one question of the check-out, and which stalls can come there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from market.orders.actions.checking import kept_words
from market.orders.queries.last_terms import LastTerms
from market.orders.queries.offers import CartNow, Offer, StallOffer
from market.orders.rules import Delivery
from market.sellers.queries.visits import Visit
from market.values.money import Dong, format_dong

APART = "de_lai"
"""A stall's goods are left in the cart, to be ordered for themselves."""
APART_WORDS = "Để lại trong giỏ, đặt riêng sau"
AT_STALL = "tai_gian"
_POINT = "diem-"
LAST = " (như lần trước)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How the goods of one stall can be had: what of them does not survive a way keeps all from it."""

    stall: StallOffer
    offers: tuple[Offer, ...] = ()

    @classmethod
    def of_cart(cls, cart: CartNow, stall: StallOffer) -> Self:
        return cls(stall=stall, offers=tuple(row.offer for row in cart.of(stall.stall_id)))

    @property
    def visits(self) -> Mapping[int, Visit]:
        return {visit.point_id: visit for visit in self.stall.visits}

    def words(self) -> dict[str, str]:
        """The places by the value that stands for each, as one says them of this stall alone."""
        return {value: said for value, said, _ in self._all()}

    def hints(self) -> dict[str, str]:
        """When the stall is there, by the same values."""
        return {value: hint for value, _, hint in self._all()}

    def _all(self) -> Iterator[tuple[str, str, str]]:
        for point_id, visit in self.visits.items():
            yield f"{_POINT}{point_id}", visit.point_name, visit.times.sentence
        yield AT_STALL, f"Tôi đến nhà người bán, {self.stall.hamlet_name}", ""
        for way, said in BROUGHT.items():
            if self.goes_by(way):
                yield way.value, f"{said} ({self._fee(way)})", self.stall.words(way)

    def goes_by(self, way: Delivery) -> bool:
        """Whether all of the goods can go this way."""
        return self.stall.delivers(way) and all(offer.survives(way) for offer in self.offers)

    @property
    def kept(self) -> list[str]:
        """Which goods keep the stall from a way that it has, and which way they can go."""
        ways = [way for way in BROUGHT if self.stall.delivers(way) and not self.goes_by(way)]
        return [kept_words([one for one in self.offers if not one.survives(way)], way) for way in ways]

    def _fee(self, way: Delivery) -> str:
        if way is Delivery.IN_COMMUNE:
            return self.stall.house_fees.words
        if self.stall.pays_carrier(way):
            return "người nhận trả nhà xe"
        return _fee(self.stall.fee(way, hamlet_id=None, goods=Dong(0)))

    def short(self, value: str) -> str:
        """How the stall comes to a place, beside its name: `hằng ngày, 6:00–8:00`."""
        if value == AT_STALL:
            return self.stall.hamlet_name
        point_id = point_of(value)
        return self.visits[point_id].times.spoken if point_id else self._fee(Delivery(value))


BROUGHT = {
    Delivery.IN_COMMUNE: "Giao tận nơi trong xã",
    Delivery.BUS: "Gửi xe khách ra ngoài xã",
    Delivery.SHIPPED: "Gửi chuyển phát ra ngoài xã",
}


def _fee(fee: Dong) -> str:
    return f"phí {format_dong(fee)}" if fee else "không mất phí"


def way_of(value: str) -> Delivery:
    return Delivery.PICKUP_POINT if value == AT_STALL or point_of(value) else Delivery(value)


def point_of(value: str) -> int | None:
    """The pickup point that an answer names."""
    return int(value.removeprefix(_POINT)) if value.startswith(_POINT) else None


def last_place(last: LastTerms | None) -> str:
    """The answer of the last time; empty where there was none."""
    if last is None:
        return ""
    if last.delivery is not Delivery.PICKUP_POINT:
        return last.delivery.value
    return f"{_POINT}{last.pickup_point_id}" if last.pickup_point_id else AT_STALL


def places_of_all(all_ways: Sequence[Ways]) -> dict[str, tuple[str, str]]:
    """Every place to which some stall can come, with its words and who comes when: those to which most come first;
    what is brought stands last, for the address beneath it."""
    if len(all_ways) == 1:
        words, hints = all_ways[0].words(), all_ways[0].hints()
        return {value: (words[value], hints[value]) for value in words}
    names = {f"{_POINT}{one.point_id}": one.point_name for ways in all_ways for one in ways.stall.visits}
    points = sorted(names, key=lambda value: -sum(value in ways.words() for ways in all_ways))
    said = {value: names[value] for value in points} | {AT_STALL: "Tôi đến nhà từng người bán"}
    said |= {way.value: words for way, words in BROUGHT.items() if any(one.goes_by(way) for one in all_ways)}
    return {value: (words, _who_comes(value, all_ways)) for value, words in said.items()}


def _who_comes(value: str, all_ways: Sequence[Ways]) -> str:
    """`Rau bà Lan: thứ 3, 6:00–8:00. Không tới được: Rươi anh Tư.`"""
    comes = [one for one in all_ways if value in one.words()]
    cannot = [one.stall.stall_name for one in all_ways if value not in one.words()]
    said = [f"{one.stall.stall_name}: {one.short(value)}." for one in comes]
    return " ".join([*said, f"Không tới được: {', '.join(cannot)}."] if cannot else said)
