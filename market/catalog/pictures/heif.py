"""Decodes iPhone pictures in a process of its own: a damaged HEIF file crashes libheif, and the process it is in."""

import subprocess  # nosec B404 # it starts this program's own decoder
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("heif_program.py")
LIMIT_SECONDS = 30.0
BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
"""ISO 23008-12, annex B: what may stand behind `ftyp` at the file's beginning."""


class Undecodable(Exception):
    """The file is damaged, or takes too long."""


def is_heif(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in BRANDS


def decode(content: bytes, *, most_pixels: int, box: tuple[int, int]) -> tuple[tuple[int, int], bytes]:
    """The picture's own width and height, and a PNG of it, upright, inside the box; no PNG (b"") where it has more
    pixels than that. Undecodable where there is no picture in it."""
    command = [sys.executable, "-I", str(PROGRAM), *map(str, (most_pixels, *box))]
    try:
        done = subprocess.run(  # noqa: S603 # nosec B603
            command, input=content, capture_output=True, timeout=LIMIT_SECONDS, check=True
        )
    except subprocess.SubprocessError as error:
        raise Undecodable from error
    head, _, png = done.stdout.partition(b"\n")
    width, height = map(int, head.split())
    return (width, height), png
