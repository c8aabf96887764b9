"""Changes as the office sees them: what is public and what shall be, side by side, what differs marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy.orm import Session

from market.base.seen import Facts
from market.catalog.models import Product, ProposedPhoto
from market.catalog.queries.changes import ProductChange, product_change_facts, product_texts, products_to_change
from market.catalog.queries.listing import name_of
from market.sellers.models import ChangeRequest
from market.sellers.queries import change_of, changes_waiting, stall_change_facts, stall_texts, words_of

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words of a text, and whether the other text has them not."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field as it is public now and as its seller wants it."""

    words: str
    shown: Sequence[Piece]
    wanted: Sequence[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRequest:
    """A change that waits; `product` is None where it is of the stall itself."""

    request: ChangeRequest
    product: Product | None
    fields: Sequence[FieldChange]
    pictures: Sequence[ProposedPhoto]
    facts: Facts


def shown_changes(session: Session, commune_id: int) -> list[ShownRequest]:
    """What a commune's office must look at, the oldest first, in a fixed number of statements."""
    waiting = changes_waiting(session, commune_id)
    products = products_to_change(session, waiting)
    return [_shown(request, products.get(request.id)) for request in waiting]


def called(session: Session, commune_id: int, change_id: int) -> str:
    """What people call the goods or the stall that a change is of; NotFound for another commune's."""
    request = change_of(session, commune_id, change_id)
    return name_of(session, commune_id, request.product_id) if request.product_id else request.stall.name


def _shown(request: ChangeRequest, of: ProductChange | None) -> ShownRequest:
    live = product_texts(of.product) if of else stall_texts(request.stall)
    return ShownRequest(
        request=request,
        product=of.product if of else None,
        fields=[field_change(words_of(field), live.get(field, ""), text) for field, text in request.fields.items()],
        pictures=of.pictures if of else (),
        facts=product_change_facts(of.product, request, of.pictures) if of else stall_change_facts(request),
    )


def field_change(words: str, shown: str, wanted: str) -> FieldChange:
    """Both texts, cut where they differ, by whole words."""
    old, new = _WORDS.findall(shown), _WORDS.findall(wanted)
    steps = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    return FieldChange(
        words=words,
        shown=[Piece(text="".join(old[a:b]), differs=kind != "equal") for kind, a, b, _, _ in steps if b > a],
        wanted=[Piece(text="".join(new[c:d]), differs=kind != "equal") for kind, _, _, c, d in steps if d > c],
    )
