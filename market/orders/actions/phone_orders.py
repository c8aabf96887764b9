"""Đơn qua điện thoại: a stall writes down what somebody ordered by phone, all in the caller's transaction.

It is the stall's own word from its first line on: nobody but the stall was asked, so it is accepted at once, its buyer
is told nothing, and no code of a buyer ever confirms it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.client_keys import SentForm, used_before
from market.base.db import Base, lock_names
from market.base.drawn import insert_drawn
from market.base.errors import Refused
from market.catalog.actions.stock import SoldOut, StockRequest, reserve
from market.catalog.rules import STOPPED
from market.orders.actions.checking import kept_words
from market.orders.actions.inputs import Placed, WantedLine, WantedOrder
from market.orders.actions.placing import enter_purchase, frozen_line
from market.orders.models import Order
from market.orders.queries.offers import Offer, StallOffer, offers_of
from market.orders.queries.orders import order_ids_of, purchase_with_key
from market.orders.rules import MOST_LINES, Acceptance, Delivery, OrderSource, OrderStatus, PayChoice, hold_deadline
from market.places.queries import quiet_hours
from market.places.queries.modes import MODE
from market.places.rules.modes import Feature, refuse_unless
from market.sellers.actions.authority import refuse_helper
from market.sellers.models import Stall
from market.values.codes import new_order_code
from market.values.money import LARGEST, Dong
from market.values.period import local_day
from market.values.phone import Phone
from market.values.quantity import line_total

_TABLES = Base.metadata.tables
NOTHING_WRITTEN = "Chưa ghi đơn nào, những gì bạn điền vẫn còn."


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneOrder:
    """What a stall writes down: for whom, what of its own goods at which prices (its own for this order), how they get
    and pay it. `wanted.delivery_fee` is what the page showed. The same `client_key` again is the same order."""

    commune_id: int
    client_key: str
    name: str
    phone: Phone | None
    address: str | None
    wanted: WantedOrder


def write_phone_order(session: Session, actor: Actor, new: PhoneOrder, *, now: datetime) -> Placed:
    """Enter the order, accepted, with its goods held as long as those of any order that the stall takes; or return the
    one that its client key already made.

    Refused where something is not the stall's to sell, not there in that amount, or cannot come or be paid as it is
    said; SentOtherwise where the key made another one; NotAllowed for a helper: prices and money are the stall's own.
    """
    refuse_helper(actor)
    lock_names(session, [], held=[(MODE, new.commune_id)])
    session.execute(select(Stall.id).where(Stall.id == new.wanted.stall_id).with_for_update(read=True))
    content = ("phone order", new.name, new.phone, new.address, new.wanted)
    sent = SentForm(key=new.client_key, content=content, told=f"đơn {len(new.wanted.lines)} món")
    known = purchase_with_key(session, new.commune_id, new.client_key)
    if used_before(session, f"phone-orders:{new.wanted.stall_id}", sent, now=now) and known is not None:
        ids = order_ids_of(session, known.id)
        return Placed(purchase_id=known.id, code=known.code, order_ids=ids, is_new=False)
    offers = offers_of(session, [line.variant_id for line in new.wanted.lines], now=now)
    stall = _checked(new, offers)
    return _enter(session, actor, new, offers, stall, now)


def _checked(new: PhoneOrder, offers: dict[int, Offer]) -> StallOffer:
    """The stall's terms, once all is found to be possible."""
    wanted = new.wanted
    if not wanted.lines:
        raise Refused("empty_cart", f"Chưa có món nào. Mời bấm + ở món khách lấy. {NOTHING_WRITTEN}")
    if len(wanted.lines) > MOST_LINES:
        raise Refused("too_many_lines", f"Mỗi đơn ghi được nhiều nhất {MOST_LINES} món. {NOTHING_WRITTEN}")
    for line in wanted.lines:
        _check_line(new, line, offers.get(line.variant_id))
    stall = offers[wanted.lines[0].variant_id].stall
    _check_terms(new, stall)
    if kept := [one for one in offers.values() if not one.survives(wanted.delivery)]:
        raise Refused("live_goods", f"{kept_words(kept, wanted.delivery)} {NOTHING_WRITTEN}")
    return stall


def _check_line(new: PhoneOrder, line: WantedLine, offer: Offer | None) -> None:
    is_own = offer is not None and offer.stall.stall_id == new.wanted.stall_id
    if offer is None or not is_own or offer.commune_id != new.commune_id:
        raise Refused("not_for_sale", f"Có món không phải hàng của gian. {NOTHING_WRITTEN}")
    refuse_unless(offer.mode, Feature.ORDERS)
    if not offer.is_public:
        raise Refused("not_for_sale", f"{offer.name} đang không bán. {NOTHING_WRITTEN}")
    if offer.is_stopped:
        raise Refused("not_for_sale", f"{offer.name}: {STOPPED[0].lower()}{STOPPED[1:]}. {NOTHING_WRITTEN}")
    if line.amount <= 0 or line.amount % offer.unit.step:
        raise Refused("bad_amount", f"Số lượng {offer.name} chưa đúng. {NOTHING_WRITTEN}")
    if line.price <= 0 or line_total(line.price, line.amount) > LARGEST:
        raise Refused("bad_price", f"Giá {offer.name} chưa đúng. {NOTHING_WRITTEN}")


def _check_terms(new: PhoneOrder, stall: StallOffer) -> None:
    wanted = new.wanted
    if wanted.pickup_point_id not in {None, *(visit.point_id for visit in stall.visits)}:
        raise Refused("pickup_closed", f"Gian không còn tới điểm nhận này. {NOTHING_WRITTEN}")
    if not stall.delivers(wanted.delivery):
        raise Refused("delivery_unavailable", f"Gian không giao theo cách này. {NOTHING_WRITTEN}")
    if wanted.delivery is not Delivery.PICKUP_POINT and not new.address:
        raise Refused("address_missing", f"Mời điền nơi giao hàng. {NOTHING_WRITTEN}")
    if wanted.pay_choice is PayChoice.TRANSFER and not stall.takes_transfer:
        raise Refused("transfer_unavailable", f"Gian chưa có tài khoản nhận tiền. {NOTHING_WRITTEN}")
    goods = Dong(sum(line_total(line.price, line.amount) for line in wanted.lines))
    asked = stall.fee(wanted.delivery, hamlet_id=None, goods=goods), stall.pays_carrier(wanted.delivery)
    if asked != (wanted.delivery_fee, wanted.pays_carrier):
        raise Refused("price_changed", f"Phí giao của gian vừa đổi. Mời xem lại. {NOTHING_WRITTEN}")


def _enter(
    session: Session, actor: Actor, new: PhoneOrder, offers: dict[int, Offer], stall: StallOffer, now: datetime
) -> Placed:
    connection, letters = session.connection(), offers[new.wanted.lines[0].variant_id].commune_letters
    who = {"name": new.name, "phone": new.phone, "address": new.address}
    purchase = enter_purchase(session, new.commune_id, new.client_key, who, now=now)
    if purchase is None:
        raise Refused("sent_otherwise", f"Mời mở lại trang ghi đơn. {NOTHING_WRITTEN}")
    until = hold_deadline(PayChoice.ON_RECEIPT, now, stall.hold_days, quiet_hours(session, new.commune_id))
    to_weigh = sum(offers[line.variant_id].weighed_within is not None for line in new.wanted.lines)
    order = _order_row(new, purchase.id, stall, until, now) | {"to_weigh": to_weigh}
    [order_id] = insert_drawn(session, Order, [order], draw=lambda: new_order_code(letters)).values()
    about = {"commune_id": new.commune_id, "order_id": order_id}
    lines = [about | frozen_line(offers[line.variant_id], line) for line in new.wanted.lines]
    connection.execute(insert(_TABLES["order_line"]), lines)
    wanted = [
        StockRequest(**about, variant_id=one.variant_id, amount=one.amount, held_until=until)
        for one in new.wanted.lines
    ]
    try:
        reserve(session, wanted, now=now)
    except SoldOut as error:
        raise Refused("out_of_stock", f"{error.left}. {NOTHING_WRITTEN}") from error
    _write_down(session, actor, new, order_id, stall, now)
    return Placed(purchase_id=purchase.id, code=purchase.code, order_ids=(order_id,), is_new=True)


def _order_row(
    new: PhoneOrder, purchase_id: int, stall: StallOffer, until: datetime, now: datetime
) -> dict[str, object]:
    """Accepted, and known to be: the buyer was on the phone."""
    wanted = new.wanted
    goods = Dong(sum(line_total(line.price, line.amount) for line in wanted.lines))
    is_transfer = wanted.pay_choice is PayChoice.TRANSFER
    return {
        "commune_id": new.commune_id,
        "purchase_id": purchase_id,
        "stall_id": stall.stall_id,
        "business_id": stall.business_id,
        "source": OrderSource.PHONE,
        "status": OrderStatus.ACCEPTED,
        "pay_choice": wanted.pay_choice,
        "delivery": wanted.delivery,
        "pickup_point_id": wanted.pickup_point_id if wanted.delivery is Delivery.PICKUP_POINT else None,
        "pays_carrier": wanted.pays_carrier,
        "goods_total": goods,
        "delivery_fee": wanted.delivery_fee,
        "total": goods + wanted.delivery_fee,
        "placed_at": now,
        "placed_on": local_day(now),
        "accepted_at": now,
        "acceptance": Acceptance.CALLED if is_transfer else None,
        "acceptance_known_at": now if is_transfer else None,
        "due_at": until,
        "is_held": True,
    }


def _write_down(
    session: Session, actor: Actor, new: PhoneOrder, order_id: int, stall: StallOffer, now: datetime
) -> None:
    """Ordered with the stall's own number it is noted as its own, like an order of the market's."""
    is_own = new.phone is not None and new.phone == stall.business_phone
    change = Change(
        verb="order_by_phone",
        subject="order",
        subject_id=order_id,
        commune_id=new.commune_id,
        business_id=stall.business_id,
        fields=("self_bought",) if is_own else ("source",),
    )
    record(session, actor, change, now=now)
