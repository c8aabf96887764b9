"""What the index knows of a product: the words of its name by their place, and those of its stall, its hamlet, its
papers and the rest, each under the letter of its field. And what each field weighs: the order of a search, and the page
that tells it, follow from here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NewType

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.base.audit import Event
from market.catalog.models import Category, Product, Variant
from market.catalog.queries.vocabulary import (
    Phrase,
    SpelledWord,
    is_title,
    measured,
    person,
    person_of_any_title,
    phrase,
    units_of,
)
from market.places.models import Commune, Hamlet
from market.sellers.models import Business, Certificate, Stall
from market.values.period import local_day

Field = NewType("Field", str)
"""Where a word stands, by the letter it has in the index. A name's words are all under NAME, the first two under theirs
as well."""

WHOLE = Field("n")
HEAD = Field("0")
SECOND = Field("1")
NAME = Field("2")
VARIANT = Field("v")
STALL = Field("s")
HAMLET = Field("h")
CERTIFICATE = Field("c")
SEASON = Field("m")
KIND = Field("k")
DESCRIPTION = Field("d")

WEIGHTS: Mapping[Field, int] = {
    WHOLE: 200,
    HEAD: 100,
    SECOND: 60,
    NAME: 40,
    VARIANT: 24,
    STALL: 20,
    HAMLET: 16,
    CERTIFICATE: 12,
    SEASON: 8,
    KIND: 4,
    DESCRIPTION: 2,
}
SUPPORTING = frozenset({KIND, DESCRIPTION})
"""What is found by these alone is not what was looked for: another word must stand in another field."""
ANY = Field("a")
"""In one of the fields that do not only support: so that a word is looked for once, not in each of them."""
NOT_ANY = frozenset({WHOLE, HEAD, SECOND, ANY, *SUPPORTING})
"""What a name has under these it has under NAME as well."""
IN_ANY = tuple(field for field in WEIGHTS if field not in NOT_ANY)
MOST_DESCRIBED = 60
"""So many words of a description are known."""
LONGEST_NAME = 80
FOLDED, WRITTEN = "f", "w"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What is known of a product, as texts. `scopes` are the goods its seller's papers name, by the paper's kind."""

    name: str
    variants: Sequence[str] = ()
    stall: Sequence[str] = ()
    owner: str = ""
    hamlet: str = ""
    papers: Sequence[tuple[str, str]] = ()
    season_from: int | None = None
    season_to: int | None = None
    kind: str = ""
    description: str = ""


def months(first: int | None, last: int | None) -> list[int]:
    """The months of a season, in which the year may end; none where it is not said."""
    if first is None or last is None:
        return []
    return [(first + step - 1) % 12 + 1 for step in range((last - first) % 12 + 1)]


def month_word(month: int) -> str:
    """A month as one word: `thang11`."""
    return f"thang{month}"


def index_words(good: Described) -> str:
    """The words of a product as its index takes them, each once, parted by single blanks."""
    name = phrase(measured(good.name))
    fields: list[tuple[Field, Iterable[SpelledWord]]] = [
        (WHOLE, [whole_name(name)] if name else []),
        *_of_name(name),
        (VARIANT, _words(good.variants)),
        (STALL, _words(good.stall)),
        (STALL, _people(good.stall, good.owner)),
        (HAMLET, _words([good.hamlet])),
        (CERTIFICATE, _words(kind for kind, scope in good.papers if covers(scope, name))),
        (SEASON, [SpelledWord(word, word) for word in map(month_word, months(good.season_from, good.season_to))]),
        (KIND, _words([good.kind])),
        (DESCRIPTION, _words([good.description])[:MOST_DESCRIBED]),
    ]
    return with_any(dict.fromkeys(word for field, words in fields for one in words for word in tokens(field, one)))


def with_any(words: Iterable[str]) -> str:
    """The words of all fields, and each that stands in one of some (`ANY`) under that as well."""
    every = list(words)
    found = (f"{ANY}{word[1:]}" for word in every if word[0] not in NOT_ANY)
    return " ".join(dict.fromkeys([*every, *found]))


def tokens(field: Field, word: SpelledWord) -> tuple[str, ...]:
    """A word in the index: without its marks and as it is written; in a field that only supports, as written alone."""
    written = f"{field}{WRITTEN}{word.written}"
    return (written,) if field in SUPPORTING else (f"{field}{FOLDED}{word.folded}", written)


def whole_name(name: Phrase) -> SpelledWord:
    """A name as one word, by which it is found before all that has more words than it."""
    folded, written = "".join(word.folded for word in name), "".join(word.written for word in name)
    return SpelledWord(folded[:LONGEST_NAME], written[:LONGEST_NAME])


def _words(texts: Iterable[str]) -> Phrase:
    return tuple(word for text in texts for word in phrase(measured(text)))


def _people(stall: Iterable[str], owner: str) -> Iterator[SpelledWord]:
    """Those whom a stall's name calls by their title, and its owner by the given name, which is the last."""
    for text in stall:
        yield from (person(title, name) for title, name in pairwise(phrase(text)) if is_title(title))
    yield from map(person_of_any_title, phrase(owner)[-1:])


def _of_name(name: Phrase) -> Iterator[tuple[Field, Phrase]]:
    """A name's head is its first word that is no classifier: `Con rươi tươi`, `Củ cải`."""
    yield NAME, name
    head = units_of(name[:4])[0].typed[0] if name else None
    at = name.index(head) if head is not None else 0
    yield HEAD, name[at : at + 1]
    yield SECOND, name[at + 1 : at + 2]


def covers(scope: str, name: Phrase) -> bool:
    """Whether a paper's scope is about goods of a name: both begin with the same word, the name's second stands in the
    scope, and more than half of the scope's words in the name. Rice is called by its plant, too."""
    said = [word.folded for word in phrase(scope.lower().replace("lúa", "gạo")) if word.folded.isalpha()]
    named = [word.folded for word in name]
    if not said or not named or said[0] != named[0] or not set(named[1:2]) <= set(said):
        return False
    return len(set(said) & set(named)) * 2 > len(set(said))


# --- read from the tables ---------------------------------------------------------------------------------------------


def words_of(session: Session, product_ids: Sequence[int], today: date) -> dict[int, str]:
    """What the index should know of some products on a day, by id."""
    rows = session.execute(_ABOUT.where(Product.id.in_(product_ids))).all()
    labels = _labels(session, product_ids)
    papers = _papers(session, {row.business_id for row in rows}, today)
    return {
        row.id: index_words(
            Described(
                name=row.name,
                variants=labels.get(row.id, ()),
                stall=(row.stall, row.business),
                owner=row.owner or "",
                hamlet=row.hamlet,
                papers=papers.get(row.business_id, ()),
                season_from=row.season_from,
                season_to=row.season_to,
                kind=row.kind or "",
                description=row.description,
            )
        )
        for row in rows
    }


_ABOUT = (
    select(
        Product.id,
        Product.name,
        Product.description,
        Product.season_from,
        Product.season_to,
        Stall.name.label("stall"),
        Stall.business_id,
        Business.name.label("business"),
        Business.owner_name.label("owner"),
        Hamlet.name.label("hamlet"),
        Category.name.label("kind"),
    )
    .join(Stall, Stall.id == Product.stall_id)
    .join(Business, Business.id == Stall.business_id)
    .join(Hamlet, Hamlet.id == Business.hamlet_id)
    .outerjoin(Category, Category.id == Product.category_id)
)


def _labels(session: Session, product_ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(Variant.product_id, Variant.label).where(
        Variant.product_id.in_(product_ids), Variant.removed_at.is_(None), Variant.label != ""
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for product_id, label in session.execute(query.order_by(Variant.id)):
        found[product_id].append(label)
    return found


def _papers(session: Session, business_ids: Iterable[int], today: date) -> dict[int, list[tuple[str, str]]]:
    """The papers in force, as `sellers.queries.register.certificates_in_force` says, of many businesses at once."""
    query = select(Certificate.business_id, Certificate.kind, Certificate.scope).where(
        Certificate.business_id.in_(list(business_ids)),
        Certificate.checked_at.is_not(None),
        Certificate.valid_from <= today,
        or_(Certificate.valid_to.is_(None), Certificate.valid_to >= today),
    )
    found: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for business_id, kind, scope in session.execute(query.order_by(Certificate.id)):
        found[business_id].append((kind, scope))
    return found


SINCE = timedelta(minutes=15)
"""What changed in the last minutes is looked at again: a task that comes round every minute misses nothing."""


def goods_told_of_lately(session: Session, now: datetime) -> Sequence[int]:
    """The goods of businesses of which something was written down lately, whose hamlet got another name, or a paper of
    which begins or ended today."""
    lately = Event.commune_id.in_(select(Commune.id)), Event.at >= now - SINCE
    changed = select(Event.business_id).where(*lately, Event.subject == "business")
    renamed = select(Event.subject_id).where(*lately, Event.subject == "hamlet", Event.verb == "rename_hamlet")
    there = select(Business.id).join(Hamlet, Hamlet.id == Business.hamlet_id)
    there = there.where(Business.commune_id == Hamlet.commune_id, Hamlet.id.in_(renamed))
    today = local_day(now)
    turned = or_(Certificate.valid_from == today, Certificate.valid_to == today - timedelta(days=1))
    papers = select(Certificate.business_id).where(turned)
    stalls = select(Stall.id).where(or_(*(Stall.business_id.in_(some) for some in (changed, there, papers))))
    return session.scalars(select(Product.id).where(Product.stall_id.in_(stalls)).order_by(Product.id)).all()
