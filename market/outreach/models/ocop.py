"""The path to OCOP in the versions that an office wrote, and the products on it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.outreach.rules.ocop import Points


class OcopPath(Base):
    """One version of a commune's path from a day on: the most points of the three parts, the steps of the dossier one a
    line, and by which text. `is_checked`: an officer held it beside that text. Never changed: a new one goes before
    it."""

    __tablename__ = "ocop_path"
    __table_args__ = (
        parent_by_commune("ocop_path"),
        UniqueConstraint("commune_id", "valid_from"),
        CheckConstraint("points_a + points_b + points_c = 100", name="parts_make_a_whole"),
        CheckConstraint("points_a > 0 AND points_b > 0 AND points_c > 0", name="three_parts"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    valid_from: Mapped[date]
    points_a: Mapped[int]
    points_b: Mapped[int]
    points_c: Mapped[int]
    steps: Mapped[str]
    source: Mapped[str]
    is_checked: Mapped[bool]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    @property
    def points(self) -> Points:
        return Points(a=self.points_a, b=self.points_b, c=self.points_c)

    @property
    def step_list(self) -> list[str]:
        return self.steps.splitlines()


class OcopEntry(Base):
    """A product of a business on the path, judged by the version that it began under or was moved to. `certificate_id`:
    the paper it came to in the end."""

    __tablename__ = "ocop_entry"
    __table_args__ = (
        of_same_commune("ocop_path", "path_id"),
        of_same_commune("business"),
        parent_by_commune("ocop_entry"),
        Index(None, "commune_id", "id"),
        CheckConstraint("(stopped_at IS NULL) = (stopped_reason IS NULL)", name="stopped_with_a_reason"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("business")
    path_id: Mapped[Ref] = mapped_column(index=True)
    business_id: Mapped[Ref] = mapped_column(index=True)
    surveyed_id: Mapped[int | None] = mapped_column(ForeignKey("surveyed_product.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    name: Mapped[str]
    begun_on: Mapped[date]
    begun_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stopped_reason: Mapped[str | None]


class OcopStep(Base):
    """That a step of the dossier is done, with its paper: `words` as the path had them, so that a later version that
    says the same knows it again."""

    __tablename__ = "ocop_step"
    __table_args__ = (of_same_commune("ocop_entry", "entry_id"), Index(None, "entry_id", "id"))

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("ocop_entry", "entry_id")
    entry_id: Mapped[Ref]
    words: Mapped[str]
    done_on: Mapped[date]
    proof: Mapped[str]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class OcopAssessment(Base):
    """What the commune gave a product in each part before it went on, by which version of the path; the newest
    holds."""

    __tablename__ = "ocop_assessment"
    __table_args__ = (
        of_same_commune("ocop_entry", "entry_id"),
        Index(None, "entry_id", "id"),
        CheckConstraint("points_a >= 0 AND points_b >= 0 AND points_c >= 0", name="not_negative"),
        CheckConstraint("points_a + points_b + points_c <= 100", name="within_the_whole"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("ocop_entry", "entry_id")
    entry_id: Mapped[Ref]
    path_id: Mapped[int] = mapped_column(ForeignKey("ocop_path.id"), index=True)
    assessed_on: Mapped[date]
    points_a: Mapped[int]
    points_b: Mapped[int]
    points_c: Mapped[int]
    note: Mapped[str]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    @property
    def points(self) -> Points:
        return Points(a=self.points_a, b=self.points_b, c=self.points_c)
