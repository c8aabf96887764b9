"""What a phone sends becomes a clean picture, or is refused in words before it can do harm."""

import resource
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from market.base import storage
from market.base.errors import NotFound
from market.catalog import pictures
from market.catalog.pictures import apart, keeping, reading
from market.catalog.pictures.reading import LARGEST, BadPicture, read_picture
from tests.catalog import pictures as files
from tests.nights import examples


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    storage.configure(str(tmp_path))
    return tmp_path


def opened(key: str, width: int) -> Image.Image:
    return Image.open(BytesIO(pictures.load(key, width)))


def test_a_picture_is_kept_in_five_widths_as_webp() -> None:
    kept = pictures.keep(files.jpeg(1600, 1200))
    sizes = {width: opened(kept.key, width).size for width in pictures.WIDTHS}
    assert sizes == {width: (width, width * 3 // 4) for width in (320, 480, 640, 960, 1280)}
    assert {opened(kept.key, width).format for width in pictures.WIDTHS} == {"WEBP"}
    assert (kept.width, kept.height) == (1280, 960)


def test_nothing_tells_where_the_picture_was_taken_or_with_what() -> None:
    sent = files.jpeg()
    assert dict(Image.open(BytesIO(sent)).getexif().get_ifd(files.GPS))
    kept = pictures.keep(sent)
    for width in pictures.WIDTHS:
        content = pictures.load(kept.key, width)
        assert b"Redmi" not in content
        assert b"EXIF" not in content
        assert b"ICCP" not in content
        assert not dict(Image.open(BytesIO(content)).getexif())


def test_a_picture_taken_upright_stands_upright_although_its_exif_is_gone() -> None:
    kept = pictures.keep(files.jpeg(1600, 1200, orientation=files.SIDEWAYS))
    picture = opened(kept.key, 320).convert("RGB")
    assert picture.size == (320, 427)
    above, below = picture.getpixel((160, 60)), picture.getpixel((160, 360))
    assert isinstance(above, tuple)
    assert isinstance(below, tuple)
    assert above[0] > above[1], "what was left (red) is now above"
    assert below[1] > below[0], "what was right (green) is now below"


def test_an_iphone_picture_is_read() -> None:
    sent = files.heic()
    assert b"iPhone 12" in sent
    kept = pictures.keep(sent)
    assert (kept.width, kept.height) == (320, 240)
    picture = opened(kept.key, 1280).convert("RGB")
    left = picture.getpixel((80, 120))
    assert isinstance(left, tuple)
    assert left[0] > left[1]
    assert b"iPhone" not in pictures.load(kept.key, 1280)


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "LA", "CMYK", "1", "I;16"])
def test_pictures_of_every_kind_of_colour_are_read(mode: str) -> None:
    picture = Image.new("I;16", (64, 48)) if mode == "I;16" else files.photo(64, 48).convert(mode)
    sent = files.saved(picture, "JPEG" if mode == "CMYK" else "PNG")
    assert read_picture(sent).mode == "RGB"


def test_what_is_see_through_becomes_white() -> None:
    clear = Image.new("RGBA", (64, 48), (10, 10, 10, 0))
    assert read_picture(files.saved(clear, "PNG")).getpixel((5, 5)) == (255, 255, 255)


def test_a_small_picture_is_not_blown_up() -> None:
    kept = pictures.keep(files.jpeg(400, 300))
    assert opened(kept.key, 1280).size == (400, 300)


def test_a_very_tall_picture_fits_the_box() -> None:
    kept = pictures.keep(files.jpeg(400, 4000))
    assert kept.height <= LARGEST[1]


def test_a_photograph_is_kept_as_light_as_its_place_on_a_page_needs() -> None:
    """Of leaves and grains in sharp light one quality for all would be twice as heavy: 640 wide it would be 64 KB."""
    photograph = files.photograph(4000, 3000)
    kept = pictures.keep(files.saved(photograph, "JPEG", quality=92))
    weights = {width: len(pictures.load(kept.key, width)) for width in pictures.WIDTHS}
    too_heavy = [width for width, weight in weights.items() if weight > keeping.MOST_BYTES[width]]
    assert too_heavy == [320, 480], "of noise so fine not even the last quality makes 11 and 22 KB"
    assert weights[320] < 17_000 < 25_000 < len(files.saved(photograph.resize((320, 240)), "WEBP", quality=78))
    assert (
        len(files.saved(photograph.resize((640, 480)), "WEBP", quality=keeping.QUALITIES[0])) > keeping.MOST_BYTES[640]
    )
    plain = pictures.keep(files.saved(files.photo(4000, 3000), "JPEG"))
    again = files.saved(opened(plain.key, 640).convert("RGB"), "WEBP", quality=keeping.QUALITIES[0], method=4)
    assert abs(len(pictures.load(plain.key, 640)) - len(again)) < 200, "what is light anyway keeps its quality"


@pytest.mark.parametrize("width", keeping.ADDED_LATER)
def test_a_width_that_a_picture_was_not_kept_in_is_made_once(folder: Path, width: int) -> None:
    kept = pictures.keep(files.jpeg(1600, 1200))
    file = folder / "photo" / f"{kept.key}-{width}.webp"
    file.unlink()
    assert Image.open(BytesIO(pictures.load(kept.key, width))).size == (width, width * 3 // 4)
    assert file.read_bytes() == pictures.load(kept.key, width)


def test_a_width_made_while_its_picture_is_forgotten_stays_nowhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = pictures.keep(files.jpeg(1600, 1200))
    (folder / "photo" / f"{kept.key}-960.webp").unlink()
    put = storage.FolderStorage.put

    def forgotten_first(self: storage.FolderStorage, key: str, content: bytes) -> None:
        pictures.forget(kept.key)
        put(self, key, content)

    monkeypatch.setattr(storage.FolderStorage, "put", forgotten_first)
    assert pictures.load(kept.key, 960)
    assert not list(folder.rglob("*.webp"))


@pytest.mark.parametrize("width", pictures.WIDTHS)
def test_a_forgotten_picture_is_made_in_no_width(width: int) -> None:
    kept = pictures.keep(files.jpeg(400, 300))
    pictures.forget(kept.key)
    with pytest.raises(NotFound):
        pictures.load(kept.key, width)


REFUSALS = {
    "a 33 MB file": (files.too_heavy, "nặng 33 MB, chợ nhận ảnh tới 32 MB"),
    "a bomb": (files.png_bomb, "lớn quá"),
    "a drawing": (lambda: files.SVG, "không phải ảnh"),
    "a letter": (lambda: files.TEXT, "không phải ảnh"),
    "a PDF": (lambda: b"%PDF-1.7\n" + b"0" * 500, "không phải ảnh"),
    "an empty file": (lambda: b"", "không phải ảnh"),
    "half a picture": (lambda: files.jpeg()[:8000], "hỏng"),
    "half an iPhone picture": (lambda: files.heic()[:700], "ảnh"),
    "a moving WebP": (lambda: files.animated("WEBP"), "ảnh động"),
    "a moving PNG": (lambda: files.animated("PNG"), "ảnh động"),
    "a GIF": (lambda: files.animated("GIF"), "không phải ảnh"),
    "a dot": (lambda: files.saved(files.photo(8, 8), "PNG"), "nhỏ quá"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_what_cannot_be_a_picture_of_goods_is_refused_kindly(what: str, folder: Path) -> None:
    make, words = REFUSALS[what]
    with pytest.raises(BadPicture, match=words) as refused:
        pictures.keep(make())
    assert "Mời" in refused.value.sentence
    assert not list(folder.rglob("*.webp")), "nothing of it is kept"


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    bomb = files.png_bomb(40_000)
    assert len(bomb) < 250_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadPicture):
        read_picture(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000, "kilobytes of memory"


@settings(max_examples=examples(100))
@given(data=some.data())
def test_no_damage_to_a_file_does_more_than_a_refusal(data: some.DataObject) -> None:
    _read_damaged(data, [files.jpeg(120, 90), files.saved(files.photo(64, 48), "WEBP"), files.animated("PNG")])


def test_a_picture_that_says_it_has_no_colours_is_refused() -> None:
    """Found by chance: a frame of no components at all."""
    whole = files.jpeg(120, 90)
    at = whole.index(b"\xff\xc0") + 9
    with pytest.raises(BadPicture):
        read_picture(whole[:at] + b"\x00" + whole[at + 1 :])


@settings(max_examples=examples(8))
@given(data=some.data())
def test_no_damage_to_an_iphone_picture_does_more_than_a_refusal(data: some.DataObject) -> None:
    _read_damaged(data, [files.heic()])


def _read_damaged(data: some.DataObject, pictures: list[bytes]) -> None:
    content = bytearray(data.draw(some.sampled_from(pictures)))
    for _ in range(data.draw(some.integers(1, 12))):
        content[data.draw(some.integers(0, len(content) - 1))] = data.draw(some.integers(0, 255))
    with suppress(BadPicture):
        assert read_picture(bytes(content)).mode == "RGB"


def test_an_iphone_picture_that_crashes_its_decoder_is_refused() -> None:
    """Found by flipping bytes at random: libheif dies of this one, by SIGSEGV."""
    content = bytearray(files.heic())
    content[177] = 144
    with pytest.raises(BadPicture, match="bị hỏng"):
        read_picture(bytes(content))


@pytest.mark.parametrize("program", ["import os; os.abort()", "import time; time.sleep(600)", "raise SystemExit(1)"])
def test_a_decoder_that_dies_or_hangs_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    planted = tmp_path / "program.py"
    planted.write_text(program)
    monkeypatch.setattr(apart, "PROGRAM", planted)
    monkeypatch.setattr(apart, "LIMIT_SECONDS", 1.0)
    with pytest.raises(BadPicture, match="bị hỏng"):
        read_picture(files.heic())


def test_an_iphone_picture_is_measured_by_its_own_size_not_by_the_smaller_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_PIXELS", 320 * 240 - 1)
    with pytest.raises(BadPicture, match="lớn quá .320 × 240"):
        read_picture(files.heic())
    monkeypatch.setattr(reading, "MOST_PIXELS", 320 * 240)
    monkeypatch.setattr(reading, "LARGEST", (40, 53))
    assert read_picture(files.heic()).size == (40, 30), "its sides are long enough, although the smaller one's are not"


def test_a_forgotten_picture_is_gone_in_every_width() -> None:
    kept = pictures.keep(files.jpeg(400, 300))
    assert pictures.is_kept(kept.key)
    pictures.forget(kept.key)
    pictures.forget(kept.key)
    assert not pictures.is_kept(kept.key)


@pytest.mark.parametrize(("key", "width"), [("x" * 30, 320), ("../../etc/passwd", 320), ("", 320)])
def test_a_key_that_is_none_finds_nothing(key: str, width: int) -> None:
    with pytest.raises(NotFound):
        pictures.load(key, width)


def test_only_the_five_widths_exist() -> None:
    kept = pictures.keep(files.jpeg(400, 300))
    with pytest.raises(NotFound):
        pictures.load(kept.key, 999)


def test_the_decoder_apart_takes_no_more_memory_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one would that believes a hostile file."""
    own, begins = apart.PROGRAM.read_text("utf-8"), "    import pi_heif"
    planted = tmp_path / "program.py"
    planted.write_text(own.replace(begins, f"    bytearray(2 * MOST_MEMORY)\n{begins}"))
    assert planted.read_text("utf-8") != own
    monkeypatch.setattr(apart, "PROGRAM", planted)
    with pytest.raises(BadPicture, match="bị hỏng"):
        read_picture(files.heic())
