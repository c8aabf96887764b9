"""Real picture files for tests: a phone's JPEG that knows where it was taken, an iPhone's HEIC, and hostile ones."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image

Maker = Callable[[], bytes]
FILES = Path(__file__).parent / "files"
GPS = 0x8825
ORIENTATION = 0x0112
SIDEWAYS = 6
"""The phone was held upright: the picture must be turned a quarter to the right."""


def photo(width: int = 1600, height: int = 1200) -> Image.Image:
    """A picture whose left half is red and right half green, so that turning it can be seen."""
    picture = Image.new("RGB", (width, height), (20, 160, 60))
    picture.paste((200, 30, 30), (0, 0, width // 2, height))
    return picture


def jpeg(width: int = 1600, height: int = 1200, *, orientation: int = 1) -> bytes:
    """A phone's JPEG with its model, its orientation and the place it was taken at."""
    exif = Image.Exif()
    exif[0x0110] = "Redmi 9A"
    exif[ORIENTATION] = orientation
    exif[GPS] = {1: "N", 2: (20.0, 52.0, 20.3), 3: "E", 4: (106.0, 22.0, 40.8)}
    return saved(photo(width, height), "JPEG", exif=exif, quality=85)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def heic() -> bytes:
    """A picture of 320 x 240 as an iPhone saves it, with its place in the EXIF."""
    return (FILES / "rau_muong.heic").read_bytes()


def animated(kind: str) -> bytes:
    frames = [photo(64, 48), photo(64, 48).rotate(180)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def png_bomb(side: int = 12_000) -> bytes:
    """A PNG of 144 million points in 18 KB: made by hand, as nobody should have to hold it in memory."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    squeezer = zlib.compressobj(9)
    line = b"\0" * (1 + side // 8)
    lines = b"".join(squeezer.compress(line) for _ in range(side)) + squeezer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def too_heavy() -> bytes:
    """A good JPEG of 13 MB."""
    return jpeg() + b"\0" * (13 * 1024 * 1024 - 100_000)


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='400' height='300'><script>alert(1)</script></svg>"
TEXT = "Đây là một lá thư, không phải ảnh.".encode()
