"""What an archive of a commune says of itself, and whether every member of it is as it was written."""

import json
import tarfile
import zlib
from dataclasses import dataclass, field, fields
from pathlib import Path

from market.base.backup.archive import BLOCK, MANIFEST, BadArchive, digest_of, members, of_another_program
from market.communes.rules.carried import FORMAT, KIND


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedTable:
    """A table in the archive: its member, how many rows, and the largest number of one (0: its rows have none)."""

    file: str
    rows: int
    largest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneManifest:
    """`tables` by name; `files` maps each member's name to its SHA-256; `seal` is a word under the data key in use;
    `figures` what the KPI was of which day, as known at which moment; `vanished` the files that were not there."""

    kind: str
    format: int
    made_at: str
    migration: str
    commune: dict[str, str]
    seal: str
    tables: dict[str, CarriedTable]
    files: dict[str, str]
    left_out: dict[str, str]
    secrets: dict[str, str]
    figures: dict[str, object]
    vanished: list[str] = field(default_factory=list)


def read_commune_manifest(path: Path) -> CommuneManifest:
    """The manifest of an archive of a commune whose every member is as it was written; BadArchive otherwise, and for
    another kind of archive."""
    found, sums = None, {}
    try:
        for name, content in members(path):
            if name == MANIFEST:
                found = json.loads(content.read(64 * BLOCK))
            else:
                sums[name] = digest_of(content)
    except (OSError, EOFError, tarfile.TarError, ValueError, zlib.error) as error:
        raise _unread(path) from error
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise BadArchive("other_archive", f"{path.name} không phải gói dữ liệu của một xã. Chưa có gì bị đổi.")
    if found.get("format") != FORMAT:
        raise of_another_program(path, f"dạng {found.get('format')}")
    return _whole(path, found, sums)


def _whole(path: Path, found: dict[str, object], sums: dict[str, str]) -> CommuneManifest:
    try:
        tables = {name: CarriedTable(**said) for name, said in dict(found["tables"]).items()}  # type: ignore[call-overload]
        known = {one.name for one in fields(CommuneManifest)}
        said = {name: value for name, value in found.items() if name in known}
        manifest = CommuneManifest(**{**said, "tables": tables})  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError) as error:
        raise _unread(path) from error
    wrong = sorted(name for name in {*sums, *manifest.files} if sums.get(name) != manifest.files.get(name))
    if wrong:
        raise BadArchive(
            "damaged_archive",
            f"Gói dữ liệu {path.name} thiếu hoặc đã bị sửa: {', '.join(wrong[:5])}. Chưa có gì bị đổi.",
        )
    return manifest


def _unread(path: Path) -> BadArchive:
    return BadArchive("damaged_archive", f"Không đọc được gói dữ liệu {path.name}. Chưa có gì bị đổi.")
