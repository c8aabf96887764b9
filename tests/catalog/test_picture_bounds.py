"""No picture unfolds beyond what a worker can bear: small files that claim much, measured in a process of their own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from market.catalog.pictures import containers
from market.catalog.pictures.containers import Damaged, still_of
from market.catalog.pictures.containers.png import SIGNATURE
from market.catalog.pictures.reading import MOST_HELD, MOST_SCANS, MOST_UNFOLDED, BadPicture, read_picture
from market.catalog.pictures.shrinking import PIXEL
from tests.catalog import pictures as files

MEASURE = '''
import json, resource, sys
from pathlib import Path
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from market.catalog.pictures.reading import BadPicture, read_picture
from market.catalog.pictures.shrinking import PIXEL

def peak():
    """Of this program alone: what `resource` tells begins with the peak of the process that started it."""
    status = Path("/proc/self/status")
    said = status.read_text() if status.exists() else f"VmHWM: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}"
    return int(said.split("VmHWM:")[1].split()[0]) * 1024

def read(path):
    try:
        return list(read_picture(Path(path).read_bytes()).size)
    except BadPicture as refused:
        return refused.code

before = peak()
answers = [read(path) for path in sys.argv[1:]]
apart = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(json.dumps({"answers": answers, "unfolded": peak() - before, "whole": peak(), "apart": apart}))
'''
REFUSED = {
    "a WebP of 40 million points in 40 bytes": (lambda: files.webp_bomb(7999, 5000), "picture_too_large"),
    "the largest WebP there is": (lambda: files.webp_bomb(16383, 16383), "picture_too_large"),
    "a moving WebP": (lambda: files.animated("WEBP"), "moving_picture"),
    "a moving PNG": (lambda: files.animated("PNG"), "moving_picture"),
    "a moving GIF": (lambda: files.animated("GIF"), "not_a_picture"),
    "a progressive JPEG": (lambda: files.progressive(7999, 5000), "picture_too_large"),
    "one in four colours": (lambda: files.progressive(7000, 4000, mode="CMYK"), "picture_too_large"),
    "a JPEG in a thousand scans": (lambda: files.progressive(640, 640, scans=1000), "too_many_scans"),
    "a JPEG with two sizes": (lambda: files.two_frames(), "damaged_picture"),
    "a WebP whose canvas is another": (lambda: files.other_canvas(), "damaged_picture"),
    "a PNG bomb": (lambda: files.png_bomb(40_000), "picture_too_large"),
}
READ = {
    "a WebP as large as a phone's": lambda: files.webp_bomb(4000, 3000),
    "a PNG of 16 bits a colour": lambda: files.png16(4000),
    "a PNG of 40 million points": lambda: files.png_bomb(6324),
    "a progressive JPEG as large as a phone's": lambda: files.progressive(4000, 3000),
    "EXIF of 5,000 entries in a JPEG": lambda: files.with_exif("JPEG", files.exif_bomb(65_000)),
    "EXIF of 16,000 entries in a PNG": lambda: files.with_exif("PNG", files.exif_bomb(200_000)),
    "EXIF of 16,000 entries in a WebP": lambda: files.with_exif("WEBP", files.exif_bomb(200_000)),
}


@dataclass
class Measured:
    """What became of each picture in a fresh process: by how many bytes it grew at most, how many it then had, and how
    many the largest of those that it started."""

    answers: list[object]
    unfolded: int
    whole: int
    apart: int


def measured(folder: Path, *contents: bytes) -> Measured:
    paths = []
    for number, content in enumerate(contents):
        paths.append(folder / f"{number}")
        paths[-1].write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, paths)],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stderr == b"", "nothing is warned of either"
    return Measured(**json.loads(done.stdout))


def test_what_would_unfold_too_far_is_refused_before_it_does(tmp_path: Path) -> None:
    made = {what: make() for what, (make, _) in REFUSED.items()}
    assert max(map(len, made.values())) < 250_000
    found = measured(tmp_path, *made.values())
    assert dict(zip(made, found.answers, strict=True)) == {what: code for what, (_, code) in REFUSED.items()}
    assert found.unfolded < 30_000_000


def test_what_is_read_stays_within_what_a_worker_can_bear(tmp_path: Path) -> None:
    found = measured(tmp_path, *(make() for make in READ.values()))
    assert all(isinstance(one, list) for one in found.answers), found
    assert found.unfolded < MOST_HELD + 30_000_000
    assert found.apart < MOST_UNFOLDED + 30_000_000


def fifty(**options: object) -> bytes:
    """A photograph as a phone of today takes it at its most: 8160 x 6144."""
    large = files.photograph(1020, 768).resize((8160, 6144), Image.Resampling.NEAREST)
    return files.saved(large, "JPEG", quality=90, **options)


FIFTY = {
    "a JPEG in wide colours that lies on its side": lambda: fifty(icc_profile=files.DISPLAY_P3, exif=sideways()),
    "a PNG of 16 bits a colour": lambda: files.png16(7090),
    "a PNG of a few colours": lambda: files.png_bomb(7090),
    "a progressive JPEG": lambda: fifty(progressive=True),
}
AT_NIGHT = [pytest.param(one, marks=pytest.mark.nightly) for one in list(FIFTY)[1:]]


def sideways() -> Image.Exif:
    exif = Image.Exif()
    exif[files.ORIENTATION] = files.SIDEWAYS
    return exif


@pytest.mark.nightly  # a process and seconds for each; the bounds are tried by day
@pytest.mark.parametrize("what", [next(iter(FIFTY)), *AT_NIGHT])
def test_a_picture_of_fifty_million_points_takes_200_megabytes_and_no_more(what: str, tmp_path: Path) -> None:
    """The whole process, its program included, and the one that it starts."""
    found = measured(tmp_path, FIFTY[what]())
    assert [max(one) for one in found.answers if isinstance(one, list)] == [1700 if "side" in what else 1280]
    assert max(found.whole, found.apart) <= 200_000_000, found


@pytest.mark.parametrize("what", REFUSED)
def test_each_is_refused_in_words_that_say_what_to_do(what: str) -> None:
    make, code = REFUSED[what]
    with pytest.raises(BadPicture, match=r"Mời .*Những gì đã điền vẫn còn\.") as refused:
        read_picture(make())
    assert refused.value.code == code


# --- just within, just beyond ---------------------------------------------------------------------------------------


def test_a_jpeg_may_come_in_so_many_scans_and_no_more() -> None:
    usual = still_of(files.progressive(64, 64))
    assert usual is not None
    assert read_picture(files.progressive(64, 64, scans=MOST_SCANS - usual.scans)).size == (64, 64)
    with pytest.raises(BadPicture, match="nén theo kiểu"):
        read_picture(files.progressive(64, 64, scans=MOST_SCANS - usual.scans + 1))


def test_a_webp_may_unfold_to_so_much_and_no_more() -> None:
    most = MOST_UNFOLDED // (containers.WEBP_PIXEL + PIXEL) // 4000 - 1
    assert read_picture(files.webp_bomb(4000, most)).width == 1280
    with pytest.raises(BadPicture, match=rf"lớn quá \(4000 × {most + 1} điểm\)"):
        read_picture(files.webp_bomb(4000, most + 1))


def test_a_plain_jpeg_may_have_as_many_points_as_any() -> None:
    """It is read line by line, and made small on the way."""
    still = still_of(files.jpeg(400, 300))
    assert still is not None
    assert (still.held, still.scans) == (0, 1)


def test_in_several_scans_it_is_held_whole_also_where_it_is_not_progressive() -> None:
    plain = bytearray(files.jpeg(400, 300))
    at = plain.index(b"\xff\xda")
    plain[at + 4] = 1
    still = still_of(bytes(plain))
    assert still is not None
    assert still.held == 400 * 300 * 3, "two colours of the three at half its width and height: 2 bytes a value"


# --- taken apart ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_as_its_exif_says(kind: str, orientation: int) -> None:
    """As the library itself would turn it, that reads the whole block."""
    from PIL import ImageOps

    exif = Image.Exif()
    exif[files.ORIENTATION] = orientation
    corner = files.photo(160, 120)
    corner.paste((250, 250, 250), (0, 0, 60, 50))
    sent = files.saved(corner, kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))
    wanted = ImageOps.exif_transpose(Image.open(BytesIO(sent))).convert("RGB")
    read = read_picture(sent)
    assert read.size == wanted.size
    for at in ((4, 4), (read.width - 4, 4), (4, read.height - 4), (read.width - 4, read.height - 4)):
        found, right = read.getpixel(at), wanted.getpixel(at)
        assert isinstance(found, tuple)
        assert isinstance(right, tuple)
        assert max(abs(one - other) for one, other in zip(found, right, strict=True)) < 12


@pytest.mark.parametrize(
    "exif", [b"", b"II*\0", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", b"Exif\0\0", b"\0" * 40]
)
def test_exif_that_says_nothing_turns_nothing(exif: bytes) -> None:
    assert containers.orientation_of(exif) == containers.UPRIGHT
    assert read_picture(files.with_exif("JPEG", exif)).size == (400, 300)


def test_an_orientation_that_is_none_turns_nothing() -> None:
    exif = b"II*\0\x08\0\0\0\x01\0" + bytes([0x12, 0x01, 3, 0, 1, 0, 0, 0, 99, 0, 0, 0])
    assert containers.orientation_of(exif) == containers.UPRIGHT


def test_only_the_picture_itself_is_left_of_a_file() -> None:
    """A second picture and a film behind the first, profiles and comments before it."""
    sent = files.jpeg(400, 300)
    behind = sent + files.jpeg(64, 64) + b"film" * 100
    still = still_of(behind)
    assert still is not None
    assert b"Redmi" not in still.content
    assert b"film" not in still.content
    assert still.content.endswith(b"\xff\xd9")
    assert still.content.count(b"\xff\xd8") == 1
    assert read_picture(behind).size == (400, 300)


def test_bytes_that_fill_up_between_segments_are_passed_over() -> None:
    sent = files.jpeg(400, 300)
    assert read_picture(sent[:2] + b"\xff" * 5000 + sent[2:]).size == (400, 300)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff" + b"\xff\xfe\0\x02" * 50_000,
        SIGNATURE + files.png_chunk(b"tEXt", b"") * 50_000,
        b"RIFF\0\0\0\0WEBP" + b"XMP \0\0\0\0" * 50_000,
        b"\xff\xd8\xff\xe0",
        b"\xff\xd8\xff\xe0\0\x02\0\0",
        SIGNATURE,
        b"RIFF\0\0\0\0WEBP",
    ],
)
def test_what_comes_in_too_many_pieces_or_in_none_is_damaged(content: bytes) -> None:
    with pytest.raises(Damaged):
        still_of(content)
    with pytest.raises(BadPicture, match="bị hỏng"):
        read_picture(content)
