"""The register of businesses with its history, their people, stalls, mandates, papers and bank accounts."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.accounts.models import Person
from market.base.db import Base, Id
from market.places.models import Commune, Hamlet
from market.values.money import Dong
from market.values.phone import Phone
from market.values.taxid import TaxId


class BusinessKind(enum.StrEnum):
    """What a business is by law; households and co-operatives are the KPI's base."""

    HO_KINH_DOANH = "ho_kinh_doanh"
    HOP_TAC_XA = "hop_tac_xa"
    TO_HOP_TAC = "to_hop_tac"
    HO_NONG_DAN = "ho_nong_dan"
    DOANH_NGHIEP = "doanh_nghiep"
    CA_NHAN = "ca_nhan"


class BusinessStatus(enum.StrEnum):
    """Whether a business trades; only the active are in the KPI's base."""

    DANG_HOAT_DONG = "dang_hoat_dong"
    TAM_NGUNG = "tam_ngung"
    CHAM_DUT = "cham_dut"


class Business(Base):
    """A row of the commune's register. Exists without any account; is what the KPI counts."""

    __tablename__ = "business"
    __table_args__ = (
        Index("uq_business_tax_id", "commune_id", "tax_id", unique=True),
        Index(None, "commune_id", "hamlet_id", "kind"),
        Index(None, "commune_id", "folded"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("hamlet.id"))
    kind: Mapped[BusinessKind]
    status: Mapped[BusinessStatus] = mapped_column(default=BusinessStatus.DANG_HOAT_DONG)
    name: Mapped[str]
    folded: Mapped[str]
    owner_name: Mapped[str | None]
    phone: Mapped[Phone | None]
    tax_id: Mapped[TaxId | None]
    trade: Mapped[str | None]
    address: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    commune: Mapped[Commune] = relationship()
    hamlet: Mapped[Hamlet] = relationship()


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


class MemberRole(enum.StrEnum):
    OWNER = "owner"
    STAFF = "staff"


class ClaimState(enum.StrEnum):
    """A person says a business is theirs; an officer looks at papers and decides."""

    CHO = "cho"
    DA_XAC_NHAN = "da_xac_nhan"
    TU_CHOI = "tu_choi"


class BusinessMember(Base):
    """A person's place in a business: claimed, then confirmed or refused by an officer."""

    __tablename__ = "business_member"
    __table_args__ = (
        UniqueConstraint("business_id", "person_id"),
        Index(None, "person_id", "state"),
    )

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[MemberRole] = mapped_column(default=MemberRole.OWNER)
    state: Mapped[ClaimState] = mapped_column(default=ClaimState.CHO)
    claimed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refusal: Mapped[str | None]
    ended_at: Mapped[datetime | None]

    business: Mapped[Business] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class VerificationState(enum.StrEnum):
    """Where the check of a seller's identity stands; never a mere yes or no."""

    CHO = "cho"
    DA_XAC_THUC = "da_xac_thuc"
    TU_CHOI = "tu_choi"
    HET_HAN = "het_han"
    THU_HOI = "thu_hoi"


class Verification(Base):
    """Which paper an officer saw, when. The ID number stays as a keyed hash and its last four digits alone."""

    __tablename__ = "verification"

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    state: Mapped[VerificationState]
    full_name: Mapped[str]
    paper: Mapped[str]
    id_digest: Mapped[str | None] = mapped_column(index=True)
    id_last4: Mapped[str | None]
    birth_date_cipher: Mapped[str | None]
    verified_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    note: Mapped[str | None]


class StallState(enum.StrEnum):
    """A paused stall ("nghỉ bán") keeps its goods; a closed one is the office's doing."""

    MO = "mo"
    NGHI = "nghi"
    DONG = "dong"


class Stall(Base):
    """A business's shop here: at most one per business."""

    __tablename__ = "stall"
    __table_args__ = (
        UniqueConstraint("commune_id", "slug"),
        CheckConstraint("delivery_fee >= 0 AND shipping_fee >= 0", name="fees"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), unique=True)
    slug: Mapped[str]
    name: Mapped[str]
    intro: Mapped[str | None]
    state: Mapped[StallState] = mapped_column(default=StallState.MO)
    opened_at: Mapped[datetime]
    accepts_by_itself: Mapped[bool] = mapped_column(default=False)
    delivers_in_commune: Mapped[bool] = mapped_column(default=False)
    delivery_fee: Mapped[Dong] = mapped_column(default=Dong(0))
    ships_outside: Mapped[bool] = mapped_column(default=False)
    shipping_fee: Mapped[Dong] = mapped_column(default=Dong(0))
    accepts_card: Mapped[bool] = mapped_column(default=False)

    business: Mapped[Business] = relationship()
    commune: Mapped[Commune] = relationship()


class OldStallSlug(Base):
    """An address a stall had before: answered with 301 for good."""

    __tablename__ = "old_stall_slug"
    __table_args__ = (UniqueConstraint("commune_id", "slug"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    slug: Mapped[str]


class PostRole(enum.StrEnum):
    OFFICER = "officer"
    HELPER = "helper"
    ADMIN = "admin"


class Post(Base):
    """A person's post in the commune: an officer of it, a helper of one hamlet, or the operator's admin."""

    __tablename__ = "post"
    __table_args__ = (Index(None, "person_id", "role"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[PostRole]
    hamlet_id: Mapped[int | None] = mapped_column(ForeignKey("hamlet.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class MandateMethod(enum.StrEnum):
    """How a business consented: on a signed paper the office keeps, or by a code from the seller's own phone."""

    GIAY = "giay"
    MA = "ma"


class Mandate(Base):
    """Consent of a business to one named helper until a day: the helper may do what the owner can."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index(None, "helper_id", "ends_on"),
    )

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    helper_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granted_by: Mapped[str]
    method: Mapped[MandateMethod]
    paper: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    business: Mapped[Business] = relationship()
    helper: Mapped[Person] = relationship(foreign_keys=[helper_id])


class HolderRelation(enum.StrEnum):
    """Whose account takes the money: the verified seller's, or a family member's with recorded consent."""

    CHINH_CHU = "chinh_chu"
    NGUOI_NHA = "nguoi_nha"


class BankAccount(Base):
    """The account a stall is paid into: number encrypted, a keyed hash to find it by, one live at a time."""

    __tablename__ = "bank_account"
    __table_args__ = (
        Index(
            "uq_bank_account_live",
            "business_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
            sqlite_where=text("closed_at IS NULL"),
        ),
        CheckConstraint("relation = 'chinh_chu' OR consent_id IS NOT NULL", name="family_consent"),
    )

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"))
    bin: Mapped[str]
    number_cipher: Mapped[str]
    number_digest: Mapped[str] = mapped_column(index=True)
    number_last4: Mapped[str]
    holder: Mapped[str]
    relation: Mapped[HolderRelation]
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    business: Mapped[Business] = relationship()


class BankConnection(Base):
    """A feed of bank notices for one account: `key` is in the webhook's address, the secret was typed by the seller."""

    __tablename__ = "bank_connection"

    id: Mapped[Id]
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"), index=True)
    provider: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    secret_cipher: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_notice_at: Mapped[datetime | None]

    bank_account: Mapped[BankAccount] = relationship()


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
