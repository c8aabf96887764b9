"""What a seller changes of the words and pictures of a stall or an approved product waits for an officer beside it.

What is approved stays as it is: pictures that were added to it unseen stay too.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1101"
down_revision = "20261129_1100"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATE = sa.Enum(
    "cho",
    "da_duyet",
    "tu_choi",
    "da_thay",
    "da_rut",
    name="requeststate",
    native_enum=False,
    create_constraint=True,
    length=32,
)
OF_STALL = sa.text("state = 'cho' AND product_id IS NULL")
OF_PRODUCT = sa.text("state = 'cho'")


def upgrade() -> None:
    op.create_table(
        "change_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("stall_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_change_request_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_change_request_decided_by")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_change_request_product_id")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_change_request_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
    )
    with op.batch_alter_table("change_request") as request:
        request.create_index(op.f("ix_change_request_product_id"), ["product_id"])
        request.create_index(op.f("ix_change_request_stall_id_asked_at"), ["stall_id", "asked_at"])
        request.create_index(
            "uq_change_request_stall", ["stall_id"], unique=True, postgresql_where=OF_STALL, sqlite_where=OF_STALL
        )
        request.create_index(
            "uq_change_request_product",
            ["product_id"],
            unique=True,
            postgresql_where=OF_PRODUCT,
            sqlite_where=OF_PRODUCT,
        )
    op.create_table(
        "proposed_photo",
        sa.Column("id", ID, nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("height = CAST(height AS BIGINT)", name=op.f("ck_proposed_photo_height_whole")),
        sa.CheckConstraint("width = CAST(width AS BIGINT)", name=op.f("ck_proposed_photo_width_whole")),
        sa.ForeignKeyConstraint(["request_id"], ["change_request.id"], name=op.f("fk_proposed_photo_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_photo")),
        sa.UniqueConstraint("key", name=op.f("uq_proposed_photo_key")),
    )
    with op.batch_alter_table("proposed_photo") as photo:
        photo.create_index(op.f("ix_proposed_photo_request_id"), ["request_id"])


def downgrade() -> None:
    op.drop_table("proposed_photo")
    op.drop_table("change_request")
