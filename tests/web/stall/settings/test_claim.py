"""Nhận hộ của tôi: found in the register by hamlet and name, claimed once, decided by an officer."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.places.models import Hamlet
from market.sellers.models import Business, BusinessMember, BusinessStatus, ClaimState
from market.values.taxid import TaxId
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import make_business, sign_in

FIND = "/ban-hang/nhan-co-so"


@pytest.fixture
def mai(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    with transaction() as writing:
        writing.get_one(Business, cast.lan.business).tax_id = TaxId("099161000002")
    sign_in(client, cast.mai, now())
    return client


def found(mai: FlaskClient, hamlet: int | str, typed: str) -> str:
    return mai.get(FIND, query_string={"q": typed, "thon": hamlet}).text


@pytest.mark.parametrize("typed", ["rau ba lan", "RAU BÀ"])
def test_a_business_is_found_by_its_hamlet_and_its_name(mai: FlaskClient, cast: Cast, typed: str) -> None:
    page = found(mai, cast.nghia_dung, typed)

    assert "Rau bà Lan" in page
    assert "Rươi anh Tư" not in page
    assert "Rau bà Lan" not in found(mai, cast.mo_doan, typed)
    assert "Mời chọn thôn" in found(mai, "", typed)


@pytest.mark.parametrize(
    "typed", ["0900000011", "+84 900 000 011", "099161000002", "0011", "000011", "09916", "Phạm Thị", "r", "%", "_", ""]
)
def test_a_number_or_its_owner_s_name_finds_nobody(mai: FlaskClient, cast: Cast, typed: str) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.lan.business).owner_name = "Phạm Thị Lan"

    assert "Rau bà Lan" not in found(mai, cast.nghia_dung, typed)


def test_the_list_shows_no_phone_no_owner_and_no_tax_code(mai: FlaskClient, cast: Cast) -> None:
    page = found(mai, cast.nghia_dung, "rau ba lan")

    assert "011" not in page
    assert "099161000002" not in page


def businesses(cast: Cast, now: Clock, how_many: int) -> list[int]:
    with transaction() as writing:
        hamlet = writing.get_one(Hamlet, cast.nghia_dung)
        return [make_business(writing, hamlet, f"Nem nhà số {number}", now()).id for number in range(how_many)]


def test_one_account_claims_few_businesses_at_once_and_a_day(
    mai: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    there = businesses(cast, now, 34)
    answers = [mai.post(f"{FIND}/{business}") for business in there]
    assert [answer.status_code for answer in answers] == [303] * 3 + [422] * 31
    assert "Bạn đang có 3 hộ chờ xã xác nhận" in answers[-1].text
    own = BusinessMember.person_id == cast.mai
    assert session.scalar(select(func.count()).where(own)) == 3
    assert mai.post(f"{FIND}/{there[0]}").status_code == 303, "the same again is no new one"

    with transaction() as writing:
        writing.execute(update(BusinessMember).where(own).values(state=ClaimState.REFUSED))
    answers = [mai.post(f"{FIND}/{business}") for business in there[3:8]]
    assert [answer.status_code for answer in answers] == [303, 303, 422, 422, 422]
    assert "Trong 24 giờ qua bạn đã nhận 5 hộ" in answers[-1].text
    now.move(days=1)
    assert mai.post(f"{FIND}/{there[5]}").status_code == 303


def test_a_business_that_has_ended_is_not_offered(mai: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.theu).status = BusinessStatus.TERMINATED

    assert "Tranh thêu" not in found(mai, cast.nghia_dung, "tranh theu")


def test_what_is_not_found_can_be_proposed(mai: FlaskClient, cast: Cast) -> None:
    page = found(mai, cast.nghia_dung, "Mật ong chị Mai")

    assert "Chưa thấy hộ nào như vậy" in page
    assert "/ban-hang/nhan-co-so/moi?ten=M" in page


def test_claiming_twice_is_one_claim(mai: FlaskClient, cast: Cast, session: Session) -> None:
    for _ in range(2):
        assert mai.post(f"{FIND}/{cast.theu}").location == "/ban-hang"

    count = select(func.count()).where(BusinessMember.business_id == cast.theu, BusinessMember.person_id == cast.mai)
    assert session.scalar(count) == 1
    assert "Đã gửi tới xã" in mai.get("/ban-hang").text


def test_a_claim_alone_opens_no_stall(mai: FlaskClient, cast: Cast) -> None:
    mai.post(f"{FIND}/{cast.lan.business}")

    assert mai.get(f"/ban-hang/{cast.lan.slug}/cai-dat").status_code == 404


def test_ones_own_business_is_not_claimed_again(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())

    answer = client.post(f"{FIND}/{cast.lan.business}")
    assert answer.status_code == 422
    assert "Hộ này đã là của bạn rồi" in answer.text


def test_a_business_that_is_not_there_is_not_found(mai: FlaskClient) -> None:
    assert mai.post(f"{FIND}/999999").status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, FIND, [])
    assert keeps_out(app, f"{FIND}/{cast.theu}", [], method="POST")


def test_one_account_asks_ten_times_an_hour(mai: FlaskClient, cast: Cast) -> None:
    """A claim that is refused is none."""
    for _ in range(8):
        assert mai.post(f"{FIND}/0").status_code == 404
    answers = [mai.post(f"{FIND}/{cast.theu}") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert "Mời chờ 60 phút, hoặc gọi cán bộ xã" in answers[-1].text


def test_the_register_is_not_copied_by_looking_for_one_after_the_other(
    mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    asked = [{"q": f"hộ {number}", "thon": cast.nghia_dung} for number in range(31)]
    answers = [mai.get(FIND, query_string=one).status_code for one in asked]
    assert answers == [200] * 30 + [429]
    assert mai.get(FIND).status_code == 200
    now.move(minutes=10)
    assert mai.get(FIND, query_string={"q": "rau"}).status_code == 200
