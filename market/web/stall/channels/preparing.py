"""What the marketplace pages are made of: the stall's goods held against its own template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from market.base.config import current_settings
from market.base.errors import NotFound
from market.channels.asking import asked_columns
from market.channels.exporting import listings_for
from market.channels.files import manifest_at
from market.channels.formats import to_rows
from market.channels.models import ChannelTemplate
from market.channels.rules import ChannelListing, FilledRows, ListedWords, TemplateManifest, cure_of, words_digest
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

    @property
    def unanswered(self) -> list[str]:
        """The columns, by their labels, that hold goods back until their seller answers."""
        return [self.manifest.labels.get(token, token) for token in self.filled.lacks]

    def cure_of(self, listing: ChannelListing) -> ListedWords | None:
        """The words that the marketplace would take, where it does not take those of the product."""
        return cure_of(listing, self.manifest.limits) if self.manifest.limits else None

    def digest_of(self, listing: ChannelListing) -> str:
        return words_digest(listing.name, listing.description)

    def listing_of(self, product_id: int) -> ChannelListing:
        """NotFound where the stall has no such goods."""
        found = next((listing for listing in self.listings if listing.product_id == product_id), None)
        if found is None:
            raise NotFound
        return found

    def asked(self, answers: Mapping[str, str]) -> list[str]:
        """The columns that are asked about, those with an answer too."""
        return asked_columns(self.manifest, self.filled, answers)

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
