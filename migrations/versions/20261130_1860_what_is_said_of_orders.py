"""What buyer and stall write to one another about an order; a guest's purchase that an account has taken in."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_1860"
down_revision = "20261130_1850"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
SIDE = sa.Enum("mua", "ban", name="recipient", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "order_message",
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("side", SIDE, nullable=False),
        sa.Column("is_note", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", TIME, nullable=False),
        sa.Column("read_at", TIME, nullable=True),
        sa.CheckConstraint("NOT is_note OR side = 'mua'", name=op.f("ck_order_message_note_is_the_buyers")),
        sa.ForeignKeyConstraint(
            ["order_id", "commune_id"],
            ["order.id", "order.commune_id"],
            name=op.f("fk_order_message_order_id_commune_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_message")),
    )
    op.create_index(op.f("ix_order_message_order_id"), "order_message", ["order_id"])
    with op.batch_alter_table("contact") as contact:
        contact.add_column(sa.Column("attached_to_id", ID, nullable=True))
        contact.create_foreign_key(op.f("fk_contact_attached_to_id"), "person", ["attached_to_id"], ["id"])
        contact.create_check_constraint(
            op.f("ck_contact_attached_was_a_guests"), "attached_to_id IS NULL OR person_id IS NULL"
        )
    op.create_index(op.f("ix_contact_attached_to_id"), "contact", ["attached_to_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_contact_attached_to_id"), table_name="contact")
    with op.batch_alter_table("contact") as contact:
        contact.drop_constraint(op.f("ck_contact_attached_was_a_guests"), type_="check")
        contact.drop_constraint(op.f("fk_contact_attached_to_id"), type_="foreignkey")
        contact.drop_column("attached_to_id")
    op.drop_table("order_message")
