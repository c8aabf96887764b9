"""Every event has its commune, every allocation its stall: each page asks one index. Both tables are only appended to,
so that their triggers rest while what was left out is filled in."""

import sqlalchemy as sa
from alembic import op

from market.base.ddl import unforbidden

revision = "20261129_1211"
down_revision = "20261129_1210"
branch_labels = None
depends_on = None
phase = "backfill"

OF_BUSINESS = "(SELECT commune_id FROM business WHERE business.id = event.business_id)"
OF_PERSON = "(SELECT commune_id FROM person WHERE person.id = event.actor_id)"
OF_REQUEST = "(SELECT stall_id FROM payment_request WHERE payment_request.id = allocation.request_id)"


def upgrade() -> None:
    with unforbidden(op.get_bind(), "event"):
        op.execute(
            sa.text(f"UPDATE event SET commune_id = coalesce({OF_BUSINESS}, {OF_PERSON}) WHERE commune_id IS NULL")
        )
    with unforbidden(op.get_bind(), "allocation"):
        op.execute(sa.text(f"UPDATE allocation SET stall_id = {OF_REQUEST} WHERE stall_id IS NULL"))


def downgrade() -> None:
    """What was filled in stays: an older program reads past it."""
