"""Which way a notice leaves the market and what became of it, where people want word, and what a commune has spent."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1800"
down_revision = "20261130_1720"
branch_labels = None
depends_on = None
phase = "expand"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
UNREACHED = sa.text("reach = 'chua_gui_duoc' AND known_at IS NULL")
STATES = "cho_gui", "dang_gui", "da_gui", "co_the_da_gui", "khong_gui_duoc", "bo_qua"
WHYS = (
    "khong_co_noi_nhan",
    "nguoi_nhan_tat",
    "chua_cai_dat",
    "het_han_muc",
    "khong_con_can",
    "bi_tu_choi",
    "het_lan_thu",
)
REACHES = "dang_gui", "da_gui", "co_the_da_gui", "chua_gui_duoc", "khong_can"


def one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def whole(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} = CAST({column} AS BIGINT)", name=op.f(f"ck_{table}_{column}_whole"))


def upgrade() -> None:
    op.create_index("uq_notice_id_commune_id", "notice", ["id", "commune_id"], unique=True)
    _dispatch()
    _delivery()
    op.create_table(
        "notice_choice",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("off_ways", sa.Text(), nullable=False),
        sa.Column("email_cipher", sa.Text(), nullable=True),
        sa.Column("wakes_for_orders", sa.Boolean(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_choice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_choice")),
        sa.UniqueConstraint("person_id", name=op.f("uq_notice_choice_person_id")),
    )
    op.create_table(
        "paid_notices",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("commune_id", NUMBER, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        whole("paid_notices", "sent"),
        sa.CheckConstraint("sent >= 0", name=op.f("ck_paid_notices_sent_not_negative")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_paid_notices_commune_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paid_notices")),
        sa.UniqueConstraint("commune_id", "month", name=op.f("uq_paid_notices_commune_id_month")),
    )


def _dispatch() -> None:
    op.create_table(
        "notice_dispatch",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("commune_id", NUMBER, nullable=False),
        sa.Column("notice_id", NUMBER, nullable=False),
        sa.Column("business_id", NUMBER, nullable=True),
        sa.Column("reach", one_of("arrival", REACHES), nullable=False),
        sa.Column("known_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id", "commune_id"],
            ["notice.id", "notice.commune_id"],
            name=op.f("fk_notice_dispatch_notice_id_commune_id"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "commune_id"],
            ["business.id", "business.commune_id"],
            name=op.f("fk_notice_dispatch_business_id_commune_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_dispatch")),
        sa.UniqueConstraint("notice_id", "commune_id", name=op.f("uq_notice_dispatch_notice_id_commune_id")),
    )
    op.create_index(
        "ix_notice_dispatch_unreached",
        "notice_dispatch",
        ["business_id", "created_at"],
        postgresql_where=UNREACHED,
        sqlite_where=UNREACHED,
    )
    op.create_index(op.f("ix_notice_dispatch_created_at"), "notice_dispatch", ["created_at"])


def _delivery() -> None:
    op.create_table(
        "notice_delivery",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("commune_id", NUMBER, nullable=False),
        sa.Column("notice_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("state", one_of("deliverystate", STATES), nullable=False),
        sa.Column("why", one_of("why", WHYS), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("counted_in", sa.Text(), nullable=True),
        whole("notice_delivery", "attempts"),
        sa.ForeignKeyConstraint(
            ["notice_id", "commune_id"],
            ["notice.id", "notice.commune_id"],
            name=op.f("fk_notice_delivery_notice_id_commune_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_delivery_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_delivery")),
    )
    for name, columns, rows in (
        ("of_person", ["notice_id", "way", "person_id"], "person_id IS NOT NULL"),
        ("of_nobody", ["notice_id", "way"], "person_id IS NULL"),
    ):
        op.create_index(
            f"uq_notice_delivery_{name}",
            "notice_delivery",
            columns,
            unique=True,
            postgresql_where=sa.text(rows),
            sqlite_where=sa.text(rows),
        )
    op.create_index(op.f("ix_notice_delivery_state_next_at"), "notice_delivery", ["state", "next_at"])
    op.create_index(op.f("ix_notice_delivery_person_id_id"), "notice_delivery", ["person_id", "id"])


def downgrade() -> None:
    for table in ("paid_notices", "notice_choice", "notice_delivery", "notice_dispatch"):
        op.drop_table(table)
    op.drop_index("uq_notice_id_commune_id", table_name="notice")
