"""Every event has its commune, every allocation its stall: each page asks one index. Both tables are only appended to,
so that their triggers rest while what was left out is filled in. Owners' names can be looked for without marks."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

from market.base.ddl import unforbidden

revision = "20261129_1211"
down_revision = "20261129_1210"
branch_labels = None
depends_on = None
phase = "backfill"

EVENTS = """
UPDATE event SET commune_id = coalesce(
    (SELECT business.commune_id FROM business WHERE business.id = event.business_id),
    (SELECT person.commune_id FROM person WHERE person.id = event.actor_id)
) WHERE commune_id IS NULL
"""
ALLOCATIONS = """
UPDATE allocation SET stall_id = (
    SELECT payment_request.stall_id FROM payment_request WHERE payment_request.id = allocation.request_id
) WHERE stall_id IS NULL
"""


def upgrade() -> None:
    with unforbidden(op.get_bind(), "event"):
        op.execute(sa.text(EVENTS))
    with unforbidden(op.get_bind(), "allocation"):
        op.execute(sa.text(ALLOCATIONS))
    _fold_owners()


def _fold_owners() -> None:
    business = sa.table("business", *(sa.column(name) for name in ("id", "owner_name", "owner_folded")))
    rows = op.get_bind().execute(sa.select(business.c.id, business.c.owner_name).where(business.c.owner_name != ""))
    folded = [{"number": number, "folded": _folded(name)} for number, name in rows]
    if folded:
        of_one = sa.update(business).where(business.c.id == sa.bindparam("number"))
        op.get_bind().execute(of_one.values(owner_folded=sa.bindparam("folded")), folded)


def _folded(name: str) -> str:
    """`Phạm Thị Lan` -> `pham thi lan`."""
    bare = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D")).lower()
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return re.sub("[^a-z0-9]+", " ", letters).strip()


def downgrade() -> None:
    """What was filled in stays: an older program reads past it."""
