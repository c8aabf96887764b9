"""What the job that raises risk flags finds, whom the office calls, and what an officer did before deciding, as rows.

Orders that were completed before are looked at by the job's first round; until then no figure counts them.
"""

import sqlalchemy as sa
from alembic import op

from market.base.ddl import forbid_change

revision = "20261129_1010"
down_revision = "20261129_1000"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
STILL_HOLDS = {"postgresql_where": sa.text("ended_at IS NULL"), "sqlite_where": sa.text("ended_at IS NULL")}
VOUCHES = ("da_goi", "chuyen_khoan", "khach_quen")
CAUSES = ("mau_ngau_nhien", "can_kiem_tra")
OUTCOMES = ("dung_la_mua", "khong_mua", "khong_nghe", "sai_so")
WAYS = ("da_goi", "da_den_gap", "da_xem_giay")
RISK_FLAGS = (
    "chung_so_may",
    "chung_thiet_bi",
    "chung_tai_khoan",
    "nguoi_cua_xa",
    "may_nguoi_cua_xa",
    "mot_nguoi_mua",
    "mua_vong",
    "don_nho",
    "chuoi_don_nho",
    "nhieu_so_mot_may",
    "cuoi_ky",
    "khong_ro_nguoi_tra",
    "nguoi_nha_tra",
    "nguoi_mua_noi_khong",
    "sai_so_may",
    "khong_nghe_may",
    "chi_nghe_may",
    "ngan_hang_noi_khac",
    "chua_xet",
)


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _points_at(table: str, column: str, at: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{at}.id"], name=op.f(f"fk_{table}_{column}"))


def _ends_after_start(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint("ended_at >= found_at", name=op.f(f"ck_{table}_ends_after_start"))


def upgrade() -> None:
    _add_findings()
    _add_calls()
    with op.batch_alter_table("evidence_review") as review:
        review.add_column(sa.Column("way", _choice("reviewway", WAYS), nullable=True))
    for table in ("call_draw", "buyer_call"):
        forbid_change(op.get_bind(), table)


def _add_findings() -> None:
    op.create_table(
        "sale_check",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("vouch", _choice("vouch", VOUCHES), nullable=True),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        _ends_after_start("sale_check"),
        _points_at("sale_check", "order_id", "order"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_check")),
    )
    op.create_index(op.f("ix_sale_check_order_id_found_at"), "sale_check", ["order_id", "found_at"])
    op.create_index("uq_sale_check_open", "sale_check", ["order_id"], unique=True, **STILL_HOLDS)
    op.create_table(
        "raised_flag",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("risk_flag", _choice("riskflag", RISK_FLAGS), nullable=False),
        sa.Column("business_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        _ends_after_start("raised_flag"),
        _points_at("raised_flag", "order_id", "order"),
        _points_at("raised_flag", "business_id", "business"),
        _points_at("raised_flag", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raised_flag")),
    )
    op.create_index(op.f("ix_raised_flag_order_id_found_at"), "raised_flag", ["order_id", "found_at"])
    op.create_index("uq_raised_flag_open", "raised_flag", ["order_id", "risk_flag"], unique=True, **STILL_HOLDS)


def _add_calls() -> None:
    op.create_table(
        "call_draw",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("drawn_at", TIME, nullable=False),
        sa.CheckConstraint("rank = CAST(rank AS BIGINT)", name=op.f("ck_call_draw_rank_whole")),
        _points_at("call_draw", "commune_id", "commune"),
        _points_at("call_draw", "order_id", "order"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_draw")),
        sa.UniqueConstraint("commune_id", "week", "order_id", name=op.f("uq_call_draw_commune_id_week_order_id")),
    )
    op.create_index(op.f("ix_call_draw_order_id"), "call_draw", ["order_id"])
    op.create_table(
        "buyer_call",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("cause", _choice("callcause", CAUSES), nullable=False),
        sa.Column("outcome", _choice("calloutcome", OUTCOMES), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("called_by", ID, nullable=False),
        sa.Column("called_at", TIME, nullable=False),
        _points_at("buyer_call", "commune_id", "commune"),
        _points_at("buyer_call", "order_id", "order"),
        _points_at("buyer_call", "called_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_call")),
    )
    op.create_index(op.f("ix_buyer_call_commune_id_called_at"), "buyer_call", ["commune_id", "called_at"])
    op.create_index(op.f("ix_buyer_call_order_id"), "buyer_call", ["order_id"])


def downgrade() -> None:
    with op.batch_alter_table("evidence_review") as review:
        review.drop_constraint(op.f("ck_evidence_review_reviewway"), type_="check")
        review.drop_column("way")
    for table in ("buyer_call", "call_draw", "raised_flag", "sale_check"):
        op.drop_table(table)
