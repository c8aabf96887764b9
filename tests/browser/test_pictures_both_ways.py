"""A picture sent with JavaScript, which makes it small on the phone, is the one that is sent without: in size, in how
it stands and in its colours. What was photographed and not yet saved is there again, whole."""

import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, Page, expect

from market.catalog import pictures
from market.catalog.pictures.reading import read_picture
from market.catalog.rules import KeptPhoto
from tests.browser.test_one_save import GOODS, goes
from tests.browser.test_one_save import lan as lan
from tests.cast import Cast
from tests.catalog import pictures as files
from tests.nights import IS_NIGHT, of_many

pytestmark = pytest.mark.timeout(600)
BY_DAY = 4
"""Pictures of all there are: drawn anew each day, nightly all of them."""
CHOOSE = "Chọn ảnh có sẵn trong máy"
APART = 6.0
"""How far two pictures are apart at most, in tones of 256 on the mean of all points: both were packed once or twice."""


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[files.ORIENTATION] = orientation
    corner = files.photo(1600, 1200)
    corner.paste((250, 250, 250), (0, 0, 600, 500))
    return files.saved(corner, "JPEG", exif=exif, quality=92)


def bright() -> Image.Image:
    """Chilli, leaf and sun beside each other."""
    picture = Image.new("RGB", (900, 600), (200, 40, 30))
    picture.paste((30, 160, 60), (300, 0, 600, 600))
    picture.paste((240, 190, 40), (600, 0, 900, 600))
    return picture


def clear() -> Image.Image:
    picture = bright().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    return picture


SENT: dict[str, Callable[[], bytes]] = {
    "a phone's JPEG": lambda: files.saved(files.photograph(4000, 3000), "JPEG", quality=92),
    "one held upright": lambda: files.saved(files.photograph(1500, 2667), "JPEG", quality=92),
    "Display P3": lambda: files.saved(bright(), "JPEG", icc_profile=files.DISPLAY_P3, quality=95),
    "Adobe RGB": lambda: files.saved(bright(), "JPEG", icc_profile=files.ADOBE_RGB, quality=95),
    "Display P3 in a PNG": lambda: files.saved(bright(), "PNG", icc_profile=files.DISPLAY_P3),
    "Adobe RGB in a WebP": lambda: files.saved(bright(), "WEBP", icc_profile=files.ADOBE_RGB, quality=95),
    "four inks": lambda: files.saved(bright().convert("CMYK"), "JPEG", icc_profile=files.inks(), quality=95),
    "four inks of no press": lambda: files.saved(bright().convert("CMYK"), "JPEG", quality=95),
    "sixteen bits": lambda: files.png16_steps(1000, 700),
    "sixteen bits of grey": lambda: files.png16_steps(1000, 700, kind=0),
    "see-through": lambda: files.saved(clear(), "PNG"),
    "a palette": lambda: files.saved(bright().quantize(8), "PNG"),
    **{f"turned {number}": lambda number=number: turned(number) for number in range(1, 9)},
}


def shown(page: Page, sent: bytes, folder: Path) -> Image.Image:
    """What the market keeps of a picture that is chosen with JavaScript."""
    file = folder / "IMG_1.jpg"
    file.write_bytes(sent)
    page.goto(f"{GOODS}/moi")
    page.get_by_label(CHOOSE).set_input_files(file)
    expect(page.get_by_text("Ảnh đã gửi xong")).to_be_visible(timeout=30_000)
    return opened(kept_by(page))


def kept_by(page: Page) -> KeptPhoto:
    """What the form says of it: its key, width and height before the signature."""
    key, width, height, *_ = page.locator("[name=kept_photo]").input_value().split(".")
    return KeptPhoto(key=key, width=int(width), height=int(height))


def opened(kept: KeptPhoto) -> Image.Image:
    return Image.open(BytesIO(pictures.load(kept.key, 640))).convert("RGB")


def apart(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.nightly  # each picture both ways
def test_every_picture_is_the_same_with_javascript_and_without(lan: Page, cast: Cast, tmp_path: Path) -> None:
    found = {}
    for what in SENT if IS_NIGHT else random.sample(list(SENT), BY_DAY):
        sent = SENT[what]()
        with_script = shown(lan, sent, tmp_path)
        without = opened(pictures.keep(sent))
        found[what] = (
            with_script.size == without.size,
            apart(with_script, without) if with_script.size == without.size else 255,
        )
    wrong = {what: one for what, one in found.items() if not (one[0] and one[1] < APART)}
    assert wrong == {}


@pytest.mark.nightly  # seconds for one picture; smaller ones are compared by day
def test_fifty_million_points_are_the_same_too(lan: Page, cast: Cast, tmp_path: Path) -> None:
    large = files.photograph(1020, 768).resize((8160, 6144), Image.Resampling.BICUBIC)
    sent = files.saved(large, "JPEG", quality=90, icc_profile=files.DISPLAY_P3)
    with_script, without = shown(lan, sent, tmp_path), opened(pictures.keep(sent))
    assert with_script.size == without.size == (640, 482)
    assert apart(with_script, without) < APART


@of_many(1)  # kinds of file that one check refuses
@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_a_moving_picture_is_refused_with_javascript_as_without(
    lan: Page, cast: Cast, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "IMG_1.jpg"
    file.write_bytes(files.animated(kind))
    lan.goto(f"{GOODS}/moi")
    lan.get_by_label(CHOOSE).set_input_files(file)
    expect(lan.get_by_text("Mời chọn")).to_be_visible()
    expect(lan.locator("[name=kept_photo]")).to_have_value("")


def test_an_iphone_picture_is_read_by_the_market_where_the_browser_cannot(
    lan: Page, cast: Cast, tmp_path: Path
) -> None:
    assert shown(lan, files.heic(), tmp_path).size == (320, 240)


def test_the_form_itself_sends_it_where_no_script_runs(
    chromium: Browser, lan: Page, address: str, tmp_path: Path
) -> None:
    with chromium.new_context(base_url=address, java_script_enabled=False) as plain:
        plain.add_cookies(lan.context.cookies())
        page, file = plain.new_page(), tmp_path / "IMG_1.jpg"
        file.write_bytes(files.saved(bright(), "JPEG", icc_profile=files.DISPLAY_P3, quality=95))
        page.goto(f"{GOODS}/moi")
        page.get_by_label(CHOOSE).set_input_files(file)
        page.get_by_label("Tên hàng").fill("Hành củ khô")
        page.get_by_label("Giá").fill("chưa biết")
        page.get_by_role("button", name="Đăng bán").click()
        expect(page.get_by_text("Ảnh đã gửi rồi, vẫn giữ ở đây")).to_be_visible()
        kept = kept_by(page)
    own = read_picture(file.read_bytes())
    assert apart(opened(kept), own.resize((640, 427), Image.Resampling.LANCZOS)) < APART
    assert apart(opened(kept), bright().resize((640, 427), Image.Resampling.LANCZOS)) > APART, "brighter than as sRGB"


# --- photographed, not saved --------------------------------------------------------------------------------------


def choose_without_a_net(page: Page, file: Path) -> None:
    page.route("**/anh", lambda route: route.abort())
    page.goto(f"{GOODS}/moi")
    page.get_by_label(CHOOSE).set_input_files(file)
    expect(page.get_by_text("Máy này còn giữ ảnh")).to_be_visible()


@of_many(1)
@pytest.mark.parametrize("what", ["a photograph", "an iPhone's, which this browser cannot read", "6 MB that it cannot"])
def test_what_was_photographed_and_not_saved_is_there_again_whole(
    lan: Page, cast: Cast, tmp_path: Path, what: str
) -> None:
    file = tmp_path / "IMG_1.heic"
    photograph = files.saved(files.photograph(3000, 4000), "JPEG", quality=92)
    file.write_bytes(photograph if what == "a photograph" else files.heic() + bytes(6_000_000 if "6 MB" in what else 0))
    choose_without_a_net(lan, file)
    lan.unroute("**/anh")
    lan.goto("/")
    lan.goto(f"{GOODS}/moi")
    expect(lan.get_by_text("Ảnh đã gửi xong")).to_be_visible(timeout=30_000)
    assert kept_by(lan).height == (1707 if what == "a photograph" else 240)
    lan.get_by_label("Tên hàng").fill("Hành củ khô")
    lan.get_by_label("Giá").fill("35k")
    goes(lan, lambda: lan.get_by_role("button", name="Đăng bán").click())
    expect(lan.get_by_text("Đã đăng Hành củ khô")).to_be_visible()
    lan.goto(f"{GOODS}/moi")
    expect(lan.get_by_text("Bạn gõ dở")).to_have_count(0)
    assert pictures_kept(lan, 0) == []


def pictures_kept(page: Page, many: int) -> list[str]:
    """The keys of pictures that lie in this browser, once they are so many: a page sweeps while it is shown."""
    for _ in range(50):
        page.wait_for_timeout(300)
        keys: list[str] = page.evaluate(KEYS)
        if len(keys) == many:
            break
    return keys


KEYS = """() => new Promise((done, fail) => {
  const opening = indexedDB.open("go-do-anh", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("go-do-anh");
  opening.onerror = () => fail(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("go-do-anh").objectStore("go-do-anh").getAllKeys();
    asked.onsuccess = () => { opening.result.close(); done(asked.result); };
  };
})"""


def test_a_picture_is_one_person_s_and_gone_when_they_sign_out(lan: Page, cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "IMG_1.jpg"
    file.write_bytes(files.jpeg())
    choose_without_a_net(lan, file)
    assert len(pictures_kept(lan, 1)) == 1
    lan.goto("/tai-khoan")
    goes(lan, lambda: lan.get_by_role("button", name="Đăng xuất", exact=True).click())
    assert pictures_kept(lan, 0) == []
    assert lan.evaluate("Object.keys(localStorage).length") == 0


@pytest.mark.nightly  # a walk that repeats in part the one above
def test_a_picture_that_is_dropped_with_what_was_typed_is_gone(lan: Page, cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "IMG_1.jpg"
    file.write_bytes(files.jpeg())
    choose_without_a_net(lan, file)
    lan.reload()
    lan.get_by_role("button", name="Bỏ phần gõ dở").click()
    lan.reload()
    expect(lan.get_by_text("Bạn gõ dở")).to_have_count(0)
    assert pictures_kept(lan, 0) == []
