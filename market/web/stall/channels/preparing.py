"""What the marketplace pages are made of: the stall's goods held against its own template."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from market.base.config import current_settings
from market.channels.exporting import listings_for
from market.channels.files import manifest_at
from market.channels.formats import to_rows
from market.channels.models import ChannelTemplate
from market.channels.rules import ChannelListing, FilledRows, TemplateManifest
from market.web.base.access import StallContext


@dataclass(frozen=True, kw_only=True)
class ChannelBoard:
    """One marketplace of a stall: its template, its goods as the marketplace sees them.

    `filled`, what of them may go, is composed for those who look at it: an export composes its own rows.
    """

    channel: str
    template: ChannelTemplate
    manifest: TemplateManifest
    listings: Sequence[ChannelListing]

    @cached_property
    def filled(self) -> FilledRows:
        return to_rows(self.listings, self.manifest)

    @property
    def ready(self) -> int:
        return len(self.listings) - len(self.filled.refused)

    def path_of(self, listing: ChannelListing) -> str | None:
        """The category a product goes to, in words."""
        return next((c.path for c in self.manifest.categories if c.value == listing.category), None)


def board_of(desk: StallContext, template: ChannelTemplate) -> ChannelBoard:
    return board_with(desk, template, manifest_at(template.storage_key))


def board_with(desk: StallContext, template: ChannelTemplate, manifest: TemplateManifest) -> ChannelBoard:
    """The board of a template that has been read."""
    listings = listings_for(desk.commune_id, desk.stall_id, template.channel, manifest)
    return ChannelBoard(
        channel=template.channel,
        template=template,
        manifest=manifest,
        listings=listings,
    )


def pictures_are_public() -> bool:
    """Whether a marketplace could fetch the pictures: from https alone."""
    return current_settings().base_url.startswith("https://")
