"""The register of businesses with its history, who says a business is theirs, its verification and its papers."""

import enum
from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, and_, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from market.accounts.models import Person
from market.base.db import Base, Id, parent_by_commune, said
from market.base.rekey import PLAIN
from market.places.models import Commune, Hamlet
from market.sellers.rules import BusinessKind, BusinessStatus
from market.values.phone import Phone
from market.values.taxid import TaxId
from market.values.text import fold


def _owner_folded(context: DefaultExecutionContext) -> str:
    """Of a row that is inserted as it is, without an object."""
    inserted: dict[str, str | None] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return fold(inserted.get("owner_name") or "")


class Business(Base):
    """A row of the commune's register. Exists without any account; is what the KPI counts."""

    __tablename__ = "business"
    __table_args__ = (
        parent_by_commune("business"),
        Index("uq_business_tax_id", "commune_id", "tax_id", unique=True),
        Index(None, "commune_id", "hamlet_id", "kind"),
        Index(None, "commune_id", "folded"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("hamlet.id"))
    kind: Mapped[BusinessKind]
    status: Mapped[BusinessStatus] = mapped_column(default=BusinessStatus.ACTIVE)
    name: Mapped[str]
    folded: Mapped[str]
    owner_name: Mapped[str | None]
    owner_folded: Mapped[str] = mapped_column(default=_owner_folded, server_default="")
    phone: Mapped[Phone | None]
    tax_id: Mapped[TaxId | None]
    trade: Mapped[str | None]
    address: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    commune: Mapped[Commune] = relationship()
    hamlet: Mapped[Hamlet] = relationship()

    @property
    def has_ended(self) -> bool:
        """Whether the register says that it trades no more."""
        return self.status is BusinessStatus.TERMINATED

    @validates("owner_name")
    def _follow_the_owner(self, _field: str, name: str | None) -> str | None:
        self.owner_folded = fold(name or "")
        return name


class BusinessHistory(Base):
    """What the register said of a business from a day on, and when that was written down."""

    __tablename__ = "business_history"
    __table_args__ = (Index(None, "business_id", "valid_from", "recorded_at"),)

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"))
    kind: Mapped[BusinessKind]
    status: Mapped[BusinessStatus]
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("hamlet.id"))
    valid_from: Mapped[date]
    recorded_at: Mapped[datetime]
    source: Mapped[str]


class AnswerAbout(enum.StrEnum):
    """What a person of the office was asked about a spreadsheet: a column, a word in it, or whether two are one."""

    COLUMN = "cot"
    KIND = "loai_hinh"
    HAMLET = "thon"
    STATUS = "tinh_trang"
    TWIN = "trung"


class RegisterAnswer(Base):
    """What people of a commune said that its spreadsheets mean, kept for the next file.

    `said`: the folded text of a title or word, of a TWIN what the row says of itself. `meaning`: the field, the
    kind's or state's value, the hamlet's id; of a TWIN the business's id, with a minus where it is another one.
    """

    __tablename__ = "register_answer"
    __table_args__ = (UniqueConstraint("commune_id", "about", "said"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    about: Mapped[AnswerAbout]
    said: Mapped[str]
    meaning: Mapped[str]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime]


class MemberRole(enum.StrEnum):
    OWNER = "owner"
    STAFF = "staff"


class ClaimState(enum.StrEnum):
    """A person says a business is theirs; an officer looks at papers and decides."""

    PENDING = "cho"
    CONFIRMED = "da_xac_nhan"
    REFUSED = "tu_choi"


_CLAIMED = text("state = 'cho' AND ended_at IS NULL")


class BusinessMember(Base):
    """A person's place in a business: claimed, then confirmed or refused by an officer.

    `begins_at`: confirmed beside other members, it is theirs only once this has come and nobody has stopped it (a
    `WaitingChange`, which clears it).
    """

    __tablename__ = "business_member"
    __table_args__ = (
        UniqueConstraint("business_id", "person_id"),
        Index(None, "person_id", "state"),
        Index("ix_business_member_waiting", "business_id", postgresql_where=_CLAIMED, sqlite_where=_CLAIMED),
    )

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[MemberRole] = mapped_column(default=MemberRole.OWNER)
    state: Mapped[ClaimState] = mapped_column(default=ClaimState.PENDING)
    claimed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refusal: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    begins_at: Mapped[datetime | None]

    business: Mapped[Business] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @hybrid_property
    def is_waiting(self) -> bool:
        """Whether an officer must still decide; of the class, the condition for a statement."""
        return self.state is ClaimState.PENDING and self.ended_at is None

    @is_waiting.inplace.expression
    @classmethod
    def _is_waiting(cls) -> ColumnElement[bool]:
        return and_(cls.state == said(ClaimState.PENDING), cls.ended_at.is_(None))

    @hybrid_property
    def is_confirmed(self) -> bool:
        """Whether the business is this person's now; of the class, the condition for a statement."""
        return self.state is ClaimState.CONFIRMED and self.ended_at is None and self.begins_at is None

    @is_confirmed.inplace.expression
    @classmethod
    def _is_confirmed(cls) -> ColumnElement[bool]:
        return and_(cls.state == said(ClaimState.CONFIRMED), cls.ended_at.is_(None), cls.begins_at.is_(None))

    @hybrid_property
    def was_confirmed(self) -> bool:
        """Whether the business is or was this person's; of the class, the condition for a statement."""
        return self.state is ClaimState.CONFIRMED

    @was_confirmed.inplace.expression
    @classmethod
    def _was_confirmed(cls) -> ColumnElement[bool]:
        return cls.state == ClaimState.CONFIRMED


class BusinessProposal(Base):
    """A business that its owner did not find on the register and asks the office to enter."""

    __tablename__ = "business_proposal"
    __table_args__ = (Index(None, "commune_id", "state"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("hamlet.id"))
    kind: Mapped[BusinessKind]
    name: Mapped[str]
    trade: Mapped[str | None]
    tax_id: Mapped[TaxId | None]
    state: Mapped[ClaimState] = mapped_column(default=ClaimState.PENDING)
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"))
    refusal: Mapped[str | None]

    hamlet: Mapped[Hamlet] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @hybrid_property
    def is_waiting(self) -> bool:
        """Whether an officer must still decide; of the class, the condition for a statement."""
        return self.state is ClaimState.PENDING

    @is_waiting.inplace.expression
    @classmethod
    def _is_waiting(cls) -> ColumnElement[bool]:
        return cls.state == ClaimState.PENDING


class VerificationState(enum.StrEnum):
    """Where the check of a seller's identity stands; never a mere yes or no. MEMBER: of somebody who joined a business
    that was verified already, by another person's paper."""

    PENDING = "cho"
    VERIFIED = "da_xac_thuc"
    REFUSED = "tu_choi"
    EXPIRED = "het_han"
    REVOKED = "thu_hoi"
    MEMBER = "them_nguoi"


_IN_FORCE = text("state = 'da_xac_thuc' AND ended_at IS NULL")


class Verification(Base):
    """Which paper an officer saw, when, and whose. The ID number stays as a keyed hash and its last four digits alone.

    `warnings` are the labels of those that the officer was shown (`queries.identity_warnings`), `warnings_reason` says
    why it was right all the same.
    """

    __tablename__ = "verification"
    __table_args__ = (
        Index(
            "uq_verification_in_force",
            "business_id",
            unique=True,
            postgresql_where=_IN_FORCE,
            sqlite_where=_IN_FORCE,
        ),
    )

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("business_member.id"), index=True)
    state: Mapped[VerificationState]
    full_name: Mapped[str]
    paper: Mapped[str]
    id_digest: Mapped[str | None] = mapped_column(index=True, info={PLAIN: None})
    id_last4: Mapped[str | None]
    birth_date_cipher: Mapped[str | None]
    verified_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    note: Mapped[str | None]
    warnings: Mapped[str | None]
    warnings_reason: Mapped[str | None]

    business: Mapped[Business] = relationship()

    @hybrid_property
    def is_in_force(self) -> bool:
        """Whether it makes its business verified now; of the class, the condition for a statement."""
        return self.state is VerificationState.VERIFIED and self.ended_at is None

    @is_in_force.inplace.expression
    @classmethod
    def _is_in_force(cls) -> ColumnElement[bool]:
        return and_(cls.state == said(VerificationState.VERIFIED), cls.ended_at.is_(None))


class Certificate(Base):
    """A paper about a business's goods: shown with who checked it, gone everywhere the day it ends."""

    __tablename__ = "certificate"

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    kind: Mapped[str]
    number: Mapped[str]
    issuer: Mapped[str]
    scope: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None]
