"""Helpers' visits to households, and the lists of whom to visit in a week."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_2030"
down_revision = "20261201_2020"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
VISIT, PLAN = "help_visit", "visit_plan"
STEPS = ("did_account", "did_cashless", "did_invoice", "did_listing", "did_order")
ANY_STEP = f"({' OR '.join(STEPS)})"
CHECKS = {
    "steps_with_consent": f"consent <> 'khong' OR NOT {ANY_STEP}",
    "consent_by_outcome": "(consent = 'khong') = (outcome IN ('khong_gap', 'chua_muon'))",
    "consent_for_a_step": f"consent = 'khong' OR {ANY_STEP}",
    "next_after_visit": "next_on IS NULL OR next_on > visited_on",
}
REASONS = (
    "don_khong_tra_loi",
    "hen_quay_lai",
    "chua_co_don",
    "hang_chua_anh",
    "cho_xa_xem",
    "gian_chua_hang",
    "chua_tai_khoan",
)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _of_whom(table: str) -> list[sa.schema.SchemaItem]:
    """Whose it is: a business and a hamlet of the same commune, and a helper."""
    named = {one: op.f(f"fk_{table}_{one}_id_commune_id") for one in ("business", "hamlet")}
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("hamlet_id", ID, nullable=False),
        sa.Column("helper_id", ID, nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{one}_id", "commune_id"], [f"{one}.id", f"{one}.commune_id"], name=name)
            for one, name in named.items()
        ),
        sa.ForeignKeyConstraint(["helper_id"], ["person.id"], name=op.f(f"fk_{table}_helper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.create_table(
        VISIT,
        *_of_whom(VISIT),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("place", _enum("visitplace", "tai_nha", "tai_cho", "nha_van_hoa", "dien_thoai"), nullable=False),
        sa.Column(
            "outcome",
            _enum("visitoutcome", "khong_gap", "chua_muon", "xong", "xong_hen", "con_do", "ra_xa"),
            nullable=False,
        ),
        sa.Column("consent", _enum("visitconsent", "khong", "uy_quyen", "noi_mieng"), nullable=False),
        *(sa.Column(step, sa.Boolean(), nullable=False, server_default=sa.false()) for step in STEPS),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("client_key", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", TIME, nullable=True),
        *(sa.CheckConstraint(check, name=op.f(f"ck_{VISIT}_{name}")) for name, check in CHECKS.items()),
        sa.UniqueConstraint("helper_id", "client_key", name=op.f(f"uq_{VISIT}_helper_id_client_key")),
    )
    for column in ("business_id", "helper_id", "commune_id", "hamlet_id"):
        op.create_index(op.f(f"ix_{VISIT}_{column}_visited_on"), VISIT, [column, "visited_on"])
    op.create_table(
        PLAN,
        *_of_whom(PLAN),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("reason", _enum("visitreason", *REASONS), nullable=False),
        sa.Column("planned_at", TIME, nullable=False),
        sa.CheckConstraint("rank > 0", name=op.f(f"ck_{PLAN}_rank_from_one")),
        sa.CheckConstraint("rank = CAST(rank AS BIGINT)", name=op.f(f"ck_{PLAN}_rank_whole")),
        sa.UniqueConstraint("business_id", "week", name=op.f(f"uq_{PLAN}_business_id_week")),
    )
    op.create_index(op.f(f"ix_{PLAN}_helper_id_week_rank"), PLAN, ["helper_id", "week", "rank"])
    for column in ("hamlet_id", "commune_id"):
        op.create_index(op.f(f"ix_{PLAN}_{column}_week"), PLAN, [column, "week"])


def downgrade() -> None:
    op.drop_table(PLAN)
    op.drop_table(VISIT)
