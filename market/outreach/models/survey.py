"""Products with potential that were surveyed from house to house, and those that shall stand for the commune."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.outreach.rules.survey import Potential


class SurveyedProduct(Base):
    """A product as somebody saw it at its maker's. `maker`: their name where the register does not know them; the
    listing (`product_id`) is named once there is one. One that was entered by mistake is withdrawn, with why."""

    __tablename__ = "surveyed_product"
    __table_args__ = (
        parent_by_commune("surveyed_product"),
        Index(None, "commune_id", "hamlet_id", "id"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_with_a_reason"),
        CheckConstraint("(product_id IS NULL) = (linked_at IS NULL)", name="linked_at_a_time"),
        CheckConstraint("season_from BETWEEN 1 AND 12 AND season_to BETWEEN 1 AND 12", name="season_months"),
        CheckConstraint("makers > 0", name="made_by_somebody"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    hamlet_id: Mapped[int] = mapped_column(ForeignKey("hamlet.id"), index=True)
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    name: Mapped[str]
    maker: Mapped[str]
    special: Mapped[str]
    yearly: Mapped[str]
    makers: Mapped[int | None]
    season_from: Mapped[int | None]
    season_to: Mapped[int | None]
    local_material: Mapped[bool]
    has_packaging: Mapped[bool]
    has_safety_paper: Mapped[bool]
    potential: Mapped[Potential]
    surveyed_on: Mapped[date]
    surveyed_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    recorded_at: Mapped[datetime]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    linked_at: Mapped[datetime | None]
    linked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_reason: Mapped[str | None]


class SignatureProduct(Base):
    """A listing that shall stand for the commune: its brand, and the certificate that protects its mark. The stamp and
    the sale are asked of the market itself, never written down here."""

    __tablename__ = "signature_product"
    __table_args__ = (
        of_same_commune("product"),
        UniqueConstraint("commune_id", "product_id"),
        CheckConstraint("(brand IS NULL) = (brand_on IS NULL)", name="brand_since_a_day"),
        CheckConstraint("(brand IS NULL) = (brand_proof IS NULL)", name="brand_with_proof"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("product")
    product_id: Mapped[Ref] = mapped_column(index=True)
    brand: Mapped[str | None]
    brand_on: Mapped[date | None]
    brand_proof: Mapped[str | None]
    trademark_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    chosen_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    chosen_at: Mapped[datetime]
