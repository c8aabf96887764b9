"""The farm households that count towards plan III.2.2, and the proof of each."""

from flask.testing import FlaskClient

from market.places.rules.modes import CommuneMode
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import switch_mode
from tests.outreach.steps import a_paper
from tests.outreach.test_counted import another_farm, proven

PATH = "/van-phong/ho-nong-dan"


def test_each_counted_household_opens_its_proof_and_counts_once(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    another_farm(cast, now, "Hộ Chưa Gì")
    code = proven(cast, cast.tu)
    a_paper(cast, cast.tu.business, "OCOP 3 sao", 90, now)
    page = hung.get(PATH).text
    assert "1 / 2 hộ nông dân" in page
    assert f"/van-phong/chi-tieu/don/{code}" in page
    assert f"/van-phong/so-ho/{cast.tu.business}#giay" in page
    assert "Hộ Chưa Gì" in page
    counted = hung.get(f"{PATH}?tinh=co&tieu_chi=ocop&thon={cast.mo_doan}").text
    assert "Rươi anh Tư" in counted
    assert "Hộ Chưa Gì" not in counted
    assert "Không có hộ nào như vậy" in hung.get(f"{PATH}?tinh=co&thon={cast.nghia_dung}").text
    switch_mode(cast.commune, CommuneMode.SHOWCASE, now())
    assert "Chợ đang chỉ giới thiệu hàng" in hung.get(PATH).text
    assert hung.get(f"{PATH}?tinh=x&thon=x&tieu_chi=x").status_code == 200
