"""Decodes in a process of its own what this one should not: iPhone pictures, since a damaged HEIF file crashes libheif
and the process it is in, and pictures of which a decoder holds much at once."""

import json
import subprocess  # nosec B404 # it starts this program's own decoder
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

PROGRAM = Path(__file__).with_name("apart_program.py")
LIMIT_SECONDS = 30.0
BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
"""ISO 23008-12, annex B: what may stand behind `ftyp` at the file's beginning."""


class Undecodable(Exception):
    """The file is damaged, or takes too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What came of a file: its own width and height, the picture made small in RGB, L or CMYK (None where it has more
    pixels than that), and what its colours mean: an ICC profile, or H.273's number for its primaries."""

    size: tuple[int, int]
    small: "Image | None"
    profile: bytes
    primaries: int


def is_heif(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in BRANDS


def decode_heif(content: bytes, *, most_pixels: int, box: tuple[int, int]) -> Decoded:
    """The picture upright, inside the box. Undecodable where there is no picture in the file."""
    return _decoded(content, "HEIF", most_pixels, *box)


def decode_still(content: bytes, wanted: tuple[int, int]) -> Decoded:
    """A JPEG or WebP file, made as large as wanted. Undecodable where there is no picture in it."""
    return _decoded(content, "STILL", 0, *wanted)


def _decoded(content: bytes, kind: str, *numbers: int) -> Decoded:
    from PIL import Image

    command = [sys.executable, "-I", str(PROGRAM), kind, *map(str, numbers)]
    try:
        done = subprocess.run(  # noqa: S603 # nosec B603
            command, input=content, capture_output=True, timeout=LIMIT_SECONDS, check=True
        )
    except subprocess.SubprocessError as error:
        raise Undecodable from error
    head, _, body = done.stdout.partition(b"\n")
    said = json.loads(head)
    pixels, profile = body[: said["bytes"]], body[said["bytes"] :]
    small = Image.frombytes(said["mode"], tuple(said["small"]), pixels) if pixels else None
    return Decoded(size=tuple(said["size"]), small=small, profile=profile, primaries=said["primaries"])
