"""The names of each commune are indexed, and their words counted, by themselves: a search is as quick in a city of a
hundred communes as in one alone. And what is in season is found without looking through all goods.

A contract, though nothing is lost: an older program asks the index for words that are none of it any more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

import sqlalchemy as sa
from alembic import op

from market.base.ddl import drop_index, index_names

revision = "20261129_1270"
down_revision = "20261129_1260"
branch_labels = None
depends_on = None
phase = "contract"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
LONGEST_WORD = 24
BATCH = 5000
SEASONAL = sa.text("season_from IS NOT NULL")


def upgrade() -> None:
    bind = op.get_bind()
    drop_index(bind)
    for words in ("search_delete", "search_bigram", "search_term"):
        op.drop_table(words)
    _make_lists(by_commune=True)
    for commune in bind.scalars(sa.text("SELECT DISTINCT commune_id FROM product ORDER BY commune_id")).all():
        names = bind.scalars(
            sa.text("SELECT indexed FROM product WHERE commune_id = :commune AND indexed IS NOT NULL"),
            {"commune": commune},
        )
        _count(names, {"commune_id": commune})
    op.create_index(
        "ix_product_season",
        "product",
        ["commune_id", "id"],
        postgresql_where=SEASONAL,
        sqlite_where=SEASONAL,
    )
    index_names(bind)


def downgrade() -> None:
    bind = op.get_bind()
    op.drop_index("ix_product_season", "product")
    for words in ("search_delete", "search_bigram", "search_term"):
        op.drop_table(words)
    _make_lists(by_commune=False)
    _count(bind.scalars(sa.text("SELECT indexed FROM product WHERE indexed IS NOT NULL")), {})


def _make_lists(*, by_commune: bool) -> None:
    for table, words, count in (
        ("search_delete", {"deletion": sa.Text(), "term": sa.Text()}, None),
        ("search_bigram", {"a": WORD, "b": WORD}, "n"),
        ("search_term", {"term": WORD}, "df"),
    ):
        columns: list[sa.schema.SchemaItem] = [sa.Column(name, kind, nullable=False) for name, kind in words.items()]
        if count:
            columns.append(sa.Column(count, sa.BigInteger(), nullable=False))
            rule = f"{count} = CAST({count} AS BIGINT)"
            columns.append(sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{count}_whole")))
        if by_commune:
            columns.insert(0, sa.Column("commune_id", ID, nullable=False))
            to = op.f(f"fk_{table}_commune_id")
            columns.append(sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=to))
        key = (["commune_id"] if by_commune else []) + list(words)
        op.create_table(table, *columns, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")))


def _count(names: Iterable[str], place: dict[str, int]) -> None:
    """Fill the lists from folded names, as the program of then counts them."""
    terms: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for name in names:
        words = name.split()
        terms.update(set(words))
        pairs.update(pairwise(["", *words]))
    _insert("search_term", ({**place, "term": term, "df": n} for term, n in sorted(terms.items())))
    _insert("search_bigram", ({**place, "a": a, "b": b, "n": n} for (a, b), n in sorted(pairs.items())))
    forms = ((form, term) for term in sorted(terms) for form in sorted(_forms(term)))
    _insert("search_delete", ({**place, "deletion": form, "term": term} for form, term in forms))


def _forms(term: str) -> set[str]:
    """The term, and with any one letter left out."""
    if len(term) > LONGEST_WORD:
        return {term}
    return {term} | {term[:at] + term[at + 1 :] for at in range(len(term))} - {""}


def _insert(table: str, rows: Iterable[dict[str, object]]) -> None:
    waiting: Iterator[dict[str, object]] = iter(rows)
    while some := list(islice(waiting, BATCH)):
        into = sa.table(table, *(sa.column(name) for name in some[0]))
        op.get_bind().execute(sa.insert(into), some)
