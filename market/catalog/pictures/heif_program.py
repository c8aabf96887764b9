"""Run as a program by `heif`: reads a HEIF file from standard input, writes its size and a smaller PNG of it.

It stands alone, so that it starts in a fifth of a second: no module of the market is imported.
"""

import sys
from contextlib import suppress
from io import BytesIO

import pi_heif
from PIL import Image

MOST_MEMORY = 1024 * 1024 * 1024
"""Bytes: twice what a picture of 40 million points takes."""
MOST_SECONDS = 30


def limit_itself() -> None:
    """Whatever the file's own words about itself: no more memory and time than this, where the system knows limits."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def main(most_pixels: int, box: tuple[int, int]) -> None:
    """Writes a line `WIDTH HEIGHT`, and the picture inside the box where it has no more pixels than that."""
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    Image.MAX_IMAGE_PIXELS = None
    picture = Image.open(BytesIO(sys.stdin.buffer.read()), formats=["HEIF"])
    width, height = picture.size
    sys.stdout.buffer.write(f"{width} {height}\n".encode())
    if width * height > most_pixels:
        return
    picture.thumbnail(box, Image.Resampling.LANCZOS)
    picture.save(sys.stdout.buffer, "PNG", compress_level=0, icc_profile=None)


if __name__ == "__main__":
    limit_itself()
    most, wide, high = map(int, sys.argv[1:])
    main(most, (wide, high))
