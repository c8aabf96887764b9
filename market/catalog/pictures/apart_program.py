"""Run as a program by `apart`: reads a picture file from standard input, writes what it found and the picture smaller.

It stands alone, so that it starts in a fifth of a second: of the market one module is read, that imports no other.
"""

import json
import runpy
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from PIL import Image

MOST_MEMORY = 512 * 1024 * 1024
"""Bytes: twice what a picture of 50 million points takes."""
MOST_SECONDS = 30
STILLS = ("JPEG", "WEBP")
SRGB = 1
"""ITU-T H.273, table 2."""
HOUSE = runpy.run_path(str(Path(__file__).with_name("shrinking.py")))
"""How the market makes a picture small, wherever it does."""


def limit_itself() -> None:
    """Whatever the file's own words about itself: no more memory and time than this, where the system knows limits."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def read_heif(most_pixels: int, box: tuple[int, int]) -> None:
    """Its pixels are looked at where the decoder left them: the library's own copy would be the most of it."""
    import pi_heif

    heif = pi_heif.open_heif(sys.stdin.buffer.read(), convert_hdr_to_8bit=True)
    width, height = heif.size
    named = heif.info.get("nclx_profile") or {}
    answer = {"size": (width, height), "primaries": int(named.get("color_primaries") or SRGB)}
    if width * height > most_pixels:
        write(None, b"", answer)
        return
    wanted = HOUSE["fitted"](width, height, box)

    def strips() -> Iterator[Image.Image]:
        pixels, stride = memoryview(heif.data), heif.stride
        rows = HOUSE["strip_height"](width * 4, HOUSE["whole_steps"]((width, height), wanted))
        for top in range(0, height, rows):
            size = (width, min(rows, height - top))
            lines = pixels[top * stride : (top + size[1]) * stride]
            yield Image.frombytes(heif.mode, size, bytes(lines), "raw", heif.mode, stride)

    write(HOUSE["shrunk"](strips(), (width, height), wanted), heif.info.get("icc_profile") or b"", answer)


def read_still(wanted: tuple[int, int]) -> None:
    Image.MAX_IMAGE_PIXELS = None
    picture = Image.open(BytesIO(sys.stdin.buffer.read()), formats=STILLS)
    answer = {"size": picture.size, "primaries": SRGB}
    write(HOUSE["shrunk"](*HOUSE["strips_of"](picture, wanted), wanted), b"", answer)


def write(small: Image.Image | None, profile: bytes, answer: dict[str, object]) -> None:
    """A line of JSON, the pixels, the profile."""
    pixels = small.tobytes() if small else b""
    shape = {"mode": small.mode, "small": small.size} if small else {}
    head = json.dumps({**answer, **shape, "bytes": len(pixels)})
    sys.stdout.buffer.write(head.encode() + b"\n" + pixels + profile)


if __name__ == "__main__":
    limit_itself()
    kind, most, *sides = sys.argv[1], *map(int, sys.argv[2:])
    if kind == "HEIF":
        read_heif(most, (sides[0], sides[1]))
    else:
        read_still((sides[0], sides[1]))
