"""What a seller does about marketplaces: sends a template, chooses categories, says a weight, makes a file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import locked, locked_all
from market.base.errors import Refused
from market.base.seen import check_seen
from market.catalog.actions.listing import VariantRef
from market.catalog.actions.locking import stall_product
from market.catalog.models import Variant
from market.channels import queries
from market.channels.actions.events import log_of_stall
from market.channels.actions.wording import remember_shipping
from market.channels.formats import Template, fill, open_template, to_rows
from market.channels.models import ChannelCategory, ChannelTemplate, ExportRun
from market.channels.queries import category_facts, weight_facts
from market.channels.rules import ChannelListing, FilledRows
from market.sellers.models import Stall

HEAVIEST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplate:
    """A template as sent, already in storage under `storage_key`."""

    channel: str
    filename: str
    storage_key: str
    sha256: str
    shop_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledFile:
    """A filled template: `listed` counts the products in it, `filled` says what went and what could not."""

    content: bytes
    filled: FilledRows
    listed: int

    @property
    def sha256(self) -> str:
        return digest(self.content)


class NothingGoes(Refused):
    """No product may go; `filled` says why of each."""

    def __init__(self, filled: FilledRows) -> None:
        super().__init__(
            "nothing_to_export", "Chưa có món nào đưa lên sàn được. Lý do ghi ở từng món; sửa xong thì làm lại tệp."
        )
        self.filled = filled


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def checked_template(raw: bytes, channel: str) -> Template:
    """A sent template, opened and read; Refused where it cannot serve this marketplace."""
    try:
        return open_template(raw, channel)
    except ValueError as error:
        raise Refused("bad_file", str(error)) from error


def fill_template(template: Template, listings: Sequence[ChannelListing], shipping: Sequence[str] = ()) -> FilledFile:
    """The seller's template filled with what may go. Slow for big stalls: outside any transaction. NothingGoes
    where nothing may go, Refused where a shipping channel is not the template's."""
    try:
        filled = to_rows(listings, template.manifest, shipping)
    except ValueError as error:
        raise Refused("bad_file", str(error)) from error
    if not filled.rows:
        raise NothingGoes(filled)
    content = fill(template, filled.rows)
    return FilledFile(content=content, filled=filled, listed=len(listings) - len(filled.refused))


def keep_template(session: Session, actor: Actor, stall_id: int, new: NewTemplate, *, now: datetime) -> int:
    """Keep a template; the newest of a marketplace is the one that is filled. The same file again is the same one: the
    stall is locked, so that the second post waits for the first. NotFound where there is no such stall."""
    locked(session, Stall, Stall.id == stall_id)
    known = queries.newest_template(session, stall_id, new.channel)
    if known and known.sha256 == new.sha256:
        return known.id
    template = ChannelTemplate(
        stall_id=stall_id,
        channel=new.channel,
        filename=new.filename[:200],
        storage_key=new.storage_key,
        sha256=new.sha256,
        shop_id=new.shop_id,
        uploaded_at=now,
    )
    session.add(template)
    session.flush()
    log_of_stall(
        session, actor, stall_id, Change(verb="keep_template", subject="channel_template", subject_id=template.id), now
    )
    return template.id


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCategory:
    """The marketplace's category that a product shall go to. `seen`: `seen_of()` of the one before
    (`category_facts`)."""

    channel: str
    value: str
    seen: str


def choose_category(session: Session, actor: Actor, which: VariantRef, new: NewCategory, *, now: datetime) -> None:
    """Set which of the marketplace's categories a product goes to; nothing is written where it is so already.

    NotFound where it is another stall's, ChangedSince where another category was seen.
    """
    product = stall_product(session, which.stall_id, which.product_id).row
    chosen = session.scalar(
        select(ChannelCategory).where(ChannelCategory.product_id == product.id, ChannelCategory.channel == new.channel)
    )
    if chosen and chosen.value == new.value:
        return
    check_seen(new.seen, category_facts(chosen.value if chosen else None))
    if chosen is None:
        chosen = ChannelCategory(product_id=product.id, channel=new.channel)
        session.add(chosen)
    chosen.value = new.value
    change = Change(verb="choose_category", subject="product", subject_id=product.id, fields=(new.channel,))
    log_of_stall(session, actor, product.stall_id, change, now)


def set_parcel_weight(
    session: Session, actor: Actor, which: VariantRef, grams: int, *, seen: str, now: datetime
) -> None:
    """Say how much a product weighs when it is sent, in grams; nothing is written where it is said already. `seen`:
    `seen_of()` of what was said before (`weight_facts`).

    Refused past 100 kg, NotFound where it is another stall's, ChangedSince where another weight was seen.
    """
    if not 1 <= grams <= HEAVIEST:
        raise Refused("bad_weight", "Cân nặng khi gửi từ 1 đến 100.000 gam.")
    product = stall_product(session, which.stall_id, which.product_id).row
    now_sold = Variant.product_id == product.id, Variant.removed_at.is_(None)
    variants = [one.row for one in locked_all(session, Variant, *now_sold)]
    if all(variant.weight_grams == grams for variant in variants):
        return
    check_seen(seen, weight_facts(variants))
    for variant in variants:
        variant.weight_grams = grams
    change = Change(verb="set_weight", subject="product", subject_id=product.id, fields=("weight_grams",))
    log_of_stall(session, actor, product.stall_id, change, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A filled file, already in storage: `rows` and `refused` count products. `shipping` are the ways of shipping that
    were asked for, `client_key` names the form that asked."""

    template_id: int
    rows: int
    refused: int
    sha256: str
    storage_key: str
    shipping: tuple[str, ...] = ()
    client_key: str | None = None


def note_export(session: Session, actor: Actor, stall_id: int, new: NewRun, *, clock: Clock) -> int | None:
    """Write down that a file was made, and for the next one how it is shipped; returns the run's id, None where the
    same form has made its file already.

    NotFound for a template of another stall, SentOtherwise where the form asked for another file. The stall is locked:
    the second post of a form waits for the first.
    """
    locked(session, Stall, Stall.id == stall_id)
    now = clock()
    template = queries.template_with_id(session, stall_id, new.template_id)
    content = ("export", template.id, new.shipping)
    sent = SentForm(key=new.client_key, content=content, told=f"một tệp {new.rows} món")
    if used_before(session, f"stall:{stall_id}", sent, now=now):
        return None
    run = ExportRun(
        stall_id=stall_id,
        template_id=template.id,
        channel=template.channel,
        rows=new.rows,
        refused=new.refused,
        sha256=new.sha256,
        storage_key=new.storage_key,
        at=now,
    )
    session.add(run)
    session.flush()
    remember_shipping(session, actor, template, new.shipping, now=now)
    log_of_stall(session, actor, stall_id, Change(verb="export_channel", subject="export_run", subject_id=run.id), now)
    return run.id
