"""Who rang up: the stall is reminded of those who ordered from it, and of nobody else."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.shop.buying import buy


def test_only_its_own_buyers_are_named_each_once_and_found_without_marks(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    buy(client, cast.dau_xanh, "1")
    last = buy(client, cast.dau_xanh, "2")
    buy(client, cast.gao_nep, name="Khách Riêng Của HTX", phone="0900 000 099")
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now())
    page = lan.get(f"/ban-hang/{cast.lan.slug}/don/qua-dien-thoai")
    assert page.text.count("Vũ Thị Mai") == 1
    assert f"nhu={last}" in page.text
    assert "Lần trước: Đậu xanh 2 kg" in page.text.replace("\u00a0", " ")
    assert "Khách Riêng" not in page.text
    for called, is_found in (("vu thi mai", True), ("0021", True), ("tu", False)):
        found = lan.get(f"/ban-hang/{cast.lan.slug}/don/qua-dien-thoai?tim={called}").text
        assert ("Lần trước" in found) is is_found, called
