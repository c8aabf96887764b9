"""A stall's own lots: their list, one with its journal, its stamps and when they were printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from market.base.errors import NotFound
from market.catalog.models import Product
from market.trace.models import JournalEntry, Lot, Stamp
from market.trace.rules import LotLife, LotState, StampState
from market.values.paging import pages_of

PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """A lot as the list shows it."""

    code: str
    state: LotState
    product_name: str
    plot: str
    created_at: datetime
    stamps_printed: int
    stamps_activated: int
    entries: int
    best_before: date | None
    set_aside_at: datetime | None

    @property
    def life(self) -> LotLife:
        return LotLife(state=self.state, best_before=self.best_before, is_set_aside=self.set_aside_at is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPage:
    rows: Sequence[LotRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return pages_of(self.total, PAGE)


def lots_of_stall(session: Session, stall_id: int, page: int = 1) -> LotPage:
    """One page of a stall's lots, the newest first."""
    entries = select(func.count(JournalEntry.id)).where(JournalEntry.lot_id == Lot.id).scalar_subquery()
    query = (
        select(
            Lot.code,
            Lot.state,
            Product.name.label("product_name"),
            Lot.plot,
            Lot.created_at,
            Lot.stamps_printed,
            Lot.stamps_activated,
            entries.label("entries"),
            Lot.best_before,
            Lot.set_aside_at,
        )
        .join(Product, Product.id == Lot.product_id)
        .where(Lot.stall_id == stall_id)
        .order_by(Lot.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    total = session.scalar(select(func.count()).select_from(Lot).where(Lot.stall_id == stall_id)) or 0
    rows = [LotRow(**row) for row in session.execute(query).mappings()]
    return LotPage(rows=rows, total=total, page=page)


def lot_of_stall(session: Session, stall_id: int, code: str) -> Lot:
    """The stall's lot with its product; NotFound for another's."""
    lot = session.scalar(select(Lot).where(Lot.stall_id == stall_id, Lot.code == code).options(joinedload(Lot.product)))
    if lot is None:
        raise NotFound
    return lot


def lot_of_commune(session: Session, commune_id: int, code: str) -> Lot:
    """The commune's lot with its product, of any stall; NotFound where there is none."""
    query = select(Lot).where(Lot.commune_id == commune_id, Lot.code == code.strip().upper())
    lot = session.scalar(query.options(joinedload(Lot.product)))
    if lot is None:
        raise NotFound(f"Không có lô nào mang mã {code}.")
    return lot


def journal_of(session: Session, lot_id: int) -> Sequence[JournalEntry]:
    """Every line of a journal, corrected ones too, in the order they were written down."""
    return session.scalars(select(JournalEntry).where(JournalEntry.lot_id == lot_id).order_by(JournalEntry.id)).all()


def is_printed() -> ColumnElement[bool]:
    """Whether a stamp counts among its lot's: those made ahead have later numbers. For any query over both."""
    return Stamp.serial <= Lot.stamps_printed


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRun:
    """The stamps printed at one moment, by their serial numbers, both included."""

    at: datetime
    first: int
    last: int
    active: int
    void: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def print_runs(session: Session, lot_id: int) -> Sequence[PrintRun]:
    """When a lot's stamps were printed, the newest first; none of those made ahead."""
    query = (
        select(
            Stamp.printed_at.label("at"),
            func.min(Stamp.serial).label("first"),
            func.max(Stamp.serial).label("last"),
            func.count().filter(Stamp.state == StampState.ACTIVATED).label("active"),
            func.count().filter(Stamp.state == StampState.VOID).label("void"),
        )
        .join(Lot, Lot.id == Stamp.lot_id)
        .where(Stamp.lot_id == lot_id, is_printed())
        .group_by(Stamp.printed_at)
        .order_by(func.min(Stamp.serial).desc())
    )
    return [PrintRun(**row) for row in session.execute(query).mappings()]


def stamps_between(session: Session, lot_id: int, first: int, last: int) -> Sequence[tuple[int, str]]:
    """Serial number and code of the stamps that can be stuck on: printed, and not made void."""
    numbered = Stamp.lot_id == lot_id, Stamp.serial.between(first, last)
    query = select(Stamp.serial, Stamp.code).join(Lot, Lot.id == Stamp.lot_id).order_by(Stamp.serial)
    query = query.where(*numbered, is_printed(), Stamp.state != StampState.VOID)
    return [(serial, code) for serial, code in session.execute(query)]


MOST_GOODS = 100
"""A stall's goods to choose from: of the rest a lot is opened from the product's own page."""


def goods_to_open(session: Session, stall_id: int, wanted: int | None = None) -> dict[int, str]:
    """The goods a stall may open a lot of, id -> name, by name: the newest, and the one that is wanted."""
    newest = select(Product.id).where(Product.stall_id == stall_id).order_by(Product.id.desc()).limit(MOST_GOODS)
    of_these = or_(Product.id.in_(select(newest.subquery().c.id)), Product.id == wanted)
    query = select(Product.id, Product.name).where(Product.stall_id == stall_id, of_these)
    return {product_id: name for product_id, name in session.execute(query.order_by(Product.folded, Product.id))}


def product_to_open(session: Session, stall_id: int, product_id: int | None) -> Product | None:
    """A product of the stall with its choices; None for none and for another's."""
    query = select(Product).where(Product.id == product_id, Product.stall_id == stall_id)
    return session.scalar(query.options(selectinload(Product.variants)))


def entry_of_lot(session: Session, lot_id: int, entry_id: int) -> JournalEntry:
    """A line of a lot that can be corrected; NotFound for another lot's, and for one that withdraws another."""
    entry = session.get(JournalEntry, entry_id)
    if entry is None or entry.lot_id != lot_id or entry.is_withdrawal:
        raise NotFound
    return entry
