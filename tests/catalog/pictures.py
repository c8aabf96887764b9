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
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    squeezer = zlib.compressobj(9)
    line = b"\0" * (1 + -(-side // 8))
    lines = b"".join(squeezer.compress(line) for _ in range(side)) + squeezer.flush()
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", lines) + png_chunk(b"IEND", b"")


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png16(side: int) -> bytes:
    """A PNG of 16 bits in each colour, all black: 6 bytes a point, of which a thousandth is sent."""
    squeezer = zlib.compressobj(9)
    line = b"\0" * (1 + 6 * side)
    lines = b"".join(squeezer.compress(line) for _ in range(side)) + squeezer.flush()
    head = struct.pack(">IIBBBBB", side, side, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", lines) + png_chunk(b"IEND", b"")


def webp_bomb(width: int, height: int) -> bytes:
    """A WebP of one colour, which takes no bits a point: 100 bytes, whatever its size."""
    small = bytearray(saved(Image.new("RGB", (64, 64), (20, 160, 60)), "WEBP", lossless=True, method=0))
    at = small.index(b"VP8L") + 9
    bits = struct.unpack_from("<I", small, at)[0] & 0xF0000000
    struct.pack_into("<I", small, at, bits | (height - 1) << 14 | width - 1)
    return bytes(small)


def progressive(width: int, height: int, *, mode: str = "RGB", scans: int = 0) -> bytes:
    """A progressive JPEG of 64 points that says it is so large; its last scan sent so often again."""
    content = bytearray(saved(photo(64, 64).convert(mode), "JPEG", progressive=True, subsampling=0))
    at = content.index(b"\xff\xc2") + 5
    struct.pack_into(">HH", content, at, height, width)
    last = bytes(content[content.rindex(b"\xff\xda") : -2])
    return bytes(content[:-2]) + last * scans + b"\xff\xd9"


def two_frames() -> bytes:
    """A JPEG that says its size twice: a small one first."""
    sent = progressive(64, 64)
    at = sent.index(b"\xff\xc2")
    end = at + 2 + struct.unpack_from(">H", sent, at + 2)[0]
    return sent[:end] + progressive(7999, 5000)[at:end] + sent[end:]


def other_canvas() -> bytes:
    """A WebP whose canvas is small and whose picture is not."""
    large = webp_bomb(16383, 16383)
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + (63).to_bytes(3, "little") * 2 + large[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def exif_bomb(length: int) -> bytes:
    """EXIF of as many entries as go into the length, each of which claims all of it as its own value."""
    count = (length - 14) // 12
    entries = b"".join(struct.pack("<HHII", 0x8000 + n, 7, length - 8, 8) for n in range(count))
    block = b"II*\0" + struct.pack("<IH", 8, count) + entries + b"\0" * 4
    return block.ljust(length, b"\0")


def with_exif(kind: str, exif: bytes) -> bytes:
    """A small picture with this block as it is."""
    plain = saved(photo(400, 300), kind)
    if kind == "JPEG":
        segment = b"Exif\0\0" + exif
        return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[2:]
    if kind == "PNG":
        return plain[:33] + png_chunk(b"eXIf", exif) + plain[33:]
    canvas = bytes([0x08, 0, 0, 0]) + (399).to_bytes(3, "little") + (299).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + plain[12:]
    body += b"EXIF" + struct.pack("<I", len(exif)) + exif + b"\0" * (len(exif) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def too_heavy() -> bytes:
    """A good JPEG of 13 MB."""
    return jpeg() + b"\0" * (13 * 1024 * 1024 - 100_000)


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='400' height='300'><script>alert(1)</script></svg>"
TEXT = "Đây là một lá thư, không phải ảnh.".encode()
