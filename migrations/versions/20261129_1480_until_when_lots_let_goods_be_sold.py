"""Until when its lots let a variant be sold, and that a seller has set a lot's goods aside.

Filled for the lots that are recalled or bear a date today, by the rule of `trace.rules.for_sale_until`. An older
program does not read it, and a lot that it seals or recalls changes nothing here: the next move of any lot of the
product does.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from alembic import op

revision = "20261129_1480"
down_revision = "20261129_1460"
branch_labels = None
depends_on = None
phase = "expand"

AHEAD = timedelta(hours=7)
"""Of Vietnam, of UTC."""


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("variant", sa.Column("for_sale_until", moment, nullable=True))
    op.add_column("lot", sa.Column("set_aside_at", moment, nullable=True))
    lots = sa.table(
        "lot",
        sa.column("product_id", sa.Integer),
        sa.column("state", sa.Text),
        sa.column("best_before", sa.Date),
        sa.column("recalled_at", moment),
    )
    variants = sa.table("variant", sa.column("product_id", sa.Integer), sa.column("for_sale_until", moment))
    of_product = defaultdict(list)
    known = sa.select(lots).where(lots.c.state.in_(("chot", "thu_hoi")))
    for product_id, state, best_before, recalled_at in op.get_bind().execute(known):
        of_product[product_id].append((state, best_before, recalled_at))
    for product_id, found in of_product.items():
        if until := _until(found):
            here = sa.update(variants).where(variants.c.product_id == product_id)
            op.execute(here.values(for_sale_until=until))


def _until(lots: Iterable[tuple[str, date | None, datetime]]) -> datetime | None:
    lots = list(lots)
    sealed = [best_before for state, best_before, _ in lots if state == "chot"]
    if None in sealed:
        return None
    if sealed:
        day = max(day for day in sealed if day is not None)
        return _as_stored(datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC) - AHEAD)
    return _as_stored(max(recalled_at for _, _, recalled_at in lots))


def _as_stored(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None) if op.get_bind().dialect.name == "sqlite" else moment


def downgrade() -> None:
    with op.batch_alter_table("lot") as batch:
        batch.drop_column("set_aside_at")
    with op.batch_alter_table("variant") as batch:
        batch.drop_column("for_sale_until")
