"""What stalls sell: categories, products, variants with their stock, photos, reservations, the search words."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.catalog.rules import ProductState as ProductState
from market.catalog.rules import can_move
from market.sellers.models import Stall
from market.values.money import Dong
from market.values.text import fold, marked_words

LIVE = text("released_at IS NULL")
SEASONAL = text("season_from IS NOT NULL")
_WORD = Text().with_variant(Text(collation="C"), "postgresql")
"""A folded word, in the order of its bytes whatever language the database sorts by: so it has beginnings."""


class Category(Base):
    """A node of the goods tree: the 26 OCOP sets are level 3, beside a branch of what OCOP does not know."""

    __tablename__ = "category"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    level: Mapped[int]
    ocop_set: Mapped[int | None]
    position: Mapped[int]


class Product(Base):
    """A listing of one stall; `client_key` makes posting it twice one listing. `is_live`: it lives or is fresh as
    caught; `by_bus`: it may go by bus all the same. Search reads `search_words`, which `catalog.queries.words` makes;
    `folded`, `marked` follow the name, `indexed` is it as spelling's word lists count it (NULL: they do not)."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("stall_id", "client_key"),
        parent_by_commune("product"),
        Index(None, "commune_id", "category_id", "state", "id"),
        Index(None, "commune_id", "state", "id"),
        Index(None, "stall_id", "id"),
        Index("ix_product_season", "commune_id", "id", postgresql_where=SEASONAL, sqlite_where=SEASONAL),
        CheckConstraint("season_from BETWEEN 1 AND 12 AND season_to BETWEEN 1 AND 12", name="season_months"),
        CheckConstraint("is_live OR NOT by_bus", name="by_bus_is_said_of_live_goods"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    name: Mapped[str]
    folded: Mapped[str]
    marked: Mapped[str] = mapped_column(default="")
    indexed: Mapped[str | None]
    search_words: Mapped[str | None] = mapped_column(deferred=True)
    slug: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    state: Mapped[ProductState] = mapped_column(default=ProductState.PENDING)
    is_hidden: Mapped[bool] = mapped_column(default=False)
    refusal: Mapped[str | None]
    tax_group: Mapped[str | None]
    season_from: Mapped[int | None]
    season_to: Mapped[int | None]
    is_live: Mapped[bool] = mapped_column(default=False, server_default=false())
    by_bus: Mapped[bool] = mapped_column(default=False, server_default=false())
    client_key: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    stall: Mapped[Stall] = relationship()
    category: Mapped[Category | None] = relationship()
    variants: Mapped[list["Variant"]] = relationship(
        back_populates="product",
        order_by="Variant.id",
        primaryjoin="and_(Product.id == Variant.product_id, Variant.removed_at.is_(None))",
    )
    photos: Mapped[list["Photo"]] = relationship(
        order_by="Photo.position, Photo.id", primaryjoin="Product.id == Photo.product_id"
    )

    @hybrid_property
    def is_waiting(self) -> bool:
        """Whether an officer must still decide on it; of the class, the condition for a statement."""
        return self.state is ProductState.PENDING

    @is_waiting.inplace.expression
    @classmethod
    def _is_waiting(cls) -> ColumnElement[bool]:
        return cls.state == ProductState.PENDING

    @hybrid_property
    def is_approved(self) -> bool:
        """Whether the office has approved it, as `is_waiting`. Whether it is public, `catalog.queries.public` says."""
        return self.state is ProductState.APPROVED

    @is_approved.inplace.expression
    @classmethod
    def _is_approved(cls) -> ColumnElement[bool]:
        return cls.state == ProductState.APPROVED

    @property
    def is_taken_down(self) -> bool:
        """Whether the office has taken it down, and nothing was decided on it since."""
        return self.state is ProductState.TAKEN_DOWN

    @property
    def is_sent_again(self) -> bool:
        """Whether any change sends it to the office: it was refused or taken down."""
        return not self.is_approved and can_move(self.state, ProductState.PENDING)

    @validates("name")
    def _follow_the_name(self, _field: str, name: str) -> str:
        self.folded, self.marked = fold(name), marked_words(name)
        return name


class Variant(Base):
    """What is priced and counted: a unit, a pack, a price, a stock in thousandths of the unit (NULL: not counted).

    A removed one stays for orders that name it: sold out, holding nothing. `sold_out_for`: the order declined because
    none is left; NULL where more is said. From `for_sale_until` on (if any) none is sold: the tracing writes it.
    `weighed_within`: sold by what it weighs, so many percent off what was ordered at most; NULL: as ordered.
    """

    __tablename__ = "variant"
    __table_args__ = (
        of_same_commune("product"),
        parent_by_commune("variant"),
        UniqueConstraint("stall_id", "sku"),
        Index(None, "commune_id", "price", "product_id"),
        CheckConstraint("removed_at IS NULL OR (is_sold_out AND reserved = 0)", name="removed_holds_nothing"),
        CheckConstraint("reserved >= 0 AND (on_hand IS NULL OR reserved <= on_hand)", name="reserved_within_stock"),
        CheckConstraint("on_hand IS NULL OR on_hand >= 0", name="stock_not_negative"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("sold_out_for IS NULL OR is_sold_out", name="sold_out_for_an_order"),
        CheckConstraint("weighed_within IS NULL OR (weighed_within BETWEEN 1 AND 50 AND unit = 'kg')", name="weighed"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("product")
    product_id: Mapped[Ref] = mapped_column(index=True)
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    label: Mapped[str] = mapped_column(default="")
    sku: Mapped[str]
    unit: Mapped[str]
    pack_amount: Mapped[int | None]
    pack_unit: Mapped[str | None]
    price: Mapped[Dong]
    on_hand: Mapped[int | None]
    reserved: Mapped[int] = mapped_column(default=0)
    is_sold_out: Mapped[bool] = mapped_column(default=False)
    sold_out_for: Mapped[int | None] = mapped_column(ForeignKey("order.id"))
    weight_grams: Mapped[int | None]
    weighed_within: Mapped[int | None]
    for_sale_until: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    product: Mapped[Product] = relationship(back_populates="variants", primaryjoin="Variant.product_id == Product.id")


class MoveReason(enum.StrEnum):
    """Why an amount changed."""

    RECOUNT = "dem_lai"
    SALE = "ban"
    RETURN = "tra_lai"


class StockMove(Base):
    """One change of a counted stock, in thousandths; the moves of a variant sum to what is on hand. Append-only."""

    __tablename__ = "stock_move"
    __table_args__ = (of_same_commune("variant"),)

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("variant")
    variant_id: Mapped[Ref] = mapped_column(index=True)
    delta: Mapped[int]
    reason: Mapped[MoveReason]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class ReservationEnd(enum.StrEnum):
    SOLD = "ban"
    RELEASED = "tra"
    EXPIRED = "qua_han"


class Reservation(Base):
    """Goods held for an order until a moment (NULL: until it ends). The one who comes next gives overdue ones back."""

    __tablename__ = "reservation"
    __table_args__ = (
        of_same_commune("order"),
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("ix_reservation_live", "variant_id", "held_until", postgresql_where=LIVE, sqlite_where=LIVE),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("order")
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    order_id: Mapped[Ref] = mapped_column(index=True)
    amount: Mapped[int]
    held_until: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    outcome: Mapped[ReservationEnd | None]


class Photo(Base):
    """A picture of a product, stored as WebP in five widths (320, 480, 640, 960, 1280) under one random key."""

    __tablename__ = "photo"
    __table_args__ = (
        of_same_commune("product"),
        UniqueConstraint("key", "commune_id"),
        Index(None, "product_id", "position", "id"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("product")
    product_id: Mapped[Ref]
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    key: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    width: Mapped[int]
    height: Mapped[int]
    is_illustration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class ProposedPhoto(Base):
    """A picture that a seller adds to an approved product: nobody but its people and the office sees it until an
    officer has looked. Then it becomes a Photo, or is gone."""

    __tablename__ = "proposed_photo"

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]


class StoredPicture(Base):
    """A picture whose files a stall keeps in storage: a listing shows it, none has it yet, or it was taken off one.
    `keep_until` says how long the files stay at least where no listing shows it. The row outlives them
    (`forgotten_at`), so that nobody takes a key whose files are gone."""

    __tablename__ = "stored_picture"
    __table_args__ = (Index(None, "stall_id", "stored_at"),)

    id: Mapped[Id]
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    key: Mapped[str] = mapped_column(unique=True)
    stored_at: Mapped[datetime]
    keep_until: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]


class SearchTerm(Base):
    """A word of a commune's public goods' folded names and in how many names it stands."""

    __tablename__ = "search_term"

    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"), primary_key=True)
    term: Mapped[str] = mapped_column(_WORD, primary_key=True)
    df: Mapped[int]


class SearchBigram(Base):
    """Two neighbouring words of the names and how often they stand so; `a` is empty at the beginning of a name."""

    __tablename__ = "search_bigram"

    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"), primary_key=True)
    a: Mapped[str] = mapped_column(_WORD, primary_key=True)
    b: Mapped[str] = mapped_column(_WORD, primary_key=True)
    n: Mapped[int]


class SearchDelete(Base):
    """A term as it is and with one letter left out: two words one edit apart share such a form."""

    __tablename__ = "search_delete"

    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"), primary_key=True)
    deletion: Mapped[str] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(primary_key=True)
