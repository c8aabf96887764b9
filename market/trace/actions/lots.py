"""A lot opens, is described, is sealed when its journal allows it, and may be recalled."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.drawn import insert_drawn
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.catalog.actions.locking import all_variants, stall_product
from market.trace.models import Lot
from market.trace.queries import facts_to_edit, facts_to_recall, facts_to_seal, facts_to_set_aside, journal_of
from market.trace.rules import LotLife, LotState, Obstacle, for_sale_until, stamps_allowed, why_not_sealed
from market.values.codes import lot_code
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRef:
    """A lot of a stall."""

    stall_id: int
    lot_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotDetails:
    """What is said of a lot while it is open. One stamp stands for a pack of `pack_amount` thousandths."""

    plot: str
    pack_amount: int
    pack_unit: str
    yield_permille: int
    best_before: date | None = None
    standard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLot:
    """A new lot of one product; the same `client_key` again returns the same lot."""

    product_id: int
    details: LotDetails
    client_key: str | None = None


def open_lot(session: Session, actor: Actor, stall_id: int, new: NewLot, *, clock: Clock) -> str:
    """Open a lot of one of the stall's products; returns its code. NotFound for another's product, SentOtherwise where
    the form opened another lot the first time.

    The second post of a form waits for the first, whose lot stands under the form's key, and gets its code.
    """
    product = stall_product(session, stall_id, new.product_id).row
    now = clock()
    sent = SentForm(key=new.client_key, content=("lot", new), told=f"một lô {product.name}, {new.details.plot}")
    used_before(session, f"stall:{stall_id}", sent, now=now)
    row = asdict(new.details) | {
        "commune_id": product.commune_id,
        "stall_id": stall_id,
        "product_id": product.id,
        "client_key": new.client_key,
        "created_at": now,
    }
    made = insert_drawn(
        session,
        Lot,
        [row],
        draw=lambda: _next_code(session, product.commune_id, local_day(now)),
        is_known=lambda: _code_with_key(session, stall_id, new.client_key) is not None,
    )
    for code, lot_id in made.items():
        log_lot(session, actor, "open_lot", locked_lot(session, LotRef(stall_id=stall_id, lot_id=lot_id)), now=now)
        return code
    return _code_with_key(session, stall_id, new.client_key) or ""


def _code_with_key(session: Session, stall_id: int, client_key: str | None) -> str | None:
    """The code of the lot this very form opened before."""
    known = select(Lot.code).where(Lot.stall_id == stall_id, Lot.client_key == client_key)
    return session.scalar(known) if client_key else None


def _next_code(session: Session, commune_id: int, day: date) -> str:
    """The first code of a day that no lot of the commune bears."""
    taken = select(Lot.code).where(Lot.commune_id == commune_id, Lot.code.startswith(f"L{day:%y%m%d}"))
    codes = set(session.scalars(taken))
    return next(code for index in count(len(codes)) if (code := lot_code(day, index)) not in codes)


def edit_lot(session: Session, actor: Actor, which: LotRef, details: LotDetails, *, seen: str, clock: Clock) -> None:
    """Change what is said of an open lot; nothing is written where it is said already.

    `seen`: `seen_of()` of what was said before (`facts_to_edit`); ChangedSince where something else is said. Conflict
    once it is sealed or recalled: people may have read it. NotFound for another stall's.
    """
    lot = locked_lot(session, which)
    if not lot.row.life.can_write:
        raise Conflict(
            "lot_sealed", "Lô đã ghi xong nên không sửa thông tin được nữa. Nhật ký vẫn nhận dòng đính chính."
        )
    changed = {field: value for field, value in asdict(details).items() if getattr(lot.row, field) != value}
    if not changed:
        return
    check_seen(seen, facts_to_edit(lot.row))
    for field, value in changed.items():
        setattr(lot.row, field, value)
    log_lot(session, actor, "edit_lot", lot, now=clock(), fields=tuple(changed))


def seal_lot(session: Session, actor: Actor, which: LotRef, *, seen: str, clock: Clock) -> None:
    """Seal an open lot: what is said of it and its journal stand then. Cannot be undone. Idempotent.

    Refused, with every reason, while its journal does not allow it; ChangedSince where the lot or its journal is not as
    the page showed it (`seen`: `facts_to_seal`); Conflict for a recalled one, NotFound for another stall's.
    """
    lot = locked_lot(session, which)
    if lot.row.life.is_sealed:
        return
    if not lot.row.life.can_seal:
        raise Conflict("lot_recalled", "Lô đã thu hồi nên không ghi xong được.")
    if obstacles := obstacles_of(session, lot):
        raise Refused(
            "not_sealable", " ".join(["Chưa ghi xong lô được.", *(obstacle.sentence for obstacle in obstacles)])
        )
    check_seen(seen, facts_to_seal(lot.row, journal_of(session, lot.row.id)))
    now = clock()
    lot.row.state, lot.row.sealed_at = LotState.SEALED, now
    count_allowed(session, lot)
    _settle_sale(session, lot, now)
    log_lot(session, actor, "seal_lot", lot, now=now)


def recall_lot(
    session: Session, actor: Actor, which: LotRef, reason: str, *, seen: str, clock: Clock
) -> Locked[Lot] | None:
    """Recall a lot: every stamp of it warns from now on, and its goods are sold no longer where no other lot of them
    may be. Cannot be undone. Returns the lot; None, and nothing done, where it was recalled before.

    Refused without a reason, ChangedSince where the lot is not as the page showed it (`seen`: `facts_to_recall`),
    NotFound for another stall's.
    """
    lot = locked_lot(session, which)
    if not lot.row.life.can_recall:
        return None
    if not reason.strip():
        raise Refused("reason_missing", "Mời ghi lý do thu hồi: người đã mua sẽ đọc câu này.")
    check_seen(seen, facts_to_recall(lot.row))
    now = clock()
    lot.row.state, lot.row.recalled_at, lot.row.recall_reason = LotState.RECALLED, now, reason.strip()
    _settle_sale(session, lot, now)
    log_lot(session, actor, "recall_lot", lot, now=now)
    return lot


def set_lot_aside(session: Session, actor: Actor, which: LotRef, *, seen: str, clock: Clock) -> None:
    """Write down its seller's word that none of a lot is among the goods that are sold any more, so that it stops them
    no longer. Cannot be undone. Idempotent.

    Conflict for a lot that stops nothing: neither recalled nor past its date. ChangedSince where it is not as the page
    showed it (`seen`: `facts_to_set_aside`), NotFound for another stall's.
    """
    lot = locked_lot(session, which)
    if lot.row.life.is_set_aside:
        return
    now = clock()
    if not lot.row.life.stops(local_day(now)):
        raise Conflict("lot_is_good", "Lô này chưa thu hồi, còn hạn dùng: hàng vẫn bán được, không cần cất riêng.")
    check_seen(seen, facts_to_set_aside(lot.row))
    lot.row.set_aside_at = now
    _settle_sale(session, lot, now)
    log_lot(session, actor, "set_lot_aside", lot, now=now)


def _settle_sale(session: Session, lot: Locked[Lot], now: datetime) -> None:
    """Write down until when the lots of its goods let them be sold. They are read after all that is sold of the product
    is locked: two lots of it change one after the other, and no check-out takes of it what a recall has stopped."""
    session.flush()
    variants = all_variants(session, lot.row.product_id)
    lots = session.execute(
        select(Lot.state, Lot.best_before, Lot.set_aside_at).where(Lot.product_id == lot.row.product_id)
    )
    lives = [LotLife(state=state, best_before=day, is_set_aside=at is not None) for state, day, at in lots]
    until = for_sale_until(lives, now=now)
    for variant in variants:
        variant.row.for_sale_until = until


# --- for the other actions of this slice ----------------------------------------------------------------------------


def locked_lot(session: Session, which: LotRef) -> Locked[Lot]:
    """The lot as it is now: its journal and its stamps change under its lock alone. NotFound where it is another
    stall's."""
    return locked(session, Lot, Lot.id == which.lot_id, Lot.stall_id == which.stall_id)


def obstacles_of(session: Session, lot: Locked[Lot]) -> Sequence[Obstacle]:
    return why_not_sealed((line.entry for line in journal_of(session, lot.row.id)), lot.row.terms)


def count_allowed(session: Session, lot: Locked[Lot]) -> None:
    """Write down for how many packs the journal answers; never fewer than already carry an active stamp."""
    allowed = stamps_allowed((line.entry for line in journal_of(session, lot.row.id)), lot.row.terms)
    lot.row.stamps_allowed = max(allowed or 0, lot.row.stamps_activated)


def log_lot(
    session: Session, actor: Actor, verb: str, lot: Locked[Lot], *, now: datetime, fields: Sequence[str] = ()
) -> None:
    change = Change(
        verb=verb,
        subject="lot",
        subject_id=lot.row.id,
        commune_id=lot.row.commune_id,
        business_id=lot.row.stall.business_id,
        fields=fields,
    )
    record(session, actor, change, now=now)
