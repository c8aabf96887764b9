"""A marketplace's template filled with a stall's goods: how, and as a long task where it has many rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from market.base import clock
from market.base.commands import links
from market.base.db import reading
from market.base.jobs.long_tasks import LongWork, TaskResult, TaskRun
from market.channels import actions, queries
from market.channels.actions import FilledFile, NewRun
from market.channels.files import forget_workbook, keeping_workbook, template_at
from market.channels.rules import ChannelListing, TemplateManifest
from market.places.queries import commune_with_id

CHANNEL_EXPORT = "channel_export"
LONG_EXPORT = 200
"""A file of more rows is a long task."""


def listings_for(commune_id: int, stall_id: int, channel: str, manifest: TemplateManifest) -> list[ChannelListing]:
    """The goods of a commune's stall as the marketplace of this template sees them."""
    address = links(commune_with_id(reading(), commune_id).host)
    export = queries.Export(
        stall_id=stall_id, channel=channel, categories=manifest.categories, picture_link=address.picture
    )
    return queries.channel_listings(reading(), export, now=clock.now())


def rows_of(listings: Sequence[ChannelListing]) -> int:
    """At most so many rows a file of them has."""
    return sum(len(listing.variants) for listing in listings)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """Which template was filled, with which ways of shipping, by which form."""

    template_id: int
    shipping: Sequence[str]
    client_key: str | None


def keep_file(file: FilledFile, new: NewFile, note: Callable[[NewRun], int | None]) -> None:
    """Store a filled file and have it written down (`note`); one that the same form has asked for already is kept
    once."""
    with keeping_workbook(file.content) as key:
        run_id = note(
            NewRun(
                template_id=new.template_id,
                rows=file.listed,
                refused=len(file.filled.refused),
                sha256=file.sha256,
                storage_key=key,
                shipping=tuple(new.shipping),
                client_key=new.client_key,
            )
        )
    if run_id is None:
        forget_workbook(key)


def export_channel(run: TaskRun) -> TaskResult:
    """Fill the template that was asked for. Refused where nothing may go; once, however often it is begun anew."""
    stall_id, shipping = run.stall_id or 0, tuple(str(run.asks["shipping"] or "").split())
    kept = queries.template_with_id(reading(), stall_id, int(str(run.asks["template"])))
    template = template_at(kept.storage_key)
    listings = listings_for(run.commune_id, stall_id, kept.channel, template.manifest)
    with run.step() as (_session, task):
        task.total = rows_of(listings)
    file = actions.fill_template(template, listings, shipping)

    def note(noted: NewRun) -> int | None:
        with run.step() as (session, task):
            task.done = task.total
            return actions.note_export(session, run.actor, stall_id, noted, clock=clock.now)

    keep_file(file, NewFile(template_id=kept.id, shipping=shipping, client_key=run.key), note)
    return TaskResult(said=told(file))


def told(file: FilledFile) -> str:
    refused = len(file.filled.refused)
    left = f" {refused} món chưa đi được, lý do ghi bên dưới." if refused else ""
    return f"Đã điền {file.listed} món vào mẫu. Bấm Tải tệp rồi gửi lên kênh người bán.{left}"


LONG_WORKS: Mapping[str, LongWork] = {CHANNEL_EXPORT: LongWork(do=export_channel)}
