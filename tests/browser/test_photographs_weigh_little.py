"""A page of goods with photographs, not drawings, on the phones that people have: what it weighs, and in what order it
comes. The time that follows from it is measured by Lighthouse (docs/benchmarks.md)."""

import gzip
import re
from dataclasses import dataclass, field
from functools import cache

import pytest
from playwright.sync_api import Browser, Response

from market.base.db import transaction
from market.catalog import pictures
from market.catalog.models import Photo, Variant
from market.catalog.pictures import keeping
from tests.cast import Cast
from tests.catalog import pictures as files
from tests.catalog import shelf
from tests.conftest import Clock
from tests.nights import of_many

PHONES = {"360 at 2": (360, 2.0), "412 at 1.75": (412, 1.75), "412 at 2.625": (412, 2.625), "360 at 3": (360, 3.0)}
"""CSS pixels wide, and points of the screen in each: 720 and 1080 points, and Lighthouse's own."""
MOST_BYTES = 250_000
TEXT = ("text/", "application/javascript", "image/svg")


@dataclass
class Weighed:
    """What a page asked for, each with its bytes as nginx would send them."""

    parts: dict[str, int] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)

    def note(self, answer: Response) -> None:
        if answer.url in self.parts:
            self.twice.append(answer.url)
        body = answer.body()
        is_text = answer.headers.get("content-type", "").startswith(TEXT)
        self.parts[answer.url] = len(gzip.compress(body, 5)) if is_text else len(body)

    @property
    def pictures(self) -> list[str]:
        return [url for url in self.parts if "/anh/" in url]


def opened(chromium: Browser, address: str, phone: str, path: str, script: str) -> tuple[Weighed, object]:
    width, points = PHONES[phone]
    size = {"width": width, "height": 800}
    with chromium.new_context(viewport=size, device_scale_factor=points, is_mobile=True, has_touch=True) as context:
        page, weighed = context.new_page(), Weighed()
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        page.goto(address + path, wait_until="networkidle")
        for answer in answers:
            weighed.note(answer)
        return weighed, page.evaluate(script)


@cache
def photographed(seed: int) -> bytes:
    return files.saved(files.photograph(2000, 1500, seed=seed), "JPEG", quality=92)


@pytest.fixture
def product(cast: Cast, now: Clock) -> str:
    """Goods with three photographs that are heavier than most."""
    for seed in range(3):
        sent = photographed(seed)
        if seed == 0:
            shelf.show_picture(cast.dau_xanh, now(), sent)
            continue
        one = pictures.keep(sent)
        with transaction() as session:
            variant = session.get_one(Variant, cast.dau_xanh)
            whose = {"product_id": variant.product_id, "stall_id": variant.stall_id, "position": seed}
            session.add(Photo(key=one.key, width=one.width, height=one.height, created_at=now(), **whose))
    return f"/san-pham/{shelf.product_id(cast.dau_xanh)}-dau-xanh"


PICTURES = """() => [...document.querySelectorAll('.product-picture')].map((one) => [
  one.loading, one.hasAttribute("width") && one.hasAttribute("height"), one.fetchPriority, one.currentSrc])"""


@pytest.mark.nightly  # bytes of each file are counted by day
@of_many(1)
@pytest.mark.parametrize("phone", PHONES)
def test_a_product_with_photographs_weighs_little(chromium: Browser, address: str, product: str, phone: str) -> None:
    weighed, shown = opened(chromium, address, phone, product, PICTURES)
    assert isinstance(shown, list)
    first, *others = shown
    assert first[:3] == ["auto", True, "high"], "not lazy"
    assert [one[:2] for one in others] == [["lazy", True]] * 2
    assert first[3] == weighed.pictures[0], "the one that was asked for ahead is the one that is shown"
    assert weighed.twice == []
    first_view = sum(size for url, size in weighed.parts.items() if url not in weighed.pictures[1:])
    assert first_view <= MOST_BYTES / 1.6, weighed.parts
    assert len(weighed.parts) <= 20
    points = PHONES[phone][0] * PHONES[phone][1]
    found = re.search(r"-(\d+)\.webp", first[3])
    assert found
    assert int(found[1]) == (640 if points < 800 else 960), "nearly as sharp as the screen"
    assert weighed.parts[first[3]] <= keeping.MOST_BYTES[int(found[1])]


CARDS = """() => [...document.querySelectorAll('.product-card img')].map((one) => one.currentSrc)"""


@pytest.mark.nightly  # bytes of each file are counted by day
@of_many(1)
@pytest.mark.parametrize("phone", ["360 at 2", "412 at 1.75"])
def test_cards_take_the_smallest_picture_that_is_sharp(
    chromium: Browser, address: str, product: str, phone: str
) -> None:
    _, shown = opened(chromium, address, phone, "/", CARDS)
    assert isinstance(shown, list)
    assert {found[1] for one in shown if (found := re.search(r"-(\d+)\.webp", one))} == {"320"}
