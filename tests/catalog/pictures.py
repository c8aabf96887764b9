"""Real picture files for tests: a phone's JPEG that knows where it was taken, an iPhone's HEIC, and hostile ones."""

import random
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from itertools import product
from pathlib import Path

from PIL import Image

from market.catalog.pictures.colours import PRIMARIES, matrix_profile

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
    """A good JPEG of 33 MB."""
    return jpeg() + b"\0" * (33 * 1024 * 1024 - 100_000)


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='400' height='300'><script>alert(1)</script></svg>"
TEXT = "Đây là một lá thư, không phải ảnh.".encode()


def photograph(width: int, height: int, *, seed: int = 1) -> Image.Image:
    """What weighs as much as a photograph of goods in good light: tones of every fineness, as leaves and grains have
    them, in soft colours. At 1280 and WebP quality 78 it has 140 KB; photographs have 80 (a flower) to 230 (a street).
    """
    draw = random.Random(seed)
    tones, weights = None, 0.0
    for grain in (256, 128, 64, 32, 16, 8, 4, 2, 1):
        weight = grain**0.5 if grain > 8 else 0.35 * grain**0.5
        layer, weights = _noise(draw, width, height, grain), weights + weight
        tones = layer if tones is None else Image.blend(tones, layer, weight / weights)
    assert tones is not None
    strong = tones.point(lambda tone: max(0, min(255, int((tone - 128) * 3 + 128))))
    soft = [_noise(draw, width, height, 64).point(lambda tone: 96 + tone // 4) for _ in "br"]
    return Image.merge("YCbCr", (strong, *soft)).convert("RGB")


def _noise(draw: random.Random, width: int, height: int, grain: int) -> Image.Image:
    size = max(2, width // grain), max(2, height // grain)
    noise = Image.frombytes("L", size, draw.randbytes(size[0] * size[1]))
    return noise.resize((width, height), Image.Resampling.BICUBIC)


DISPLAY_P3 = matrix_profile(PRIMARIES["Display P3"])
ADOBE_RGB = matrix_profile(PRIMARIES["Adobe RGB"], gamma=563 / 256)


def inks() -> bytes:
    """A printer's profile (ICC.1, 10.10): what is seen, as CIE Lab, of four inks mixed by quarters: each takes light
    away and pulls towards its own colour."""
    own = ((55, -37, -50), (48, 74, -3), (89, -5, 93), (12, 0, 0))
    table = b""
    for mixture in product((0, 0.25, 0.5, 0.75, 1), repeat=4):
        light, whole = 100.0, max(1.0, sum(mixture))
        for share, ink in zip(mixture, own, strict=True):
            light *= 1 - share * (1 - ink[0] / 100)
        a, b = (sum(share * ink[n] for share, ink in zip(mixture, own, strict=True)) / whole for n in (1, 2))
        table += bytes([round(light * 2.55), round(a) + 128, round(b) + 128])
    same = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 if n in (0, 4, 8) else 0 for n in range(9)))
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 5, 0]) + matrix + same * 4 + table + same * 3
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    words = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"inks\0" + bytes(78)
    tags = {b"desc": words, b"wtpt": white, b"A2B0": lut, b"cprt": b"text\0\0\0\0CC0\0"}
    at, listed, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        listed += struct.pack(">4sII", name, at + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s12s4s", at + len(body), b"", 0x02400000, b"prtr", b"CMYK", b"Lab ", b"", b"acsp")
    return head.ljust(68, b"\0") + white[8:] + bytes(48) + listed + body


def png_of(size: tuple[int, int], bits: int, kind: int, rows: list[bytes], **more: bytes) -> bytes:
    """A PNG put together by hand, of rows as they are packed without a filter."""
    head = struct.pack(">IIBBBBB", *size, bits, kind, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows))
    others = b"".join(png_chunk(name.encode(), content) for name, content in more.items())
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [png_chunk(b"IHDR", head), others, png_chunk(b"IDAT", packed), png_chunk(b"IEND", b"")]
    )


def png16_steps(width: int = 128, height: int = 96, *, kind: int = 2) -> bytes:
    """Sixteen bits a colour, from dark to bright: read by eights, or cut off above, it looks otherwise."""
    values = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    row = b"".join(struct.pack(">H", 65535 * x // (width - 1)) * values for x in range(width))
    return png_of((width, height), 16, kind, [row] * height)


def interlaced(picture: Image.Image) -> bytes:
    """The picture as a PNG that comes in seven passes (ISO 15948, 8.2)."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    lines = b""
    for left, top, across, down in passes:
        for y in range(top, picture.height, down):
            row = b"".join(bytes(picture.getpixel((x, y))) for x in range(left, picture.width, across))
            lines += b"\0" + row if row else b""
    head = struct.pack(">IIBBBBB", *picture.size, 8, 2, 0, 0, 1)
    parts = [png_chunk(b"IHDR", head), png_chunk(b"IDAT", zlib.compress(lines)), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
