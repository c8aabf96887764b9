"""Whether what a buyer was shown still holds when they place it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from market.base.errors import Conflict, Refused
from market.catalog.rules import STOPPED
from market.orders.actions.inputs import Buyer, PlacePurchase, WantedLine, WantedOrder
from market.orders.models import Cart
from market.orders.queries.offers import Offer, StallOffer
from market.orders.queries.orders import purchase_with_key
from market.orders.rules import MOST_LINES, WAY_WORDS, Delivery, PayChoice, below_least, cart_state
from market.orders.rules.weighing import weighed_words
from market.places.rules.modes import Feature, refuse_unless
from market.sellers.models import Stall
from market.values.money import LARGEST, Dong, format_dong
from market.values.quantity import line_total

# Built once, like the statements of carts.py, and with the same lock: what is put in while somebody buys is put into
# what is left of the cart, never into what was reviewed.
_CART_NOW = select(Cart.key_hash, Cart.changes).where(Cart.id == bindparam("cart_id")).with_for_update(key_share=True)


# What a check-out rests on of its stalls changes under their lock alone; those who buy hold it together (FOR SHARE),
# so that nobody waits for another buyer.
_STALLS = (
    select(Stall.id)
    .where(Stall.id.in_(bindparam("stall_ids", expanding=True)))
    .order_by(Stall.id)
    .with_for_update(read=True)
)

NOT_TO_HAMLET = "không giao tới thôn này. Mời chọn cách nhận khác."
NO_LONGER_COMES = "không tới điểm nhận này nữa. Chưa đặt gì cả, giỏ còn nguyên. Mời chọn nơi nhận khác."
NOTHING_PLACED = "Chưa đặt gì cả, giỏ còn nguyên."


class PriceChanged(Conflict):
    """A price or fee is no longer what the buyer was shown; the sentence says both."""


def lock_stalls(session: Session, new: PlacePurchase) -> None:
    """Hold how the stalls sell (their ways, fees, least order, where they come) as it is, before any of it is read."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_STALLS, {"stall_ids": sorted({order.stall_id for order in new.orders})})


def is_cart_as_shown(session: Session, new: PlacePurchase) -> bool:
    """Whether the cart, locked from here on, is still the one that was reviewed: buying changes it, so the same page
    never buys twice.

    Without a cart, whether the client key has not bought yet.
    """
    if new.cart_id is None:
        return purchase_with_key(session, new.commune_id, new.client_key) is None
    row = session.connection().execute(_CART_NOW, {"cart_id": new.cart_id}).one_or_none()
    return row is not None and cart_state(row.key_hash, row.changes) == new.client_key


def check_lines(new: PlacePurchase, offers: Mapping[int, Offer]) -> None:
    """Refused where there is nothing to buy or too much of it, or a line is not sold by that stall, in that amount, or
    to be ordered at all; PriceChanged where it is sold at another price than was shown."""
    if not new.lines or not all(order.lines for order in new.orders):
        raise Refused("empty_cart", "Giỏ chưa có món nào mua được. Mời chọn hàng trước.")
    if len(new.lines) > MOST_LINES:
        raise Refused("too_many_lines", f"Mỗi lần đặt được nhiều nhất {MOST_LINES} món. Mời đặt làm hai lần.")
    for order in new.orders:
        for line in order.lines:
            _check_line(new, order, line, offers.get(line.variant_id))


def _check_line(new: PlacePurchase, order: WantedOrder, line: WantedLine, offer: Offer | None) -> None:
    if offer is None or offer.commune_id != new.commune_id or offer.stall.stall_id != order.stall_id:
        raise Refused("not_for_sale", "Có món không còn trên chợ. Mời xem lại giỏ hàng.")
    refuse_unless(offer.mode, Feature.ORDERS)
    if not offer.is_public:
        raise Refused("not_for_sale", f"Hết hàng: {offer.name} không còn bán. Giỏ vẫn giữ các món khác.")
    if offer.is_stopped:
        raise Refused("not_for_sale", f"{offer.name}: {STOPPED[0].lower()}{STOPPED[1:]}. Giỏ vẫn giữ các món khác.")
    if offer.price != line.price:
        raise PriceChanged(
            "price_changed",
            f"Giá {offer.name} vừa đổi từ {format_dong(line.price)} thành {format_dong(offer.price)}. "
            "Chưa đặt gì cả, mời xem lại rồi đặt.",
        )
    if offer.weighed_within != line.weighed_within:
        raise PriceChanged(
            "weighing_changed",
            f"{offer.name} vừa đổi cách cân: {weighed_words(offer.weighed_within)}. "
            "Chưa đặt gì cả, mời xem lại rồi đặt.",
        )
    if line.amount <= 0 or line.amount % offer.unit.step:
        raise Refused("bad_amount", f"Số lượng {offer.name} chưa đúng. Mời sửa trong giỏ.")
    if line_total(offer.price, line.amount) > LARGEST:
        raise Refused("too_large", f"Số lượng {offer.name} quá lớn. Mời sửa trong giỏ.")


def stalls_as_asked(new: PlacePurchase, offers: Mapping[int, Offer]) -> dict[int, StallOffer]:
    """The stalls by id, once each is known to hand over and be paid in the way that was asked.

    Refused where one does not, does not come to the pickup point any more, or takes no order as small as this one;
    PriceChanged where its fee is no longer what was shown. The stalls are locked (`lock_stalls`).
    """
    stalls = {offer.stall.stall_id: offer.stall for offer in offers.values()}
    for order in new.orders:
        stall = stalls[order.stall_id]
        if order.pickup_point_id not in {None, *(visit.point_id for visit in stall.visits)}:
            raise Refused("pickup_closed", f"{stall.stall_name} {NO_LONGER_COMES}")
        _check_terms(order, stall, new.buyer)
        _check_survives(order, offers)
    return stalls


def _check_survives(order: WantedOrder, offers: Mapping[int, Offer]) -> None:
    kept = [offer for line in order.lines if not (offer := offers[line.variant_id]).survives(order.delivery)]
    if kept:
        raise Refused("live_goods", f"{kept_words(kept, order.delivery)} {NOTHING_PLACED}")


def kept_words(kept: Sequence[Offer], way: Delivery) -> str:
    """Why these goods cannot go this way, and which way they can."""
    names = ", ".join(offer.name for offer in kept)
    by_bus = way is not Delivery.BUS and all(offer.survives(Delivery.BUS) for offer in kept)
    possible = "Gửi xe khách" if by_bus and kept[0].stall.sends_by_bus else "Nhận trong xã"
    return f"{names} là hàng sống, tươi sống nên không gửi {WAY_WORDS[way].lower()} được. {possible} thì được."


def _check_terms(order: WantedOrder, stall: StallOffer, buyer: Buyer) -> None:
    if not stall.delivers(order.delivery):
        raise Refused("delivery_unavailable", f"{stall.stall_name} không giao theo cách này. Mời chọn cách nhận khác.")
    if order.delivery is not Delivery.PICKUP_POINT and not buyer.address:
        raise Refused("address_missing", "Mời điền địa chỉ nhận hàng.")
    if order.pay_choice is PayChoice.TRANSFER and not stall.takes_transfer:
        raise Refused("transfer_unavailable", f"{stall.stall_name} chưa nhận chuyển khoản. Mời chọn trả khi nhận.")
    goods = Dong(sum(line_total(line.price, line.amount) for line in order.lines))
    if wanting := stall.wanting(goods):
        raise Refused("below_least", f"{below_least(stall.stall_name, stall.least_order, wanting)} {NOTHING_PLACED}")
    if order.delivery is Delivery.IN_COMMUNE:
        _check_hamlet(order, stall)
    _check_fee(order, stall, goods)


def _check_hamlet(order: WantedOrder, stall: StallOffer) -> None:
    if order.hamlet_id is None:
        raise Refused("hamlet_missing", f"Mời chọn thôn nhận hàng. {NOTHING_PLACED}")
    if not stall.goes_to(order.hamlet_id):
        raise Refused("hamlet_not_reached", f"{stall.stall_name} {NOT_TO_HAMLET} {NOTHING_PLACED}")


def _check_fee(order: WantedOrder, stall: StallOffer, goods: Dong) -> None:
    """PriceChanged where it is no longer what was shown, or somebody else pays the bus."""
    fee = stall.fee(order.delivery, hamlet_id=order.hamlet_id, goods=goods)
    pays_carrier = stall.pays_carrier(order.delivery)
    if pays_carrier != order.pays_carrier:
        now_pays = "người nhận trả nhà xe" if pays_carrier else f"phí {format_dong(fee)}"
        sentence = f"Phí gửi xe khách của {stall.stall_name} vừa đổi: {now_pays}."
        raise PriceChanged("price_changed", f"{sentence} Chưa đặt gì cả, mời xem lại rồi đặt.")
    if fee != order.delivery_fee:
        raise PriceChanged(
            "price_changed",
            f"Phí giao của {stall.stall_name} vừa đổi từ {format_dong(order.delivery_fee)} thành {format_dong(fee)}. "
            "Chưa đặt gì cả, mời xem lại rồi đặt.",
        )
