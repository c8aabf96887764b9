"""A product is surveyed by the office: of a business of the register, or of somebody it does not know yet."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.outreach.models import SurveyedProduct
from tests.cast import Cast
from tests.web.office.survey.steps import NEW, TYPED, survey


def test_a_maker_is_found_in_the_register_or_named(hung: FlaskClient, cast: Cast, session: Session) -> None:
    assert "HTX nông nghiệp Đại Sơn, thôn Mỗ Đoạn" in hung.get(f"{NEW}?tim=htx nong nghiep").text
    assert "Sổ không có ai như" in hung.get(f"{NEW}?tim=khong co ai").text
    survey(hung, cast.mo_doan, "htx", business=str(cast.htx.business))
    kept = session.scalars(select(SurveyedProduct)).one()
    assert (kept.business_id, kept.makers, kept.surveyed_by) == (cast.htx.business, 12, cast.hung)

    hamlet = {"hamlet": str(cast.mo_doan)}
    for wrong, sentence in (
        ({}, "Mời chọn hộ trong sổ, hoặc ghi tên"),
        ({"maker": "Bà Tám", "surveyed_on": "2027-01-01"}, "Ngày khảo sát chưa tới"),
        ({"maker": "Bà Tám", "season_from": "3"}, "cả tháng bắt đầu và tháng kết thúc"),
        ({"maker": "Bà Tám", "makers": "nhiều"}, "Mời ghi một số"),
    ):
        page = hung.post(NEW, data=TYPED | hamlet | wrong)
        assert page.status_code == 422
        assert sentence in page.text
