"""Questions about what waits for an officer's look: of one stall or product, of the office."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload

from market.base.errors import NotFound
from market.base.seen import Facts
from market.sellers.models import Business, ChangeRequest, RequestState, Stall

WORDS = {"name": "tên", "intro": "lời giới thiệu", "description": "lời tả"}
"""Field of a change -> what people call it."""


def _of(stall_id: int, product_id: int | None) -> ColumnElement[bool]:
    return and_(ChangeRequest.stall_id == stall_id, ChangeRequest.product_id == product_id)


def change_waiting(session: Session, stall_id: int, product_id: int | None = None) -> ChangeRequest | None:
    """What waits of a stall itself, or of one of its products."""
    waiting = select(ChangeRequest).where(_of(stall_id, product_id), ChangeRequest.is_waiting)
    return session.scalar(waiting.execution_options(populate_existing=True))


def last_change(session: Session, stall_id: int, product_id: int | None = None) -> ChangeRequest | None:
    """The newest of a stall or product that its seller must know of: it waits, or was refused."""
    told = ChangeRequest.state.not_in([RequestState.REPLACED, RequestState.WITHDRAWN])
    newest = select(ChangeRequest).where(_of(stall_id, product_id), told).order_by(ChangeRequest.id.desc()).limit(1)
    found = session.scalar(newest)
    return found if found and (found.is_waiting or found.is_refused) else None


def change_of(session: Session, commune_id: int, request_id: int) -> ChangeRequest:
    """NotFound for another commune's."""
    found = session.get(ChangeRequest, request_id, populate_existing=True)
    if found is None or found.stall.commune_id != commune_id:
        raise NotFound
    return found


def changes_waiting(session: Session, commune_id: int) -> Sequence[ChangeRequest]:
    """What the office must look at, the oldest first."""
    with_seller = joinedload(ChangeRequest.stall).joinedload(Stall.business).joinedload(Business.hamlet)
    query = (
        select(ChangeRequest)
        .join(ChangeRequest.stall)
        .where(Stall.commune_id == commune_id, ChangeRequest.is_waiting)
        .options(with_seller)
        .order_by(ChangeRequest.asked_at, ChangeRequest.id)
    )
    return session.scalars(query.limit(30)).all()


def changes_waiting_of_stall(session: Session, stall_id: int, *, most: int) -> Sequence[ChangeRequest]:
    """What of a stall and its goods waits, the oldest first, at most so many."""
    query = select(ChangeRequest).where(ChangeRequest.stall_id == stall_id, ChangeRequest.is_waiting)
    return session.scalars(query.order_by(ChangeRequest.asked_at, ChangeRequest.id).limit(most)).all()


def goods_with_changes(session: Session, stall_id: int) -> frozenset[int]:
    """The ids of the stall's goods of which a change waits."""
    waiting = ChangeRequest.stall_id == stall_id, ChangeRequest.is_waiting, ChangeRequest.product_id.is_not(None)
    return frozenset(number for number in session.scalars(select(ChangeRequest.product_id).where(*waiting)) if number)


def asked_since(session: Session, stall_id: int, since: datetime) -> int:
    """How many changes a stall has asked for since then, whatever became of them."""
    asked = select(func.count()).where(ChangeRequest.stall_id == stall_id, ChangeRequest.asked_at > since)
    return session.scalars(asked).one()


def names_since(session: Session, stall_id: int, now: datetime, *, within: timedelta) -> int:
    """How many new names of a stall the office has answered within so long."""
    answered = ChangeRequest.state.in_([RequestState.APPROVED, RequestState.REFUSED])
    query = select(ChangeRequest.fields).where(_of(stall_id, None), answered, ChangeRequest.asked_at > now - within)
    return sum("name" in fields for fields in session.scalars(query))


def request_facts(stall_name: str, live: Facts, fields: Facts) -> Facts:
    """What an officer sees of a change: each field as it is public now and as it shall be."""
    return {"gian hàng": stall_name} | {
        f"{words_of(field)} {side}": text or "để trống"
        for field, new in fields.items()
        for side, text in (("đang hiện", live.get(field, "")), ("chờ xem", new))
    }


def words_of(field: str) -> str:
    """`tên`; `tên loại 12` of one of the things that a product is sold as."""
    return WORDS.get(field) or f"tên loại {field.partition(':')[2]}"


def stall_texts(stall: Stall) -> Facts:
    """What buyers read of a stall now, by field of a change."""
    return {"name": stall.name, "intro": stall.intro or ""}


def stall_draft(session: Session, stall: Stall) -> Facts:
    """What its seller wrote last: what waits, else what is public."""
    waiting = change_waiting(session, stall.id)
    return {**stall_texts(stall), **(waiting.fields if waiting else {})}


def stall_change_facts(request: ChangeRequest) -> Facts:
    return request_facts(request.stall.name, stall_texts(request.stall), request.fields)
