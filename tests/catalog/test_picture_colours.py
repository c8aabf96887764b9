"""Colours are kept as they were seen: what a file says of its colours counts, then is dropped."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from market.catalog.pictures import apart, reading
from market.catalog.pictures.colours import PRIMARIES, matrix_profile, to_srgb
from market.catalog.pictures.reading import read_picture
from market.catalog.pictures.shrinking import LARGEST, fitted
from tests.catalog import pictures as files
from tests.nights import examples

CHILLI = (200, 80, 60)
AS_SRGB = {"Display P3": (216, 69, 50), "Adobe RGB": (230, 79, 56)}
"""By the definitions of the two: linear light through their matrices, Bradford where whites differ."""


def seen(content: bytes, at: tuple[int, int] = (30, 20)) -> tuple[int, ...]:
    found = read_picture(content).getpixel(at)
    assert isinstance(found, tuple)
    return found


def near(found: tuple[int, ...], wanted: tuple[int, ...], within: int = 3) -> bool:
    return max(abs(one - other) for one, other in zip(found, wanted, strict=True)) <= within


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("name", "profile"), [("Display P3", files.DISPLAY_P3), ("Adobe RGB", files.ADOBE_RGB)])
def test_a_picture_in_wide_colours_is_as_bright_as_it_was_seen(kind: str, name: str, profile: bytes) -> None:
    """Read as sRGB, what a phone of today photographs comes out dull."""
    plain = Image.new("RGB", (64, 48), CHILLI)
    options = {"JPEG": {"quality": 98}, "PNG": {}, "WEBP": {"lossless": True}}[kind]
    assert near(seen(files.saved(plain, kind, icc_profile=profile, **options)), AS_SRGB[name])
    assert near(seen(files.saved(plain, kind, **options)), CHILLI)


def test_white_stays_white_and_grey_grey() -> None:
    for tone in (0, 128, 255):
        plain = Image.new("RGB", (64, 48), (tone,) * 3)
        for profile in (files.DISPLAY_P3, files.ADOBE_RGB):
            assert near(seen(files.saved(plain, "PNG", icc_profile=profile)), (tone,) * 3)


def test_four_inks_are_read_by_their_profile() -> None:
    """Without it cyan would be pure (0, 255, 255), which no press prints."""
    cyan = Image.new("CMYK", (64, 48), (255, 0, 0, 0))
    sent = files.saved(cyan, "JPEG", icc_profile=files.inks(), quality=98)
    red, green, blue = seen(sent)
    assert red < 60
    assert 120 < green < 170
    assert 190 < blue < 245
    assert near(seen(files.saved(cyan, "JPEG", quality=98)), (0, 255, 255))


def test_a_grey_picture_with_a_curve_of_its_own_is_turned_too() -> None:
    grey = bytearray(matrix_profile(PRIMARIES["sRGB"], gamma=1.0))
    plain = Image.new("L", (64, 48), 64)
    assert near(seen(files.saved(plain, "PNG", icc_profile=bytes(grey))), (64,) * 3), "of another kind of colours"
    grey[16:20] = b"GRAY"
    at = grey.index(b"rTRC")
    grey[at : at + 4] = b"kTRC"
    assert near(seen(files.saved(plain, "PNG", icc_profile=bytes(grey))), (137,) * 3)


@pytest.mark.parametrize("profile", [b"", b"no profile", b"\0" * 500, files.DISPLAY_P3[:200], files.inks()])
def test_a_profile_that_is_none_is_passed_over(profile: bytes) -> None:
    plain = Image.new("RGB", (64, 48), CHILLI)
    assert near(seen(files.saved(plain, "JPEG", icc_profile=profile, quality=98)), CHILLI)


@pytest.mark.nightly  # a thousand damaged profiles
@settings(max_examples=examples(300))
@given(
    some.sampled_from([files.DISPLAY_P3, files.ADOBE_RGB]),
    some.lists(some.tuples(some.integers(0, 443), some.integers(0, 255)), min_size=1, max_size=12),
)
def test_no_damage_to_a_profile_does_more_than_other_colours(profile: bytes, damage: list[tuple[int, int]]) -> None:
    hurt = bytearray(profile)
    for at, value in damage:
        hurt[at] = value
    assert to_srgb(Image.new("RGB", (8, 8), CHILLI), bytes(hurt)).mode == "RGB"


def test_a_profile_in_pieces_is_put_together_and_one_with_a_hole_passed_over() -> None:
    long = matrix_profile(PRIMARIES["Display P3"]) + bytes(70_000)
    sent = files.saved(Image.new("RGB", (64, 48), CHILLI), "JPEG", icc_profile=long, quality=98)
    assert sent.count(b"ICC_PROFILE\0") == 2
    assert near(seen(sent), AS_SRGB["Display P3"])
    assert near(seen(sent.replace(b"ICC_PROFILE\0\x02", b"ICC_PROFILE\0\x07")), CHILLI)


# --- what a PNG says in short -------------------------------------------------------------------------------------


def named(**chunks: bytes) -> tuple[int, ...]:
    row = bytes(CHILLI) * 64
    return seen(files.png_of((64, 48), 8, 2, [row] * 48, **chunks))


def test_a_png_may_name_its_colours() -> None:
    x_and_y = PRIMARIES["Display P3"]
    c_hrm = struct.pack(">8I", *(round(one * 100_000) for one in (*x_and_y[6:], *x_and_y[:6])))
    assert near(named(cICP=bytes([12, 13, 0, 1])), AS_SRGB["Display P3"])
    assert near(named(cICP=bytes([1, 13, 0, 1])), CHILLI)
    assert near(named(cHRM=c_hrm, gAMA=struct.pack(">I", 45455)), AS_SRGB["Display P3"], 6)
    assert near(named(sRGB=b"\0", cHRM=c_hrm, gAMA=struct.pack(">I", 45455)), CHILLI)
    assert named(gAMA=struct.pack(">I", 100_000))[1] > 140, "linear light is brighter than it is written"
    assert near(named(gAMA=struct.pack(">I", 0)), CHILLI)
    assert near(named(cHRM=bytes(32), gAMA=struct.pack(">I", 45455)), CHILLI)


def test_a_profile_that_unpacks_without_end_is_passed_over() -> None:
    bomb = b"P3\0\0" + zlib.compress(bytes(40_000_000), 9)
    assert near(named(iCCP=bomb), CHILLI)
    assert near(named(iCCP=b"P3\0\0" + zlib.compress(files.DISPLAY_P3)), AS_SRGB["Display P3"])
    assert near(named(iCCP=b"P3\0\0not packed"), CHILLI)


# --- sixteen bits, and every other kind of PNG, by rows -----------------------------------------------------------


@pytest.mark.parametrize("kind", [0, 2, 4, 6])
def test_sixteen_bits_a_colour_go_from_dark_to_bright(kind: int) -> None:
    """Where they can be seen through as much as they are dark, white shows in them."""
    sent = files.png16_steps(kind=kind)
    wanted = [255, 207, 191, 255] if kind in (4, 6) else [0, 64, 128, 255]
    tones = [seen(sent, (x, 40)) for x in (0, 32, 64, 127)]
    assert all(near(one, (tone,) * 3, 4) for one, tone in zip(tones, wanted, strict=True)), tones


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("is_see_through", [True, False])
def test_rows_read_in_strips_are_what_the_library_reads_whole(
    mode: str, is_see_through: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from market.catalog.pictures import shrinking

    own = files.photograph(97, 71)
    own.putalpha(Image.linear_gradient("L").resize((97, 71)))
    picture = own.convert("RGB").quantize(14) if mode == "P" else own.convert(mode)
    options: dict[str, object] = {}
    if is_see_through and mode in ("1", "L", "P", "RGB"):
        options["transparency"] = {"1": 1, "L": 128, "P": bytes([0, 128, 255] * 4), "RGB": (128, 128, 128)}[mode]
    sent = files.saved(picture, "PNG", **options)
    monkeypatch.setattr(shrinking, "STRIP_BYTES", 97 * 4 * 5)
    read = read_picture(sent)
    whole = Image.open(BytesIO(sent))
    seen_whole = whole.convert("RGBA")
    wanted = Image.new("RGB", whole.size, "white")
    wanted.paste(seen_whole.convert("RGB"), mask=seen_whole.getchannel("A"))
    assert max(abs(a - b) for a, b in zip(read.tobytes(), wanted.tobytes(), strict=True)) <= 1


def test_a_png_in_seven_passes_is_read() -> None:
    own = files.photograph(64, 48)
    assert read_picture(files.interlaced(own)).tobytes() == own.tobytes()


def test_rows_that_are_missing_are_said() -> None:
    whole = files.png_of((64, 48), 8, 2, [bytes(192)] * 47)
    with pytest.raises(reading.BadPicture, match="bị hỏng"):
        read_picture(whole)


# --- sizes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((4000, 3000), (1280, 960)),
        ((3000, 4000), (1280, 1707)),
        ((8160, 6144), (1280, 964)),
        ((1080, 2400), (768, 1707)),
        ((3001, 40), (1280, 17)),
        ((400, 300), (400, 300)),
        ((1280, 1707), (1280, 1707)),
        ((100_000, 1), (1280, 1)),
    ],
)
def test_a_picture_is_kept_in_the_size_that_browsers_make_too(size: tuple[int, int], kept: tuple[int, int]) -> None:
    assert fitted(*size) == kept
    assert kept[0] <= LARGEST[0]
    assert kept[1] <= LARGEST[1]


@pytest.mark.nightly  # many whole pictures
def test_what_is_decoded_apart_is_the_same_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """A progressive JPEG is held whole until its last scan, a WebP several times over."""
    own = files.photograph(1700, 1300)
    exif = Image.Exif()
    exif[files.ORIENTATION] = files.SIDEWAYS
    for sent in (
        files.saved(own, "JPEG", progressive=True, quality=90, icc_profile=files.DISPLAY_P3, exif=exif),
        files.saved(own, "WEBP", quality=90, icc_profile=files.DISPLAY_P3),
        files.saved(own.convert("CMYK"), "JPEG", progressive=True, quality=90, icc_profile=files.inks()),
    ):
        here = read_picture(sent)
        with monkeypatch.context() as patch:
            patch.setattr(reading, "MOST_HELD", 0)
            assert read_picture(sent).tobytes() == here.tobytes()


def test_an_iphone_picture_is_turned_by_what_it_says_of_its_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Image.new("RGB", (64, 48), CHILLI)
    bright = AS_SRGB["Display P3"]
    for profile, primaries, wanted in ((files.DISPLAY_P3, 1, bright), (b"", 12, bright), (b"", 1, CHILLI)):
        decoded = apart.Decoded(size=(64, 48), small=plain, profile=profile, primaries=primaries)
        monkeypatch.setattr(apart, "decode_heif", lambda *_args, decoded=decoded, **_more: decoded)
        assert near(seen(files.heic()), wanted)
