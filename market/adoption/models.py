"""What the KPI needs beside orders: accounts on other platforms, declared sales, what the job that raises risk
flags found, whom the office called, officers' decisions, and the reports that were made of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.adoption.rules import CallCause, CallOutcome, ReviewWay, RiskFlag, Verdict, Vouch
from market.adoption.rules.reporting.signing import ReportKind, Signatory
from market.adoption.rules.reporting.spans import ReportSpan, SpanKind
from market.base.db import Base, Id

STILL_HOLDS = text("ended_at IS NULL")


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
