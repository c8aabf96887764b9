"""The office's reports: which period, as known when, and what was chosen for the paper."""

import sqlalchemy as sa
from alembic import op

from market.base.ddl import forbid_change

revision = "20261201_2020"
down_revision = "20261201_2010"
branch_labels = None
depends_on = None
phase = "expand"

TABLE = "official_report"
KINDS = ("bao_cao_kinh_te", "tong_hop_vhxh")
SPANS = ("thang", "quy", "sau_thang", "chin_thang", "nam")
SIGNATORIES = ("truong_phong", "kt_truong_phong", "q_truong_phong", "chu_tich", "kt_chu_tich", "tl_chu_tich")
WHOLE = ("span_year", "span_number", "document_number")
TEXTS = ("recipients", "other_recipients", "grounds", "limits", "tasks", "proposals")


def _enum(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        TABLE,
        sa.Column("id", number, nullable=False),
        sa.Column("commune_id", number, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("client_key", sa.Text()),
        sa.Column("kind", _enum(KINDS, "reportkind"), nullable=False),
        sa.Column("span_kind", _enum(SPANS, "spankind"), nullable=False),
        sa.Column("span_year", sa.BigInteger(), nullable=False),
        sa.Column("span_number", sa.BigInteger(), nullable=False),
        sa.Column("by_decree", sa.Boolean(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signatory", _enum(SIGNATORIES, "signatory"), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("document_number", sa.BigInteger()),
        sa.Column("dated_on", sa.Date()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("made_by", number, nullable=False),
        *(sa.CheckConstraint(f"{name} = CAST({name} AS BIGINT)", name=f"{name}_whole") for name in WHOLE),
        sa.CheckConstraint("document_number >= 1", name="document_number_positive"),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f(f"fk_{TABLE}_commune_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f(f"fk_{TABLE}_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{TABLE}_code")),
        sa.UniqueConstraint("commune_id", "client_key", name=op.f(f"uq_{TABLE}_commune_id_client_key")),
    )
    op.create_index(op.f(f"ix_{TABLE}_commune_id_id"), TABLE, ["commune_id", "id"])
    op.create_index(op.f(f"ix_{TABLE}_made_by"), TABLE, ["made_by"])
    forbid_change(op.get_bind(), TABLE)


def downgrade() -> None:
    op.drop_table(TABLE)
