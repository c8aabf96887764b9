"""What pages ask by has an index: a buyer's purchases, what waits for an office, a stall's orders and money,
news; the register also by its owners' names."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1210"
down_revision = "20261129_1203"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = {
    "purchase": [("ix_purchase_contact_id", ["contact_id"], None)],
    "order": [("ix_order_stall_id_placed_at", ["stall_id", "placed_at"], None)],
    "payment_request": [("ix_payment_request_not_paid", ["stall_id", "id"], "received < amount AND closed_at IS NULL")],
    "business_member": [("ix_business_member_waiting", ["business_id"], "state = 'cho' AND ended_at IS NULL")],
    "change_request": [("ix_change_request_waiting", ["stall_id"], "state = 'cho'")],
    "post": [("ix_post_commune_id_role", ["commune_id", "role"], None)],
    "password_reset": [("ix_password_reset_commune_id_expires_at", ["commune_id", "expires_at"], None)],
    "notice": [
        ("ix_notice_business_id_seen_at_kind", ["business_id", "seen_at", "kind"], None),
        ("ix_notice_person_id_seen_at_kind", ["person_id", "seen_at", "kind"], None),
    ],
}


def upgrade() -> None:
    for table, indexes in INDEXES.items():
        for name, columns, where in indexes:
            only = sa.text(where) if where else None
            op.create_index(op.f(name), table, columns, postgresql_where=only, sqlite_where=only)
    for name in ("ix_notice_business_id_seen_at", "ix_notice_person_id_seen_at"):
        op.drop_index(op.f(name), "notice")
    with op.batch_alter_table("allocation") as allocation:
        allocation.add_column(sa.Column("stall_id", ID, nullable=True))
        allocation.create_foreign_key(op.f("fk_allocation_stall_id"), "stall", ["stall_id"], ["id"])
    op.create_index(op.f("ix_allocation_stall_id_at"), "allocation", ["stall_id", "at"])
    with op.batch_alter_table("business") as business:
        business.add_column(sa.Column("owner_folded", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("business") as business:
        business.drop_column("owner_folded")
    op.drop_index(op.f("ix_allocation_stall_id_at"), "allocation")
    with op.batch_alter_table("allocation") as allocation:
        allocation.drop_constraint(op.f("fk_allocation_stall_id"), type_="foreignkey")
        allocation.drop_column("stall_id")
    op.create_index(op.f("ix_notice_business_id_seen_at"), "notice", ["business_id", "seen_at"])
    op.create_index(op.f("ix_notice_person_id_seen_at"), "notice", ["person_id", "seen_at"])
    for table, indexes in INDEXES.items():
        for name, *_ in indexes:
            op.drop_index(op.f(name), table)
