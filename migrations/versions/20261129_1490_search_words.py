"""What is known of goods is indexed, not their names alone: the stall, the hamlet, papers, the season, what is said.

The words are made here from what stands in the tables, as the program of now makes them; `flask reindex` makes them
anew whenever that changes.

A contract, though nothing is lost: an older program asks the index for words that are none of it any more.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from market.base.batch import in_parts
from market.base.ddl import drop_index, index_names, index_words
from market.catalog.queries.words import Described
from market.catalog.queries.words import index_words as words_of
from market.values.period import local_day

revision = "20261129_1490"
down_revision = "20261129_1480"
branch_labels = None
depends_on = None
phase = "contract"

ABOUT = """
SELECT product.id, product.name, product.description, product.season_from, product.season_to, stall.name AS stall,
  stall.business_id, business.name AS business, business.owner_name AS owner, hamlet.name AS hamlet,
  category.name AS kind
FROM product JOIN stall ON stall.id = product.stall_id JOIN business ON business.id = stall.business_id
  JOIN hamlet ON hamlet.id = business.hamlet_id LEFT JOIN category ON category.id = product.category_id
ORDER BY product.id
"""
LABELS = "SELECT product_id, label FROM variant WHERE removed_at IS NULL AND label <> '' ORDER BY id"
PAPERS = """
SELECT business_id, kind, scope FROM certificate
WHERE checked_at IS NOT NULL AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today) ORDER BY id
"""
BATCH = 1000


def upgrade() -> None:
    bind = op.get_bind()
    drop_index(bind)
    op.add_column("product", sa.Column("search_words", sa.Text(), nullable=True))
    _fill(bind)
    index_words(bind)


def _fill(bind: sa.Connection) -> None:
    labels: defaultdict[int, list[str]] = defaultdict(list)
    papers: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for product, label in bind.execute(sa.text(LABELS)):
        labels[product].append(label)
    for business, kind, scope in bind.execute(sa.text(PAPERS), {"today": local_day(datetime.now(UTC)).isoformat()}):
        papers[business].append((kind, scope))
    rows = bind.execute(sa.text(ABOUT)).all()
    known = [
        {"id": row.id, "words": words_of(_described(row, labels[row.id], papers[row.business_id]))} for row in rows
    ]
    for some in in_parts(known, BATCH):
        bind.execute(sa.text("UPDATE product SET search_words = :words WHERE id = :id"), some)


def _described(row: sa.Row, labels: Sequence[str], papers: Sequence[tuple[str, str]]) -> Described:
    return Described(
        name=row.name,
        variants=labels,
        stall=(row.stall, row.business),
        owner=row.owner or "",
        hamlet=row.hamlet,
        papers=papers,
        season_from=row.season_from,
        season_to=row.season_to,
        kind=row.kind or "",
        description=row.description,
    )


def downgrade() -> None:
    bind = op.get_bind()
    drop_index(bind)
    with op.batch_alter_table("product") as batch:
        batch.drop_column("search_words")
    index_names(bind)
