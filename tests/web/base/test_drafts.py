"""What a browser keeps of what is half typed: it learns what was taken, and whose it is, and nothing else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import PASSWORD, sign_in
from tests.pages import parse
from tests.web.shop.buying import fill_cart

SIGN_IN = {"phone": "0900 000 011", "password": PASSWORD}


def taken(client: FlaskClient) -> str | None:
    found = client.get_cookie("da_nhan")
    return found.value if found else None


def owner(client: FlaskClient, path: str = "/gio-hang") -> str:
    scripts = parse(client.get(path).text).all("script")
    return next(one.get("data-owner") for one in scripts if "kept.js" in one.get("src"))


def test_a_form_that_did_its_work_is_named(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.rau_muong, "2"))
    assert taken(client) is None
    client.post("/gio-hang/sua", data={f"amount-{cast.rau_muong}": "3", "draft": "12-7"})
    assert taken(client) == "12-7"


def test_one_that_was_refused_is_not(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.rau_muong, "2"))
    client.post("/gio-hang/sua", data={f"amount-{cast.rau_muong}": "x", "draft": "12-7"})
    client.post("/dang-nhap", data=SIGN_IN | {"password": "sai", "draft": "12-8"})
    assert taken(client) is None


def test_one_sent_by_somebody_signed_out_meanwhile_is_not(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/ban-hang/rau-ba-lan/san-pham/moi", data={"name": "Hành", "draft": "12-7"})
    assert answer.status_code == 303
    assert "/dang-nhap" in answer.location
    assert taken(client) is None


@pytest.mark.parametrize("named", ["", "a=b; Path=/", "1" * 41, "<b>"])
def test_a_name_that_no_page_gave_is_not_said_again(client: FlaskClient, cast: Cast, named: str) -> None:
    fill_cart(client, (cast.rau_muong, "2"))
    client.post("/gio-hang/sua", data={f"amount-{cast.rau_muong}": "3", "draft": named})
    assert taken(client) is None


def test_each_person_has_a_name_of_their_own_and_a_guest_none(app: Flask, cast: Cast, now: Clock) -> None:
    names = []
    for person in (cast.lan.person, cast.mai):
        client = app.test_client()
        sign_in(client, person, now())
        names += [owner(client, "/tai-khoan"), owner(client, "/gio-hang")]
    assert names[0] == names[1] != names[2] == names[3]
    assert all(names)
    assert owner(app.test_client(), "/gio-hang") == ""
