"""The KPI's page: the figures, who counts and on which order, who is missing, the list as a file."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from market.adoption import exporting
from market.base.db import transaction
from market.base.jobs import work_once
from market.base.jobs.long_tasks import LONG_TASK
from market.cli import HANDLERS
from market.places.models import DatedFact
from market.sellers.models import Business
from market.web.office.kpi.views import kpi as kpi_views
from tests import factories as make
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden
from tests.queries import counting

KPI = "/van-phong/chi-tieu"


@pytest.fixture
def code(cast: Cast) -> str:
    """The code of an order of bà Lan's whose buyer read out the code and answered the office's call."""
    with transaction() as session:
        session.add(
            DatedFact(
                commune_id=cast.commune,
                key="kpi.target.plan",
                value="50",
                valid_from=date(2025, 1, 1),
                source="kế hoạch",
            )
        )
        code = sell(session, cast.commune, cast.lan, Sold(on=date(2026, 11, 20), is_known=True)).code
    look_everywhere(cast.commune)
    return code


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_figures_come_first_with_the_order_behind_them(hung: FlaskClient, code: str) -> None:
    answer = hung.get(KPI)
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    told = text_of(page)
    for words in (
        "Theo kế hoạch III.2.2",
        "33,3 %",
        "1 / 3 hộ, HTX · còn 1 hộ là đạt",
        "theo phụ lục 14: 1/2 hộ kinh doanh",
        "Có tài khoản, chưa có đơn đầu tiên",
        "đầu kỳ 3 + thêm 0 − bớt 0 = 3",
        f"Tính vì đơn {code} , người mua xác nhận 20/11/2026",
    ):
        assert words in told
    assert f'href="{KPI}/don/{code}"' in page


def test_without_a_target_and_without_businesses_the_page_still_says_where_to_begin(
    hung: FlaskClient, cast: Cast
) -> None:
    told = text_of(hung.get(f"{KPI}?ngay=2020-01-01").get_data(as_text=True))
    assert "0 / 0 hộ, HTX" in told
    assert "· mục tiêu" not in told
    assert "Mở sổ hộ" in told


@pytest.mark.usefixtures("code")
def test_an_empty_register_has_reached_nothing(hung: FlaskClient) -> None:
    """Office 12: it read "0 / 0 hộ, HTX · đã đạt"; only where there is somebody to count is a target reached."""
    told = text_of(hung.get(f"{KPI}?ngay=2025-03-01").get_data(as_text=True))
    assert "mục tiêu 50 %" in told
    assert "0 / 0 hộ, HTX · sổ chưa có hộ, HTX nào để tính" in told
    assert "đã đạt" not in told
    assert "việc cần làm trước" in told
    assert "Nhập sổ hộ" in told


def test_the_list_is_told_a_page_at_a_time(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    """Office 15: 412 rows were 64,671 px on a phone. Each is on one page, the file has them all."""
    with transaction() as session:
        hamlet = session.get_one(make.Hamlet, cast.mo_doan)
        for number in range(60):
            make.make_business(session, hamlet, f"Cơ sở {number:02d}", now())
    pages = [hung.get(f"{KPI}?thon={cast.mo_doan}&page={page}").get_data(as_text=True) for page in (1, 2, 9)]
    listed = [re.findall(r"<strong>(Cơ sở \d\d|HTX[^<]*)</strong>", page.split('id="danh-sach"')[1]) for page in pages]
    assert [len(names) for names in listed] == [50, 11, 11]
    assert (len({*listed[0], *listed[1]}), listed[1]) == (61, listed[2]), "the last page, where one beyond it is asked"
    assert f'rel="next" href="{KPI}?thon={cast.mo_doan}&amp;page=2#danh-sach"' in pages[0]
    assert "Danh sách: 61 hộ, HTX" in text_of(pages[0])
    assert len(hung.get(f"{KPI}.csv?thon={cast.mo_doan}").get_data().decode("utf-8-sig").splitlines()) == 62


@pytest.mark.parametrize(
    ("query", "shown", "gone"),
    [
        ("tinh_trang=tinh", "Rau bà Lan", "Tranh thêu"),
        ("tinh_trang=chua_co_tai_khoan", "Tranh thêu", "Rau bà Lan"),
        ("loai=hop_tac_xa", "HTX nông nghiệp", "Rau bà Lan"),
        ("thon=2", "HTX nông nghiệp", "Rau bà Lan"),
        ("tinh_trang=linh-tinh&thon=x&loai=9&ngay=mai", "Rau bà Lan", "Rươi anh Tư"),
    ],
)
def test_the_list_is_filtered_in_the_address(hung: FlaskClient, code: str, query: str, shown: str, gone: str) -> None:
    listed = hung.get(f"{KPI}?{query}").get_data(as_text=True).split('id="danh-sach"')[1]
    assert shown in listed
    assert gone not in listed


@pytest.mark.parametrize("day", ["2031-01-01", "0001-01-01", "9999-12-31", "hôm qua"])
def test_a_day_to_come_or_none_at_all_is_today(hung: FlaskClient, code: str, day: str) -> None:
    assert "12 tháng đến 24/11/2026" in text_of(hung.get(f"{KPI}?ngay={day}").get_data(as_text=True))


def test_an_earlier_day_knows_only_what_was_sold_by_then(hung: FlaskClient, code: str) -> None:
    assert "0 / 3 hộ, HTX" in text_of(hung.get(f"{KPI}?ngay=2026-11-19").get_data(as_text=True))


def test_the_list_as_a_file_opens_with_its_letters_and_runs_nothing(hung: FlaskClient, cast: Cast, code: str) -> None:
    with transaction() as session:
        session.get_one(Business, cast.theu).name = "=HYPERLINK(1)"
    answer = hung.get(f"{KPI}.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert 'filename="chi-tieu-2026-11-24.csv"' in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Cơ sở,Thôn,Loại hình,Tình trạng")
    counted = (
        f"Rau bà Lan,thôn Nghĩa Dũng,Hộ kinh doanh,Được tính,Chợ số,{code},20/11/2026,người mua xác nhận,,0900 000 011"
    )
    assert counted in lines
    assert any(line.startswith("'=HYPERLINK(1)") for line in lines)
    assert len(hung.get(f"{KPI}.csv?tinh_trang=tinh").get_data().decode("utf-8-sig").splitlines()) == 2


def test_a_long_list_is_made_by_the_jobs_process(
    hung: FlaskClient, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Office 7: files of many rows are long tasks; the same rows come as from the file that is made at once."""
    at_once = hung.get(f"{KPI}.csv?loai=ho_kinh_doanh").data
    for module in (exporting, kpi_views):
        monkeypatch.setattr(module, "LONG_LIST", 1)
    page = hung.get(f"{KPI}?loai=ho_kinh_doanh").get_data(as_text=True)
    assert "chi-tieu.csv" not in page
    fields = hidden(page, "/chi-tieu/danh-sach")
    first, again = (hung.post(f"{KPI}/danh-sach", data=fields).location for _ in range(2))
    assert first == again
    work_once({LONG_TASK: HANDLERS[LONG_TASK]})
    done = text_of(hung.get(first).get_data(as_text=True))
    assert "Danh sách chỉ tiêu đến ngày 24/11/2026 đã xong: 2 hộ, HTX." in done
    file = hung.get(f"{first}/tep")
    assert file.data == at_once
    assert 'filename="chi-tieu-2026-11-24.csv"' in file.headers["Content-Disposition"]
    refused = hung.get(f"{KPI}.csv?loai=ho_kinh_doanh&_anchor=x&endpoint=y")
    assert (refused.status_code, refused.location) == (302, f"{KPI}?loai=ho_kinh_doanh#danh-sach")
    assert "Bấm Làm danh sách (CSV)" in text_of(hung.get(refused.location).get_data(as_text=True))


@pytest.mark.parametrize("query", ["kind=x&endpoint=y&_anchor=z&text=t", "ngay=&page=x"])
def test_an_address_that_says_more_than_it_may_is_answered(hung: FlaskClient, query: str) -> None:
    assert hung.get(f"{KPI}?{query}").status_code == 200


@pytest.mark.parametrize("path", [KPI, f"{KPI}.csv"])
def test_only_officers_see_it(client: FlaskClient, cast: Cast, now: Clock, path: str) -> None:
    assert client.get(path).status_code == 303
    for person in (cast.lan.person, cast.vy, cast.stranger):
        sign_in(client, person, now())
        assert client.get(path).status_code == 404


def test_the_page_asks_as_much_of_many_businesses_as_of_few(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    hung.get(KPI)  # which commune this is, is kept from the first page on
    with counting() as few:
        hung.get(KPI)
    with transaction() as session:
        hamlet = session.get_one(make.Hamlet, cast.mo_doan)
        for number in range(20):
            make.make_business(session, hamlet, f"Cơ sở {number}", now())
        for day in (3, 9, 15):
            sell(session, cast.commune, cast.htx, Sold(on=date(2026, 11, day), is_known=True))
    look_everywhere(cast.commune)
    with counting() as many:
        hung.get(KPI)
    assert len(many) == len(few) <= 26


def test_how_it_is_counted_is_told_in_every_version_with_its_day(hung: FlaskClient, cast: Cast) -> None:
    told = text_of(hung.get(KPI).get_data(as_text=True))
    assert "Bản 3, dùng từ 30/11/2026, đang dùng" in told
    assert "Bản 2, dùng từ 29/11/2026 " in told
    assert "Bản 1, dùng từ 24/11/2026 " in told
    assert "chỉ là người mua xác nhận khi chợ biết người mua là ai" in told
