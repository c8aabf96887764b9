"""Điều khoản: what is agreed to, readable by anybody before agreeing."""

from flask.testing import FlaskClient

from market.accounts.actions import TERMS_VERSION
from tests.cast import Cast


def test_anybody_reads_the_terms_with_their_version_and_day(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/dieu-khoan")

    assert page.status_code == 200
    assert f"Bản {TERMS_VERSION}, áp dụng từ 01/11/2026" in page.text


def test_the_terms_say_what_is_kept_of_people_and_how_to_have_it_changed(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/dieu-khoan").text

    said = ("Chợ không giữ tiền", "Số căn cước không được lưu", "3 năm", "Muốn xóa, hạn chế hay rút lại")
    for part in (*said, "tel:+842203000000"):
        assert part in page
