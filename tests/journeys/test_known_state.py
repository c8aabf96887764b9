"""Whatever is known of goods, every place where they are offered knows it: each state by each surface, in two communes.

A twin of the goods is sold in the other commune all the while.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.base.errors import Conflict, Refused
from market.base.seen import seen_of
from market.catalog.actions.listing import Choice, VariantRef
from market.catalog.actions.variants import NewVariant, add_variant
from market.catalog.models import Category, Product, ProductState, Variant
from market.channels.queries import Export, channel_listings
from market.orders.actions.recalling import recall_lot
from market.orders.models import Order
from market.places.models import Commune, Hamlet
from market.sellers.models import Business, BusinessStatus, Stall, StallState, Verification, VerificationState
from market.trace import actions
from market.trace.actions import LotDetails, LotRef, NewEntry, NewLot, Serials
from market.trace.models import Lot
from market.trace.queries import facts_to_recall, facts_to_set_aside
from market.trace.rules import JournalKind
from market.values.money import Dong
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns, of_many, on_both
from tests.orders.steps import accept_as_shown, place, wanted
from tests.trace.pages import words
from tests.trace.steps import seal_as_shown

pytestmark = [on_both, in_turns("goods")]

NAME = "Nhãn lồng chín muộn"
LAST_GOOD_DAY = date(2026, 12, 24)
PERSON = {"User-Agent": "Mozilla/5.0 (Linux; Android 11) Chrome/120 Mobile"}


@dataclass(frozen=True, slots=True)
class Phone:
    """A browser at one commune's host."""

    client: FlaskClient
    host: str

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=f"http://{self.host}", headers=PERSON)

    def post(self, path: str, data: dict[str, object]) -> TestResponse:
        return self.client.post(path, base_url=f"http://{self.host}", data=data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Goods of one commune's stall, from one sealed lot, of which a stamp is stuck on."""

    host: str
    commune: int
    stall: int
    business: int
    owner: int
    product: int
    variant: int
    category: str
    lot: int
    lot_code: str
    stamp: str

    @property
    def ref(self) -> LotRef:
        return LotRef(stall_id=self.stall, lot_id=self.lot)


def sealed(goods_stall: int, product: int, now: Clock, *, best_before: date | None = LAST_GOOD_DAY) -> LotRef:
    """A lot of the product, cut, packed and sealed."""
    details = LotDetails(plot="Vườn 3", pack_amount=1000, pack_unit="kg", yield_permille=1000, best_before=best_before)
    with transaction() as session:
        new = NewLot(product_id=product, details=details)
        code = actions.open_lot(session, GUEST, goods_stall, new, clock=now)
        lot = session.scalars(select(Lot).where(Lot.code == code, Lot.stall_id == goods_stall)).one()
        which = LotRef(stall_id=goods_stall, lot_id=lot.id)
        for kind in (JournalKind.HARVEST, JournalKind.PACKING):
            line = NewEntry(kind=kind, happened_on=now().date(), amount=100_000, unit="kg")
            actions.add_entry(session, GUEST, which, line, clock=now)
        seal_as_shown(session, GUEST, which, now=now())
    return which


def grown(commune_id: int, hamlet_id: int, officer_id: int, phone: str, now: Clock) -> Goods:
    with transaction() as session:
        commune = session.get_one(Commune, commune_id)
        hamlet = session.get_one(Hamlet, hamlet_id)
        owner = make.make_person(session, commune, "Bùi Thị Nhãn", phone, now())
        business = make.make_business(session, hamlet, "Vườn nhãn bà Nhãn", now())
        stall = make.make_stall(session, business, owner, session.get_one(type(owner), officer_id), now())
        variant = make.make_product(session, stall, NAME, now(), on_hand=50_000)
        category = session.scalars(select(Category).where(Category.ocop_set == 1)).one()
        session.get_one(Product, variant.product_id).category_id = category.id
        ids = {"stall": stall.id, "business": business.id, "owner": owner.id, "variant": variant.id}
        ids |= {"product": variant.product_id, "commune": commune.id}
        host, kind = commune.host or "cho.test", category.slug
    which = sealed(ids["stall"], ids["product"], now)
    with transaction() as session:
        printed = actions.print_stamps(session, GUEST, which, 1, clock=now)
        actions.activate_stamps(session, GUEST, which, Serials(first=1, last=1), clock=now)
        code = session.get_one(Lot, which.lot_id).code
    return Goods(host=host, category=kind, lot=which.lot_id, lot_code=code, stamp=printed.codes[0], **ids)


@pytest.fixture(params=["here", "elsewhere"])
def goods(request: pytest.FixtureRequest, cast: Cast, now: Clock) -> tuple[Goods, Goods]:
    """The goods of which something becomes known, and their twin in the other commune."""
    with transaction() as session:
        if session.scalar(select(Category.id).where(Category.ocop_set == 1)) is None:
            session.add(Category(code="ocop-1", name="Rau củ quả", slug="rau-cu", level=3, ocop_set=1, position=1))
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        hamlet = make.make_hamlet(session, far, "thôn Xa").id
        officer = make.make_person(session, far, "Cán Bộ Khác", "0900 000 051", now()).id
        far_id = far.id
    here = grown(cast.commune, cast.mo_doan, cast.hung, "0900 000 061", now)
    there = grown(far_id, hamlet, officer, "0900 000 062", now)
    return (here, there) if request.param == "here" else (there, here)


# --- what becomes known -----------------------------------------------------------------------------------------------


def recall(goods: Goods, now: Clock, lot: LotRef | None = None) -> int:
    which = lot or goods.ref
    with transaction() as session:
        seen = seen_of(facts_to_recall(session.get_one(Lot, which.lot_id)))
        actor = Actor(person_id=goods.owner)
        return recall_lot(session, actor, which, "Dư lượng thuốc", seen=seen, clock=now)


def set_aside(goods: Goods, now: Clock) -> None:
    with transaction() as session:
        seen = seen_of(facts_to_set_aside(session.get_one(Lot, goods.lot)))
        actions.set_lot_aside(session, Actor(person_id=goods.owner), goods.ref, seen=seen, clock=now)


def pass_the_date(_goods: Goods, now: Clock) -> None:
    now.move(days=31)


def product(**fields: object) -> Callable[[Goods, Clock], None]:
    def known(goods: Goods, _now: Clock) -> None:
        with transaction() as session:
            row = session.get_one(Product, goods.product)
            for name, value in fields.items():
                setattr(row, name, value)

    return known


def stall(state: StallState) -> Callable[[Goods, Clock], None]:
    def known(goods: Goods, _now: Clock) -> None:
        with transaction() as session:
            session.get_one(Stall, goods.stall).state = state

    return known


def ended(goods: Goods, _now: Clock) -> None:
    with transaction() as session:
        session.get_one(Business, goods.business).status = BusinessStatus.TERMINATED


def unverified(goods: Goods, _now: Clock) -> None:
    with transaction() as session:
        verified = select(Verification).where(Verification.business_id == goods.business)
        session.scalars(verified).one().state = VerificationState.REVOKED


def other_lot(goods: Goods, now: Clock) -> None:
    """Another lot is sealed before the first is recalled."""
    sealed(goods.stall, goods.product, now)
    recall(goods, now)


def later_lot(goods: Goods, now: Clock) -> None:
    recall(goods, now)
    sealed(goods.stall, goods.product, now)


def set_aside_lot(goods: Goods, now: Clock) -> None:
    recall(goods, now)
    set_aside(goods, now)


def both_bad(goods: Goods, now: Clock) -> None:
    """One lot past its date, the other recalled."""
    other = sealed(goods.stall, goods.product, now, best_before=None)
    now.move(days=31)
    recall(goods, now, other)


STOPPED: dict[str, Callable[[Goods, Clock], object]] = {
    "recalled": recall,
    "past its date": pass_the_date,
    "one lot past, one recalled": both_bad,
}
HIDDEN: dict[str, Callable[[Goods, Clock], object]] = {
    "hidden": product(is_hidden=True),
    "waiting for the office": product(state=ProductState.PENDING),
    "refused": product(state=ProductState.REFUSED),
    "taken down": product(state=ProductState.TAKEN_DOWN),
    "stall on holiday": stall(StallState.PAUSED),
    "stall closed": stall(StallState.CLOSED),
    "business ended": ended,
    "verification revoked": unverified,
}
SOLD: dict[str, Callable[[Goods, Clock], object]] = {
    "nothing known": lambda _goods, _now: None,
    "one of two lots recalled": other_lot,
    "a new lot after the recall": later_lot,
    "the recalled lot set aside": set_aside_lot,
}


# --- where goods are offered ------------------------------------------------------------------------------------------

SELLS, SHOWS, NOT = "sells", "shows", "not there"
Surfaces = dict[str, str]


def card(page: str, goods: Goods) -> str:
    found = re.search(rf'<a class="product-card" href="/san-pham/{goods.product}-.*?</a>', page, re.S)
    if not found:
        return NOT
    return SHOWS if "tạm hết" in found[0] else SELLS


def product_page(client: Phone, goods: Goods) -> tuple[str, str]:
    """What the page offers, and what it tells search engines."""
    with transaction() as session:
        slug = session.get_one(Product, goods.product).slug
    answer = client.get(f"/san-pham/{goods.product}-{slug}")
    if answer.status_code == 404:
        return NOT, NOT
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.S)
    assert block
    [offer] = json.loads(block[1])["offers"]
    said = {"https://schema.org/InStock": SELLS, "https://schema.org/OutOfStock": SHOWS}[offer["availability"]]
    return SELLS if "Thêm vào giỏ" in answer.text else SHOWS, said


def stall_page(client: Phone, goods: Goods) -> str:
    with transaction() as session:
        slug = session.get_one(Stall, goods.stall).slug
    answer = client.get(f"/gian-hang/{slug}")
    return card(answer.text, goods) if answer.status_code == 200 else NOT


def put_in(client: Phone, goods: Goods) -> str:
    answer = client.post("/gio-hang/them", data={"variant_id": goods.variant, "amount": "1"})
    return SELLS if answer.status_code == 303 else NOT


def waiting_cart(client: Phone) -> str:
    return SELLS if "/gio-hang/dat" in client.get("/gio-hang").text else NOT


def check_out(goods: Goods, now: Clock) -> str:
    try:
        place(goods.commune, wanted(goods.variant, 1000), now=now())
    except Refused:
        return NOT
    return SELLS


def export(goods: Goods, now: Clock) -> str:
    wanted_for = Export(stall_id=goods.stall, channel="shopee", categories=(), picture_link="https://x/{}.jpg".format)
    [listing] = [one for one in channel_listings(reading(), wanted_for, now=now()) if one.product_id == goods.product]
    if listing.is_public and not listing.is_stopped:
        return SELLS
    return NOT


def surfaces(app: Flask, shopper: Phone, goods: Goods, now: Clock) -> Surfaces:
    reading().expire_all()
    guest = Phone(app.test_client(), goods.host)
    page, told = product_page(guest, goods)
    stamp, lot = (guest.get(path) for path in (f"/T/{goods.stamp}", f"/lo/{goods.lot_code}"))
    return {
        "product page": page,
        "JSON-LD": told,
        "home": card(guest.get("/").text, goods),
        "category": card(guest.get(f"/nhom/{goods.category}").text, goods),
        "search": card(guest.get("/tim?q=nhan+long").text, goods),
        "stall page": stall_page(guest, goods),
        "put in a cart": put_in(guest, goods),
        "what waits in a cart": waiting_cart(shopper),
        "check-out": check_out(goods, now),
        "stamp": SELLS if "Mua món này" in stamp.text else NOT,
        "lot": SELLS if "Mua món này" in lot.text else NOT,
        "marketplace's file": export(goods, now),
    }


def expected(offered: str, kept: str) -> Surfaces:
    """`offered` where goods are bought, `kept` where they are only shown."""
    shown = ("product page", "JSON-LD", "home", "category", "search", "stall page")
    asked = ("put in a cart", "what waits in a cart", "check-out", "stamp", "lot", "marketplace's file")
    return dict.fromkeys(shown, kept) | dict.fromkeys(asked, offered)


def shopper_with(app: Flask, goods: Goods) -> Phone:
    """A phone in whose cart the goods wait since before."""
    client = Phone(app.test_client(), goods.host)
    assert client.post("/gio-hang/them", data={"variant_id": goods.variant, "amount": "1"}).status_code == 303
    return client


@of_many(8)
@pytest.mark.parametrize("state", [*SOLD, *STOPPED, *HIDDEN])
def test_what_is_known_of_goods_is_known_wherever_they_are_offered(
    app: Flask, goods: tuple[Goods, Goods], now: Clock, state: str
) -> None:
    ours, twin = goods
    shopper, elsewhere = shopper_with(app, ours), shopper_with(app, twin)
    ({**SOLD, **STOPPED, **HIDDEN}[state])(ours, now)
    found = surfaces(app, shopper, ours, now)
    if state in SOLD:
        of_first_lot = {"stamp", "lot"} if state != "nothing known" else set()
        assert found == expected(SELLS, SELLS) | dict.fromkeys(of_first_lot, NOT)
    else:
        assert found == expected(NOT, SHOWS if state in STOPPED else NOT)
    if "past" not in state:
        assert surfaces(app, elsewhere, twin, now) == expected(SELLS, SELLS)


# --- what is said, and to whom ----------------------------------------------------------------------------------------


def ordered(goods: Goods, now: datetime) -> Order:
    placed = place(goods.commune, wanted(goods.variant, 5000), now=now)
    return reading().get_one(Order, placed.order_ids[0])


def test_an_order_that_waits_is_not_taken_once_its_lot_is_recalled(goods: tuple[Goods, Goods], now: Clock) -> None:
    ours, twin = goods
    order, other = ordered(ours, now()), ordered(twin, now())
    recall(ours, now)
    with pytest.raises(Conflict, match=f"{NAME}: đang ngừng bán.*Đơn vẫn chờ"), transaction() as session:
        accept_as_shown(session, GUEST, order.id, clock=now)
    with transaction() as session:
        accept_as_shown(session, GUEST, other.id, clock=now)
    sealed(ours.stall, ours.product, now)
    with transaction() as session:
        accept_as_shown(session, GUEST, order.id, clock=now)


def test_an_order_that_waits_is_not_taken_once_its_lot_is_past_its_date(goods: tuple[Goods, Goods], now: Clock) -> None:
    ours, _ = goods
    now.move(days=30, hours=14, minutes=30)
    order = ordered(ours, now())
    now.move(hours=1)
    with pytest.raises(Conflict, match="đang ngừng bán"), transaction() as session:
        accept_as_shown(session, GUEST, order.id, clock=now)


def test_the_product_s_page_says_which_lot_stops_it_and_that_the_stamp_s_page_is_past_its_date(
    app: Flask, goods: tuple[Goods, Goods], now: Clock
) -> None:
    ours, _ = goods
    client = Phone(app.test_client(), ours.host)
    slug = reading().get_one(Product, ours.product).slug
    now.move(days=30)
    assert "Hạn dùng đến" not in words(client.get(f"/T/{ours.stamp}"))
    now.move(hours=15)
    said = words(client.get(f"/san-pham/{ours.product}-{slug}"))
    assert f"Lô {ours.lot_code} đã quá hạn dùng ngày 24/12/2026. Người bán chưa có lô khác để bán." in said
    stamp = words(client.get(f"/T/{ours.stamp}"))
    assert "Hàng đã quá hạn dùng" in stamp
    assert "Hạn dùng đến 24/12/2026, nay đã qua. Đừng mua" in stamp
    assert "Tem đã dán lên gói" not in stamp
    assert "Lô này đã quá hạn dùng" in words(client.get(f"/lo/{ours.lot_code}"))
    recall(ours, now)
    assert "đã thu hồi ngày" in words(client.get(f"/san-pham/{ours.product}-{slug}"))
    assert "Lô này đã thu hồi" in words(client.get(f"/T/{ours.stamp}"))


def test_a_new_variant_of_stopped_goods_is_stopped_too(goods: tuple[Goods, Goods], now: Clock) -> None:
    ours, _ = goods
    recall(ours, now)
    half = Choice(label="", unit="tui", pack_amount=500, pack_unit="g", price=Dong(12_000))
    with transaction() as session:
        which = VariantRef(stall_id=ours.stall, product_id=ours.product)
        add_variant(session, GUEST, which, NewVariant(choice=half, on_hand=None), now=now())
    ends = reading().scalars(select(Variant.for_sale_until).where(Variant.product_id == ours.product)).all()
    assert ends == [now(), now()]


def test_goods_set_aside_that_stop_nothing_are_refused(goods: tuple[Goods, Goods], now: Clock) -> None:
    ours, _ = goods
    with pytest.raises(Conflict, match="còn hạn dùng"):
        set_aside(ours, now)
    recall(ours, now)
    set_aside(ours, now)
    at = reading().get_one(Lot, ours.lot).set_aside_at
    now.move(minutes=5)
    set_aside(ours, now)
    reading().expire_all()
    assert reading().get_one(Lot, ours.lot).set_aside_at == at == now() - timedelta(minutes=5)
