"""Stalls, the addresses they had, where they bring goods, and the bank accounts they are paid into."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.base.rekey import PLAIN, Plain
from market.base.secrets import vault
from market.places.models import Commune, PickupPoint
from market.sellers.models.register import Business
from market.sellers.rules.fees import ways_outside
from market.values.money import Dong


class StallState(enum.StrEnum):
    """A paused stall ("nghỉ bán") keeps its goods; a closed one is the office's doing."""

    OPEN = "mo"
    PAUSED = "nghi"
    CLOSED = "dong"


class Stall(Base):
    """A business's shop here: at most one per business.

    `confirms_strangers`: it looks at the orders of those who never had anything from it before goods are held for them.
    `hold_days`: how long it holds what is paid on receipt, see `orders.rules.hold_deadline`.
    `least_order`: for how much goods an order must be; 0: any.
    `delivery_fee`: for bringing goods to a house of the commune, but where a `HamletFee` says otherwise; nothing from
    goods for `free_from` on (0: never free by that). Outside the commune goods go by post or courier (`ships_outside`,
    `shipping_fee`) or by bus (`sends_by_bus`, `bus_fee`; None: who fetches them pays the bus), each with a sentence.
    `deposit_percent`: which part of an order, from `deposit_from` on, who never had anything from it pays before its
    goods are kept ("đặt cọc", `orders.rules.deposits`); 0: nothing.
    """

    __tablename__ = "stall"
    __table_args__ = (
        parent_by_commune("stall"),
        UniqueConstraint("commune_id", "slug"),
        CheckConstraint("delivery_fee >= 0 AND shipping_fee >= 0", name="fees"),
        CheckConstraint("hold_days BETWEEN 1 AND 14", name="hold_days_bounded"),
        CheckConstraint("least_order >= 0", name="least_order"),
        CheckConstraint("free_from >= 0 AND (bus_fee IS NULL OR bus_fee >= 0)", name="fees_of_ways"),
        CheckConstraint("deposit_percent BETWEEN 0 AND 100 AND deposit_from >= 0", name="deposit_bounded"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), unique=True)
    slug: Mapped[str]
    name: Mapped[str]
    intro: Mapped[str | None]
    state: Mapped[StallState] = mapped_column(default=StallState.OPEN)
    opened_at: Mapped[datetime]
    accepts_by_itself: Mapped[bool] = mapped_column(default=False)
    confirms_strangers: Mapped[bool] = mapped_column(default=False, server_default=false())
    hold_days: Mapped[int] = mapped_column(default=3, server_default="3")
    delivers_in_commune: Mapped[bool] = mapped_column(default=False)
    delivery_fee: Mapped[Dong] = mapped_column(default=Dong(0))
    ships_outside: Mapped[bool] = mapped_column(default=False)
    shipping_fee: Mapped[Dong] = mapped_column(default=Dong(0))
    shipping_words: Mapped[str] = mapped_column(default="", server_default="")
    sends_by_bus: Mapped[bool] = mapped_column(default=False, server_default=false())
    bus_fee: Mapped[Dong | None]
    bus_words: Mapped[str] = mapped_column(default="", server_default="")
    free_from: Mapped[Dong] = mapped_column(default=Dong(0), server_default="0")
    least_order: Mapped[Dong] = mapped_column(default=Dong(0), server_default="0")
    deposit_percent: Mapped[int] = mapped_column(default=0, server_default="0")
    deposit_from: Mapped[Dong] = mapped_column(default=Dong(0), server_default="0")
    accepts_card: Mapped[bool] = mapped_column(default=False)
    closed_reason: Mapped[str | None]

    business: Mapped[Business] = relationship()
    commune: Mapped[Commune] = relationship()

    @property
    def ways_outside(self) -> list[str]:
        """How it sends goods out of its commune."""
        return ways_outside(by_bus=self.sends_by_bus, by_courier=self.ships_outside)

    @property
    def is_paused(self) -> bool:
        """Whether its seller has it rest."""
        return self.state is StallState.PAUSED

    @property
    def is_closed(self) -> bool:
        """Whether the office has closed it."""
        return self.state is StallState.CLOSED

    @property
    def is_resting(self) -> bool:
        """Whether it has no page for buyers. One that does not rest sells only while its seller is verified: that it is
        open, `catalog.queries.public` says."""
        return self.is_paused or self.is_closed


IS_NOT_CLOSED: ColumnElement[bool] = Stall.state != StallState.CLOSED
"""That the office has not closed it, of a statement."""


class StallVisit(Base):
    """That a stall brings goods to a pickup point: on which days (`sellers.rules.visits`: a bit for each weekday, one
    for days that are agreed on) and between which minutes of the day in Vietnam; without, the hour is agreed on too."""

    __tablename__ = "stall_visit"
    __table_args__ = (
        of_same_commune("stall"),
        UniqueConstraint("stall_id", "pickup_point_id"),
        CheckConstraint("days BETWEEN 1 AND 255", name="some_day"),
        CheckConstraint(
            "(begins IS NULL AND ends IS NULL) OR (begins >= 0 AND begins < ends AND ends <= 1440)", name="hours"
        ),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("stall")
    stall_id: Mapped[Ref]
    pickup_point_id: Mapped[int] = mapped_column(ForeignKey("pickup_point.id"), index=True)
    days: Mapped[int]
    begins: Mapped[int | None]
    ends: Mapped[int | None]

    pickup_point: Mapped[PickupPoint] = relationship()


class HamletFee(Base):
    """What a stall asks for bringing goods to a house of this hamlet, where that is not its fee for the whole commune;
    None: it brings nothing there."""

    __tablename__ = "hamlet_fee"
    __table_args__ = (
        of_same_commune("stall"),
        of_same_commune("hamlet"),
        UniqueConstraint("stall_id", "hamlet_id"),
        CheckConstraint("fee IS NULL OR fee >= 0", name="fee"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("stall")
    stall_id: Mapped[Ref]
    hamlet_id: Mapped[Ref] = mapped_column(index=True)
    fee: Mapped[Dong | None]


class OldStallSlug(Base):
    """An address a stall had before: answered with 301 for good."""

    __tablename__ = "old_stall_slug"
    __table_args__ = (UniqueConstraint("commune_id", "slug"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    slug: Mapped[str]


ACCOUNT_DIGEST = "bank-account"
"""The purpose of an account's keyed hash, which is of its bank's BIN and its number."""


class HolderRelation(enum.StrEnum):
    """Whose account takes the money: the verified seller's, or a family member's with recorded consent."""

    SELF = "chinh_chu"
    FAMILY = "nguoi_nha"


def _bank_number(account: "BankAccount") -> str:
    return f"{account.bin}{vault().decrypt(account.number_cipher)}"


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
        Index(None, "business_id"),
        CheckConstraint("relation = 'chinh_chu' OR consent_id IS NOT NULL", name="family_consent"),
    )

    id: Mapped[Id]
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"))
    bin: Mapped[str]
    number_cipher: Mapped[str]
    number_digest: Mapped[str] = mapped_column(index=True, info={PLAIN: Plain(purpose=ACCOUNT_DIGEST, of=_bank_number)})
    number_last4: Mapped[str]
    holder: Mapped[str]
    relation: Mapped[HolderRelation]
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    business: Mapped[Business] = relationship()


class BankConnection(Base):
    """A feed of bank notices for one account: `key` is in the webhook's address, the credentials (a JSON object by the
    names of the provider's fields, encrypted) were typed by the seller. `secret_cipher` is from before.

    `refused_at`, `refused_because`: the last call to its address that did not show to be the provider's, until one does
    (the words are those of `payments.rules.calls.Refusal`)."""

    __tablename__ = "bank_connection"

    id: Mapped[Id]
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"), index=True)
    provider: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    secret_cipher: Mapped[str]
    credentials_cipher: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_notice_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refused_because: Mapped[str | None]

    bank_account: Mapped[BankAccount] = relationship()
