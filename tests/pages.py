"""What every page of the market keeps: a title, its language, labels, an address and a CSRF field in every form, no
inline script or style; and who may keep it. `PageClient` checks every page that any test fetches."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from flask import g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from market.base.db import db
from tests.caching import faults_of_caching

SPRITE = Path(__file__).resolve().parents[1] / "market" / "static" / "img" / "icons.svg"
DATA_BLOCKS = {"application/ld+json", "application/json"}
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
WITHOUT_TOKEN = "/gio-hang/them"
"""Stands on a page that all guests share, and asks the browser where it was pressed (tests/web/base/test_origin.py)."""
TOKEN = re.compile(r'value="[\w.-]{30,}"')
VOID = set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])

Attributes = dict[str, str]


@dataclass(slots=True)
class Element:
    """An element with its attributes, its text, what stands in it and what it stands in."""

    tag: str
    attributes: Attributes
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    _below: "list[Element] | None" = None

    def all(self, *tags: str) -> Iterator["Element"]:
        """The elements below, in order; of these tags only, where any are named. Asked of a tree that is whole."""
        if self._below is None:
            self._below = [one for child in self.children for one in (child, *child.all())]
        return (one for one in self._below if not tags or one.tag in tags)

    def inside(self, tag: str) -> "Element | None":
        above = self.parent
        while above and above.tag != tag:
            above = above.parent
        return above

    @property
    def text(self) -> str:
        return " ".join(" ".join([*self.words, *(child.text for child in self.children)]).split())

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def __str__(self) -> str:
        shown = " ".join(f'{name}="{value}"' for name, value in self.attributes.items() if name in _TELLING)
        return f"<{self.tag} {shown}>" if shown else f"<{self.tag}>"


_TELLING = ("id", "name", "action", "href", "src", "type")


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self._open = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.children.append(element)
        if tag not in VOID:
            self._open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.children.append(Element(tag, {name: value or "" for name, value in attrs}, self._open))

    def handle_endtag(self, tag: str) -> None:
        if self._open.tag == tag and self._open.parent:
            self._open = self._open.parent
        elif above := self._open.inside(tag):
            self._open = above.parent or self.root

    def handle_data(self, data: str) -> None:
        self._open.words.append(data)


@lru_cache(maxsize=4)
def parse(html: str) -> Element:
    """The page as a tree, to be read only: a page just checked is looked through again for what a test wants."""
    tree = _Tree()
    tree.feed(html)
    return tree.root


def hidden(html: str, action: str) -> Attributes:
    """What the page's form for this address (its path, or the end of it) sends unseen; AssertionError where it offers
    none. What a browser sends beside what is typed."""
    forms = [form for form in parse(html).all("form") if form.get("action").partition("?")[0].endswith(action)]
    assert forms, f"no form for {action}"
    unseen = [one for one in forms[0].all("input") if one.get("type") == "hidden"]
    return {one.get("name"): one.get("value") for one in unseen}


def faults_of(html: str) -> list[str]:
    """What is wrong with a page, or with a piece of one; empty where nothing is."""
    root = parse(html)
    whole = next(root.all("html"), None)
    faults = list(_frame_faults(root, whole)) if whole else []
    for check in (
        _script_faults,
        _form_faults,
        _label_faults,
        _keyboard_faults,
        _name_faults,
        _id_faults,
        _icon_faults,
    ):
        faults += check(root)
    return faults


def _frame_faults(root: Element, whole: Element) -> Iterator[str]:
    if whole.get("lang") != "vi":
        yield 'the page does not say lang="vi"'
    title = next(root.all("title"), None)
    if title is None or not title.text.removesuffix("· Chợ số").strip():
        yield "the page has no title of its own"
    if len(list(root.all("h1"))) != 1:
        yield f"the page has {len(list(root.all('h1')))} h1"
    if len(list(root.all("main"))) != 1:
        yield "the page has not exactly one main part"


def _script_faults(root: Element) -> Iterator[str]:
    for element in root.all():
        if element.tag == "script" and not element.get("src") and element.get("type") not in DATA_BLOCKS:
            yield "an inline script"
        if element.tag == "style" or "style" in element.attributes:
            yield f"an inline style: {element}"
        if any(name.startswith("on") for name in element.attributes):
            yield f"an inline handler: {element}"
        if any(element.get(name).strip().lower().startswith("javascript:") for name in ("href", "action", "src")):
            yield f"a javascript: address: {element}"


def _form_faults(root: Element) -> Iterator[str]:
    for form in root.all("form"):
        method = form.get("method").lower() or "get"
        if "action" not in form.attributes:
            yield f"a form without an action: {form}"
        names = {one.get("name"): one for one in form.all("input", "select", "textarea", "button")}
        has_token = names.get("csrf_token") and names["csrf_token"].get("value")
        if method == "post" and not (has_token or form.get("action").endswith(WITHOUT_TOKEN)):
            yield f"a POST form without its CSRF field: {form}"
        if method == "get" and "csrf_token" in names:
            yield f"a GET form that shows its CSRF token: {form}"
        has_file = any(one.get("type") == "file" for one in form.all("input"))
        if has_file and form.get("enctype") != "multipart/form-data":
            yield f"a form that cannot send its file: {form}"
        if form.inside("form"):
            yield f"a form inside a form: {form}"


def _label_faults(root: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in root.all("label") if label.text}
    for element in root.all("input", "select", "textarea"):
        if element.tag == "input" and element.get("type") in UNLABELLED:
            continue
        around = element.inside("label")
        named = element.get("aria-label") or element.get("aria-labelledby") or (around and around.text)
        if not named and element.get("id") not in labelled:
            yield f"a field without a label: {element}"


_NUMBER_KEYS = ("numeric", "decimal", "tel")
_NUMBERS = re.compile(r"^(Giá|Phí|Số tiền|Số lượng|Số điện thoại|Đơn ít nhất|Mỗi)\b(?! thứ)")
"""How what is written in digits is called (trial: people 14): a phone shows its number keys for it."""


def _keyboard_faults(root: Element) -> Iterator[str]:
    """An amount, a price or a phone number that opens the keyboard of letters."""
    labels = {label.get("for"): label.text for label in root.all("label")}
    for element in root.all("input"):
        said = element.get("aria-label") or labels.get(element.get("id"), "")
        of_letters = element.get("type") in ("", "text") and element.get("inputmode") not in (
            "numeric",
            "decimal",
            "tel",
        )
        if of_letters and _NUMBERS.match(said):
            yield f"{said!r} opens the keyboard of letters"


def _name_faults(root: Element) -> Iterator[str]:
    for element in root.all("a", "button", "summary"):
        pictures = " ".join(image.get("alt") for image in element.all("img"))
        if not (element.text or element.get("aria-label") or element.get("aria-labelledby") or pictures.strip()):
            yield f"nothing to read on {element}"
        if element.tag == "a" and element.get("href") in ("", "#"):
            yield f"a link to nowhere: {element.text!r}"
    for image in root.all("img"):
        if "alt" not in image.attributes:
            yield f"a picture without alt: {image}"


def _id_faults(root: Element) -> Iterator[str]:
    ids = [element.get("id") for element in root.all() if element.get("id")]
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"the id {twice!r} stands twice"
    if not any(root.all("html")):
        return
    for element in root.all():
        pointed = f"{element.get('aria-describedby')} {element.get('aria-labelledby')} {element.get('for')}".split()
        yield from (f"{element} points at #{name}, which is not there" for name in pointed if name not in ids)


def send(client: FlaskClient, page: str, typed: dict[str, str], to: str = "") -> TestResponse:
    """Open a page and send its form that goes to an address (the page's own where none is said), with this typed."""
    return client.post(to or page, data=hidden(client.get(page).text, to or page) | typed)


def press(client: FlaskClient, page: str, action: str, **typed: str) -> TestResponse:
    """Open a page and send the form on it that goes to this address, with what its person types."""
    return send(client, page, typed, action)


@cache
def _icons() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol[^>]*\bid="([^"]+)"', SPRITE.read_text("utf-8")))


def _icon_faults(root: Element) -> Iterator[str]:
    for use in root.all("use"):
        address, _, name = use.get("href").partition("#")
        if "icons.svg" in address and name not in _icons():
            yield f"no icon named {name!r}"


@lru_cache(maxsize=1024)
def _faults_but_for_tokens(html: str) -> list[str]:
    return faults_of(html)


def check(response: TestResponse) -> None:
    """AssertionError with every fault, where the answer is a page that has any. A page that differs from one already
    checked in nothing but its tokens and digests is not read again: of two pages one is such."""
    if response.mimetype != "text/html" or response.status_code in (301, 302, 303, 308) or not response.data:
        return
    faults = _faults_but_for_tokens(TOKEN.sub('value="token"', response.text))
    assert not faults, f"{response.request.path}: " + "; ".join(faults)


def forget_last_request() -> None:
    """The tests' application context outlives a request: who was signed in and the rows read must not."""
    if has_app_context():
        for name in list(g):
            g.pop(name)
        db.session.remove()


def without_token(page: str) -> str:
    """The page as two people have it alike: each has a token of their own."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


class PageClient(FlaskClient):
    """The tests' browser: no page passes it that breaks the rules of the house."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        forget_last_request()
        response = super().open(*args, **kwargs)
        check(response)
        for answer in (*response.history, response):
            faults = faults_of_caching(self.application, answer)
            assert not faults, f"{answer.request.path}: " + "; ".join(faults)
        return response
