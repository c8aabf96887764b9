"""Helpers' visits to households, and the lists of whom to visit in a week."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.accounts.models import Person
from market.base.db import Base, Id, Ref, communes_of, of_same_commune
from market.sellers.models.register import Business
from market.sellers.rules.help_visits import HelpStep, VisitConsent, VisitOutcome, VisitPlace, VisitReason

_ANY_STEP = "(did_account OR did_cashless OR did_invoice OR did_listing OR did_order)"
STEP_COLUMNS = {
    HelpStep.ACCOUNT: "did_account",
    HelpStep.CASHLESS: "did_cashless",
    HelpStep.INVOICE: "did_invoice",
    HelpStep.LISTING: "did_listing",
    HelpStep.ORDER: "did_order",
}


class HelpVisit(Base):
    """A helper went to see a household ("lượt hỗ trợ"): which steps it was about, what came of it, who agreed how.

    `hamlet_id` is the household's that day. `client_key` is of the form: sent late or twice it is one visit. One that
    was written down by mistake is taken back (`withdrawn_at`), not deleted.
    """

    __tablename__ = "help_visit"
    __table_args__ = (
        of_same_commune("business"),
        of_same_commune("hamlet"),
        UniqueConstraint("helper_id", "client_key"),
        CheckConstraint(f"consent <> 'khong' OR NOT {_ANY_STEP}", name="steps_with_consent"),
        CheckConstraint("(consent = 'khong') = (outcome IN ('khong_gap', 'chua_muon'))", name="consent_by_outcome"),
        CheckConstraint(f"consent = 'khong' OR {_ANY_STEP}", name="consent_for_a_step"),
        CheckConstraint("next_on IS NULL OR next_on > visited_on", name="next_after_visit"),
        Index(None, "business_id", "visited_on"),
        Index(None, "helper_id", "visited_on"),
        Index(None, "commune_id", "visited_on"),
        Index(None, "hamlet_id", "visited_on"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("business")
    business_id: Mapped[Ref]
    hamlet_id: Mapped[Ref]
    helper_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    visited_on: Mapped[date]
    place: Mapped[VisitPlace]
    outcome: Mapped[VisitOutcome]
    consent: Mapped[VisitConsent]
    did_account: Mapped[bool] = mapped_column(default=False, server_default=false())
    did_cashless: Mapped[bool] = mapped_column(default=False, server_default=false())
    did_invoice: Mapped[bool] = mapped_column(default=False, server_default=false())
    did_listing: Mapped[bool] = mapped_column(default=False, server_default=false())
    did_order: Mapped[bool] = mapped_column(default=False, server_default=false())
    next_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    client_key: Mapped[str]
    withdrawn_at: Mapped[datetime | None]

    business: Mapped[Business] = relationship(primaryjoin="HelpVisit.business_id == Business.id", viewonly=True)
    helper: Mapped[Person] = relationship()

    @property
    def steps(self) -> tuple[HelpStep, ...]:
        return tuple(step for step, column in STEP_COLUMNS.items() if getattr(self, column))


class VisitPlan(Base):
    """A household on a helper's list of a week (its Monday), in the order of `rank`, with the reason of that Monday:
    the list stays as it is until the week is over."""

    __tablename__ = "visit_plan"
    __table_args__ = (
        of_same_commune("business"),
        of_same_commune("hamlet"),
        UniqueConstraint("business_id", "week"),
        CheckConstraint("rank > 0", name="rank_from_one"),
        Index(None, "helper_id", "week", "rank"),
        Index(None, "hamlet_id", "week"),
        Index(None, "commune_id", "week"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("business")
    hamlet_id: Mapped[Ref]
    helper_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    business_id: Mapped[Ref]
    week: Mapped[date]
    rank: Mapped[int]
    reason: Mapped[VisitReason]
    planned_at: Mapped[datetime]
