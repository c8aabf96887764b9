"""What happens to a stall: it opens, and its people change how it sells."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked, locked
from market.base.errors import Refused
from market.base.seen import check_seen
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.places.models import Commune
from market.places.queries import number_on
from market.places.queries.rollout import may_open_stalls
from market.sellers import queries
from market.sellers.actions.change_requests import Texts, ask_for
from market.sellers.actions.register import lock_register, log_business
from market.sellers.actions.stall_names import first_name, free_slug
from market.sellers.actions.stall_words import refuse_name, refuse_new_name
from market.sellers.models import Business, Stall, StallState
from market.sellers.publishing import require_publishing
from market.values.money import Dong
from market.values.period import local_day


def open_stall(session: Session, actor: Actor, commune_id: int, business_id: int, *, now: datetime) -> int:
    """The id of the business's stall, opened now if it had none. Refused where the market is not on in its
    hamlet, NotFound for a business of another commune."""
    register = lock_register(session, commune_id)
    business = locked(session, Business, Business.id == business_id, Business.commune_id == commune_id).row
    known = session.scalar(select(Stall.id).where(Stall.business_id == business.id))
    if known:
        return known
    _refuse_where_off(session, business, now=now)
    name = first_name(session, register, business)
    stall = Stall(
        commune_id=business.commune_id,
        business_id=business.id,
        slug=free_slug(session, register, name),
        name=name,
        opened_at=now,
    )
    session.add(stall)
    session.flush()
    log_business(session, actor, "open_stall", business, now=now)
    return stall.id


def _refuse_where_off(session: Session, business: Business, *, now: datetime) -> None:
    """Refused where the market is not on in the business's hamlet: read under the lock of its commune."""
    if not may_open_stalls(session, business.commune_id, business.hamlet_id, local_day(now)):
        raise Refused(
            "hamlet_not_on",
            f"Chợ số chưa bật ở {business.hamlet.name} nên chưa mở gian được. Mời bật ở Cài đặt, mục Triển khai theo "
            "thôn, rồi làm lại. Chưa đổi gì.",
        )


SETTINGS = (
    "accepts_by_itself",
    "confirms_strangers",
    "hold_days",
    "delivers_in_commune",
    "delivery_fee",
    "ships_outside",
    "shipping_fee",
    "shipping_words",
    "sends_by_bus",
    "bus_fee",
    "bus_words",
    "free_from",
    "least_order",
    "deposit_percent",
    "deposit_from",
)


ANY_ORDER = Dong(0)
NEVER_FREE = Dong(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StallSettings:
    """How a stall sells. Fees in đồng, as the goods of an order that are the least it takes; 0: any. `bus_fee` None:
    who fetches the goods pays the bus. `free_from`: from how much goods on nothing is asked for bringing them to a
    house; 0: it is always. `deposit_percent`: which part of an order from `deposit_from` on strangers pay before its
    goods are kept; 0: nothing."""

    name: str
    intro: str
    is_paused: bool
    accepts_by_itself: bool
    confirms_strangers: bool
    hold_days: int
    delivers_in_commune: bool
    delivery_fee: Dong
    ships_outside: bool
    shipping_fee: Dong
    shipping_words: str = ""
    sends_by_bus: bool = False
    bus_fee: Dong | None = None
    bus_words: str = ""
    free_from: Dong = NEVER_FREE
    least_order: Dong = ANY_ORDER
    deposit_percent: int = 0
    deposit_from: Dong = ANY_ORDER


def change_stall(
    session: Session, actor: Actor, stall_id: int, new: StallSettings, *, seen: str, now: datetime
) -> None:
    """Change how a stall sells, at once; a new name or introduction waits until an officer has looked.

    A stall that the office has closed stays closed. `seen`: `seen_of()` of the settings before (`stall_facts`);
    ChangedSince where they are others. Refused where the name misleads, or is one too many in a month, and where a
    stall that rested is to sell again and its seller may not publish. NotFound for no stall.
    """
    register = lock_register(session, queries.stall_of(session, stall_id).commune_id)
    stall = locked(session, Stall, Stall.id == stall_id)
    _refuse_deposit(session, register.row.id, new.deposit_percent, now=now)
    wanted = {field: getattr(new, field) for field in SETTINGS}
    if not stall.row.is_closed:
        wanted["state"] = StallState.PAUSED if new.is_paused else StallState.OPEN
    changed = [field for field, value in wanted.items() if getattr(stall.row, field) != value]
    texts, draft = {"name": new.name, "intro": new.intro}, queries.stall_draft(session, stall.row)
    rewritten = [field for field, text in texts.items() if draft[field] != text]
    if not changed and not rewritten:
        return
    check_seen(seen, queries.stall_facts(session, stall.row))
    if "state" in changed and not new.is_paused:
        require_publishing(session, actor, stall, now=now)
    if rewritten:
        _ask_for_words(session, actor, register, stall, texts, now=now)
    for field in changed:
        setattr(stall.row, field, wanted[field])
    log_business(session, actor, "change_stall", stall.row.business, *changed, *rewritten, now=now)


def _refuse_deposit(session: Session, commune_id: int, percent: int, *, now: datetime) -> None:
    """Refused where a stall would ask for a larger part than the market lets it."""
    known = number_on(session, commune_id, "deposit.most_percent", local_day(now))
    if known and percent > known[0]:
        sentence = f"Chợ cho xin đặt cọc nhiều nhất {known[0]}\u00a0% tiền đơn. Mời chọn mức thấp hơn."
        raise Refused("deposit_too_large", sentence)


def _ask_for_words(
    session: Session, actor: Actor, register: Locked[Commune], stall: Locked[Stall], texts: Texts, *, now: datetime
) -> None:
    live = queries.stall_texts(stall.row)
    wanted = {field: text for field, text in texts.items() if live[field] != text}
    if "name" in wanted:
        refuse_name(session, register, stall.row, wanted["name"])
        refuse_new_name(session, stall.row, now=now)
    ask_for(session, actor, stall, wanted, now=now)


# --- the office's -----------------------------------------------------------------------------------------------------


def close_stall(
    session: Session, actor: Actor, commune_id: int, business_id: int, reason: str, *, now: datetime
) -> None:
    """Close a business's stall at once: it has no page and sells nothing. Its people read the reason.

    Idempotent; nothing where it is closed already. NotFound for a business of another commune or without a stall.
    """
    stall = _stall_of(session, commune_id, business_id)
    if stall.row.is_closed:
        return
    stall.row.state, stall.row.closed_reason = StallState.CLOSED, reason
    _tell(session, actor, stall, News.STALL_CLOSED, f"Xã đóng gian hàng {stall.row.name}: {reason}", now=now)


def reopen_stall(session: Session, actor: Actor, commune_id: int, business_id: int, *, now: datetime) -> None:
    """Let a stall that the office closed open again. Idempotent; nothing where it is not closed.

    Refused to an officer who acts for the business, and where its seller may not publish; NotFound for one of another
    commune or without a stall.
    """
    stall = _stall_of(session, commune_id, business_id)
    if not stall.row.is_closed:
        return
    if actor.person_id is None or queries.right_to(session, business_id, actor.person_id, local_day(now)):
        raise Refused("own_stall", "Đây là gian bạn đang bán hoặc bán giúp. Mời cán bộ khác mở lại.")
    require_publishing(session, actor, stall, now=now)
    stall.row.state, stall.row.closed_reason = StallState.OPEN, None
    _tell(session, actor, stall, News.STALL_REOPENED, f"Xã đã mở lại gian hàng {stall.row.name}.", now=now)


def _stall_of(session: Session, commune_id: int, business_id: int) -> Locked[Stall]:
    return locked(session, Stall, Stall.business_id == business_id, Stall.commune_id == commune_id)


def _tell(session: Session, actor: Actor, stall: Locked[Stall], news: News, sentence: str, *, now: datetime) -> None:
    business = stall.row.business
    verb = "close_stall" if news is News.STALL_CLOSED else "reopen_stall"
    log_business(session, actor, verb, business, "state", now=now)
    message = Message(
        commune_id=business.commune_id,
        dedupe_key=news_key("stall", stall.row.id, news, now),
        kind=news,
        sentence=sentence,
        business_id=business.id,
    )
    enqueue_notifications(session, [message], now=now)
