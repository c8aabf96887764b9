"""A lot opens, is described, is sealed when its journal allows it, and may be recalled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from market.base.audit import Actor, Change, record
from market.base.errors import Conflict, NotFound, Refused
from market.catalog.models import Product
from market.places.models import Commune
from market.trace.models import Lot
from market.trace.queries import journal_of
from market.trace.rules import LotState, Obstacle, stamps_allowed, why_not_sealed
from market.values.codes import lot_code
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class LotDetails:
    """What is said of a lot while it is open. One stamp stands for a pack of `pack_amount` thousandths."""

    plot: str
    pack_amount: int
    pack_unit: str
    yield_permille: int = 1000
    best_before: date | None = None
    standard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLot:
    """A new lot of one product; the same `client_key` again gives the same lot."""

    product_id: int
    details: LotDetails
    client_key: str | None = None


def open_lot(session: Session, actor: Actor, stall_id: int, new: NewLot, *, now: datetime) -> str:
    """Open a lot of one of the stall's products; gives its code. NotFound for another's product."""
    product = session.scalar(select(Product).where(Product.id == new.product_id, Product.stall_id == stall_id))
    if product is None:
        raise NotFound
    _hold_codes(session, product.commune_id)
    known = select(Lot.code).where(Lot.stall_id == stall_id, Lot.client_key == new.client_key)
    if new.client_key and (code := session.scalar(known)):
        return code
    lot = Lot(
        commune_id=product.commune_id,
        stall_id=stall_id,
        product_id=product.id,
        code=_free_code(session, product.commune_id, local_day(now)),
        client_key=new.client_key,
        created_at=now,
    )
    _describe(lot, new.details)
    session.add(lot)
    session.flush()
    log_lot(session, actor, "open_lot", lot, now=now)
    return lot.code


def _hold_codes(session: Session, commune_id: int) -> None:
    """Hold the commune's row: two lots opened at once get two codes, one opened twice is seen."""
    session.execute(select(Commune.id).where(Commune.id == commune_id).with_for_update())


def _free_code(session: Session, commune_id: int, day: date) -> str:
    """The next code of a day; the commune's codes are held."""
    opened = select(func.count()).select_from(Lot)
    today = session.scalar(opened.where(Lot.commune_id == commune_id, Lot.code.startswith(f"L{day:%y%m%d}")))
    return lot_code(day, today or 0)


def _describe(lot: Lot, details: LotDetails) -> None:
    for field in LotDetails.__dataclass_fields__:
        setattr(lot, field, getattr(details, field))


def edit_lot(session: Session, actor: Actor, lot_id: int, details: LotDetails, *, now: datetime) -> None:
    """Change what is said of an open lot. Refused once it is sealed: people may have read it."""
    lot = held_lot(session, lot_id)
    if lot.state is not LotState.MO:
        raise Conflict("Lô đã chốt nên không sửa thông tin được nữa. Nhật ký vẫn nhận dòng đính chính.")
    _describe(lot, details)
    log_lot(session, actor, "edit_lot", lot, now=now, fields=tuple(LotDetails.__dataclass_fields__))


def seal_lot(session: Session, actor: Actor, lot_id: int, *, now: datetime) -> None:
    """Seal an open lot. Refused, with every reason, while its journal does not allow it; twice changes nothing."""
    lot = held_lot(session, lot_id)
    if lot.state is LotState.CHOT:
        return
    if lot.state is LotState.THU_HOI:
        raise Conflict("Lô đã thu hồi nên không chốt được.")
    if obstacles := obstacles_of(session, lot):
        raise Refused(" ".join(["Chưa chốt được lô.", *(obstacle.sentence for obstacle in obstacles)]))
    lot.state, lot.sealed_at = LotState.CHOT, now
    count_allowed(session, lot)
    log_lot(session, actor, "seal_lot", lot, now=now)


def recall_lot(session: Session, actor: Actor, lot_id: int, reason: str, *, now: datetime) -> None:
    """Recall a lot: every stamp of it warns from now on. Cannot be undone; twice changes nothing."""
    lot = held_lot(session, lot_id)
    if lot.state is LotState.THU_HOI:
        return
    if not reason.strip():
        raise Refused("Mời ghi lý do thu hồi: người đã mua sẽ đọc câu này.")
    lot.state, lot.recalled_at, lot.recall_reason = LotState.THU_HOI, now, reason.strip()
    log_lot(session, actor, "recall_lot", lot, now=now)


# --- for the other actions of this slice ----------------------------------------------------------------------------


def held_lot(session: Session, lot_id: int) -> Lot:
    """The lot as it is now, held until the transaction ends: what is read of its journal stays true."""
    query = select(Lot).where(Lot.id == lot_id).with_for_update(of=Lot).execution_options(populate_existing=True)
    return session.scalars(query.options(joinedload(Lot.stall))).one()


def obstacles_of(session: Session, lot: Lot) -> Sequence[Obstacle]:
    return why_not_sealed((line.entry for line in journal_of(session, lot.id)), lot.terms)


def count_allowed(session: Session, lot: Lot) -> None:
    """Write down for how many packs the journal answers; never fewer than already carry an active stamp."""
    allowed = stamps_allowed((line.entry for line in journal_of(session, lot.id)), lot.terms)
    lot.stamps_allowed = max(allowed or 0, lot.stamps_activated)


def log_lot(session: Session, actor: Actor, verb: str, lot: Lot, *, now: datetime, fields: Sequence[str] = ()) -> None:
    change = Change(
        verb=verb,
        subject="lot",
        subject_id=lot.id,
        commune_id=lot.commune_id,
        business_id=lot.stall.business_id,
        fields=fields,
    )
    record(session, actor, change, now=now)
