"""Keeps the word lists of the spelling in step with the goods: change by change, or all anew."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, pairwise

from sqlalchemy import TextClause, delete, select, text, update
from sqlalchemy.orm import Session

from market.base.db import locked
from market.catalog.models import Product, SearchBigram, SearchDelete, SearchTerm
from market.catalog.queries.spelling import COUNTED_NAME, slips

_ADD_TERM = text(
    "INSERT INTO search_term (term, df) VALUES (:term, :n) ON CONFLICT (term) DO UPDATE SET df = search_term.df + :n"
)
_ADD_BIGRAM = text(
    "INSERT INTO search_bigram (a, b, n) VALUES (:a, :b, :n) ON CONFLICT (a, b) DO UPDATE SET n = search_bigram.n + :n"
)
_ADD_FORM = text("INSERT INTO search_delete (deletion, term) VALUES (:form, :term) ON CONFLICT DO NOTHING")
_DROP_TERM = text("DELETE FROM search_term WHERE term = :term AND df <= 0")
_DROP_BIGRAM = text("DELETE FROM search_bigram WHERE a = :a AND b = :b AND n <= 0")
_DROP_FORMS = text(
    "DELETE FROM search_delete WHERE term = :term AND deletion = :form "
    "AND NOT EXISTS (SELECT 1 FROM search_term WHERE search_term.term = search_delete.term)"
)

Pair = tuple[str, str]
BATCH = 5000


def reindex(session: Session, product_id: int) -> None:
    """Count a product's name in the word lists, or no longer, as its name and state now say. Idempotent.

    To be called by whatever changes a product's name, state or hiding; what the lists count of it is read under its
    lock. NotFound for no product.
    """
    before = locked(session, Product, Product.id == product_id).row.indexed
    after = session.scalars(select(COUNTED_NAME).where(Product.id == product_id)).one()
    if before == after:
        return
    _count(session, gone=[before], come=[after])
    session.execute(update(Product).where(Product.id == product_id).values(indexed=after))


def rebuild_words(session: Session) -> None:
    """Make the word lists anew from all goods, as after loading many at once."""
    for words in (SearchTerm, SearchBigram, SearchDelete):
        session.execute(delete(words))
    session.execute(update(Product).values(indexed=COUNTED_NAME).execution_options(synchronize_session=False))
    _count(session, gone=[], come=session.scalars(select(Product.indexed).where(Product.indexed.is_not(None))))


def _count(session: Session, *, gone: Iterable[str | None], come: Iterable[str | None]) -> None:
    """Take names out of the lists and put names in. Everybody meets rows in one order, so nobody deadlocks."""
    terms: Counter[str] = Counter()
    pairs: Counter[Pair] = Counter()
    for name, n in [(name, 1) for name in come] + [(name, -1) for name in gone]:
        words = (name or "").split()
        for term in set(words):
            terms[term] += n
        for pair in pairwise(["", *words]):
            pairs[pair] += n
    more, fewer, fewer_pairs = sorted(+terms), sorted(-terms), sorted(-pairs)
    _run(session, _ADD_TERM, ({"term": term, "n": terms[term]} for term in sorted(more + fewer)))
    _run(session, _DROP_TERM, ({"term": term} for term in fewer))
    _run(session, _DROP_FORMS, _forms(fewer))
    _run(session, _ADD_FORM, _forms(more))
    changed_pairs = sorted(pair for pair, n in pairs.items() if n)
    _run(session, _ADD_BIGRAM, ({"a": a, "b": b, "n": pairs[a, b]} for a, b in changed_pairs))
    _run(session, _DROP_BIGRAM, ({"a": a, "b": b} for a, b in fewer_pairs))


def _forms(terms: Iterable[str]) -> Iterator[dict[str, str]]:
    return ({"form": form, "term": term} for term in terms for form in sorted(slips(term)))


def _run(session: Session, statement: TextClause, rows: Iterable[Mapping[str, object]]) -> None:
    """One statement for many rows, nothing for none."""
    waiting = iter(rows)
    while some := list(islice(waiting, BATCH)):
        session.execute(statement, some)
