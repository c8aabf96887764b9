"""Changes of what buyers read: kept beside the version that was looked at, until an officer answers."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked, locked
from market.base.errors import Conflict, Refused
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.sellers import queries
from market.sellers.actions.answers import SeenRequest
from market.sellers.models import ChangeRequest, RequestState, Stall
from market.values.period import local_day

MOST_A_DAY = 30
DAY = timedelta(days=1)

Texts = Mapping[str, str]


def ask_for(
    session: Session,
    actor: Actor,
    stall: Locked[Stall],
    wanted: Texts,
    *,
    product_id: int | None = None,
    has_pictures: bool = False,
    now: datetime,
) -> ChangeRequest | None:
    """Have the office look at these new texts of a stall, or of one of its products, in place of what waited of it;
    returns what waits then. Nothing to look at takes back what waited, and returns None.

    Refused where the stall has asked for MOST_A_DAY in 24 hours.
    """
    waiting = queries.change_waiting(session, stall.row.id, product_id)
    if waiting and waiting.fields == wanted and (wanted or has_pictures):
        return waiting
    if waiting:
        is_left = bool(wanted or has_pictures)
        waiting.state, waiting.decided_at = RequestState.REPLACED if is_left else RequestState.WITHDRAWN, now
        session.flush()
    if not wanted and not has_pictures:
        return None
    if queries.asked_since(session, stall.row.id, now - DAY) >= MOST_A_DAY:
        raise Refused(
            "changes_of_the_day",
            f"Hôm nay gian hàng đã gửi xã xem {MOST_A_DAY} lần sửa. Bản đang hiện vẫn giữ. Mời gửi tiếp vào ngày mai.",
        )
    request = ChangeRequest(
        stall_id=stall.row.id, product_id=product_id, fields=dict(wanted), asked_at=now, asked_by=actor.person_id
    )
    session.add(request)
    session.flush()
    return request


def lock_change(
    session: Session, actor: Actor, shown: SeenRequest, *, now: datetime
) -> tuple[Locked[Stall], ChangeRequest]:
    """The change that an officer decides on, read under its stall's lock, and that stall.

    NotFound for another commune's, Refused for the officer's own stall.
    """
    stall_id = queries.change_of(session, shown.commune_id, shown.id).stall_id
    stall = locked(session, Stall, Stall.id == stall_id, Stall.commune_id == shown.commune_id)
    if actor.person_id is None or queries.right_to(session, stall.row.business_id, actor.person_id, local_day(now)):
        raise Refused("own_stall", "Đây là gian bạn đang bán hoặc bán giúp. Mời cán bộ khác xem.")
    return stall, queries.change_of(session, shown.commune_id, shown.id)


def is_answered_so(request: ChangeRequest, state: RequestState, refusal: str | None = None) -> bool:
    """Whether the same answer was given already. Conflict for another answer, or where it waits no more."""
    if request.is_waiting:
        return False
    if request.state is state and request.refusal == refusal:
        return True
    if request.state is RequestState.REPLACED:
        raise Conflict("change_replaced", "Người bán vừa gửi bản khác thay bản này. Chưa ghi gì, mời xem bản mới.")
    raise Conflict("already_decided", "Bản sửa này đã có người xử lý, hoặc người bán đã bỏ. Mời tải lại trang để xem.")


def answer_change(
    session: Session, actor: Actor, request: ChangeRequest, refusal: str | None, about: str, *, now: datetime
) -> None:
    """Write an officer's answer down and tell the seller; `about`: what it is of, as people call it."""
    state, news, said = RequestState.APPROVED, News.CHANGE_APPROVED, f"Xã đã duyệt bản sửa của {about}."
    if refusal is not None:
        state, news, said = RequestState.REFUSED, News.CHANGE_REFUSED, f"Xã chưa duyệt bản sửa của {about}: {refusal}"
    request.state, request.refusal = state, refusal
    request.decided_at, request.decided_by = now, actor.person_id
    message = Message(
        dedupe_key=news_key("change", request.id, news, now),
        kind=news,
        sentence=said,
        commune_id=request.stall.commune_id,
        business_id=request.stall.business_id,
        product_id=request.product_id,
    )
    enqueue_notifications(session, [message], now=now)
