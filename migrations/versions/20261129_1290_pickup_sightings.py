"""Keepers of pickup points: a post of their own, and what they write down of who fetched an order."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1290"
down_revision = "20261129_1270"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
ROLES = ("officer", "helper", "keeper", "admin")
VOUCHES = ("da_goi", "chuyen_khoan", "khach_quen", "den_nhan")
READY = {"postgresql_where": sa.text("status = 'san_sang'"), "sqlite_where": sa.text("status = 'san_sang'")}


def _allow(table: str, column: str, name: str, values: tuple[str, ...]) -> None:
    """Let an enum's column hold these values."""
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN ({listed})")


def upgrade() -> None:
    for table in ("post", "appointment"):
        _allow(table, "role", "postrole", ROLES)
    _allow("sale_check", "vouch", "vouch", VOUCHES)
    op.create_index("ix_order_at_point", "order", ["pickup_point_id", "id"], **READY)
    op.create_table(
        "pickup_sighting",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("pickup_point_id", ID, nullable=False),
        sa.Column("keeper_id", ID, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id", "commune_id"],
            ["order.id", "order.commune_id"],
            name=op.f("fk_pickup_sighting_order_id_commune_id"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{at}.id"], name=op.f(f"fk_pickup_sighting_{column}"))
            for column, at in (("pickup_point_id", "pickup_point"), ("keeper_id", "person"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_sighting")),
        sa.UniqueConstraint("order_id", name=op.f("uq_pickup_sighting_order_id")),
    )
    op.create_index(op.f("ix_pickup_sighting_keeper_id"), "pickup_sighting", ["keeper_id"])


def downgrade() -> None:
    op.drop_table("pickup_sighting")
    op.drop_index("ix_order_at_point", table_name="order")
    _allow("sale_check", "vouch", "vouch", VOUCHES[:-1])
    for table in ("post", "appointment"):
        _allow(table, "role", "postrole", tuple(one for one in ROLES if one != "keeper"))
