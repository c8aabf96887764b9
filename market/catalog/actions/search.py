"""Keeps the word lists of the spelling in step with the goods: change by change, or all anew."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from sqlalchemy import TextClause, delete, select, text, update
from sqlalchemy.orm import Session

from market.base import clock
from market.base.batch import in_parts
from market.base.db import locked
from market.base.ddl import merge_index
from market.catalog.models import Product, SearchBigram, SearchDelete, SearchTerm
from market.catalog.queries.spelling import COUNTED_NAME, slips
from market.catalog.queries.words import words_of
from market.values.period import local_day

_ADD_TERM = text(
    "INSERT INTO search_term (commune_id, term, df) VALUES (:commune, :term, :n) "
    "ON CONFLICT (commune_id, term) DO UPDATE SET df = search_term.df + :n"
)
_ADD_BIGRAM = text(
    "INSERT INTO search_bigram (commune_id, a, b, n) VALUES (:commune, :a, :b, :n) "
    "ON CONFLICT (commune_id, a, b) DO UPDATE SET n = search_bigram.n + :n"
)
_ADD_FORM = text(
    "INSERT INTO search_delete (commune_id, deletion, term) VALUES (:commune, :form, :term) ON CONFLICT DO NOTHING"
)
_DROP_TERM = text("DELETE FROM search_term WHERE commune_id = :commune AND term = :term AND df <= 0")
_DROP_BIGRAM = text("DELETE FROM search_bigram WHERE commune_id = :commune AND a = :a AND b = :b AND n <= 0")
_DROP_FORMS = text(
    "DELETE FROM search_delete WHERE commune_id = :commune AND term = :term AND deletion = :form AND NOT EXISTS "
    "(SELECT 1 FROM search_term AS known WHERE known.commune_id = :commune AND known.term = search_delete.term)"
)

Pair = tuple[str, str]
BATCH = 5000
BATCH_INDEXED = 1000


def reindex(session: Session, product_id: int) -> None:
    """Count a product's name in its commune's word lists, or no longer, as its name and state now say. Idempotent.

    To be called by whatever changes a product's name, state or hiding; what the lists count of it is read under its
    lock. NotFound for no product.
    """
    row = locked(session, Product, Product.id == product_id).row
    _index(session, [product_id])
    before = row.indexed
    after = session.scalars(select(COUNTED_NAME).where(Product.id == product_id)).one()
    if before == after:
        return
    _count(session, row.commune_id, gone=[before], come=[after])
    session.execute(update(Product).where(Product.id == product_id).values(indexed=after))


def _index(session: Session, product_ids: Sequence[int]) -> None:
    """Let the index know of these goods what stands in the tables today."""
    session.flush()
    known = dict(session.execute(select(Product.id, Product.search_words).where(Product.id.in_(product_ids))).all())
    words = words_of(session, product_ids, local_day(clock.now()))
    changed = [{"id": one, "search_words": words[one]} for one in product_ids if known[one] != words[one]]
    if changed:
        session.execute(update(Product), changed)


def rebuild_words(session: Session) -> None:
    """Make every commune's word lists anew from all goods, as after loading many at once."""
    for some in in_parts(session.scalars(select(Product.id).order_by(Product.id)).all(), BATCH_INDEXED):
        _index(session, some)
    for words in (SearchTerm, SearchBigram, SearchDelete):
        session.execute(delete(words))
    session.execute(update(Product).values(indexed=COUNTED_NAME).execution_options(synchronize_session=False))
    for commune_id in session.scalars(select(Product.commune_id).distinct().order_by(Product.commune_id)).all():
        counted = select(Product.indexed).where(Product.commune_id == commune_id, Product.indexed.is_not(None))
        _count(session, commune_id, gone=[], come=session.scalars(counted))
    merge_index(session.connection())


def _count(session: Session, commune_id: int, *, gone: Iterable[str | None], come: Iterable[str | None]) -> None:
    """Take names out of a commune's lists and put names in. Everybody meets rows in one order, so nobody deadlocks."""
    terms: Counter[str] = Counter()
    pairs: Counter[Pair] = Counter()
    for name, n in [(name, 1) for name in come] + [(name, -1) for name in gone]:
        words = (name or "").split()
        for term in set(words):
            terms[term] += n
        for pair in pairwise(["", *words]):
            pairs[pair] += n
    more, fewer, fewer_pairs = sorted(+terms), sorted(-terms), sorted(-pairs)
    changed_pairs = sorted(pair for pair, n in pairs.items() if n)
    lists = _Lists(session, commune_id)
    lists.run(_ADD_TERM, ({"term": term, "n": terms[term]} for term in sorted(more + fewer)))
    lists.run(_DROP_TERM, ({"term": term} for term in fewer))
    lists.run(_DROP_FORMS, _forms(fewer))
    lists.run(_ADD_FORM, _forms(more))
    lists.run(_ADD_BIGRAM, ({"a": a, "b": b, "n": pairs[a, b]} for a, b in changed_pairs))
    lists.run(_DROP_BIGRAM, ({"a": a, "b": b} for a, b in fewer_pairs))


def _forms(terms: Iterable[str]) -> Iterator[dict[str, str]]:
    return ({"form": form, "term": term} for term in terms for form in sorted(slips(term)))


@dataclass(frozen=True, slots=True)
class _Lists:
    """The word lists of one commune."""

    session: Session
    commune_id: int

    def run(self, statement: TextClause, rows: Iterable[Mapping[str, object]]) -> None:
        """One statement for many rows, nothing for none."""
        waiting = ({"commune": self.commune_id, **row} for row in rows)
        while some := list(islice(waiting, BATCH)):
            self.session.execute(statement, some)
