"""A marketplace's template filled with a stall's goods: how, and as a long task where it has many rows."""

from collections.abc import Mapping, Sequence

from market.base import clock
from market.base.commands import links
from market.base.db import reading
from market.base.jobs.long_tasks import LongWork, TaskResult, TaskRun
from market.channels import actions, queries
from market.channels.actions import FilledFile, NewRun
from market.channels.files import forget_workbook, keep_workbook, template_at
from market.channels.rules import ChannelListing, TemplateManifest

CHANNEL_EXPORT = "channel_export"
LONG_EXPORT = 200
"""A file of more rows is a long task."""


def listings_for(stall_id: int, channel: str, manifest: TemplateManifest) -> list[ChannelListing]:
    """The stall's goods as the marketplace of this template sees them."""
    export = queries.Export(
        stall_id=stall_id, channel=channel, categories=manifest.categories, picture_link=links().picture
    )
    return queries.channel_listings(reading(), export, now=clock.now())


def rows_of(listings: Sequence[ChannelListing]) -> int:
    """At most so many rows a file of them has."""
    return sum(len(listing.variants) for listing in listings)


def new_run(file: FilledFile, template_id: int, shipping: Sequence[str], client_key: str | None) -> NewRun:
    """A filled file as it is written down; it lies in storage from now on."""
    return NewRun(
        template_id=template_id,
        rows=file.listed,
        refused=len(file.filled.refused),
        sha256=file.sha256,
        storage_key=keep_workbook(file.content),
        shipping=tuple(shipping),
        client_key=client_key,
    )


def export_channel(run: TaskRun) -> TaskResult:
    """Fill the template that was asked for. Refused where nothing may go; once, however often it is begun anew."""
    stall_id, shipping = run.stall_id or 0, tuple(str(run.asks["shipping"] or "").split())
    kept = queries.template_with_id(reading(), stall_id, int(str(run.asks["template"])))
    template = template_at(kept.storage_key)
    listings = listings_for(stall_id, kept.channel, template.manifest)
    with run.step() as (_session, task):
        task.total = rows_of(listings)
    file = actions.fill_template(template, listings, shipping)
    new, run_id = new_run(file, kept.id, shipping, run.key), None
    try:
        with run.step() as (session, task):
            run_id = actions.note_export(session, run.actor, stall_id, new, clock=clock.now)
            task.done = task.total
    finally:
        if run_id is None:
            forget_workbook(new.storage_key)
    return TaskResult(said=told(file))


def told(file: FilledFile) -> str:
    refused = len(file.filled.refused)
    left = f" {refused} món chưa đi được, lý do ghi bên dưới." if refused else ""
    return f"Đã điền {file.listed} món vào mẫu. Bấm Tải tệp rồi gửi lên kênh người bán.{left}"


LONG_WORKS: Mapping[str, LongWork] = {CHANNEL_EXPORT: LongWork(do=export_channel)}
