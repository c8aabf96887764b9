"""What a stall asks for bringing goods to the hamlets of its commune, where that is not its fee for all of them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import locked
from market.base.errors import NotFound
from market.base.seen import check_seen
from market.sellers.actions.register import log_business
from market.sellers.models import HamletFee, Stall
from market.sellers.queries.fees import fee_facts, hamlet_fees_of
from market.values.money import Dong


def change_fees(
    session: Session, actor: Actor, stall_id: int, new: Mapping[int, Dong | None], *, seen: str, now: datetime
) -> None:
    """Ask this for bringing goods to these hamlets (by id; None: nothing is brought there), and the stall's one fee for
    all others, from now on: orders placed before keep theirs.

    Idempotent. `seen`: `seen_of()` of `fee_facts` before; ChangedSince where they are others. NotFound for no stall,
    and for a hamlet that is none of its commune's or not in use any more.
    """
    stall = locked(session, Stall, Stall.id == stall_id).row
    rows = hamlet_fees_of(session, stall)
    if not new.keys() <= {row.id for row in rows}:
        raise NotFound("Có thôn vừa đổi trong sổ. Chưa ghi gì cả, mời mở lại trang.")
    if {row.id: row.fee for row in rows if row.is_own} == dict(new):
        return
    check_seen(seen, fee_facts(stall, rows))
    shown = [row.id for row in rows]
    session.execute(delete(HamletFee).where(HamletFee.stall_id == stall_id, HamletFee.hamlet_id.in_(shown)))
    session.add_all(
        HamletFee(commune_id=stall.commune_id, stall_id=stall_id, hamlet_id=hamlet_id, fee=fee)
        for hamlet_id, fee in new.items()
    )
    log_business(session, actor, "change_fees", stall.business, "hamlet_fees", now=now)
