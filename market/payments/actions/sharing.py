"""A stall has less of some goods than its open orders want: one tap gives each its share by one rule, and asks those
who get less. Money follows as it does where one order's lines change."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.catalog.actions.amounts import stop_for_order
from market.catalog.actions.stock import lock_goods
from market.orders.actions import line_changes, transitions
from market.orders.actions.line_changes import OfferLess
from market.orders.actions.transitions import Decline
from market.orders.models import Order
from market.orders.queries.changes import changes_of
from market.orders.queries.sharing import (
    TO_SHARE,
    OrderShare,
    Scarce,
    facts_to_share,
    ids_wanting,
    scarce_goods,
    shares_of,
)
from market.orders.rules.changes import total_after
from market.orders.rules.sharing import MOST_SHARED, SHARE_RULE
from market.payments.actions.allocations import close_request
from market.payments.actions.line_changes import agree_by_phone
from market.payments.actions.locking import OrderMoney, lock_orders


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOut:
    """Of which goods of a stall how much is there (thousandths) for its orders that are not packed, as its page showed
    them (`seen_of(facts_to_share(…))`). `stops_sale`: nobody else can order them. `client_key` names the form."""

    stall_id: int
    variant_id: int
    there: int
    seen: str
    stops_sale: bool = True
    client_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOut:
    """How many buyers were asked whether they take less, and of how many orders nothing is left."""

    asked: int
    declined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A share with its order's money, locked."""

    share: OrderShare
    money: OrderMoney


def share_out(session: Session, actor: Actor, new: ShareOut, *, clock: Clock) -> SharedOut:
    """Share goods out among the open orders that want them: those placed first get all of it, who gets less is asked
    as by `offer_less`, and an order of which nothing is left is declined; what was paid for what goes is owed back.
    All of it or nothing. Idempotent: the same form again, and what was shared so already, are left as they are.

    Refused where there is enough for all, too many want it or the amount is none; Conflict where an order waits for an
    answer that is too late, or some of it cannot be had; ChangedSince where the orders are not those the page showed,
    SentOtherwise where the form was another one the first time; NotFound for another stall's goods.
    """
    goods = scarce_goods(session, new.stall_id, new.variant_id)
    wanted = ids_wanting(session, new.stall_id, new.variant_id, now=clock())
    if len(wanted) > MOST_SHARED:
        raise Refused("too_many_orders", f"Hơn {MOST_SHARED} đơn đang chờ món này: mời giao bớt, hoặc báo từng đơn.")
    held = lock_orders(session, Order.stall_id == new.stall_id, Order.id.in_(wanted), clock=clock)
    if _is_sent_before(session, new, goods, clock):
        return SharedOut(asked=0, declined=0)
    shares = _shares(held, goods, new.there)
    _check(session, new, shares, wanted, clock)
    short = [one for one in shares if one.share.is_short and not _is_as_shared(session, one)]
    if not short:
        return SharedOut(asked=0, declined=0)
    check_seen(new.seen, facts_to_share([one.share for one in shares]))
    told = _give(session, actor, shares, short)
    if new.stops_sale:
        last = short[-1].money
        stop_for_order(session, actor, last.order.row.id, {new.variant_id}, now=last.now)
    return told


def _is_sent_before(session: Session, new: ShareOut, goods: Scarce, clock: Clock) -> bool:
    content = ("share", new.variant_id, new.there, new.stops_sale)
    sent = SentForm(key=new.client_key, content=content, told=f"chia {goods.words(new.there)} {goods.name}")
    return used_before(session, f"stall:{new.stall_id}", sent, now=clock()) is not None


def _shares(held: Sequence[OrderMoney], goods: Scarce, there: int) -> list[_Held]:
    """In the order in which they were placed; what was packed or ended while the locks were waited for is left out."""
    money = {one.order.row.id: one for one in held if one.status in TO_SHARE}
    shares = shares_of([one.order.row for one in money.values()], goods, there)
    return [_Held(share=share, money=money[share.order.id]) for share in shares]


def _check(session: Session, new: ShareOut, shares: Sequence[_Held], locked: Sequence[int], clock: Clock) -> None:
    if set(ids_wanting(session, new.stall_id, new.variant_id, now=clock())) - set(locked):
        raise Conflict("orders_came", "Vừa có thêm đơn của món này. Chưa chia gì cả, mời xem lại rồi chia.")
    if new.there < 0:
        raise Refused("bad_amount", "Số đang có chưa đúng. Chưa chia gì cả.")
    if not any(one.share.is_short for one in shares):
        raise Refused("enough_for_all", "Đủ hàng cho mọi đơn: mời bấm Nhận đơn ở từng đơn. Chưa chia gì cả.")


def _is_as_shared(session: Session, one: _Held) -> bool:
    """Whether its buyer is asked this very thing already."""
    row = one.share.order
    return row.asked_until is not None and _asked(session, row).get(one.share.line.id) == one.share.gets


def _asked(session: Session, row: Order) -> dict[int, int]:
    """Line -> what is left of it by what its buyer is asked now."""
    return {one.line_id: one.amount for one in changes_of(session, row, row.changes)} if row.asked_until else {}


def _give(session: Session, actor: Actor, shares: Sequence[_Held], short: Sequence[_Held]) -> SharedOut:
    """Who holds goods gives back first; then those are held of who holds none yet."""
    now = short[0].money.now
    rows = [one.share.order for one in shares]
    variants = {line.variant_id for row in rows for line in row.lines}
    lock_goods(session, [row.id for row in rows], sorted(variants), now=now)
    declined = 0
    for one in sorted(short, key=lambda one: (not one.share.order.is_held, one.share.order.id)):
        declined += not _lessen(session, actor, one)
    for one in shares:
        if not one.share.is_short and not one.share.order.is_held:
            line_changes.hold_whole(session, actor, one.money.order, now=now)
    return SharedOut(asked=len(short) - declined, declined=declined)


def _lessen(session: Session, actor: Actor, one: _Held) -> bool:
    """Ask the buyer; False where nothing would be left of the order, which is declined."""
    row, now = one.share.order, one.money.now
    line_changes.check_offer(one.money.order, now=now)
    left = _asked(session, row) | {one.share.line.id: one.share.gets}
    if total_after(row.lines, left, row.delivery_fee - row.discount) is not None:
        offer = OfferLess(seen="", left=left, reason=SHARE_RULE)
        line_changes.offer_less(session, actor, one.money.order, offer, now=now)
        agree_by_phone(session, actor, one.money)
        return True
    answer = Decline(seen="", reason=f"Hết hàng: {one.share.line.product_name}. {SHARE_RULE.rstrip('.')}")
    transitions.decline(session, actor, one.money.order, answer, now=now)
    close_request(session, one.money)
    return False
