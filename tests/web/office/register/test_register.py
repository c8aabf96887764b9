"""Sổ hộ: everybody on the register, found by what an officer knows of them, 50 a page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from market.base.db import transaction
from market.places.models import Hamlet
from market.sellers.models import Business, BusinessKind, BusinessStatus
from market.values.taxid import TaxId
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import of_many
from tests.queries import counting

PATH = "/van-phong/so-ho"


def names(page: str) -> set[str]:
    every = ("Rau bà Lan", "HTX nông nghiệp Đại Sơn", "Rươi anh Tư", "Tranh thêu Xuân Nẻo cô Thêu")
    return {name for name in every if name in page}


def test_the_whole_register_is_listed_with_accounts_or_without(hung: FlaskClient) -> None:
    page = hung.get(PATH).text

    assert len(names(page)) == 4
    assert "4 cơ sở" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "rau ba"}, {"Rau bà Lan"}),
        ({"q": "0900 000 013"}, {"Rươi anh Tư"}),
        ({"q": "99000000"}, {"HTX nông nghiệp Đại Sơn"}),
        ({"kind": "hop_tac_xa"}, {"HTX nông nghiệp Đại Sơn"}),
        ({"status": "tam_ngung"}, {"Tranh thêu Xuân Nẻo cô Thêu"}),
        ({"hamlet": "mo_doan"}, {"HTX nông nghiệp Đại Sơn", "Rươi anh Tư"}),
        ({"hamlet": "mo_doan", "kind": "ho_nong_dan"}, {"Rươi anh Tư"}),
        ({"q": "khong co ai"}, set()),
    ],
)
def test_filters_stand_in_the_address_and_narrow_the_list(
    hung: FlaskClient, cast: Cast, asked: dict[str, str], found: set[str]
) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.htx.business).tax_id = TaxId("9900000016")
        writing.get_one(Business, cast.theu).status = BusinessStatus.SUSPENDED
    if asked.get("hamlet"):
        asked = asked | {"hamlet": str(cast.mo_doan)}

    assert names(hung.get(PATH, query_string=asked).text) == found


@of_many(12)
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Phạm Thị Lan", "Rau bà Lan"),
        ("pham thi lan", "Rau bà Lan"),
        ("lan phạm", "Rau bà Lan"),
        ("rau lan", "Rau bà Lan"),
        ("PHẠM  LAN rau", "Rau bà Lan"),
        ("Pha\u0323m Thi\u0323 Lan", "Rau bà Lan"),
        ("lan 0900000011", "Rau bà Lan"),
        ("0900.000.011", "Rau bà Lan"),
        ("+84 900 000 011", "Rau bà Lan"),
        ("0084900000011", "Rau bà Lan"),
        ("84-900-000-011", "Rau bà Lan"),
        ("900 000 011", "Rau bà Lan"),
        ("ĐT: 0900 000 011", "Rau bà Lan"),
        ("000 011", "Rau bà Lan"),
        ("0991 6100 0002", "HTX nông nghiệp Đại Sơn"),
        ("099.161.000.002", "HTX nông nghiệp Đại Sơn"),
        ("MST 099161000002", "HTX nông nghiệp Đại Sơn"),
        ("mã số thuế: 099161000002", "HTX nông nghiệp Đại Sơn"),
        ("99161000002", "HTX nông nghiệp Đại Sơn"),
        ("99000 00016 001", "Rươi anh Tư"),
        ("9900000016-001", "Rươi anh Tư"),
        ("lan 0900000013", None),
        ("tư 0900000011", None),
    ],
)
def test_what_an_officer_knows_of_a_business_finds_it_however_it_is_typed(
    hung: FlaskClient, cast: Cast, typed: str, found: str | None
) -> None:
    """Office 15: an owner's name found nobody; numbers come with blanks, dots, a country's code, a word before."""
    with transaction() as writing:
        writing.get_one(Business, cast.lan.business).owner_name = "Phạm Thị Lan"
        writing.get_one(Business, cast.htx.business).tax_id = TaxId("099161000002")
        writing.get_one(Business, cast.tu.business).tax_id = TaxId("9900000016-001")

    assert names(hung.get(PATH, query_string={"q": typed}).text) == ({found} if found else set())


@pytest.mark.parametrize(
    "asked", [{"hamlet": "x"}, {"hamlet": "99999"}, {"kind": "x"}, {"status": "x"}, {"page": "-3"}, {"page": "x"}]
)
def test_an_address_that_was_tampered_with_shows_the_whole_list(hung: FlaskClient, asked: dict[str, str]) -> None:
    answer = hung.get(PATH, query_string=asked)

    assert answer.status_code == 200
    assert len(names(answer.text)) == 4


def test_sixty_businesses_make_two_pages_and_the_filter_stays(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        hamlet = writing.get_one(Hamlet, cast.mo_doan)
        for number in range(60):
            make.make_business(writing, hamlet, f"Hộ số {number:02d}", now(), BusinessKind.FARM_HOUSEHOLD)

    first = hung.get(PATH, query_string={"kind": "ho_nong_dan"}).text
    assert "Trang 1 / 2" in first
    assert "kind=ho_nong_dan" in first
    second = hung.get(PATH, query_string={"kind": "ho_nong_dan", "page": 2}).text
    assert "Rươi anh Tư" in second
    assert "Hộ số 00" not in second


def test_the_number_of_statements_does_not_grow_with_the_list(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        hamlet = writing.get_one(Hamlet, cast.mo_doan)
        for number in range(40):
            make.make_business(writing, hamlet, f"Hộ số {number}", now())
    hung.get(PATH)

    with counting() as seen:
        hung.get(PATH)

    assert len(seen) <= 6


def test_the_sample_is_a_real_workbook(hung: FlaskClient, tmp_path) -> None:
    answer = hung.get(f"{PATH}/mau")

    (tmp_path / "mau.xlsx").write_bytes(answer.data)
    answer.close()
    sheet = load_workbook(tmp_path / "mau.xlsx").active
    assert answer.headers["Content-Disposition"] == "attachment; filename=mau-so-ho.xlsx"
    assert [cell.value for cell in sheet[4]][:3] == ["Tên cơ sở", "Loại hình", "Thôn"]


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    for path in (PATH, f"{PATH}/mau"):
        assert keeps_out(app, path, [cast.lan.person, cast.vy, cast.mai])
