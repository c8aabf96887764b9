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


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        drop_index(op.get_bind())
        index_words(op.get_bind())


def downgrade() -> None:
    """The index stays: the words of an older program are in it, and the next upgrade makes it anew."""
