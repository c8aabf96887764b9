"""A line's total is its price times its amount, rounded half up as `market.values.quantity.line_total` does"""

from alembic import op

revision = "20261128_1630"
down_revision = "20261128_1620"
branch_labels = None
depends_on = None
phase = "expand"

NAME = "ck_order_line_total_is_price_times_amount"


def upgrade() -> None:
    """Lines as `line_total` wrote them, and no others are there: what does not add up stops the upgrade, unchanged."""
    with op.batch_alter_table("order_line") as batch:
        batch.create_check_constraint(op.f(NAME), "line_total = (price * amount + 500) / 1000")


def downgrade() -> None:
    with op.batch_alter_table("order_line") as batch:
        batch.drop_constraint(op.f(NAME), type_="check")
