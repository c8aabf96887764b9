"""A word of a good's name, variants, stall, hamlet, papers or season is in the index once more, whichever of them it
stands in: what is looked for anywhere is asked for once.

The words are made of those that are there already, which all stay: an older program finds what it found.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1500"
down_revision = "20261129_1490"
branch_labels = None
depends_on = None
phase = "expand"

SOME = """
SELECT id, search_words AS words FROM product WHERE id > :after AND search_words IS NOT NULL ORDER BY id LIMIT 1000
"""
NAMED = frozenset("2vshcm")
"""The fields, by the letter before a word."""


def upgrade() -> None:
    _change(_with_any)


def downgrade() -> None:
    _change(_without)


def _with_any(words: list[str]) -> list[str]:
    return list(dict.fromkeys([*words, *(f"a{word[1:]}" for word in words if word[0] in NAMED)]))


def _without(words: list[str]) -> list[str]:
    return [word for word in words if word[0] != "a"]


def _change(change) -> None:
    bind, last = op.get_bind(), 0
    while some := bind.execute(sa.text(SOME), {"after": last}).all():
        last = some[-1].id
        changed = [{"id": row.id, "words": " ".join(change(row.words.split()))} for row in some]
        bind.execute(sa.text("UPDATE product SET search_words = :words WHERE id = :id"), changed)
