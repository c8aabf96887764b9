"""What the office does with goods: lets them onto the market, refuses them, takes them down."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked
from market.base.errors import Refused
from market.base.seen import check_seen
from market.catalog.actions.changes import refuse_what_waits
from market.catalog.actions.history import note
from market.catalog.actions.listing import move_to
from market.catalog.actions.locking import LockedListing, commune_listing
from market.catalog.actions.photos import drop_photo, drop_pictures_later
from market.catalog.actions.search import reindex
from market.catalog.models import Product, ProductState
from market.catalog.queries.facts import listing_facts
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.sellers.publishing import require_publishing
from market.sellers.queries import right_to
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A product that an officer decides on, and when."""

    listing: LockedListing
    actor: Actor
    now: datetime

    @property
    def product(self) -> Locked[Product]:
        return self.listing.product


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenListing:
    """A product of a commune and what an officer saw of it: `seen_of(listing_facts(product))`."""

    commune_id: int
    product_id: int
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoOf:
    """A picture, and the product on which it stands."""

    product_id: int
    photo_id: int


def approve_product(session: Session, actor: Actor, shown: SeenListing, *, clock: Clock) -> None:
    """Let a product onto the market.

    Idempotent. NotFound for another commune's, Refused for the officer's own and where its seller may not publish,
    ChangedSince where it is not what was seen, Conflict where it was decided otherwise already.
    """
    case = _to_decide(session, actor, shown.commune_id, shown.product_id, clock)
    product = case.product.row
    check_seen(shown.seen, listing_facts(product))
    if product.is_approved:
        return
    require_publishing(session, actor, case.listing.stall, now=case.now)
    move_to(case.product, ProductState.APPROVED)
    _tell(session, case, News.LISTING_APPROVED, f"Xã đã duyệt {product.name} để bán trên chợ.")
    _decide(session, case, "approve_product", None)


def refuse_product(session: Session, actor: Actor, shown: SeenListing, reason: str, *, clock: Clock) -> None:
    """Say no to a waiting product, with the reason its seller will read.

    Idempotent. NotFound for another commune's, Refused for the officer's own, ChangedSince where it is not what was
    seen, Conflict where it does not wait any more.
    """
    case = _to_decide(session, actor, shown.commune_id, shown.product_id, clock)
    check_seen(shown.seen, listing_facts(case.product.row))
    if _was_said(case.product, ProductState.REFUSED, reason):
        return
    move_to(case.product, ProductState.REFUSED)
    _tell(session, case, News.LISTING_REFUSED, f"Xã chưa duyệt {case.product.row.name}: {reason}")
    _decide(session, case, "refuse_product", reason)


def _was_said(product: Locked[Product], state: ProductState, reason: str) -> bool:
    """Whether the same no was said of the product already."""
    return product.row.state is state and product.row.refusal == reason


def take_down_product(
    session: Session, actor: Actor, commune_id: int, product_id: int, reason: str, *, clock: Clock
) -> None:
    """Take an approved product off the market at once, with the reason its seller will read: whatever its seller has
    changed meanwhile, because what must go must not be kept up by changing it.

    Nobody else sees its pictures from then on; their files go once nobody may complain of the decision any more. What
    waits of it is refused with it.

    Idempotent. NotFound for another commune's, Refused for the officer's own, Conflict where it is not approved.
    """
    case = _to_decide(session, actor, commune_id, product_id, clock)
    if _was_said(case.product, ProductState.TAKEN_DOWN, reason):
        return
    move_to(case.product, ProductState.TAKEN_DOWN)
    _tell(session, case, News.LISTING_TAKEN_DOWN, f"Xã đã gỡ {case.product.row.name} khỏi chợ: {reason}")
    refuse_what_waits(session, actor, case.listing, reason, now=case.now)
    _decide(session, case, "take_down_product", reason)
    drop_pictures_later(session, case.product.row)


def take_photo_off(
    session: Session, actor: Actor, commune_id: int, which: PhotoOf, reason: str, *, clock: Clock
) -> None:
    """Take one picture off a product at once, with the reason its seller will read; the rest stays as it is. Its files
    are kept for a year.

    Idempotent. NotFound for another commune's or another product's, Refused for the officer's own and for the only
    picture.
    """
    case = _to_decide(session, actor, commune_id, which.product_id, clock)
    product = case.product.row
    if drop_photo(session, product, which.photo_id, last=ONLY_PHOTO, now=case.now):
        sentence = f"Xã đã gỡ một ảnh của {product.name}: {reason}"
        _tell(session, case, News.PHOTO_REMOVED, sentence, f":{which.photo_id}")
        note(session, actor, "take_photo_off", product, "photos", now=case.now)


ONLY_PHOTO = "Đây là ảnh duy nhất của món này nên chưa gỡ. Ảnh không được thì mời gỡ cả món khỏi chợ."


def _to_decide(session: Session, actor: Actor, commune_id: int, product_id: int, clock: Clock) -> _Case:
    """The product, which must not be the officer's own."""
    listing = commune_listing(session, commune_id, product_id)
    now, business_id = clock(), listing.stall.row.business_id
    if actor.person_id is None or right_to(session, business_id, actor.person_id, local_day(now)):
        raise Refused(
            "own_listing", "Đây là hàng của chính gian bạn đang bán hoặc bán giúp. Mời cán bộ khác xem món này."
        )
    return _Case(listing=listing, actor=actor, now=now)


def _decide(session: Session, case: _Case, verb: str, refusal: str | None) -> None:
    product = case.product.row
    product.refusal, product.decided_at, product.decided_by = refusal, case.now, case.actor.person_id
    note(session, case.actor, verb, product, "state", now=case.now)
    reindex(session, product.id)


def _tell(session: Session, case: _Case, news: News, sentence: str, of: str = "") -> None:
    product = case.product.row
    message = Message(
        dedupe_key=news_key("product", product.id, news, case.now) + of,
        kind=news,
        sentence=sentence,
        commune_id=product.commune_id,
        business_id=product.stall.business_id,
        product_id=product.id,
    )
    enqueue_notifications(session, [message], now=case.now)
