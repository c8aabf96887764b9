"""Browsers that asked to be told by push: a person's while they stay signed in, or a guest's for one purchase."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1810"
down_revision = "20261130_1800"
branch_labels = None
depends_on = None
phase = "expand"

TABLE = "push_subscription"
WHY = ("nguoi_dung_tat", "trinh_duyet_bo", "thay_moi", "qua_nhieu_may", "khoa_cu")
LIVE_OF_LOGIN = sa.text("login_session_id IS NOT NULL AND ended_at IS NULL")
LIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    number, moment = sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.DateTime(timezone=True)
    op.create_table(
        TABLE,
        sa.Column("id", number, nullable=False),
        sa.Column("commune_id", number, nullable=False),
        sa.Column("person_id", number),
        sa.Column("login_session_id", number),
        sa.Column("purchase_id", number),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in (
                "device",
                "endpoint_cipher",
                "endpoint_digest",
                "p256dh_cipher",
                "auth_cipher",
                "server_key",
            )
        ),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("last_ok_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("ended_why", sa.Enum(*WHY, name="endedwhy", native_enum=False, create_constraint=True, length=32)),
        sa.CheckConstraint("(login_session_id IS NULL) <> (purchase_id IS NULL)", name="login_or_purchase"),
        sa.CheckConstraint("(login_session_id IS NULL) = (person_id IS NULL)", name="person_of_login"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended_says_why"),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f(f"fk_{TABLE}_commune_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{TABLE}_person_id")),
        sa.ForeignKeyConstraint(
            ["login_session_id"],
            ["login_session.id"],
            name=op.f(f"fk_{TABLE}_login_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_id", "commune_id"],
            ["purchase.id", "purchase.commune_id"],
            name=op.f(f"fk_{TABLE}_purchase_id_commune_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    for column in ("person_id", "login_session_id", "purchase_id", "device", "endpoint_digest"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    for name, columns, where in (
        ("login", ["endpoint_digest"], LIVE_OF_LOGIN),
        ("purchase", ["endpoint_digest", "purchase_id"], LIVE),
    ):
        op.create_index(f"uq_{TABLE}_{name}", TABLE, columns, unique=True, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    op.drop_table(TABLE)
