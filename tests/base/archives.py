"""Archives as tests want them: made of the market in use, then changed with checksums that are right again."""

import hashlib
import json
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from market.base.backup import MANIFEST

Members = dict[str, bytes]


def members_of(archive: Path) -> Members:
    with tarfile.open(archive) as tar:
        return {one.name: file.read() for one in tar if (file := tar.extractfile(one))}


def manifest_of(archive: Path) -> dict[str, object]:
    return json.loads(members_of(archive)[MANIFEST])


def rewritten(archive: Path, change: Callable[[Members], object], **manifest: object) -> Path:
    """A copy whose members are changed, with the checksums of what they are now and other words in its manifest."""
    whole = members_of(archive)
    change(whole)
    said = json.loads(whole.pop(MANIFEST)) | manifest
    said["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in whole.items()}
    whole[MANIFEST] = json.dumps(said).encode()
    copy = archive.with_name(f"changed-{archive.name}")
    with tarfile.open(copy, "w:gz") as tar:
        for name, content in whole.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
    return copy


def lines_of(members: Members, table: str) -> tuple[str, list[dict[str, object]]]:
    """The name of a table's member in an archive of PostgreSQL, and its rows."""
    name = next(name for name in members if name.endswith(f"-{table}.jsonl"))
    return name, [json.loads(line) for line in members[name].splitlines()]


def as_lines(rows: list[dict[str, object]]) -> bytes:
    """As the first program wrote them: with blanks."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
