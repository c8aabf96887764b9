"""Classes and who came, products that were surveyed, the path to OCOP, farming models, goods that stand for a commune,
and that it was said in time that a certificate ends.

How OCOP shares its points out is the country's row. A market that has it already keeps it, and an empty one is given it
with its seeds.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "20261201_2040"
down_revision = "20261201_2030"
branch_labels = None
depends_on = None
phase = "expand"

TABLES = (
    "training_class",
    "class_attendee",
    "surveyed_product",
    "signature_product",
    "ocop_path",
    "ocop_entry",
    "ocop_step",
    "ocop_assessment",
    "farming_model",
    "model_adopter",
    "farm_practice",
    "paper_warning",
)
FACT = sa.table(
    "dated_fact",
    sa.column("commune_id", sa.BigInteger),
    sa.column("key", sa.Text),
    sa.column("value", sa.Text),
    sa.column("valid_from", sa.Date),
    sa.column("source", sa.Text),
)
PARTS = {
    "commune_id": None,
    "key": "ocop.parts",
    "value": "40/25/35",
    "valid_from": date(2026, 5, 22),
    "source": "Quyết định 26/2026/QĐ-TTg: điểm tối đa của ba phần A, B, C (chưa đối chiếu với bản gốc)",
}
COUNT_ON = """SELECT setval(
    pg_get_serial_sequence('dated_fact', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM dated_fact), false
)"""
"""Rows that were put back with their ids may have left PostgreSQL's counter behind."""
IS_OURS = FACT.c.commune_id.is_(None) & (FACT.c.key == "ocop.parts")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHOLE, TEXT, TIME, DAY, YES_NO = sa.BigInteger(), sa.Text(), sa.DateTime(timezone=True), sa.Date(), sa.Boolean()
ENUMS = {
    "classholder": ("to_cong_nghe", "xa", "noi_khac"),
    "signinway": ("tai_khoan", "may_rieng", "ghi_danh_sach"),
    "potential": ("ocop", "doi_moi_sang_tao", "ca_hai", "chua_ro"),
    "farmbranch": ("trong_trot", "chan_nuoi", "thuy_san"),
}


def _enum(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _key(table: str, columns: list[str], parents: list[str]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(columns, parents, name=op.f(f"fk_{table}_{'_'.join(columns)}"))


def _where(condition: str) -> dict[str, sa.TextClause]:
    return {name: sa.text(condition) for name in ("postgresql_where", "sqlite_where")}


def upgrade() -> None:
    for make in MAKERS:
        make()
    has_it = op.get_bind().scalar(sa.select(sa.exists().where(IS_OURS)))
    if has_it or op.get_bind().scalar(sa.select(~sa.exists().select_from(sa.table("commune")))):
        return
    if op.get_bind().dialect.name == "postgresql":
        op.execute(COUNT_ON)
    op.bulk_insert(FACT, [PARTS])


def _training_class() -> None:
    op.create_table(
        "training_class",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("hamlet_id", ID, nullable=True),
        sa.Column("holder", _enum(*ENUMS["classholder"], name="classholder"), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("held_on", DAY, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("teacher", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("cancelled_at", TIME, nullable=True),
        sa.Column("cancelled_by", ID, nullable=True),
        sa.Column("cancelled_reason", TEXT, nullable=True),
        _key("training_class", ["cancelled_by"], ["person.id"]),
        _key("training_class", ["commune_id"], ["commune.id"]),
        _key("training_class", ["created_by"], ["person.id"]),
        _key("training_class", ["hamlet_id"], ["hamlet.id"]),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_reason IS NULL)",
            name=op.f("ck_training_class_cancelled_with_a_reason"),
        ),
        sa.UniqueConstraint("key", name=op.f("uq_training_class_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_class")),
    )
    op.create_index(op.f("ix_training_class_commune_id_held_on"), "training_class", ["commune_id", "held_on"])
    op.create_index(op.f("ix_training_class_hamlet_id"), "training_class", ["hamlet_id"])
    op.create_index(op.f("uq_training_class_id_commune_id"), "training_class", ["id", "commune_id"], unique=True)


def _class_attendee() -> None:
    op.create_table(
        "class_attendee",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("class_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("business_id", ID, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("phone", TEXT, nullable=True),
        sa.Column("way", _enum(*ENUMS["signinway"], name="signinway"), nullable=False),
        sa.Column("is_elderly", YES_NO, nullable=False),
        sa.Column("is_vulnerable", YES_NO, nullable=False),
        sa.Column("signed_at", TIME, nullable=False),
        sa.Column("recorded_by", ID, nullable=True),
        sa.Column("struck_at", TIME, nullable=True),
        sa.Column("struck_by", ID, nullable=True),
        sa.Column("cleared_at", TIME, nullable=True),
        _key("class_attendee", ["business_id"], ["business.id"]),
        _key("class_attendee", ["class_id", "commune_id"], ["training_class.id", "training_class.commune_id"]),
        _key("class_attendee", ["person_id"], ["person.id"]),
        _key("class_attendee", ["recorded_by"], ["person.id"]),
        _key("class_attendee", ["struck_by"], ["person.id"]),
        sa.CheckConstraint(
            "way <> 'tai_khoan' OR person_id IS NOT NULL OR cleared_at IS NOT NULL",
            name=op.f("ck_class_attendee_account_of_a_person"),
        ),
        sa.CheckConstraint(
            "way <> 'ghi_danh_sach' OR recorded_by IS NOT NULL", name=op.f("ck_class_attendee_listed_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_attendee")),
    )
    op.create_index(op.f("ix_class_attendee_business_id"), "class_attendee", ["business_id"])
    op.create_index(op.f("ix_class_attendee_class_id_id"), "class_attendee", ["class_id", "id"])
    op.create_index(op.f("ix_class_attendee_person_id"), "class_attendee", ["person_id"])
    op.create_index(op.f("ix_class_attendee_signed_at"), "class_attendee", ["signed_at"])
    op.create_index(
        op.f("uq_class_attendee_person"),
        "class_attendee",
        ["class_id", "person_id"],
        unique=True,
        **_where("struck_at IS NULL AND person_id IS NOT NULL"),
    )


def _surveyed_product() -> None:
    op.create_table(
        "surveyed_product",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("hamlet_id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=True),
        sa.Column("category_id", ID, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("maker", TEXT, nullable=False),
        sa.Column("special", TEXT, nullable=False),
        sa.Column("yearly", TEXT, nullable=False),
        sa.Column("makers", WHOLE, nullable=True),
        sa.Column("season_from", WHOLE, nullable=True),
        sa.Column("season_to", WHOLE, nullable=True),
        sa.Column("local_material", YES_NO, nullable=False),
        sa.Column("has_packaging", YES_NO, nullable=False),
        sa.Column("has_safety_paper", YES_NO, nullable=False),
        sa.Column("potential", _enum(*ENUMS["potential"], name="potential"), nullable=False),
        sa.Column("surveyed_on", DAY, nullable=False),
        sa.Column("surveyed_by", ID, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("linked_at", TIME, nullable=True),
        sa.Column("linked_by", ID, nullable=True),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.Column("withdrawn_by", ID, nullable=True),
        sa.Column("withdrawn_reason", TEXT, nullable=True),
        _key("surveyed_product", ["business_id"], ["business.id"]),
        _key("surveyed_product", ["category_id"], ["category.id"]),
        _key("surveyed_product", ["commune_id"], ["commune.id"]),
        _key("surveyed_product", ["hamlet_id"], ["hamlet.id"]),
        _key("surveyed_product", ["linked_by"], ["person.id"]),
        _key("surveyed_product", ["product_id"], ["product.id"]),
        _key("surveyed_product", ["surveyed_by"], ["person.id"]),
        _key("surveyed_product", ["withdrawn_by"], ["person.id"]),
        sa.CheckConstraint("makers > 0", name=op.f("ck_surveyed_product_made_by_somebody")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_surveyed_product_withdrawn_with_a_reason"),
        ),
        sa.CheckConstraint("makers = CAST(makers AS BIGINT)", name=op.f("ck_surveyed_product_makers_whole")),
        sa.CheckConstraint("season_to = CAST(season_to AS BIGINT)", name=op.f("ck_surveyed_product_season_to_whole")),
        sa.CheckConstraint(
            "season_from BETWEEN 1 AND 12 AND season_to BETWEEN 1 AND 12",
            name=op.f("ck_surveyed_product_season_months"),
        ),
        sa.CheckConstraint(
            "season_from = CAST(season_from AS BIGINT)", name=op.f("ck_surveyed_product_season_from_whole")
        ),
        sa.CheckConstraint(
            "(product_id IS NULL) = (linked_at IS NULL)", name=op.f("ck_surveyed_product_linked_at_a_time")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveyed_product")),
    )
    op.create_index(op.f("ix_surveyed_product_business_id"), "surveyed_product", ["business_id"])
    op.create_index(op.f("ix_surveyed_product_category_id"), "surveyed_product", ["category_id"])
    op.create_index(
        op.f("ix_surveyed_product_commune_id_hamlet_id_id"), "surveyed_product", ["commune_id", "hamlet_id", "id"]
    )
    op.create_index(op.f("ix_surveyed_product_hamlet_id"), "surveyed_product", ["hamlet_id"])
    op.create_index(op.f("ix_surveyed_product_product_id"), "surveyed_product", ["product_id"])
    op.create_index(op.f("ix_surveyed_product_surveyed_by"), "surveyed_product", ["surveyed_by"])
    op.create_index(op.f("uq_surveyed_product_id_commune_id"), "surveyed_product", ["id", "commune_id"], unique=True)


def _signature_product() -> None:
    op.create_table(
        "signature_product",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("brand", TEXT, nullable=True),
        sa.Column("brand_on", DAY, nullable=True),
        sa.Column("brand_proof", TEXT, nullable=True),
        sa.Column("trademark_id", ID, nullable=True),
        sa.Column("chosen_by", ID, nullable=False),
        sa.Column("chosen_at", TIME, nullable=False),
        _key("signature_product", ["chosen_by"], ["person.id"]),
        _key("signature_product", ["product_id", "commune_id"], ["product.id", "product.commune_id"]),
        _key("signature_product", ["trademark_id"], ["certificate.id"]),
        sa.CheckConstraint(
            "(brand IS NULL) = (brand_proof IS NULL)", name=op.f("ck_signature_product_brand_with_proof")
        ),
        sa.CheckConstraint("(brand IS NULL) = (brand_on IS NULL)", name=op.f("ck_signature_product_brand_since_a_day")),
        sa.UniqueConstraint("commune_id", "product_id", name=op.f("uq_signature_product_commune_id_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_product")),
    )
    op.create_index(op.f("ix_signature_product_product_id"), "signature_product", ["product_id"])
    op.create_index(op.f("ix_signature_product_trademark_id"), "signature_product", ["trademark_id"])


def _ocop_path() -> None:
    op.create_table(
        "ocop_path",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("valid_from", DAY, nullable=False),
        sa.Column("points_a", WHOLE, nullable=False),
        sa.Column("points_b", WHOLE, nullable=False),
        sa.Column("points_c", WHOLE, nullable=False),
        sa.Column("steps", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("is_checked", YES_NO, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        _key("ocop_path", ["commune_id"], ["commune.id"]),
        _key("ocop_path", ["recorded_by"], ["person.id"]),
        sa.CheckConstraint("points_a > 0 AND points_b > 0 AND points_c > 0", name=op.f("ck_ocop_path_three_parts")),
        sa.CheckConstraint("points_b = CAST(points_b AS BIGINT)", name=op.f("ck_ocop_path_points_b_whole")),
        sa.CheckConstraint("points_c = CAST(points_c AS BIGINT)", name=op.f("ck_ocop_path_points_c_whole")),
        sa.CheckConstraint("points_a = CAST(points_a AS BIGINT)", name=op.f("ck_ocop_path_points_a_whole")),
        sa.CheckConstraint("points_a + points_b + points_c = 100", name=op.f("ck_ocop_path_parts_make_a_whole")),
        sa.UniqueConstraint("commune_id", "valid_from", name=op.f("uq_ocop_path_commune_id_valid_from")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ocop_path")),
    )
    op.create_index(op.f("uq_ocop_path_id_commune_id"), "ocop_path", ["id", "commune_id"], unique=True)


def _ocop_entry() -> None:
    op.create_table(
        "ocop_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("path_id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("surveyed_id", ID, nullable=True),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("certificate_id", ID, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("begun_on", DAY, nullable=False),
        sa.Column("begun_by", ID, nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.Column("stopped_at", TIME, nullable=True),
        sa.Column("stopped_by", ID, nullable=True),
        sa.Column("stopped_reason", TEXT, nullable=True),
        _key("ocop_entry", ["begun_by"], ["person.id"]),
        _key("ocop_entry", ["business_id", "commune_id"], ["business.id", "business.commune_id"]),
        _key("ocop_entry", ["certificate_id"], ["certificate.id"]),
        _key("ocop_entry", ["path_id", "commune_id"], ["ocop_path.id", "ocop_path.commune_id"]),
        _key("ocop_entry", ["product_id"], ["product.id"]),
        _key("ocop_entry", ["stopped_by"], ["person.id"]),
        _key("ocop_entry", ["surveyed_id"], ["surveyed_product.id"]),
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stopped_reason IS NULL)", name=op.f("ck_ocop_entry_stopped_with_a_reason")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ocop_entry")),
    )
    op.create_index(op.f("ix_ocop_entry_business_id"), "ocop_entry", ["business_id"])
    op.create_index(op.f("ix_ocop_entry_certificate_id"), "ocop_entry", ["certificate_id"])
    op.create_index(op.f("ix_ocop_entry_commune_id_id"), "ocop_entry", ["commune_id", "id"])
    op.create_index(op.f("ix_ocop_entry_path_id"), "ocop_entry", ["path_id"])
    op.create_index(op.f("ix_ocop_entry_product_id"), "ocop_entry", ["product_id"])
    op.create_index(op.f("ix_ocop_entry_surveyed_id"), "ocop_entry", ["surveyed_id"])
    op.create_index(op.f("uq_ocop_entry_id_commune_id"), "ocop_entry", ["id", "commune_id"], unique=True)


def _ocop_step() -> None:
    op.create_table(
        "ocop_step",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("done_on", DAY, nullable=False),
        sa.Column("proof", TEXT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        _key("ocop_step", ["entry_id", "commune_id"], ["ocop_entry.id", "ocop_entry.commune_id"]),
        _key("ocop_step", ["recorded_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ocop_step")),
    )
    op.create_index(op.f("ix_ocop_step_entry_id_id"), "ocop_step", ["entry_id", "id"])


def _ocop_assessment() -> None:
    op.create_table(
        "ocop_assessment",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("path_id", ID, nullable=False),
        sa.Column("assessed_on", DAY, nullable=False),
        sa.Column("points_a", WHOLE, nullable=False),
        sa.Column("points_b", WHOLE, nullable=False),
        sa.Column("points_c", WHOLE, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        _key("ocop_assessment", ["entry_id", "commune_id"], ["ocop_entry.id", "ocop_entry.commune_id"]),
        _key("ocop_assessment", ["path_id"], ["ocop_path.id"]),
        _key("ocop_assessment", ["recorded_by"], ["person.id"]),
        sa.CheckConstraint("points_b = CAST(points_b AS BIGINT)", name=op.f("ck_ocop_assessment_points_b_whole")),
        sa.CheckConstraint("points_a = CAST(points_a AS BIGINT)", name=op.f("ck_ocop_assessment_points_a_whole")),
        sa.CheckConstraint("points_a + points_b + points_c <= 100", name=op.f("ck_ocop_assessment_within_the_whole")),
        sa.CheckConstraint("points_c = CAST(points_c AS BIGINT)", name=op.f("ck_ocop_assessment_points_c_whole")),
        sa.CheckConstraint(
            "points_a >= 0 AND points_b >= 0 AND points_c >= 0", name=op.f("ck_ocop_assessment_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ocop_assessment")),
    )
    op.create_index(op.f("ix_ocop_assessment_entry_id_id"), "ocop_assessment", ["entry_id", "id"])
    op.create_index(op.f("ix_ocop_assessment_path_id"), "ocop_assessment", ["path_id"])


def _farming_model() -> None:
    op.create_table(
        "farming_model",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("branch", _enum(*ENUMS["farmbranch"], name="farmbranch"), nullable=False),
        sa.Column("description", TEXT, nullable=False),
        sa.Column("started_on", DAY, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("ended_on", DAY, nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        _key("farming_model", ["commune_id"], ["commune.id"]),
        _key("farming_model", ["ended_by"], ["person.id"]),
        _key("farming_model", ["recorded_by"], ["person.id"]),
        sa.CheckConstraint("ended_on >= started_on", name=op.f("ck_farming_model_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_farming_model")),
    )
    op.create_index(op.f("ix_farming_model_commune_id_id"), "farming_model", ["commune_id", "id"])
    op.create_index(op.f("uq_farming_model_id_commune_id"), "farming_model", ["id", "commune_id"], unique=True)


def _model_adopter() -> None:
    op.create_table(
        "model_adopter",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("model_id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("since", DAY, nullable=False),
        sa.Column("until", DAY, nullable=True),
        sa.Column("proof", TEXT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        _key("model_adopter", ["business_id", "commune_id"], ["business.id", "business.commune_id"]),
        _key("model_adopter", ["model_id", "commune_id"], ["farming_model.id", "farming_model.commune_id"]),
        _key("model_adopter", ["product_id"], ["product.id"]),
        _key("model_adopter", ["recorded_by"], ["person.id"]),
        sa.CheckConstraint("until >= since", name=op.f("ck_model_adopter_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_adopter")),
    )
    op.create_index(op.f("ix_model_adopter_business_id"), "model_adopter", ["business_id"])
    op.create_index(op.f("ix_model_adopter_commune_id_since"), "model_adopter", ["commune_id", "since"])
    op.create_index(op.f("ix_model_adopter_model_id_id"), "model_adopter", ["model_id", "id"])
    op.create_index(op.f("ix_model_adopter_product_id"), "model_adopter", ["product_id"])
    op.create_index(
        op.f("uq_model_adopter_now"),
        "model_adopter",
        ["model_id", "business_id"],
        unique=True,
        **_where("until IS NULL"),
    )


def _farm_practice() -> None:
    op.create_table(
        "farm_practice",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("practice", TEXT, nullable=False),
        sa.Column("since", DAY, nullable=False),
        sa.Column("until", DAY, nullable=True),
        sa.Column("proof", TEXT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("ended_by", ID, nullable=True),
        _key("farm_practice", ["business_id", "commune_id"], ["business.id", "business.commune_id"]),
        _key("farm_practice", ["ended_by"], ["person.id"]),
        _key("farm_practice", ["recorded_by"], ["person.id"]),
        sa.CheckConstraint("until >= since", name=op.f("ck_farm_practice_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_farm_practice")),
    )
    op.create_index(op.f("ix_farm_practice_business_id_id"), "farm_practice", ["business_id", "id"])
    op.create_index(op.f("ix_farm_practice_commune_id_since"), "farm_practice", ["commune_id", "since"])


def _paper_warning() -> None:
    op.create_table(
        "paper_warning",
        sa.Column("id", ID, nullable=False),
        sa.Column("certificate_id", ID, nullable=False),
        sa.Column("valid_to", DAY, nullable=False),
        sa.Column("days", WHOLE, nullable=False),
        sa.Column("told_at", TIME, nullable=False),
        _key("paper_warning", ["certificate_id"], ["certificate.id"]),
        sa.CheckConstraint("days = CAST(days AS BIGINT)", name=op.f("ck_paper_warning_days_whole")),
        sa.UniqueConstraint(
            "certificate_id", "valid_to", "days", name=op.f("uq_paper_warning_certificate_id_valid_to_days")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_warning")),
    )


MAKERS = (
    _training_class,
    _class_attendee,
    _surveyed_product,
    _signature_product,
    _ocop_path,
    _ocop_entry,
    _ocop_step,
    _ocop_assessment,
    _farming_model,
    _model_adopter,
    _farm_practice,
    _paper_warning,
)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute(FACT.delete().where(IS_OURS & (FACT.c.value == PARTS["value"])))
