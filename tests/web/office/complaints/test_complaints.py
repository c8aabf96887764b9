"""The list of what waits for the commune of goods that were not right."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from market.payments.jobs import advance_complaints
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.shop.complaint.steps import complain, handed_over

LIST = "/van-phong/duyet/hang-khong-dung"


def test_what_no_stall_answered_is_counted_on_every_page_of_the_office(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    assert "Không có đơn nào chờ xã xem" in hung.get(LIST).text
    client = app.test_client()
    code = handed_over(client, cast, now)
    complain(client, code)
    assert code not in hung.get(LIST).text, "the stall may still answer"
    now.at += timedelta(hours=12)
    assert advance_complaints(now()) == 1
    sign_in(hung, cast.hung, now())
    shown = hung.get(LIST).text
    assert code in shown
    assert "kết luận trước" in shown
    counted = hung.get("/van-phong/chi-tieu").text
    assert "việc chờ" in counted
    now.at += timedelta(days=6)
    sign_in(hung, cast.hung, now())
    assert "quá hạn từ" in hung.get(LIST).text
