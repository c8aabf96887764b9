"""What an officer writes down of a business's account on another platform: that they saw it, and that it ended."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from market.adoption.models import PlatformAccount
from market.adoption.queries.platforms import OWN_PLATFORM, account_with_id, platform_words
from market.adoption.rules.platforms import shop_name
from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Conflict, NotFound, Refused
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.sellers.actions import Ending, log_business
from market.sellers.actions.register import lock_register
from market.sellers.models import Business
from market.sellers.queries import right_to
from market.values.period import local_day

OWN_BUSINESS = "Cơ sở này là của bạn hoặc bạn đang làm thay. Mời cán bộ khác xem và ghi."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account as an officer saw it: the shop's name or address as typed, and the proof: what was seen, and where a
    copy is kept."""

    commune_id: int
    business_id: int
    platform: str
    shop: str
    proof: str


def record_account(session: Session, actor: Actor, new: NewAccount, *, clock: Clock) -> int:
    """Write down an account that the actor, an officer, has seen the proof of; returns its id. It counts from today on.

    The same twice is one. Refused for no name, for this very market, and to whom the business is; Conflict where the
    business has another one on this platform, and where the shop is known as another business's: it proves one alone.
    NotFound for a business of another commune.
    """
    shop = shop_name(new.shop)
    if new.platform == OWN_PLATFORM or new.platform not in platform_words():
        raise NotFound
    if not shop:
        raise Refused("no_shop", "Mời ghi tên hoặc địa chỉ gian hàng trên sàn đó.")
    lock_register(session, new.commune_id)
    business = _locked_business(session, new.commune_id, new.business_id)
    now = clock()
    _refuse_own(session, actor, business, now)
    known = session.scalar(_in_use(new.platform).where(PlatformAccount.business_id == business.row.id))
    if known is not None and (known.shop, known.proof) == (shop, new.proof):
        return known.id
    _refuse_known(session, business, new.platform, shop, known)
    account = PlatformAccount(
        business_id=business.row.id,
        platform=new.platform,
        shop=shop,
        proof=new.proof,
        declared_at=now,
        checked_by=actor.person_id,
        checked_at=now,
    )
    session.add(account)
    session.flush()
    log_business(session, actor, "record_account", business.row, "platform_account", now=now)
    return account.id


def end_account(session: Session, actor: Actor, ending: Ending, *, clock: Clock) -> None:
    """Let an account count no more, from today on; figures of days before count it still. Idempotent.

    NotFound for one of another business or commune.
    """
    business = _locked_business(session, ending.commune_id, ending.business_id)
    now = clock()
    account_with_id(session, business.row.id, ending.id)
    fresh = select(PlatformAccount).where(PlatformAccount.id == ending.id).execution_options(populate_existing=True)
    account = session.scalars(fresh).one()
    if account.ended_at is not None:
        return
    account.ended_at, account.ended_by, account.ended_reason = now, actor.person_id, ending.reason
    log_business(session, actor, "end_account", business.row, "platform_account", now=now)
    message = Message(
        commune_id=ending.commune_id,
        dedupe_key=news_key("platform_account", account.id, News.ACCOUNT_ENDED, now),
        kind=News.ACCOUNT_ENDED,
        sentence=f"Xã ghi {business.row.name} thôi dùng gian {account.shop} trên {_word(account)}: {ending.reason}",
        business_id=business.row.id,
    )
    enqueue_notifications(session, [message], now=now)


def _word(account: PlatformAccount) -> str:
    return platform_words().get(account.platform, account.platform)


def _locked_business(session: Session, commune_id: int, business_id: int) -> Locked[Business]:
    return locked(session, Business, Business.id == business_id, Business.commune_id == commune_id)


def _in_use(platform: str) -> Select[PlatformAccount]:
    return select(PlatformAccount).where(PlatformAccount.platform == platform, PlatformAccount.ended_at.is_(None))


def _refuse_own(session: Session, actor: Actor, business: Locked[Business], now: datetime) -> None:
    if actor.person_id is None or right_to(session, business.row.id, actor.person_id, local_day(now)):
        raise Refused("own_business", OWN_BUSINESS)


def _refuse_known(
    session: Session, business: Locked[Business], platform: str, shop: str, known: PlatformAccount | None
) -> None:
    word = platform_words()[platform]
    if known is not None:
        raise Conflict(
            "account_known",
            f"Sổ đã có gian {known.shop} trên {word}. Nếu đã đổi gian, mời ghi thôi dùng gian cũ trước, có lý do.",
        )
    others = _in_use(platform).join(Business, Business.id == PlatformAccount.business_id)
    same = others.where(Business.commune_id == business.row.commune_id, func.lower(PlatformAccount.shop) == shop)
    other = session.scalars(same.limit(1)).first()
    if other is not None:
        name = session.get_one(Business, other.business_id).name
        raise Conflict(
            "shop_of_another",
            f"Gian {shop} trên {word} đã ghi cho {name}. Một gian chỉ chứng minh cho một cơ sở, mời xem lại.",
        )
