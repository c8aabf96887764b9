"""Lots, their append-only farm journal, stamps and scans."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.catalog.models import Product
from market.sellers.models import Stall
from market.trace.rules import Entry, JournalKind, LotLife, LotState, StampState, StampTerms


class Lot(Base):
    """A lot of one product. `yield_permille` bounds what may be packed of the harvest; counters guard the stamps.

    One stamp stands for a pack of `pack_amount` thousandths of `pack_unit`; sealing writes down for how many packs the
    journal answers (`stamps_allowed`). Stamps numbered above `stamps_printed` are made ahead: none of the lot's yet.
    `set_aside_at`: when its seller said that none of it is among the goods that are sold any more.
    """

    __tablename__ = "lot"
    __table_args__ = (
        parent_by_commune("lot"),
        UniqueConstraint("commune_id", "code"),
        UniqueConstraint("stall_id", "client_key"),
        CheckConstraint(
            "stamps_activated >= 0 AND stamps_activated <= stamps_printed", name="activated_within_printed"
        ),
        CheckConstraint("stamps_allowed IS NULL OR stamps_activated <= stamps_allowed", name="activated_within_packed"),
        CheckConstraint("yield_permille BETWEEN 1 AND 5000", name="yield_permille"),
        CheckConstraint("pack_amount > 0", name="pack_amount_positive"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    code: Mapped[str]
    state: Mapped[LotState] = mapped_column(default=LotState.OPEN)
    plot: Mapped[str]
    yield_permille: Mapped[int] = mapped_column(default=1000)
    pack_amount: Mapped[int] = mapped_column(default=1000)
    pack_unit: Mapped[str] = mapped_column(default="kg")
    best_before: Mapped[date | None]
    standard: Mapped[str] = mapped_column(default="")
    stamps_printed: Mapped[int] = mapped_column(default=0)
    stamps_activated: Mapped[int] = mapped_column(default=0)
    stamps_allowed: Mapped[int | None]
    client_key: Mapped[str | None]
    created_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]
    recall_reason: Mapped[str | None]
    set_aside_at: Mapped[datetime | None]

    stall: Mapped[Stall] = relationship()
    product: Mapped[Product] = relationship()

    @property
    def life(self) -> LotLife:
        return LotLife(state=self.state, best_before=self.best_before, is_set_aside=self.set_aside_at is not None)

    @property
    def terms(self) -> StampTerms:
        return StampTerms(yield_permille=self.yield_permille, pack_amount=self.pack_amount, pack_unit=self.pack_unit)


class JournalEntry(Base):
    """One line of a lot's journal, never changed: a correction is a new line that names the old one.

    `happened_on` is what the grower says, `recorded_at` when the server received it. Amounts are thousandths of `unit`.
    `is_withdrawal` says that the line it corrects never happened.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        UniqueConstraint("lot_id", "client_key"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount_positive"),
        CheckConstraint("phi_days IS NULL OR phi_days >= 0", name="phi_not_negative"),
        CheckConstraint("corrects_id IS NOT NULL OR NOT is_withdrawal", name="withdrawal_of_a_line"),
    )

    id: Mapped[Id]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[JournalKind]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    on_behalf_of: Mapped[int | None] = mapped_column(ForeignKey("business.id"))
    note: Mapped[str] = mapped_column(default="")
    amount: Mapped[int | None]
    unit: Mapped[str | None]
    substance: Mapped[str | None]
    phi_days: Mapped[int | None]
    phi_source: Mapped[str | None]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    is_withdrawal: Mapped[bool] = mapped_column(default=False)
    client_key: Mapped[str | None]

    @property
    def entry(self) -> Entry:
        """The line as the rules read it."""
        return Entry(
            id=self.id,
            kind=self.kind,
            happened_on=self.happened_on,
            amount=self.amount,
            unit=self.unit,
            substance=self.substance,
            phi_days=self.phi_days,
            corrects_id=self.corrects_id,
            is_withdrawal=self.is_withdrawal,
        )


class Stamp(Base):
    """One printed code. Its page says what the lot says; a stamp itself is only printed, activated or void."""

    __tablename__ = "stamp"
    __table_args__ = (
        of_same_commune("lot"),
        parent_by_commune("stamp"),
        Index(None, "lot_id", "serial", unique=True),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("lot")
    lot_id: Mapped[Ref]
    code: Mapped[str] = mapped_column(unique=True)
    serial: Mapped[int]
    state: Mapped[StampState] = mapped_column(default=StampState.PRINTED)
    printed_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]

    lot: Mapped[Lot] = relationship(primaryjoin="Stamp.lot_id == Lot.id")


class Scan(Base):
    """A visitor's first look at a stamp: one row per visitor, who is a random cookie's hash and nothing more."""

    __tablename__ = "scan"
    __table_args__ = (of_same_commune("stamp"), UniqueConstraint("stamp_id", "visitor"))

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("stamp")
    stamp_id: Mapped[Ref]
    visitor: Mapped[str]
    at: Mapped[datetime]
