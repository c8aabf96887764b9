"""New words and pictures of an approved product: they wait beside what is public until an officer has looked."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, locked, locked_all
from market.base.errors import NotFound
from market.base.seen import check_seen
from market.catalog.actions.history import note
from market.catalog.actions.locking import LockedListing, stall_product
from market.catalog.actions.search import reindex
from market.catalog.actions.uploads import UNUSED_FOR, forget_later
from market.catalog.models import Photo, Product, ProposedPhoto, Variant
from market.catalog.queries import changes as queries
from market.catalog.queries.listing import photos_of
from market.catalog.rules import KeptPhoto
from market.sellers.actions import (
    SeenRequest,
    answer_change,
    approve_stall_change,
    ask_for,
    is_answered_so,
    lock_change,
    refuse_stall_change,
    withdraw_stall_change,
)
from market.sellers.models import ChangeRequest, RequestState, Stall
from market.sellers.publishing import require_publishing
from market.sellers.queries import change_of
from market.values.text import slug


def ask_for_words(
    session: Session, actor: Actor, listing: LockedListing, texts: Mapping[str, str], *, now: datetime
) -> list[str]:
    """Have the office look at new texts of an approved product, beside what waits of it already; returns which fields
    are new. What is said again as it is public is asked for no more. Pictures that wait, wait on. Refused as `ask_for`
    says."""
    product = listing.product.row
    live, waiting = queries.product_texts(product), queries.waiting_of(session, product)
    before = waiting.fields if waiting else {}
    after = {field: text for field, text in {**before, **texts}.items() if live.get(field, text) != text}
    if after == before:
        return []
    pictures = queries.proposed_photos(session, waiting) if waiting else []
    request = ask_for(session, actor, listing.stall, after, product_id=product.id, has_pictures=bool(pictures), now=now)
    for picture in pictures:
        picture.request_id = request.id if request else picture.request_id
    return [field.partition(":")[0] for field in texts if before.get(field) != after.get(field)]


def ask_for_photo(session: Session, actor: Actor, listing: LockedListing, photo: KeptPhoto, *, now: datetime) -> None:
    """Have the office look at one more picture of an approved product, with what waits of it already. Refused as
    `ask_for` says."""
    product = listing.product.row
    request = queries.waiting_of(session, product) or ask_for(
        session, actor, listing.stall, {}, product_id=product.id, has_pictures=True, now=now
    )
    if request:
        session.add(ProposedPhoto(request_id=request.id, key=photo.key, width=photo.width, height=photo.height))
        session.flush()


# --- its seller takes it back -----------------------------------------------------------------------------------------


def withdraw_change(session: Session, actor: Actor, stall_id: int, product_id: int | None, *, now: datetime) -> None:
    """Take back what waits of a stall, or of one of its products; its pictures are forgotten. Idempotent.

    NotFound where the product is another stall's.
    """
    stall = locked(session, Stall, Stall.id == stall_id)
    if product_id is None:
        return withdraw_stall_change(session, actor, stall, now=now)
    product = stall_product(session, stall_id, product_id).row
    if waiting := queries.waiting_of(session, product):
        waiting.state, waiting.decided_at = RequestState.WITHDRAWN, now
        _drop_photos(session, product, waiting, now=now)
        note(session, actor, "withdraw_change", product, *waiting.fields, now=now)
    return None


def _drop_photos(session: Session, product: Product, request: ChangeRequest, *, now: datetime) -> None:
    for picture in queries.proposed_photos(session, request):
        session.delete(picture)
        session.flush()
        forget_later(session, picture.key, product.id, after=UNUSED_FOR, now=now)


# --- the office -------------------------------------------------------------------------------------------------------


def approve_change(session: Session, actor: Actor, shown: SeenRequest, *, clock: Clock) -> None:
    """Let a stall or an approved product say and show what its seller asked for.

    Idempotent. Refused for the officer's own stall, where a stall's name misleads by now, or goods were to be renamed
    whose seller may not publish; ChangedSince where something else was seen, Conflict where it waits no more,
    NotFound for another commune's.
    """
    if change_of(session, shown.commune_id, shown.id).product_id is None:
        return approve_stall_change(session, actor, shown, now=clock())
    stall, product, request = _to_decide(session, actor, shown, now=clock())
    if is_answered_so(request, RequestState.APPROVED):
        return None
    if "name" in request.fields:  # under another name they are other goods
        require_publishing(session, actor, stall, now=clock())
    pictures = queries.proposed_photos(session, request)
    check_seen(shown.seen, queries.product_change_facts(product.row, request, pictures))
    now = clock()
    _say(session, product, request.fields)
    _show(session, product.row, request, now=now)
    answer_change(session, actor, request, None, product.row.name, now=now)
    note(session, actor, "approve_change", product.row, *request.fields, now=now)
    reindex(session, product.row.id)
    return None


def refuse_change(session: Session, actor: Actor, shown: SeenRequest, reason: str, *, clock: Clock) -> None:
    """Say no to what a stall or a product was to say, with the reason its seller will read: what is public stays.

    Idempotent; refuses as `approve_change` does.
    """
    if change_of(session, shown.commune_id, shown.id).product_id is None:
        return refuse_stall_change(session, actor, shown, reason, now=clock())
    _stall, product, request = _to_decide(session, actor, shown, now=clock())
    if is_answered_so(request, RequestState.REFUSED, reason):
        return None
    pictures = queries.proposed_photos(session, request)
    check_seen(shown.seen, queries.product_change_facts(product.row, request, pictures))
    _refuse(session, actor, product.row, request, reason, now=clock())
    return None


def refuse_what_waits(session: Session, actor: Actor, listing: LockedListing, reason: str, *, now: datetime) -> None:
    """With a product that is taken down goes what waits of it."""
    product = listing.product.row
    if waiting := queries.waiting_of(session, product):
        _refuse(session, actor, product, waiting, reason, now=now)


def _refuse(
    session: Session, actor: Actor, product: Product, request: ChangeRequest, reason: str, *, now: datetime
) -> None:
    _drop_photos(session, product, request, now=now)
    answer_change(session, actor, request, reason, product.name, now=now)
    note(session, actor, "refuse_change", product, *request.fields, now=now)


def _to_decide(
    session: Session, actor: Actor, shown: SeenRequest, *, now: datetime
) -> tuple[Locked[Stall], Locked[Product], ChangeRequest]:
    stall, request = lock_change(session, actor, shown, now=now)
    if request.product_id is None:
        raise NotFound
    return stall, stall_product(session, stall.row.id, request.product_id), request


def _say(session: Session, product: Locked[Product], fields: Mapping[str, str]) -> None:
    """Bring the product's words to those that were looked at; what is sold no more keeps its own."""
    row = product.row
    row.name, row.description = fields.get("name", row.name), fields.get("description", row.description)
    row.slug = slug(row.name)
    renamed = [int(field.partition(":")[2]) for field in fields if field.startswith("label:")]
    for variant in locked_all(session, Variant, Variant.product_id == row.id, Variant.id.in_(renamed)):
        variant.row.label = fields[f"label:{variant.row.id}"]


def _show(session: Session, product: Product, request: ChangeRequest, *, now: datetime) -> None:
    """Put the pictures that were looked at behind those that are shown."""
    shown = photos_of(session, product.id)
    last = shown[-1].position if shown else -1
    for position, picture in enumerate(queries.proposed_photos(session, request), start=last + 1):
        session.delete(picture)
        session.add(
            Photo(
                commune_id=product.commune_id,
                product_id=product.id,
                stall_id=product.stall_id,
                key=picture.key,
                width=picture.width,
                height=picture.height,
                position=position,
                created_at=now,
            )
        )
