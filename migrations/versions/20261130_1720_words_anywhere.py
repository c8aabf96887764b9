"""PostgreSQL's index of goods keeps a word that may stand anywhere, and the beginning of one, as a word of its own.

A contract, though nothing is lost: an older program asks for another index, and without it reads every product.
"""

from alembic import op

from market.base.ddl import drop_index, index_words

revision = "20261130_1720"
down_revision = "20261129_1710"
branch_labels = None
depends_on = None
phase = "contract"


BEFORE = """
CREATE INDEX ix_product_fts ON product USING gin (
  array_to_tsvector(string_to_array(
    ltrim(replace(' ' || search_words, ' ', ' ' || lpad(CAST(commune_id AS text), 6, '0')))
      || ' #' || CAST(id / 2048 AS text),
    ' '
  ))
) WITH (fastupdate = off)
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        drop_index(op.get_bind())
        index_words(op.get_bind())


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        drop_index(op.get_bind())
        op.execute(BEFORE)
