"""What the KPI needs beside orders: accounts on other platforms, declared sales, what the job that raises risk
flags found, whom the office called, officers' decisions, and the reports that were made of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.adoption.models_locks import (
    LockedBusiness,
    LockedNumber,
    LockedTarget,
    PeriodLock,
    PeriodSending,
    ReportPeriod,
)
from market.adoption.rules import CallCause, CallOutcome, EntryKind, EvidenceState, ReviewWay, RiskFlag, Verdict, Vouch
from market.adoption.rules.reporting.signing import ReportKind, Signatory
from market.adoption.rules.reporting.spans import ReportSpan, SpanKind
from market.base.db import Base, Id

__all__ = [
    "BuyerCall",
    "CallDraw",
    "DeclaredSale",
    "EvidenceReview",
    "LedgerEntry",
    "LedgerHead",
    "LockedBusiness",
    "LockedNumber",
    "LockedTarget",
    "OfficialReport",
    "PeriodLock",
    "PeriodSending",
    "PlatformAccount",
    "RaisedFlag",
    "ReportPeriod",
    "SaleCheck",
]

STILL_HOLDS = text("ended_at IS NULL")
OF_SALE = text("kind = 'ban_hang'")
GOOD = text("kind = 'ban_hang' AND level > 1 AND finding IN ('sach', 'xa_tinh')")
"""Of sales on counted evidence of which nothing says to look first."""


class PlatformAccount(Base):
    """A business's account on a platform; counts from the day on which an officer has seen the proof until the one on
    which one said that it ended.

    `proof`: what was seen, and where a copy is kept; None in rows older than it. One of each platform is in use.
    """

    __tablename__ = "platform_account"
    __table_args__ = (
        Index(
            "uq_platform_account_in_use",
            "business_id",
            "platform",
            unique=True,
            postgresql_where=STILL_HOLDS,
            sqlite_where=STILL_HOLDS,
        ),
    )

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    platform: Mapped[str]
    shop: Mapped[str]
    declared_at: Mapped[datetime]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None]
    proof: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_reason: Mapped[str | None]


class DeclaredSale(Base):
    """A sale a business says it made elsewhere: shown, never counted."""

    __tablename__ = "declared_sale"

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    platform: Mapped[str]
    sold_on: Mapped[date]
    declared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]


class EvidenceReview(Base):
    """An officer's look at an order that had to be checked, with what was done and the reason; the newest of an order
    holds. `way` is None where it was written before anybody asked for it."""

    __tablename__ = "evidence_review"
    __table_args__ = (Index(None, "order_id", "id"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    verdict: Mapped[Verdict]
    way: Mapped[ReviewWay | None]
    reason: Mapped[str]
    reviewed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime]


class SaleCheck(Base):
    """That the job has looked at a completed order, and what then spoke for its buyer; one of an order still holds."""

    __tablename__ = "sale_check"
    __table_args__ = (
        CheckConstraint("ended_at >= found_at", name="ends_after_start"),
        Index("ix_sale_check_found", "order_id", "found_at", "ended_at", "vouch"),
        Index("uq_sale_check_open", "order_id", unique=True, postgresql_where=STILL_HOLDS, sqlite_where=STILL_HOLDS),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    vouch: Mapped[Vouch | None]
    found_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RaisedFlag(Base):
    """A reason to look at an order, from the moment the job found it to the moment it no longer did.

    It points to another business, or to somebody in the commune's service, where it points to anybody. A verdict given
    after `found_at` answers it.
    """

    __tablename__ = "raised_flag"
    __table_args__ = (
        CheckConstraint("ended_at >= found_at", name="ends_after_start"),
        Index(None, "order_id", "found_at"),
        Index(
            "uq_raised_flag_open",
            "order_id",
            "risk_flag",
            unique=True,
            postgresql_where=STILL_HOLDS,
            sqlite_where=STILL_HOLDS,
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    risk_flag: Mapped[RiskFlag]
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    found_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CallDraw(Base):
    """An order whose buyer the office's random sample of a week wants called; `rank` is the order in which to call."""

    __tablename__ = "call_draw"
    __table_args__ = (UniqueConstraint("commune_id", "week", "order_id"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    week: Mapped[date]
    rank: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    drawn_at: Mapped[datetime]


class BuyerCall(Base):
    """An officer's call to the buyer of an order, and what came of it. The phone stays with the order's contact."""

    __tablename__ = "buyer_call"
    __table_args__ = (Index(None, "commune_id", "called_at"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    cause: Mapped[CallCause]
    outcome: Mapped[CallOutcome]
    note: Mapped[str]
    called_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    called_at: Mapped[datetime]


class LedgerEntry(Base):
    """A line of a commune's ledger of evidence: written in the transaction of the fact that it tells of, never changed.

    `number` counts up within the commune, `seal` hangs on the entry before it (`rules.entries.Entry.sealed`).
    `replaced_at`, which no seal covers, is when the next entry about the same sale was recorded: it follows from the
    entries, and is kept so that the figure of any moment is one look (`flask kpi --verify` compares).
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("commune_id", "number"),
        CheckConstraint("(kind = 'ban_hang') = (order_id IS NOT NULL)", name="sales_are_orders"),
        CheckConstraint("(kind = 'ban_hang') = (level IS NOT NULL)", name="sales_have_a_level"),
        CheckConstraint("(kind = 'ban_hang') = (finding IS NOT NULL)", name="sales_have_a_finding"),
        CheckConstraint("level BETWEEN 0 AND 5", name="level_known"),
        CheckConstraint("replaced_at >= recorded_at", name="replaced_after"),
        Index("ix_evidence_good", "business_id", "day", "order_id", postgresql_where=GOOD, sqlite_where=GOOD),
        Index("ix_evidence_sales", "business_id", "day", "order_id", postgresql_where=OF_SALE, sqlite_where=OF_SALE),
        Index("ix_evidence_order_id", "order_id", postgresql_where=OF_SALE, sqlite_where=OF_SALE),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    number: Mapped[int]
    kind: Mapped[EntryKind]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("hamlet.id"))
    business_kind: Mapped[str]
    about: Mapped[str]
    about_id: Mapped[int]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"))
    level: Mapped[int | None]
    finding: Mapped[EvidenceState | None]
    platform: Mapped[str | None]
    state: Mapped[str | None]
    day: Mapped[date]
    recorded_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    seal: Mapped[str]


class LedgerHead(Base):
    """The newest entry of a commune's ledger: its lock is what makes entries follow one another.

    `closed_at`: the moment as of which a figure was locked last. What comes later is recorded behind it, whatever
    moment it is of: a fact that was under way then changes no locked figure.
    """

    __tablename__ = "evidence_head"

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"), unique=True)
    number: Mapped[int]
    seal: Mapped[str]
    closed_at: Mapped[datetime | None]


class OfficialReport(Base):
    """A report of the office: its period, as known at which moment, and what was chosen for its paper. Only appended
    to, so that it comes out the same again: what has to read otherwise is another report.

    `document_number` and `dated_on` are None where the clerk fills them in. `recipients` are joined by commas; the
    other texts hold a line for each entry.
    """

    __tablename__ = "official_report"
    __table_args__ = (
        UniqueConstraint("commune_id", "client_key"),
        CheckConstraint("document_number >= 1", name="document_number_positive"),
        Index(None, "commune_id", "id"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    code: Mapped[str] = mapped_column(unique=True)
    client_key: Mapped[str | None]
    kind: Mapped[ReportKind]
    span_kind: Mapped[SpanKind]
    span_year: Mapped[int]
    span_number: Mapped[int]
    by_decree: Mapped[bool]
    known_at: Mapped[datetime]
    signatory: Mapped[Signatory]
    signer: Mapped[str]
    document_number: Mapped[int | None]
    dated_on: Mapped[date | None]
    recipients: Mapped[str]
    other_recipients: Mapped[str]
    grounds: Mapped[str]
    limits: Mapped[str]
    tasks: Mapped[str]
    proposals: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)

    @property
    def span(self) -> ReportSpan:
        return ReportSpan(kind=self.span_kind, year=self.span_year, number=self.span_number, by_decree=self.by_decree)
