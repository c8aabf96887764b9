"""What the office does with goods: lets them onto the market, refuses them, takes them down."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.errors import Refused
from market.catalog.actions.history import note
from market.catalog.actions.listing import move_to
from market.catalog.actions.search import reindex
from market.catalog.models import Product, ProductState
from market.catalog.queries import listing as queries
from market.notices.actions import Message, tell
from market.notices.rules import News, news_key
from market.sellers.queries import right_to
from market.values.period import local_day


def approve_product(session: Session, actor: Actor, commune_id: int, product_id: int, *, now: datetime) -> None:
    """Let a product onto the market; of one that is there already, say that its new pictures were looked at."""
    product = _to_decide(session, actor, commune_id, product_id, now=now)
    if product.state is not ProductState.DA_DUYET:
        move_to(product, ProductState.DA_DUYET)
        _tell(session, product, News.HANG_DUOC_DUYET, f"Xã đã duyệt {product.name} để bán trên chợ.", now=now)
    _decide(session, actor, product, "approve_product", None, now=now)


def refuse_product(
    session: Session, actor: Actor, commune_id: int, product_id: int, reason: str, *, now: datetime
) -> None:
    """Say no to a waiting product, with the reason its seller will read."""
    product = _to_decide(session, actor, commune_id, product_id, now=now)
    move_to(product, ProductState.TU_CHOI)
    _tell(session, product, News.HANG_TU_CHOI, f"Xã chưa duyệt {product.name}: {reason}", now=now)
    _decide(session, actor, product, "refuse_product", reason, now=now)


def take_down_product(
    session: Session, actor: Actor, commune_id: int, product_id: int, reason: str, *, now: datetime
) -> None:
    """Take an approved product off the market at once, with the reason its seller will read."""
    product = _to_decide(session, actor, commune_id, product_id, now=now)
    move_to(product, ProductState.DA_GO)
    _tell(session, product, News.HANG_BI_GO, f"Xã đã gỡ {product.name} khỏi chợ: {reason}", now=now)
    _decide(session, actor, product, "take_down_product", reason, now=now)


def _to_decide(session: Session, actor: Actor, commune_id: int, product_id: int, *, now: datetime) -> Product:
    """The product, which must not be the officer's own."""
    product = queries.product_of_commune(session, commune_id, product_id)
    if actor.person_id is None or right_to(session, product.stall.business_id, actor.person_id, local_day(now)):
        raise Refused("Đây là hàng của chính gian bạn đang bán hoặc bán giúp. Mời cán bộ khác xem món này.")
    return product


def _decide(session: Session, actor: Actor, product: Product, verb: str, refusal: str | None, *, now: datetime) -> None:
    product.refusal, product.decided_at, product.decided_by = refusal, now, actor.person_id
    note(session, actor, verb, product, "state", now=now)
    reindex(session, product.id)


def _tell(session: Session, product: Product, news: News, sentence: str, *, now: datetime) -> None:
    message = Message(
        dedupe_key=news_key("product", product.id, news, now),
        kind=news,
        sentence=sentence,
        business_id=product.stall.business_id,
        product_id=product.id,
    )
    tell(session, [message], now=now)
