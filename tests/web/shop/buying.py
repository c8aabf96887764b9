"""Steps of a purchase over the pages, as a browser takes them."""

import re
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from market.base.db import reading
from market.catalog.models import Variant
from market.places.models import Hamlet

WHO = {"name": "Vũ Thị Mai", "phone": "0900 000 021", "address": ""}


def fill_cart(client: FlaskClient, *lines: tuple[int, str]) -> None:
    for variant_id, amount in lines:
        answer = client.post("/gio-hang/them", data={"variant_id": variant_id, "amount": amount})
        assert answer.status_code == 303, answer.text


def terms(stall_id: int, *, delivery: str = "diem_nhan", point: int = 0, pay: str = "khi_nhan") -> dict[str, str]:
    """The terms with one stall. `point` 0: at the seller's own place."""
    at_point = f"diem-{point}" if point else "tai_gian"
    place = at_point if delivery == "diem_nhan" else delivery
    return {f"gian{stall_id}-place": place, f"gian{stall_id}-pay": pay}


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    pairs = ((re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in found)
    return {name[1]: unescape(value[1]) if value else "" for name, value in pairs if name}


def review(client: FlaskClient, *stall_terms: dict[str, str], **who: str) -> TestResponse:
    """Fill the check-out form and come to the review page."""
    data = WHO | who
    for one in stall_terms:
        data = data | one
    if "trong_xa" in data.values() and "hamlet" not in data:
        data = data | {"hamlet": str(reading().scalars(select(Hamlet.id).order_by(Hamlet.id)).first() or "")}
    answer = client.post("/dat-hang", data=data)
    assert answer.status_code == 303, answer.text
    return client.get(answer.location)


def buy(client: FlaskClient, variant_id: int, amount: str = "1", **chosen: str) -> str:
    """Buy one line as a guest; returns the order's code."""
    who = {key: chosen.pop(key) for key in ("name", "phone", "address") if key in chosen}
    note = chosen.pop("note", "")
    fill_cart(client, (variant_id, amount))
    stall_id = reading().get_one(Variant, variant_id).stall_id
    said = {f"gian{stall_id}-note": note} if note else {}
    page = review(client, terms(stall_id, **chosen) | said, **who)  # type: ignore[arg-type]
    placed = client.post("/dat-hang/gui", data=hidden_fields(page.text))
    assert placed.status_code == 303, placed.text
    receipt = client.get(placed.location)
    found = re.search(r"/don/(DS[0-9A-Z]{7})", receipt.text)
    assert found, receipt.text
    return found[1]
