"""What somebody prepares while the commune looks at their papers: nothing of it is public, it is nobody else's."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id
from market.values.money import Dong


class PicturePurpose(enum.StrEnum):
    """What a private picture shows: a paper, for the office that looks at a claim, or goods that are not listed yet,
    which is also what one is that was sent and not yet used."""

    PAPER = "giay_to"
    GOODS = "hang"


class PrivatePicture(Base):
    """A picture that a person sent before they have a stall. Its files lie beside the goods' pictures; who may see them
    this row says: the person, and of a paper the office of the commune too. A listing that takes it takes the row."""

    __tablename__ = "private_picture"
    __table_args__ = (Index(None, "commune_id", "person_id"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[PicturePurpose]
    key: Mapped[str] = mapped_column(unique=True)
    sent_at: Mapped[datetime]


class DraftedListing(Base):
    """Goods as their seller wrote them before there is a stall. Amounts as of a variant; `photo_key` is of a private
    picture. Put up by their seller's tap it becomes a product and is gone."""

    __tablename__ = "drafted_listing"
    __table_args__ = (
        Index(None, "commune_id", "person_id"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("on_hand IS NULL OR on_hand >= 0", name="stock_not_negative"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    unit: Mapped[str]
    price: Mapped[Dong]
    on_hand: Mapped[int | None]
    pack_amount: Mapped[int | None]
    pack_unit: Mapped[str | None]
    photo_key: Mapped[str] = mapped_column(unique=True)
    photo_width: Mapped[int]
    photo_height: Mapped[int]
    saved_at: Mapped[datetime]


class DraftedAccount(Base):
    """The bank account that somebody wrote down before there is a stall: nothing is paid into it, nobody but they see
    it. `content_cipher`: what `actions.account_drafts.AccountDraft` says, encrypted."""

    __tablename__ = "drafted_account"
    __table_args__ = (UniqueConstraint("commune_id", "person_id"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    content_cipher: Mapped[str]
    saved_at: Mapped[datetime]


class ListingLeave(Base):
    """Somebody's leave, given by a tick of their own, that what they prepared is put up by itself at the stall that the
    commune opens for them after `given_at`. Used once."""

    __tablename__ = "listing_leave"
    __table_args__ = (UniqueConstraint("commune_id", "person_id"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    given_at: Mapped[datetime]
