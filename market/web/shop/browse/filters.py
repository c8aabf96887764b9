"""What a buyer filters by and how they want it put in order: read from an address, said on the page, and written into
the addresses that lead on. What an address has that means nothing is passed over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from markupsafe import Markup

from market.catalog.queries.browse import Kind
from market.catalog.rules.filters import CardOrder, DeliveryWay, GoodsFilter
from market.places.queries.neighbours import HamletChoice
from market.values.money import Dong, format_dong, parse_dong

ORDERS = {
    CardOrder.NEWEST: "Mới đăng trước",
    CardOrder.CHEAPEST: "Rẻ trước",
    CardOrder.DEAREST: "Đắt trước",
}
DELIVERY_WAYS = {
    DeliveryWay.AT_POINT: "Có ở điểm nhận hàng",
    DeliveryWay.TO_DOOR: "Giao tận nhà trong xã",
    DeliveryWay.SENT_OUTSIDE: "Gửi đi ngoài xã",
}
LONGEST_PRICE = 40
NEW_TEXT = "moi"
"""In the address of a text that was typed over another one: a category in which nothing has it is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is to choose from: hamlets, on the search page categories, and ways to have goods brought where the
    market takes orders."""

    hamlets: Sequence[HamletChoice]
    kinds: Sequence[Kind] = ()
    delivery_ways: Mapping[DeliveryWay, str] = field(default_factory=dict)

    @property
    def orders(self) -> Mapping[CardOrder, str]:
        return ORDERS

    @property
    def has_neighbours(self) -> bool:
        return any(one.beside for one in self.hamlets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price as it was typed, and what that is; None where it cannot be read."""

    typed: str = ""
    amount: Dong | None = None

    @classmethod
    def read(cls, text: str) -> "Price":
        typed = text.strip()[:LONGEST_PRICE]
        try:
            return cls(typed=typed, amount=parse_dong(typed) if typed else None)
        except ValueError:
            return cls(typed=typed)

    @property
    def shown(self) -> str:
        """For its field: as amounts are written, or as it was typed where it cannot be read."""
        return self.typed if self.amount is None else format_dong(self.amount).split("\u00a0")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a buyer asks for: each part as chosen, or nothing. `beside`: in the hamlets beside theirs as well."""

    hamlet: HamletChoice | None = None
    beside: bool = False
    kind: Kind | None = None
    price_from: Price = Price()
    price_to: Price = Price()
    in_season: bool = False
    certified: bool = False
    delivery: DeliveryWay | None = None
    order: CardOrder | None = None

    @property
    def unread(self) -> list[str]:
        """What was typed for a price and cannot be read."""
        return [one.typed for one in (self.price_from, self.price_to) if one.typed and one.amount is None]

    @property
    def is_alone(self) -> bool:
        """Whether the hamlets beside one were asked for, of which the office has said none."""
        return self.beside and self.hamlet is not None and not self.hamlet.beside

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """Each that is asked for: its name and its value in an address, and its words."""
        return [*self._place(), *self._goods(), *self._price(), *self._order()]

    def _place(self) -> Iterator[tuple[str, str, str]]:
        if self.hamlet:
            yield "thon", self.hamlet.slug, self.hamlet.name
            if self.beside and self.hamlet.beside:
                yield "canh", "1", "và các thôn bên cạnh"

    def _goods(self) -> Iterator[tuple[str, str, str]]:
        if self.kind:
            yield "nhom", self.kind.slug, self.kind.name
        if self.in_season:
            yield "mua", "1", "Đang mùa"
        if self.certified:
            yield "giay", "1", "Người bán có giấy chứng nhận"

    def _price(self) -> Iterator[tuple[str, str, str]]:
        for name, word, price in (("tu", "Từ", self.price_from), ("den", "Đến", self.price_to)):
            if price.amount is not None:
                yield name, price.shown, f"{word} {format_dong(price.amount)}"

    def _order(self) -> Iterator[tuple[str, str, str]]:
        if self.delivery:
            yield "giao", self.delivery.value, DELIVERY_WAYS[self.delivery]
        if self.order:
            yield "xep", self.order.value, ORDERS[self.order]

    def as_filter(self, category_ids: Sequence[int] = ()) -> GoodsFilter:
        """`category_ids`: of the list itself, or of the category asked for, with all below it."""
        near = self.hamlet.beside if self.hamlet and self.beside else ()
        return GoodsFilter(
            hamlet_ids=(self.hamlet.id, *near) if self.hamlet else (),
            category_ids=tuple(category_ids),
            price_from=self.price_from.amount,
            price_to=self.price_to.amount,
            is_in_season=self.in_season,
            is_certified=self.certified,
            delivery=self.delivery,
        )


NOTHING = Wish()


def read_wish(
    said: Mapping[str, str], choices: Choices, *, hamlet: HamletChoice | None, default: CardOrder | None
) -> Wish:
    """What an address asks for. `hamlet`: the one that it names; `default`: the order in which goods stand anyhow."""
    low, high = (Price.read(said.get(name, "")) for name in ("tu", "den"))
    if low.amount is not None and high.amount is not None and low.amount > high.amount:
        low, high = high, low
    order = next((one for one in CardOrder if one.value == said.get("xep") and one is not default), None)
    return Wish(
        hamlet=hamlet,
        beside=hamlet is not None and said.get("canh") == "1",
        kind=next((one for one in choices.kinds if one.slug == said.get("nhom")), None),
        price_from=low,
        price_to=high,
        in_season=said.get("mua") == "1",
        certified=said.get("giay") == "1",
        delivery=next((one for one in choices.delivery_ways if one.value == said.get("giao")), None),
        order=order,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A part of what is asked for, and where the list is without it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtering:
    """A list of goods as its page shows it: where it is, for which text, what is asked for; `fields` of the form that
    asks, and the `kinds` of goods to go on to; the category that was `left` since nothing in it is as asked for."""

    path: str
    text: str
    wish: Wish
    fields: Markup
    kinds: Markup
    asks: bool = False
    left: Kind | None = None

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the search box takes along to the next text: name and value in an address, each that is asked for. A
        category with the word that it was chosen for the text before."""
        pairs = [(name, value) for name, value, _ in self.wish.parts]
        return [*pairs, (NEW_TEXT, "1")] if self.wish.kind else pairs

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked for, nor was anything meant that could not be taken."""
        return self.wish is NOTHING

    @property
    def is_open(self) -> bool:
        """Whether the form shows at once: something in it could not be taken."""
        return bool(self.wish.unread)

    @property
    def query(self) -> str:
        """What the addresses of this list have behind the question mark."""
        return self._query()

    @property
    def rest(self) -> str:
        """The same, for what stands before it."""
        return f"&{self.query}" if self.query else ""

    def _query(self, without: str = "") -> str:
        off = {without, "canh"} if without == "thon" else {without}
        pairs = [("q", self.text)] if self.text else []
        return urlencode(pairs + [(name, value) for name, value, _ in self.wish.parts if name not in off])

    @property
    def chips(self) -> list[Chip]:
        return [Chip(words=words, address=self._at(self._query(name))) for name, _, words in self.wish.parts]

    @property
    def unfiltered(self) -> str:
        """Where the list is with nothing asked for."""
        return self._at(urlencode({"q": self.text}) if self.text else "")

    def _at(self, query: str) -> str:
        return f"{self.path}?{query}" if query else self.path
