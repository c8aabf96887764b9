"""The seller's own marketplace templates, her category choices, and what was exported when.

`channel` is the name of one of `formats.FORMATS`; rows of a marketplace that is no longer filled stay.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id


class ChannelTemplate(Base):
    """A template the seller downloaded from her own shop; the newest of a channel is refilled."""

    __tablename__ = "channel_template"
    __table_args__ = (Index(None, "stall_id", "channel", "id"),)

    id: Mapped[Id]
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    channel: Mapped[str]
    filename: Mapped[str]
    storage_key: Mapped[str]
    sha256: Mapped[str]
    shop_id: Mapped[str | None]
    uploaded_at: Mapped[datetime]


class ChannelCategory(Base):
    """Which of the marketplace's categories a stall's product goes to."""

    __tablename__ = "channel_category"
    __table_args__ = (UniqueConstraint("product_id", "channel"),)

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    channel: Mapped[str]
    value: Mapped[str]


SHIPPING = "shipping:"
"""The token of an answer that is no column's: the ways of shipping that were switched on last, by their columns."""

_OF_STALL, _OF_PRODUCT = text("product_id IS NULL"), text("product_id IS NOT NULL")


class ChannelAnswer(Base):
    """What a seller answered for a column of a marketplace's templates that the market has nothing for: for all her
    goods, or for one product alone. `token`: the column's, a limit's that nobody else says (`rules.LIMIT_PREFIX`), or
    `SHIPPING`.
    """

    __tablename__ = "channel_answer"
    __table_args__ = (
        Index(
            "uq_channel_answer_stall",
            "stall_id",
            "channel",
            "token",
            unique=True,
            postgresql_where=_OF_STALL,
            sqlite_where=_OF_STALL,
        ),
        Index(
            "uq_channel_answer_product",
            "product_id",
            "channel",
            "token",
            unique=True,
            postgresql_where=_OF_PRODUCT,
            sqlite_where=_OF_PRODUCT,
        ),
        Index(None, "stall_id", "channel"),
    )

    id: Mapped[Id]
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    channel: Mapped[str]
    token: Mapped[str]
    value: Mapped[str]
    answered_at: Mapped[datetime]


class ChannelWords(Base):
    """The name and description that a product has on one marketplace, in place of its own; `of`: the digest of what its
    own said when they were taken (`rules.words_digest`), so that a change of those is seen."""

    __tablename__ = "channel_words"
    __table_args__ = (UniqueConstraint("product_id", "channel"),)

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    channel: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    of: Mapped[str]
    taken_at: Mapped[datetime]


class ExportRun(Base):
    """One filled file: how many rows went, how many could not, and the file's hash."""

    __tablename__ = "export_run"

    id: Mapped[Id]
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"), index=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("channel_template.id"))
    channel: Mapped[str]
    rows: Mapped[int]
    refused: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    at: Mapped[datetime]
