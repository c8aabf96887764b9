"""What anybody may ask: the lot behind a stamp, its scans, the sealed lots of a product."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from market.base.days import local_day_of
from market.base.db import NOW, Moment
from market.base.errors import NotFound
from market.catalog.models import Product
from market.sellers.models import Business, Stall
from market.trace.models import JournalEntry, Lot, Scan, Stamp
from market.trace.rules import PUBLIC_STATES, JournalKind, LotState, StampState, in_force
from market.values.period import local_day

LOTS_ON_A_PRODUCT = 5

_WHOLE_LOT = (
    joinedload(Lot.stall).joinedload(Stall.business).joinedload(Business.hamlet),
    joinedload(Lot.product).selectinload(Product.variants),
)


def is_public() -> ColumnElement[bool]:
    """Whether anybody may read a lot's journal, for any query over `lot`."""
    return or_(*(Lot.state == state for state in PUBLIC_STATES))


def is_sealed() -> ColumnElement[bool]:
    """Whether a lot is sealed and was not recalled since, for any query over `lot`."""
    return Lot.state == LotState.SEALED


def is_recalled() -> ColumnElement[bool]:
    """Whether a lot was recalled, for any query over `lot`."""
    return Lot.state == LotState.RECALLED


def is_past(now: Moment) -> ColumnElement[bool]:
    """Whether a lot's goods are past their date, for any query over `lot`. Never NULL."""
    return and_(Lot.best_before.is_not(None), Lot.best_before < local_day_of(now))


def may_be_sold(now: Moment) -> ColumnElement[bool]:
    """Whether a lot's goods may be sold: sealed, not recalled since, not past their date; `LotLife.may_be_sold` for any
    query over `lot`."""
    return and_(is_sealed(), ~is_past(now))


def stamp_by_code(session: Session, code: str) -> Stamp | None:
    """The stamp with its lot, the goods and their producer; None where no printed stamp bears this code."""
    lot = joinedload(Stamp.lot)
    query = select(Stamp).where(Stamp.code == code)
    stamp = session.scalar(
        query.options(
            lot.joinedload(Lot.stall).joinedload(Stall.business).joinedload(Business.hamlet),
            lot.joinedload(Lot.product).selectinload(Product.variants),
        )
    )
    return stamp if stamp is not None and stamp.serial <= stamp.lot.stamps_printed else None


def public_lot(session: Session, commune_id: int, code: str) -> Lot:
    """A sealed or recalled lot of the commune with its goods and producer; NotFound for one still open."""
    query = select(Lot).where(Lot.commune_id == commune_id, Lot.code == code, is_public())
    lot = session.scalar(query.options(*_WHOLE_LOT))
    if lot is None:
        raise NotFound("Không có lô nào mang mã này, hoặc lô chưa ghi xong nhật ký.")
    return lot


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitors:
    """How many phones have opened a stamp's page since a moment, when the first did, and whether this one ever has."""

    count: int
    first_at: datetime | None
    has_this: bool


def visitors_of(session: Session, stamp_id: int, visitor: str, *, since: datetime) -> Visitors:
    late, this = Scan.at >= since, Scan.visitor == visitor
    counts = func.count().filter(late), func.min(Scan.at).filter(late), func.count().filter(this)
    count, first_at, own = session.execute(select(*counts).where(Scan.stamp_id == stamp_id)).one()
    return Visitors(count=count, first_at=first_at, has_this=own > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLot:
    """A lot as a product's page names it: `entries` lines in force, the last harvest, whether it was recalled, or is
    past its date; `stops` where its goods are sold no longer for that, if no other lot may be (`LotLife.stops`)."""

    code: str
    is_recalled: bool
    is_past: bool
    stops: bool
    recalled_on: date | None
    harvested_on: date | None
    best_before: date | None
    entries: int


def lots_of_product_public(session: Session, product_id: int, *, today: date) -> Sequence[PublicLot]:
    """The newest sealed or recalled lots of a product, at most five. Two statements, whatever the count."""
    query = select(Lot).where(Lot.product_id == product_id, is_public())
    lots = session.scalars(query.order_by(Lot.id.desc()).limit(LOTS_ON_A_PRODUCT)).all()
    if not lots:
        return []
    lines = session.scalars(select(JournalEntry).where(JournalEntry.lot_id.in_([lot.id for lot in lots]))).all()
    return [_public(lot, [line for line in lines if line.lot_id == lot.id], today) for lot in lots]


def _public(lot: Lot, lines: Sequence[JournalEntry], today: date) -> PublicLot:
    live = in_force(line.entry for line in lines)
    harvests = [entry.happened_on for entry in live if entry.kind is JournalKind.HARVEST]
    return PublicLot(
        code=lot.code,
        is_recalled=lot.life.is_recalled,
        is_past=lot.life.is_past(today),
        stops=lot.life.stops(today),
        recalled_on=local_day(lot.recalled_at) if lot.recalled_at else None,
        harvested_on=max(harvests, default=None),
        best_before=lot.best_before,
        entries=len(live),
    )


def has_lot_for_sale() -> ColumnElement[bool]:
    """Whether a product has a lot that may be sold: a column for any statement over `product`; bind `now`."""
    return select(Lot.id).where(_is_of_product(), may_be_sold(NOW)).correlate_except(Lot).exists()


def has_public_lot() -> ColumnElement[bool]:
    """Whether a product has a lot that anybody may read: a column for any statement over `product`."""
    return select(Lot.id).where(_is_of_product(), is_public()).correlate_except(Lot).exists()


def newest_lot_for_sale() -> ScalarSelect[int | None]:
    """The id of a product's newest lot that may be sold, NULL without one: a column for any statement over `product`;
    bind `now`."""
    newest = select(func.max(Lot.id)).where(_is_of_product(), may_be_sold(NOW))
    return newest.correlate_except(Lot).scalar_subquery()


def _is_of_product() -> ColumnElement[bool]:
    return Lot.product_id == Product.id


def codes_for_sale(session: Session, product_ids: Collection[int], *, now: datetime) -> dict[int, str]:
    """Product -> the code of its newest lot that may be sold; products without one are absent."""
    query = select(Lot.product_id, Lot.code).where(Lot.product_id.in_(product_ids), may_be_sold(now))
    return {product_id: code for product_id, code in session.execute(query.order_by(Lot.id))}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStamp:
    """A stamp on goods that may be sold: its code, the lot's, since when it is on them."""

    code: str
    lot: str
    activated_at: datetime


def live_stamp(session: Session, product_id: int, *, now: datetime) -> LiveStamp | None:
    """The first stamp on the goods of a product's newest lot that may be sold; None where no such lot has any."""
    query = (
        select(Stamp.code, Lot.code.label("lot"), Stamp.activated_at)
        .join(Lot, Lot.id == Stamp.lot_id)
        .where(Lot.product_id == product_id, may_be_sold(now), Lot.stamps_activated > 0)
        .where(Stamp.state == StampState.ACTIVATED, Stamp.activated_at.is_not(None))
    )
    row = session.execute(query.order_by(Lot.id.desc(), Stamp.serial).limit(1)).first()
    return LiveStamp(code=row[0], lot=row[1], activated_at=row[2]) if row and row[2] else None


def stamped_lots_since(session: Session, commune_id: int, since: datetime) -> dict[int, tuple[str, datetime]]:
    """Business -> the code of its newest lot with a whole journal and stamps on its goods, and when it was sealed: of
    those sealed since a moment and not recalled."""
    query = (
        select(Stall.business_id, Lot.code, Lot.sealed_at)
        .join(Stall, Stall.id == Lot.stall_id)
        .where(Lot.commune_id == commune_id, is_sealed(), Lot.stamps_activated > 0, Lot.sealed_at >= since)
        .order_by(Lot.id)
    )
    return {business_id: (code, at) for business_id, code, at in session.execute(query) if at is not None}
