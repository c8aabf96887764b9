"""The page on which an officer makes a report, and the list of those that were made."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import OfficialReport
from market.adoption.rules.reporting.signing import ReportKind, Signatory
from market.adoption.rules.reporting.spans import SpanKind
from market.base.db import transaction
from tests.adoption.reports import made
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import by_day_on
from tests.pages import hidden, send
from tests.queries import counting

REPORTS = "/van-phong/bao-cao"
CHOSEN = {
    "kind": "bao_cao_kinh_te",
    "span": "quy-2026-3",
    "cut": "nghi_dinh",
    "signatory": "kt_truong_phong",
    "signer": "Nguyễn Thị Minh Huệ",
    "document_number": "5",
    "dated_on": "2026-11-15",
    "dang_uy": "y",
    "so_khcn": "y",
    "proposals": "Cấp máy in tem.\n\n  Mở thêm lớp.",
}


def test_what_was_chosen_becomes_a_report_and_opens_at_once(hung: FlaskClient, session: Session) -> None:
    answer = send(hung, REPORTS, CHOSEN)
    report = session.scalars(select(OfficialReport)).one()
    assert (answer.status_code, answer.location) == (303, f"{REPORTS}/{report.code}")
    assert (report.kind, report.span_kind, report.span_year, report.span_number, report.by_decree) == (
        ReportKind.ECONOMY,
        SpanKind.QUARTER,
        2026,
        3,
        True,
    )
    assert (report.signatory, report.signer) == (Signatory.DEPUTY_HEAD, "Nguyễn Thị Minh Huệ")
    assert (report.document_number, str(report.dated_on)) == (5, "2026-11-15")
    assert report.recipients == "dang_uy,so_khcn"
    assert report.proposals == "Cấp máy in tem.\nMở thêm lớp."
    page = hung.get(REPORTS).text
    assert f"{report.code}, quý III năm 2026" in page
    assert "Nguyễn Văn Hùng lập" in page


def test_nothing_is_chosen_for_an_officer_that_was_not_theirs_last_time(hung: FlaskClient) -> None:
    first = hung.get(REPORTS).text
    assert " checked" not in first
    assert " selected" not in first.replace('<option value="" selected>', "")
    send(hung, REPORTS, CHOSEN)
    second = hung.get(REPORTS).text
    assert 'value="Nguyễn Thị Minh Huệ"' in second
    for chosen in ('value="bao_cao_kinh_te" checked', 'value="nghi_dinh" checked', 'name="dang_uy" value="y" checked'):
        assert chosen in second
    assert "Cấp máy in tem." not in second
    assert 'value="2026-11-15"' not in second


def test_what_is_missing_or_strange_is_said_and_what_was_typed_stays(hung: FlaskClient, session: Session) -> None:
    wrong = CHOSEN | {"span": "", "signer": " ", "document_number": "5a", "signatory": "", "dated_on": "32/11/2026"}
    answer = send(hung, REPORTS, wrong)
    assert answer.status_code == 422
    for words in (
        "Mời chọn kỳ báo cáo.",
        "Mời viết họ và tên người ký.",
        "Số văn bản là số nguyên, ví dụ 5.",
        "Mời chọn ai ký.",
        "Ngày viết như 24/11/2026.",
        "Cấp máy in tem.",
    ):
        assert words in answer.text
    assert send(hung, REPORTS, CHOSEN | {"span": "quy-2027-4"}).status_code == 422
    assert send(hung, REPORTS, CHOSEN | {"signatory": "giam_doc"}).status_code == 422
    assert session.scalar(select(OfficialReport.id)) is None


@by_day_on("sqlite")
def test_a_calendar_month_that_has_not_begun_is_refused_on_the_form(hung: FlaskClient, now: Clock) -> None:
    answer = send(hung, REPORTS, CHOSEN | {"span": "thang-2026-12", "cut": "lich"})
    assert answer.status_code == 422
    assert "Kỳ này bắt đầu từ 01/12/2026" in answer.text
    assert 'value="thang-2026-12"' in answer.text
    assert "thang-2027-1" not in answer.text


def test_the_same_form_twice_is_one_report(hung: FlaskClient, session: Session) -> None:
    sent = CHOSEN | hidden(hung.get(REPORTS).text, REPORTS)
    places = [hung.post(REPORTS, data=sent).location for _ in range(2)]
    assert places[0] == places[1]
    assert len(session.scalars(select(OfficialReport)).all()) == 1


def test_only_officers_make_reports(client: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    assert client.get(REPORTS).status_code == 303
    for person in (cast.lan.person, cast.vy, cast.stranger):
        sign_in(client, person, now())
        assert client.get(REPORTS).status_code == 404
        assert client.post(REPORTS, data=CHOSEN).status_code == 404
    assert session.scalar(select(OfficialReport.id)) is None


@by_day_on("sqlite")
def test_the_list_comes_a_page_at_a_time_with_as_many_questions(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    codes = [made(cast, now)]
    hung.get(REPORTS)
    with counting() as of_one:
        hung.get(REPORTS)
    codes += [made(cast, now) for _ in range(30)]
    with counting() as of_many:
        page = hung.get(REPORTS).text
    assert len(of_one) == len(of_many)
    assert codes[0] not in page
    assert codes[-1] in page
    assert codes[0] in hung.get(f"{REPORTS}?page=2").text
    with transaction() as writing:
        assert len(writing.scalars(select(OfficialReport.id)).all()) == 31
