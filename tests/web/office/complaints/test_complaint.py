"""An officer sees both sides and writes what they found."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press
from tests.web.shop.complaint.steps import complain, complaints, handed_over


def test_the_outcome_is_written_with_a_reason_and_read_by_both_sides(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    client, lan = app.test_client(), app.test_client()
    sign_in(lan, cast.lan.person, now())
    code = handed_over(client, cast, now)
    complain(client, code)
    of_stall, of_buyer = f"/ban-hang/{cast.lan.slug}/don/{code}/bao-hang", f"/don/{code}/bao-hang"
    press(lan, of_stall, of_stall, answer="khong", words="Rau tươi lúc giao")
    press(client, of_buyer, f"{of_buyer}/nho-xa")
    page = f"/van-phong/duyet/hang-khong-dung/{complaints()[0].id}"
    shown = hung.get(page).text
    for told in ("Rau úng hết", "Rau tươi lúc giao", "Khách nhờ xã xem", "Vũ Thị Mai", "Rau bà Lan"):
        assert told in shown
    for typed, told in (
        ({"outcome": "xa_dung"}, "Mời ghi lý do"),
        ({"outcome": "xa_mot_phan", "reason": "Một bó úng"}, "Mời ghi số tiền trả lại."),
    ):
        answer = press(hung, page, page, **typed)
        assert (answer.status_code, told in answer.text) == (422, True)
    done = press(hung, page, page, outcome="xa_mot_phan", amount="12k", reason="Một bó úng")
    assert done.location == "/van-phong/duyet/hang-khong-dung"
    for told in (client.get(f"/don/{code}").text, lan.get(f"/ban-hang/{cast.lan.slug}/don/{code}").text):
        assert "Xã kết luận: khách đúng một phần: trả lại 12.000" in told
        assert "Một bó úng" in told
    assert "không còn chờ xã kết luận" in hung.get(page).text
    assert "Vũ Thị Mai" not in hung.get(page).text, "whose case is over, the office need not know"
    assert "xã kết luận khách đúng một phần" in hung.get("/van-phong/nhat-ky").text
