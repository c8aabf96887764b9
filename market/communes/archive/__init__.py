"""One commune as an open archive: documented tables as CSV, its files, and a manifest with the checksum of each. It
leaves one installation and comes in again into another, beside communes whose rows have the same numbers."""

from market.communes.archive.coming import CommuneBrought, bring_in, check_archive
from market.communes.archive.described import description
from market.communes.archive.leaving import carry_out
from market.communes.archive.manifest import CommuneManifest, read_commune_manifest

__all__ = [
    "CommuneBrought",
    "CommuneManifest",
    "bring_in",
    "carry_out",
    "check_archive",
    "description",
    "read_commune_manifest",
]
