"""What a seller tells a marketplace that the market cannot know: answers to its columns, words for it alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change
from market.base.db import locked
from market.base.errors import NotFound
from market.base.seen import check_seen
from market.catalog.actions.listing import VariantRef
from market.catalog.actions.locking import stall_product
from market.catalog.models import Product
from market.channels.actions.events import log_of_stall
from market.channels.asking import shipping_chosen
from market.channels.models import SHIPPING, ChannelAnswer, ChannelTemplate, ChannelWords
from market.channels.queries import answer_facts, answers_of
from market.channels.rules import ListedWords
from market.sellers.models import Stall


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswers:
    """What is answered for columns of a marketplace (token -> text, "" takes an answer back), for one product or, where
    `product_id` is None, for all of the stall. `seen`: `seen_of()` of the answers before (`answer_facts`)."""

    channel: str
    values: Mapping[str, str]
    seen: str
    product_id: int | None = None


def answer_columns(session: Session, actor: Actor, stall_id: int, new: NewAnswers, *, now: datetime) -> int:
    """Keep answers for the next files; returns how many changed. Nothing is written where all is said already.

    NotFound for no such stall or another's product, ChangedSince where other answers were seen.
    """
    locked(session, Stall, Stall.id == stall_id)
    if new.product_id is not None:
        _check_product(session, stall_id, new.product_id)
    before = answers_of(session, stall_id, new.channel).get(new.product_id, {})
    changed = {token: text for token, text in new.values.items() if text != before.get(token, "")}
    if not changed:
        return 0
    check_seen(new.seen, answer_facts(before, new.values))
    rows = select(ChannelAnswer).filter_by(stall_id=stall_id, channel=new.channel, product_id=new.product_id)
    kept = {row.token: row for row in session.scalars(rows)}
    for token, text in changed.items():
        _keep(
            session,
            kept.get(token),
            ChannelAnswer(
                stall_id=stall_id,
                product_id=new.product_id,
                channel=new.channel,
                token=token,
                value=text,
                answered_at=now,
            ),
        )
    session.flush()
    about, at = ("stall", stall_id) if new.product_id is None else ("product", new.product_id)
    change = Change(verb="answer_channel", subject=about, subject_id=at, fields=(new.channel,))
    log_of_stall(session, actor, stall_id, change, now)
    return len(changed)


def remember_shipping(
    session: Session, actor: Actor, template: ChannelTemplate, shipping: Sequence[str], *, now: datetime
) -> None:
    """Keep the ways of shipping that a file was made with, so that the next form has them chosen; nothing is written
    where there are none to choose among, or the same were chosen last. The stall is locked by the caller."""
    before = shipping_chosen(answers_of(session, template.stall_id, template.channel))
    if not shipping or before == list(shipping):
        return
    of_stall = {"stall_id": template.stall_id, "product_id": None, "channel": template.channel, "token": SHIPPING}
    row = session.scalar(select(ChannelAnswer).filter_by(**of_stall))
    _keep(session, row, ChannelAnswer(**of_stall, value=" ".join(shipping), answered_at=now))
    session.flush()
    change = Change(verb="answer_channel", subject="stall", subject_id=template.stall_id, fields=(template.channel,))
    log_of_stall(session, actor, template.stall_id, change, now)


def _check_product(session: Session, stall_id: int, product_id: int) -> None:
    if session.scalar(select(Product.id).where(Product.id == product_id, Product.stall_id == stall_id)) is None:
        raise NotFound


def _keep(session: Session, row: ChannelAnswer | None, new: ChannelAnswer) -> None:
    if row is None:
        session.add(new)
    elif not new.value:
        session.delete(row)
    else:
        row.value, row.answered_at = new.value, new.answered_at


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWords:
    """What a product is to be called on one marketplace; `of`: the digest of its own words as the page showed them."""

    channel: str
    words: ListedWords
    of: str


def take_words(session: Session, actor: Actor, which: VariantRef, new: NewWords, *, now: datetime) -> None:
    """Let a product have words of its own on one marketplace; nothing is written where it has these. Those that it has
    here stay as they are. NotFound where it is another stall's."""
    product = stall_product(session, which.stall_id, which.product_id).row
    row = _words(session, product.id, new.channel)
    said = (new.words.name, new.words.description, new.of)
    if row and (row.name, row.description, row.of) == said:
        return
    if row is None:
        row = ChannelWords(product_id=product.id, channel=new.channel)
        session.add(row)
    row.name, row.description, row.of = said
    row.taken_at = now
    session.flush()
    _tell(session, actor, product, "take_words", new.channel, now)


def drop_words(session: Session, actor: Actor, which: VariantRef, channel: str, *, now: datetime) -> None:
    """Let a product have its own words on a marketplace again. NotFound where it is another stall's."""
    product = stall_product(session, which.stall_id, which.product_id).row
    row = _words(session, product.id, channel)
    if row is None:
        return
    session.delete(row)
    session.flush()
    _tell(session, actor, product, "drop_words", channel, now)


def _words(session: Session, product_id: int, channel: str) -> ChannelWords | None:
    query = select(ChannelWords).where(ChannelWords.product_id == product_id, ChannelWords.channel == channel)
    return session.scalar(query)


def _tell(session: Session, actor: Actor, product: Product, verb: str, channel: str, now: datetime) -> None:
    change = Change(verb=verb, subject="product", subject_id=product.id, fields=(channel,))
    log_of_stall(session, actor, product.stall_id, change, now)
