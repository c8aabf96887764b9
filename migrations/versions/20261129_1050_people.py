"""Ways back in that wait and can be stopped, posts that are taken up with a code, second factors. Codes with which a
helper could set a password stop working."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1050"
down_revision = "20261129_1040"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES = ("officer", "helper", "admin")
TIME = sa.DateTime(timezone=True)

code = sa.table("one_time_code", sa.column("purpose"), sa.column("used_at", TIME), sa.column("created_at", TIME))


def upgrade() -> None:
    _add_columns()
    _create_password_reset()
    _create_second_factor()
    _create_appointment()
    reset_codes = code.c.purpose == "reset_password", code.c.used_at.is_(None)
    op.execute(sa.update(code).where(*reset_codes).values(used_at=code.c.created_at))


def _add_columns() -> None:
    with op.batch_alter_table("login_session") as login_session:
        login_session.add_column(sa.Column("second_factor_at", TIME, nullable=True))
    with op.batch_alter_table("post") as post:
        post.add_column(sa.Column("end_asked_by", ID, nullable=True))
        post.add_column(sa.Column("end_asked_at", TIME, nullable=True))
        post.create_foreign_key(op.f("fk_post_end_asked_by"), "person", ["end_asked_by"], ["id"])


def _create_password_reset() -> None:
    op.create_table(
        "password_reset",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column(
            "way",
            sa.Enum("phieu", "bao_lanh", name="resetway", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("visitor", sa.Text(), nullable=True),
        sa.Column("code_digest", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("drops_second_factor", sa.Boolean(), nullable=False),
        sa.Column("vouched_by", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("effective_at", TIME, nullable=True),
        sa.Column("stopped_at", TIME, nullable=True),
        sa.Column("stopped_by", ID, nullable=True),
        sa.Column("used_at", TIME, nullable=True),
        sa.CheckConstraint(
            "started_at IS NULL OR (person_id IS NOT NULL AND visitor IS NOT NULL AND effective_at > started_at)",
            name=op.f("ck_password_reset_started_for_somebody"),
        ),
        sa.CheckConstraint(
            "used_at IS NULL OR (stopped_at IS NULL AND effective_at IS NOT NULL AND used_at >= effective_at)",
            name=op.f("ck_password_reset_used_after_the_wait"),
        ),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_password_reset_commune_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_password_reset_person_id")),
        sa.ForeignKeyConstraint(["vouched_by"], ["person.id"], name=op.f("fk_password_reset_vouched_by")),
        sa.ForeignKeyConstraint(["stopped_by"], ["person.id"], name=op.f("fk_password_reset_stopped_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
    )
    with op.batch_alter_table("password_reset") as reset:
        for column in ("person_id", "visitor", "code_digest"):
            reset.create_index(op.f(f"ix_password_reset_{column}"), [column])


def _create_second_factor() -> None:
    op.create_table(
        "second_factor",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("secret_cipher", sa.Text(), nullable=True),
        sa.Column("offered_cipher", sa.Text(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("last_step = CAST(last_step AS BIGINT)", name=op.f("ck_second_factor_last_step_whole")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_second_factor_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("person_id", name=op.f("uq_second_factor_person_id")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code") as recovery_code:
        recovery_code.create_index(op.f("ix_recovery_code_person_id"), ["person_id"])


def _create_appointment() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "officer", "helper", "admin", name="postrole", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("hamlet_id", ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=True),
        sa.Column("made_by", ID, nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("confirmed_by", ID, nullable=True),
        sa.Column("confirmed_at", TIME, nullable=True),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("taken_by", ID, nullable=True),
        sa.Column("taken_at", TIME, nullable=True),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.Column("withdrawn_by", ID, nullable=True),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR made_by IS NULL OR confirmed_by <> made_by",
            name=op.f("ck_appointment_two_people"),
        ),
        sa.CheckConstraint(
            "(code_digest IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_appointment_code_once_confirmed")
        ),
        sa.CheckConstraint(
            "taken_at IS NULL OR (taken_by IS NOT NULL AND confirmed_at IS NOT NULL)",
            name=op.f("ck_appointment_taken_by_one"),
        ),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_appointment_commune_id")),
        sa.ForeignKeyConstraint(["hamlet_id"], ["hamlet.id"], name=op.f("fk_appointment_hamlet_id")),
        *[
            sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_appointment_{column}"))
            for column in ("made_by", "confirmed_by", "taken_by", "withdrawn_by")
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    with op.batch_alter_table("appointment") as appointment:
        for column in ("commune_id", "code_digest"):
            appointment.create_index(op.f(f"ix_appointment_{column}"), [column])


def downgrade() -> None:
    for table in ("appointment", "recovery_code", "second_factor", "password_reset"):
        op.drop_table(table)
    with op.batch_alter_table("post") as post:
        post.drop_constraint(op.f("fk_post_end_asked_by"), type_="foreignkey")
        post.drop_column("end_asked_at")
        post.drop_column("end_asked_by")
    with op.batch_alter_table("login_session") as login_session:
        login_session.drop_column("second_factor_at")
