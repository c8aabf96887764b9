"""A slip to be handed over, shown once: what it says. Which ones there are: test_posts.py, test_resets.py."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.web.office.posts.test_posts import PATH, SLIP, typed


def test_a_slip_says_whose_it_is_what_to_do_and_until_when(hung: FlaskClient, cast: Cast) -> None:
    hung.post(PATH, data=typed(cast))
    page = hung.get(SLIP).text
    for part in ("Nhận nhiệm vụ: Vũ Thị Mai", "trước 09:00 01/12", "trang chỉ hiện một lần"):
        assert part in page


def test_without_one_it_leads_back(hung: FlaskClient, cast: Cast) -> None:
    assert hung.get(SLIP).location == PATH


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, SLIP, [cast.lan.person, cast.vy])
