"""Every row of the big tables takes the commune of the row that it belongs to.

A contact takes its purchase's, a notice that of what it is about, a login that of its person. What belongs to nothing
(no program writes it) takes the first commune's.
"""

from alembic import op

revision = "20261129_1201"
down_revision = "20261129_1200"
branch_labels = None
depends_on = None
phase = "backfill"

PARENTS = (
    ("contact", "purchase", "parent.contact_id = contact.id"),
    ("variant", "product", "parent.id = variant.product_id"),
    ("photo", "product", "parent.id = photo.product_id"),
    ("stock_move", "variant", "parent.id = stock_move.variant_id"),
    ("order_line", "order", "parent.id = order_line.order_id"),
    ("reservation", "order", "parent.id = reservation.order_id"),
    ("payment_request", "order", "parent.id = payment_request.order_id"),
    ("allocation", "payment_request", "parent.id = allocation.request_id"),
    ("bank_credit", "stall", "parent.id = bank_credit.stall_id"),
    ("stamp", "lot", "parent.id = stamp.lot_id"),
    ("scan", "stamp", "parent.id = scan.stamp_id"),
    ("notice", "order", "parent.id = notice.order_id"),
    ("notice", "purchase", "parent.id = notice.purchase_id"),
    ("notice", "product", "parent.id = notice.product_id"),
    ("notice", "business", "parent.id = notice.business_id"),
    ("notice", "person", "parent.id = notice.person_id"),
    ("login_session", "person", "parent.id = login_session.person_id"),
)
"""Of a notice the first that it names."""
ROOTS = ("contact", "notice")
APPEND_ONLY = ("stock_move", "allocation")


def upgrade() -> None:
    for table in APPEND_ONLY:
        _let_change(table)
    for table, parent, which in PARENTS:
        op.execute(
            f"UPDATE {table} SET commune_id = parent.commune_id "  # noqa: S608 - names of tables from above
            f'FROM "{parent}" AS parent WHERE {which} AND {table}.commune_id IS NULL'
        )
    for table in ROOTS:
        op.execute(f"UPDATE {table} SET commune_id = (SELECT min(id) FROM commune) WHERE commune_id IS NULL")  # noqa: S608
    for table in APPEND_ONLY:
        _forbid_change(table)


def _let_change(table: str) -> None:
    """On SQLite the triggers are brought back after the step (`KeptTriggers`)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{verb}")


def _forbid_change(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")


def downgrade() -> None:
    """The column itself goes with the revision before."""
