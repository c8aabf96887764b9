"""Long work is a row with its progress and its result, done in steps by the jobs process."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1220"
down_revision = "20261129_1212"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATE = sa.Enum(
    "waiting",
    "running",
    "done",
    "cancelled",
    "failed",
    name="longtaskstate",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    op.create_table(
        "long_task",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("stall_id", ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("on_behalf_of", ID, nullable=True),
        sa.Column("mandate_id", ID, nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("client_key", sa.Text(), nullable=True),
        sa.Column("asks", sa.JSON(), nullable=False),
        sa.Column("input_key", sa.Text(), nullable=True),
        sa.Column("result_key", sa.Text(), nullable=False),
        sa.Column("result_name", sa.Text(), nullable=True),
        sa.Column("result_type", sa.Text(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint", sa.JSON(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("done = CAST(done AS BIGINT)", name=op.f("ck_long_task_done_whole")),
        sa.CheckConstraint("total = CAST(total AS BIGINT)", name=op.f("ck_long_task_total_whole")),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_long_task_done_within_total")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_long_task_asked_by")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_long_task_commune_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_long_task_mandate_id")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["business.id"], name=op.f("fk_long_task_on_behalf_of")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_long_task_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_long_task")),
        sa.UniqueConstraint("commune_id", "client_key", name=op.f("uq_long_task_commune_id_client_key")),
    )
    with op.batch_alter_table("long_task") as task:
        task.create_index(op.f("ix_long_task_commune_id_stall_id_asked_at"), ["commune_id", "stall_id", "asked_at"])
        task.create_index(op.f("ix_long_task_asked_by_state"), ["asked_by", "state"])
        task.create_index(op.f("ix_long_task_expires_at"), ["expires_at"])


def downgrade() -> None:
    op.drop_table("long_task")
