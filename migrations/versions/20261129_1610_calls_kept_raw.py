"""A bank's call is kept raw before it is read, with why it could not be read yet; an address remembers the last call
that it refused; accounts are found by their business also once they are closed. What came before stays as it is: read,
or refused and sent again.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1610"
down_revision = "20261129_1605"
branch_labels = None
depends_on = None
phase = "expand"

UNREAD = sa.Enum("chua_doc", "kieu_la", "cho_la", name="unread", native_enum=False, create_constraint=True, length=32)
STILL_UNREAD = sa.text("unread IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("webhook_delivery") as delivery:
        delivery.add_column(sa.Column("raw_cipher", sa.Text(), nullable=True))
        delivery.add_column(sa.Column("unread", UNREAD, nullable=True))
        delivery.add_column(sa.Column("odd", sa.Text(), nullable=True))
        delivery.add_column(sa.Column("reading", sa.BigInteger(), nullable=True))
        delivery.create_check_constraint(op.f("ck_webhook_delivery_reading_whole"), "reading = CAST(reading AS BIGINT)")
        delivery.create_check_constraint(
            op.f("ck_webhook_delivery_unread_is_kept"),
            "unread IS NULL OR (raw_cipher IS NOT NULL AND connection_id IS NOT NULL)",
        )
    op.create_index(
        "ix_webhook_delivery_unread",
        "webhook_delivery",
        ["connection_id"],
        postgresql_where=STILL_UNREAD,
        sqlite_where=STILL_UNREAD,
    )
    with op.batch_alter_table("bank_connection") as connection:
        connection.add_column(sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
        connection.add_column(sa.Column("refused_because", sa.Text(), nullable=True))
    with op.batch_alter_table("bank_account") as account:
        account.create_index(op.f("ix_bank_account_business_id"), ["business_id"])


def downgrade() -> None:
    with op.batch_alter_table("bank_account") as account:
        account.drop_index(op.f("ix_bank_account_business_id"))
    with op.batch_alter_table("bank_connection") as connection:
        connection.drop_column("refused_because")
        connection.drop_column("refused_at")
    op.drop_index("ix_webhook_delivery_unread", table_name="webhook_delivery")
    with op.batch_alter_table("webhook_delivery") as delivery:
        delivery.drop_constraint(op.f("ck_webhook_delivery_unread_is_kept"), type_="check")
        delivery.drop_constraint(op.f("ck_webhook_delivery_reading_whole"), type_="check")
        delivery.drop_constraint(op.f("ck_webhook_delivery_unread"), type_="check")
        for name in ("reading", "odd", "unread", "raw_cipher"):
            delivery.drop_column(name)
