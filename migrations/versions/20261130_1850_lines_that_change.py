"""An order whose lines change: what was offered instead or taken off, what was answered, which lines stand no longer.

A contract, though nothing is lost: an older program takes every line of an order for one that stands.
"""

import sqlalchemy as sa
from alembic import op

from market.base.ddl import forbid_change

revision = "20261130_1850"
down_revision = "20261130_1840"
branch_labels = None
depends_on = None
phase = "contract"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ASKED = sa.text("asked_until IS NOT NULL")
ASKED_HAS_NO_CLOCK = "asked_until IS NULL OR (status = 'da_nhan' AND due_at IS NULL AND changes > 0)"


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table("order") as order:
        order.add_column(sa.Column("changes", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
        order.add_column(sa.Column("asked_until", MOMENT, nullable=True))
        order.create_check_constraint(op.f("ck_order_changes_whole"), "changes = CAST(changes AS BIGINT)")
        order.create_check_constraint(op.f("ck_order_changes_not_negative"), "changes >= 0")
        order.create_check_constraint(op.f("ck_order_asked_has_no_clock"), ASKED_HAS_NO_CLOCK)
        order.create_index("ix_order_asked", ["asked_until"], postgresql_where=ASKED, sqlite_where=ASKED)
    with op.batch_alter_table("order_line") as line:
        line.add_column(sa.Column("changed_at", MOMENT, nullable=True))
        line.create_index("uq_order_line_id_commune_id", ["id", "commune_id"], unique=True)
    _create_changes()
    op.create_table(
        "change_answer",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reply", _enum("changereply", "dong_y", "thoi", "qua_gio", "rut_lai"), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_change_answer_number_positive")),
        sa.CheckConstraint("number = CAST(number AS BIGINT)", name=op.f("ck_change_answer_number_whole")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_change_answer_actor_id")),
        sa.ForeignKeyConstraint(
            ["order_id", "commune_id"],
            ["order.id", "order.commune_id"],
            name=op.f("fk_change_answer_order_id_commune_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_answer")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_change_answer_order_id_number")),
    )
    for table in ("line_change", "change_answer"):
        forbid_change(op.get_bind(), table)


def _create_changes() -> None:
    op.create_table(
        "line_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("line_id", ID, nullable=False),
        sa.Column("kind", _enum("linechangekind", "con_it", "bo_mon"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_line_change_number_positive")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_line_change_amount_not_negative")),
        sa.CheckConstraint("kind <> 'bo_mon' OR amount = 0", name=op.f("ck_line_change_taken_off_leaves_nothing")),
        sa.CheckConstraint("number = CAST(number AS BIGINT)", name=op.f("ck_line_change_number_whole")),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f("ck_line_change_amount_whole")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_line_change_actor_id")),
        sa.ForeignKeyConstraint(
            ["line_id", "commune_id"],
            ["order_line.id", "order_line.commune_id"],
            name=op.f("fk_line_change_line_id_commune_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id", "commune_id"],
            ["order.id", "order.commune_id"],
            name=op.f("fk_line_change_order_id_commune_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_change")),
        sa.UniqueConstraint("order_id", "number", "line_id", name=op.f("uq_line_change_order_id_number_line_id")),
    )
    op.create_index("ix_line_change_line_id", "line_change", ["line_id"])


def downgrade() -> None:
    op.drop_table("change_answer")
    op.drop_table("line_change")
    op.execute("DELETE FROM order_line WHERE changed_at IS NOT NULL")
    with op.batch_alter_table("order_line") as line:
        line.drop_index("uq_order_line_id_commune_id")
        line.drop_column("changed_at")
    with op.batch_alter_table("order") as order:
        order.drop_index("ix_order_asked")
        order.drop_constraint(op.f("ck_order_asked_has_no_clock"), type_="check")
        order.drop_constraint(op.f("ck_order_changes_not_negative"), type_="check")
        order.drop_constraint(op.f("ck_order_changes_whole"), type_="check")
        order.drop_column("asked_until")
        order.drop_column("changes")
