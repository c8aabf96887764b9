"""Ten pages with photographs on a villager's phone, as Lighthouse sees them: slow 4G and a slow processor, simulated.

Served by the house's own workers behind the shipped nginx file; each page is looked at three times, the median counts.
Lighthouse is a Node program, kept in a package of its own beside this file, which is fetched where it is not there.
"""

import json
import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from statistics import median_low
from tempfile import TemporaryDirectory
from urllib.parse import quote

from flask import Flask
from PIL import ImageFilter
from sqlalchemy import select, update

from bench.databases import markets, settle
from bench.figures import Figure, at_least, at_most
from bench.visitors import FORM, Answer, Visitor
from market.base.config import Settings
from market.base.db import reading, transaction
from market.catalog import pictures
from market.catalog.models import Photo
from market.seeding.cli import DEMO_PASSWORD
from tests.catalog import pictures as files
from tests.services import browser, nginx
from tests.services.workers import serving
from tests.web.shop.buying import hidden_fields

FOLDER = Path(__file__).with_name("lighthouse")
PROGRAM = FOLDER / "node_modules" / ".bin" / "lighthouse"
TIMES, WORKERS = 3, 2
PATIENCE_SECONDS = 180
SIZE, PHOTOGRAPHS = (2000, 1500), 6
"""What a phone sends, and how many different ones there are among the goods."""
SHARPENED = ImageFilter.UnsharpMask(radius=3, percent=200, threshold=0)
"""With it the largest width weighs 200 kB, as a photograph of a street does, and every other what it may at most."""
SELLER, BUYER = "0900000011", "0900000021"
HOST = "127.0.0.1"
LEAST_FAST, LEAST_USABLE = 98, 100
MOST_LCP_SECONDS, MOST_KB = 1.5, 250
PRODUCT = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page by its path, and who looks at it."""

    what: str
    path: str
    cookie: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What Lighthouse says of a page: scores of 100; seconds; milliseconds; kB as they go over the network."""

    fast: float
    usable: float
    first: float
    largest: float
    blocked: float
    shift: float
    size: float
    files: int
    faults: tuple[str, ...]

    def __str__(self) -> str:
        said = f"FCP {self.first:.2f} s, LCP {self.largest:.2f} s, TBT {self.blocked:.0f} ms, CLS {self.shift:.3f}"
        return f"{said}, {self.size:.0f} kB in {self.files} files"


def run() -> Iterator[Figure | str]:
    if missing := _missing():
        yield missing
        return
    for _, app in markets(None, ["SQLite"]):
        _photograph(app)
        with _fronted(app) as port:
            for page in _pages(port):
                looks = [look for _ in range(TIMES) if (look := _looked(port, page))]
                yield from told_of(page, looks) if looks else [f"{page.what}: Lighthouse could not load it"]


def _missing() -> str:
    """Why nothing can be measured here, in a sentence; empty where it can."""
    if browser.find_chromium() is None:
        return "No Chromium here (install it or name it in CHROMIUM): nothing is measured."
    if not (shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")):
        return "No nginx here: nothing is measured."
    if not (shutil.which("node") and shutil.which("npm")):
        return "No Node with npm here: nothing is measured."
    if not PROGRAM.exists():
        fetch = "npm ci --ignore-scripts --no-audit --no-fund --silent"
        fetched = subprocess.run(fetch.split(), cwd=FOLDER, check=False)  # noqa: S603
        if fetched.returncode or not PROGRAM.exists():
            return f"npm could not fetch Lighthouse into {FOLDER}: nothing is measured."
    return ""


# --- what is looked at ------------------------------------------------------------------------------------------------


def _photograph(app: Flask) -> None:
    """In place of the demonstration's drawings photographs as phones take them: sharpened, which makes them heavy."""
    taken = [files.photograph(*SIZE, seed=seed).filter(SHARPENED) for seed in range(PHOTOGRAPHS)]
    sent = [files.saved(one, "JPEG", quality=92) for one in taken]
    with app.app_context():
        for number, key in enumerate(reading().scalars(select(Photo.key).order_by(Photo.id)).all()):
            kept = pictures.keep(sent[number % PHOTOGRAPHS], key=key)
            size = {"width": kept.width, "height": kept.height}
            with transaction() as writing:
                writing.execute(update(Photo).where(Photo.key == key).values(is_illustration=False, **size))
        settle()


@contextmanager
def _fronted(app: Flask) -> Iterator[int]:
    """The port at which nginx serves it, by https."""
    settings: Settings = app.config["CHOSO"]
    more = {"CHOSO_PROXY_HOPS": "1", "CHOSO_BASE_URL": f"https://{HOST}"}
    folder = Path(settings.storage_url).parent
    with (
        TemporaryDirectory() as own,
        serving(settings.database_url, folder, workers=WORKERS, more=more) as server,
        nginx.serving(Path(own), server.port) as front,
    ):
        yield front.https


def _pages(port: int) -> list[Page]:
    guest, buyer, seller = (FrontVisitor(port) for _ in range(3))
    home = guest.get_on("GET", "/").page
    product = _first(r'"(/san-pham/\d[^"?]+)"', home)
    sold = guest.get_on("GET", product).page
    buyer.sign_in(BUYER)
    thing = _first(r'name="variant_id" value="(\d+)"', sold)
    buyer.get_on("POST", "/gio-hang/them", {"variant_id": thing, "amount": "1"})
    order = _first(r'"(/don/[A-Z0-9]+)"', buyer.get_on("GET", "/don").page)
    seller.sign_in(SELLER)
    return [
        Page(what="home", path="/"),
        Page(what="category", path=_first(r'"(/nhom/[^"?]+)"', home)),
        Page(what="search", path=f"/tim?q={quote('gạo')}"),
        Page(what=PRODUCT, path=product),
        Page(what="stall", path=_first(r'"(/gian-hang/[^"?]+)"', sold)),
        Page(what="cart", path="/gio-hang", cookie=buyer.cookie_header),
        Page(what="check-out", path="/dat-hang", cookie=buyer.cookie_header),
        Page(what="order", path=order, cookie=buyer.cookie_header),
        Page(what="scan", path="/quet"),
        Page(what="Hôm nay", path=seller.get_on("GET", "/ban-hang").location, cookie=seller.cookie_header),
    ]


def _first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    if found is None:
        raise RuntimeError(f"no {pattern} on a page that this bench knows")
    return found[1]


class FrontVisitor(Visitor):
    """Somebody who comes by https, whoever signed its certificate."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    def sign_in(self, phone: str) -> None:
        token = {"csrf_token": hidden_fields(self.get_on("GET", "/dang-nhap").page).get("csrf_token", "")}
        self.get_on("POST", "/dang-nhap", token | {"phone": phone, "password": DEMO_PASSWORD})

    def _answer(self, method: str, path: str, body: bytes) -> Answer:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = HTTPSConnection(HOST, self.port, context=context, timeout=60)
        try:
            here = f"https://{HOST}"
            headers = {"Host": HOST, "Origin": here, "Referer": f"{here}/", "Cookie": self.cookie_header}
            headers["Content-Type"] = FORM
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(status=answer.status, headers=answer.getheaders(), page=answer.read().decode())
        finally:
            connection.close()


# --- what Lighthouse says ---------------------------------------------------------------------------------------------


def _looked(port: int, page: Page) -> Look | None:
    """One look, with a browser that has kept nothing; None where it could not load the page."""
    flags = "--headless --disable-gpu --ignore-certificate-errors" + (" --no-sandbox" if os.getuid() == 0 else "")
    command = [
        str(PROGRAM),
        f"https://{HOST}:{port}{page.path}",
        "--quiet",
        "--output=json",
        "--only-categories=performance,accessibility",
        f"--chrome-flags={flags}",
        f"--extra-headers={json.dumps({'Cookie': page.cookie} if page.cookie else {})}",
    ]
    environment = os.environ | {"CHROME_PATH": browser.find_chromium() or ""}
    try:
        done = subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, timeout=PATIENCE_SECONDS, check=True
        )
    except subprocess.SubprocessError:
        return None
    said = json.loads(done.stdout)
    if said.get("runtimeError") or said["categories"]["performance"]["score"] is None:
        return None
    if said["finalDisplayedUrl"].partition("?")[0] != f"https://{HOST}:{port}{page.path}".partition("?")[0]:
        raise RuntimeError(f"{page.what}: looked at {said['finalDisplayedUrl']} instead of {page.path}")
    return _look_of(said["categories"], said["audits"])


def _look_of(categories: dict, audits: dict) -> Look:
    def value(audit: str) -> float:
        return float(audits[audit].get("numericValue") or 0)

    counted = {one["id"] for one in categories["accessibility"]["auditRefs"] if one["weight"]}
    return Look(
        fast=round(categories["performance"]["score"] * 100),
        usable=round(categories["accessibility"]["score"] * 100),
        first=value("first-contentful-paint") / 1000,
        largest=value("largest-contentful-paint") / 1000,
        blocked=value("total-blocking-time"),
        shift=value("cumulative-layout-shift"),
        size=value("total-byte-weight") / 1000,
        files=len(audits["network-requests"]["details"]["items"]),
        faults=tuple(sorted(name for name in counted if audits[name]["score"] == 0)),
    )


def told_of(page: Page, looks: Sequence[Look]) -> Iterator[Figure]:
    """The figures of a page, and beside its speed all that goes into it, of the look that has the middle LCP."""
    fast = median_low(look.fast for look in looks)
    middle = sorted(looks, key=lambda look: look.largest)[(len(looks) - 1) // 2]
    usable = min(looks, key=lambda look: look.usable)
    yield at_least(f"{page.what}: performance", fast, "", LEAST_FAST, note=str(middle))
    yield at_least(f"{page.what}: accessibility", usable.usable, "", LEAST_USABLE, note=", ".join(usable.faults))
    if page.what == PRODUCT:
        yield at_most(f"{page.what}: LCP", middle.largest, "s", MOST_LCP_SECONDS)
        yield at_most(f"{page.what}: all its files", middle.size, "kB", MOST_KB)
