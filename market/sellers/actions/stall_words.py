"""A stall's name and introduction: refused where they mislead, changed once an officer has looked."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked
from market.base.errors import Refused
from market.base.seen import check_seen
from market.places.models import Commune
from market.sellers import queries
from market.sellers.actions.answers import SeenRequest
from market.sellers.actions.change_requests import answer_change, is_answered_so, lock_change
from market.sellers.actions.register import lock_register, log_business
from market.sellers.actions.stall_names import free_slug, other_names
from market.sellers.models import OldStallSlug, RequestState, Stall
from market.sellers.rules import look_of, reason_against_name
from market.values.text import fold

NAMES_A_MONTH = 3
MONTH = timedelta(days=30)


def refuse_name(session: Session, register: Locked[Commune], stall: Stall, name: str) -> None:
    """Refused where buyers would take the stall for another one, an authority or a bank. As its business is in the
    register, by the office's own hand, a stall may be called, unless another stall is."""
    commune, business = register.row, stall.business
    others = other_names(session, register, stall.id)
    is_legal = fold(name) == fold(business.name) and not any(look_of(one) == look_of(name) for one in others)
    official = (commune.name, commune.office_name, f"Chợ {commune.name}")
    reason = reason_against_name(name, official=official, others=others, hamlet=business.hamlet.name)
    if reason and not is_legal:
        raise Refused("stall_name", reason)


def refuse_new_name(session: Session, stall: Stall, *, now: datetime) -> None:
    """Refused where the office has looked at NAMES_A_MONTH names of the stall within a month."""
    if queries.names_since(session, stall.id, now, within=MONTH) >= NAMES_A_MONTH:
        raise Refused(
            "names_of_the_month",
            f"Trong 30 ngày qua xã đã xem {NAMES_A_MONTH} tên mới của gian hàng. Tên đang hiện vẫn giữ. "
            "Mời chờ ít hôm, hoặc gọi cán bộ xã.",
        )


def approve_stall_change(session: Session, actor: Actor, shown: SeenRequest, *, now: datetime) -> None:
    """Let a stall say what its seller asked for; a new name gives a new address, and the old one keeps leading here.

    Idempotent. Refused for the officer's own stall and for a name that misleads by now, ChangedSince where something
    else was seen, Conflict where it waits no more, NotFound for another commune's.
    """
    register = lock_register(session, shown.commune_id)
    stall, request = lock_change(session, actor, shown, now=now)
    if is_answered_so(request, RequestState.APPROVED):
        return
    check_seen(shown.seen, queries.stall_change_facts(request))
    row, fields = stall.row, request.fields
    if "name" in fields:
        refuse_name(session, register, row, fields["name"])
        session.add(OldStallSlug(commune_id=row.commune_id, stall_id=row.id, slug=row.slug))
        row.slug, row.name = free_slug(session, register, fields["name"]), fields["name"]
    if "intro" in fields:
        row.intro = fields["intro"] or None
    answer_change(session, actor, request, None, "gian hàng", now=now)
    log_business(session, actor, "approve_change", row.business, *fields, now=now)


def refuse_stall_change(session: Session, actor: Actor, shown: SeenRequest, reason: str, *, now: datetime) -> None:
    """Say no to what a stall was to say, with the reason its seller will read. Idempotent.

    Refused as `approve_stall_change` says.
    """
    stall, request = lock_change(session, actor, shown, now=now)
    if is_answered_so(request, RequestState.REFUSED, reason):
        return
    check_seen(shown.seen, queries.stall_change_facts(request))
    answer_change(session, actor, request, reason, "gian hàng", now=now)
    log_business(session, actor, "refuse_change", stall.row.business, *request.fields, now=now)


def withdraw_stall_change(session: Session, actor: Actor, stall: Locked[Stall], *, now: datetime) -> None:
    """Take back what waits of a stall. Idempotent."""
    waiting = queries.change_waiting(session, stall.row.id)
    if waiting:
        waiting.state, waiting.decided_at = RequestState.WITHDRAWN, now
        log_business(session, actor, "withdraw_change", stall.row.business, *waiting.fields, now=now)
