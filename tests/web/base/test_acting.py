"""A person who acts for somebody sees for whom, on every page (office 15: a helper saw no "đang làm thay")."""

import pytest
from flask import Flask

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import forget_last_request
from tests.web.base.test_every_route import SELLER, rules_of
from tests.web.base.world import World, arguments_of

ACTING = "Bạn đang làm thay"


@pytest.fixture
def world(cast: Cast, now: Clock) -> World:
    return World.make(cast, now())


def test_every_page_of_a_stall_says_so_to_its_helper_and_to_nobody_else(
    app: Flask, cast: Cast, world: World, now: Clock
) -> None:
    helper, owner = app.test_client(), app.test_client()
    sign_in(helper, cast.vy, now())
    sign_in(owner, cast.lan.person, now())
    silent, told, looked_at = [], [], 0
    for rule in rules_of(app, f"{SELLER}/<gian>"):
        if "GET" not in (rule.methods or ()):
            continue
        with app.test_request_context():
            address = app.url_map.bind("cho.test").build(rule.endpoint, arguments_of(rule, world.lan))
        for client, wrong in ((helper, silent), (owner, told)):
            answer = client.get(address)
            forget_last_request()
            if answer.status_code == 200 and answer.mimetype == "text/html" and "<main" in answer.text:
                looked_at += 1
                if (ACTING in answer.text) is (client is owner):
                    wrong.append(rule.endpoint)
    assert (silent, told) == ([], [])
    assert looked_at > 40


def test_a_page_that_refuses_says_it_too(app: Flask, cast: Cast, world: World, now: Clock) -> None:
    helper = app.test_client()
    sign_in(helper, cast.vy, now())
    form = helper.post(f"/ban-hang/{cast.lan.slug}/san-pham/moi", data={})
    assert form.status_code == 422
    assert ACTING in form.text


def test_an_officer_who_writes_down_somebody_s_account_sees_for_whom(app: Flask, cast: Cast, now: Clock) -> None:
    officer = app.test_client()
    sign_in(officer, cast.hung, now())
    page = officer.get(f"/van-phong/so-ho/{cast.lan.business}/tai-khoan-nhan-tien").text
    assert f"{ACTING} <strong>Rau bà Lan</strong>" in page
    assert ACTING not in officer.get("/van-phong/so-ho").text
