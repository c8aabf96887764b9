"""A reporting period's locked figures: opened, locked, sent, replaced. Rows are added, never changed and
never taken away."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.adoption.rules.locking import Measure
from market.adoption.rules.periods import PeriodCut, PeriodKind
from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune

FIRST = text("replaces_id IS NULL")


class ReportPeriod(Base):
    """A period that the office reports on, opened once: draft until it has a lock. `number`: of the month or the
    quarter, 1 of what a year has once. The days are kept as they were when it was opened."""

    __tablename__ = "report_period"
    __table_args__ = (
        UniqueConstraint("commune_id", "kind", "cut", "year", "number"),
        parent_by_commune("report_period"),
        CheckConstraint("starts_on <= ends_on", name="ends_after_start"),
        Index(None, "commune_id", "ends_on"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    kind: Mapped[PeriodKind]
    cut: Mapped[PeriodCut]
    year: Mapped[int]
    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]


class PeriodLock(Base):
    """A period locked: as of its last day, as known at `locked_at`. The first replaces nothing, every other one the one
    before it, and says why. `digest`: SHA-256 over all that was locked (`rules.locking.digest_of`)."""

    __tablename__ = "period_lock"
    __table_args__ = (
        UniqueConstraint("report_period_id", "version"),
        Index("uq_period_lock_replaces_id", "replaces_id", unique=True),
        Index("uq_period_lock_first", "report_period_id", unique=True, postgresql_where=FIRST, sqlite_where=FIRST),
        parent_by_commune("period_lock"),
        of_same_commune("report_period"),
        CheckConstraint("(replaces_id IS NULL) = (reason IS NULL)", name="replacement_says_why"),
        CheckConstraint("reason <> ''", name="reason_said"),
        CheckConstraint("version > 0", name="version_counts_up"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("report_period")
    report_period_id: Mapped[Ref]
    version: Mapped[int]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("period_lock.id"))
    reason: Mapped[str | None]
    locked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    locked_at: Mapped[datetime]
    definitions_version: Mapped[int]
    ledger_head: Mapped[str] = mapped_column(default="", server_default="")
    digest: Mapped[str]


class LockedNumber(Base):
    """One number of a lock: `part` of `whole`, of a hamlet, a kind or a state where `of_what` names one. `words`: what
    that was called then."""

    __tablename__ = "locked_number"
    __table_args__ = (
        UniqueConstraint("period_lock_id", "measure", "of_what"),
        of_same_commune("period_lock"),
        CheckConstraint("0 <= part AND part <= whole", name="part_of_whole"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("period_lock")
    period_lock_id: Mapped[Ref]
    measure: Mapped[Measure]
    of_what: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    part: Mapped[int]
    whole: Mapped[int]


class LockedBusiness(Base):
    """A business that a lock counts, with what it was then and the order that proves it. `evidence`: its level
    (`rules.Evidence`); `platforms`: where it had an account, parted by blanks."""

    __tablename__ = "locked_business"
    __table_args__ = (
        UniqueConstraint("period_lock_id", "business_id"),
        of_same_commune("period_lock"),
        of_same_commune("business"),
        of_same_commune("order"),
        Index(None, "business_id"),
        Index(None, "order_id"),
        CheckConstraint("evidence > 1", name="proven"),
        CheckConstraint("platforms <> ''", name="has_account"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("period_lock")
    period_lock_id: Mapped[Ref]
    business_id: Mapped[Ref]
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("hamlet.id"))
    kind: Mapped[str]
    order_id: Mapped[Ref]
    evidence: Mapped[int]
    platforms: Mapped[str]


class LockedTarget(Base):
    """A target, or a number that the figure is counted by, as it was in force on the last day of a locked period."""

    __tablename__ = "locked_target"
    __table_args__ = (UniqueConstraint("period_lock_id", "key"), of_same_commune("period_lock"))

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("period_lock")
    period_lock_id: Mapped[Ref]
    key: Mapped[str]
    value: Mapped[int]
    valid_from: Mapped[date]
    source: Mapped[str]


class PeriodSending(Base):
    """That a lock's report was sent, by whom, under which number; each lock once."""

    __tablename__ = "period_sending"
    __table_args__ = (UniqueConstraint("period_lock_id"), of_same_commune("period_lock"))

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("period_lock")
    period_lock_id: Mapped[Ref]
    sent_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]
    document_no: Mapped[str] = mapped_column(default="")
