"""Visitors with a cart: one straight inside the application, one over HTTP; and the way they buy."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from io import BytesIO
from ipaddress import ip_network
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from market.base.db import reading
from market.catalog.models import Product, Variant
from tests.web.shop.buying import WHO, hidden_fields, terms

FORM = "application/x-www-form-urlencoded"
_addresses = ip_network("10.0.0.0/8").hosts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    page: str

    @property
    def location(self) -> str:
        return next(value for name, value in self.headers if name.lower() == "location")


class Visitor(ABC):
    """A browser that keeps cookies and follows nothing by itself, at an address of its own: what comes from one network
    is counted."""

    def __init__(self) -> None:
        self.cookies: SimpleCookie = SimpleCookie()
        self.address = str(next(_addresses))

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        answer = self._answer(method, path, urlencode(fields or {}).encode())
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                self.cookies.load(value)
        return answer

    def get_on(self, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        """Ask where nothing but a page or the way to the next one will do."""
        answer = self.ask(method, path, fields)
        if answer.status not in (200, 303):
            raise RuntimeError(f"{method} {path} answered {answer.status}")
        return answer

    @abstractmethod
    def _answer(self, method: str, path: str, body: bytes) -> Answer: ...


class InsideVisitor(Visitor):
    """Without a server or a test client in between: the CPU of every answer is added to `spent`, in seconds."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app, self.spent = app, 0.0

    def _answer(self, method: str, path: str, body: bytes) -> Answer:
        answered: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _error: object = None, /
        ) -> Callable[[bytes], object]:
            answered.append((status, headers))
            return len

        environ = self._environ(method, path, body)
        started = time.process_time()
        chunks: Iterable[bytes] = self.app.wsgi_app(environ, start_response)
        page = b"".join(chunks).decode()
        getattr(chunks, "close", lambda: None)()
        self.spent += time.process_time() - started
        status, headers = answered[-1]
        return Answer(status=int(status[:3]), headers=headers, page=page)

    def _environ(self, method: str, path: str, body: bytes) -> dict[str, object]:
        return {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "HTTP_HOST": "127.0.0.1",
            "HTTP_ORIGIN": "http://127.0.0.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.address,
            "HTTP_COOKIE": self.cookie_header,
            "CONTENT_TYPE": FORM,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
        }


class HttpVisitor(Visitor):
    """Over a connection of its own for each request, as sync workers want it."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    def _answer(self, method: str, path: str, body: bytes) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Cookie": self.cookie_header, "Content-Type": FORM, "X-Forwarded-For": self.address}
            headers["Origin"] = f"http://127.0.0.1:{self.port}"
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(status=answer.status, headers=answer.getheaders(), page=answer.read().decode())
        finally:
            connection.close()


# --- buying -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that can be bought: the path of its page, its variant and its stall."""

    path: str
    variant_id: int
    stall_id: int


def something_to_buy() -> Thing:
    """A thing sold by the kilogram whose stock is not counted."""
    query = (
        select(Product.id, Product.slug, Variant.id, Variant.stall_id)
        .join(Variant.product)
        .where(Variant.on_hand.is_(None), Variant.unit == "kg", ~Variant.is_sold_out)
        .limit(1)
    )
    product_id, slug, variant_id, stall_id = reading().execute(query).one()
    return Thing(path=f"/san-pham/{product_id}-{slug}", variant_id=variant_id, stall_id=stall_id)


def look(visitor: Visitor, thing: Thing) -> None:
    """See the product's page."""
    visitor.get_on("GET", thing.path)


def come_to_the_button(visitor: Visitor, thing: Thing) -> dict[str, str]:
    """Put one into the cart, look at it, fill the form, look once more; returns the fields of the last button."""
    visitor.get_on("POST", "/gio-hang/them", {"variant_id": str(thing.variant_id), "amount": "1"})
    visitor.get_on("GET", "/gio-hang")
    token = {"csrf_token": hidden_fields(visitor.get_on("GET", "/dat-hang").page)["csrf_token"]}
    visitor.get_on("POST", "/dat-hang", token | WHO | terms(thing.stall_id))
    return hidden_fields(visitor.get_on("GET", "/dat-hang/xem-lai").page)


def press(visitor: Visitor, fields: dict[str, str]) -> Answer:
    return visitor.ask("POST", "/dat-hang/gui", fields)


def check_out(visitor: Visitor, thing: Thing) -> None:
    """From the first tap to the receipt, in seven requests."""
    placed = press(visitor, come_to_the_button(visitor, thing))
    visitor.get_on("GET", placed.location)
