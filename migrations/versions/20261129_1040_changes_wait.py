"""What opens money or identity waits a day: changes that wait, a place in a business that begins later, and when a
password was last typed in a login session. Nothing that is in force changes."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1040"
down_revision = "20261129_1030"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("tai_khoan", "khoa_the", "nguoi")
STATES = ("cho", "da_bat_dau", "da_dung", "da_thay")


def upgrade() -> None:
    with op.batch_alter_table("login_session") as login:
        login.add_column(sa.Column("stepped_up_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("business_member") as member:
        member.add_column(sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "waiting_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("kind", _enum("changekind", KINDS), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("content_cipher", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("family_phone", sa.Text(), nullable=True),
        sa.Column("consent_id", ID, nullable=True),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _enum("changestate", STATES), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        sa.CheckConstraint("subject_id = CAST(subject_id AS BIGINT)", name=op.f("ck_waiting_change_subject_id_whole")),
        sa.CheckConstraint("(state = 'cho') = (ended_at IS NULL)", name=op.f("ck_waiting_change_waiting_has_no_end")),
        sa.CheckConstraint("effective_at >= asked_at", name=op.f("ck_waiting_change_effective_after_asked")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_waiting_change_asked_by")),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_waiting_change_business_id")),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_waiting_change_consent_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_waiting_change_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_change")),
    )
    with op.batch_alter_table("waiting_change") as change:
        change.create_index(op.f("ix_waiting_change_business_id"), ["business_id"])
        change.create_index(op.f("ix_waiting_change_family_phone"), ["family_phone"])
        change.create_index(op.f("ix_waiting_change_state_effective_at"), ["state", "effective_at"])
        change.create_index(
            "uq_waiting_change_waiting",
            ["kind", "subject_id"],
            unique=True,
            postgresql_where=sa.text("state = 'cho'"),
            sqlite_where=sa.text("state = 'cho'"),
        )


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    op.drop_table("waiting_change")
    with op.batch_alter_table("business_member") as member:
        member.drop_column("begins_at")
    with op.batch_alter_table("login_session") as login:
        login.drop_column("stepped_up_at")
