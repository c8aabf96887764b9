"""Nhận cơ sở của tôi: found in the register by name, phone or tax code, claimed once, decided by an officer."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.places.models import Hamlet
from market.sellers.models import Business, BusinessMember, BusinessStatus
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


@pytest.mark.parametrize("typed", ["rau ba lan", "RAU BÀ", "0900000011", "+84 900 000 011", "099161000002"])
def test_a_business_is_found_by_name_phone_or_tax_code(mai: FlaskClient, typed: str) -> None:
    page = mai.get(FIND, query_string={"q": typed}).text

    assert "Rau bà Lan" in page
    assert "Rươi anh Tư" not in page


@pytest.mark.parametrize("typed", ["0011", "000011", "09916", "r", "%", "_", ""])
def test_a_piece_of_a_number_finds_nobody(mai: FlaskClient, typed: str) -> None:
    assert "Rau bà Lan" not in mai.get(FIND, query_string={"q": typed}).text


def test_the_list_shows_no_phone_no_owner_and_no_tax_code(mai: FlaskClient) -> None:
    page = mai.get(FIND, query_string={"q": "rau ba lan"}).text

    assert "011" not in page
    assert "099161000002" not in page


def test_a_business_that_has_ended_is_not_offered(mai: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.theu).status = BusinessStatus.TERMINATED

    assert "Tranh thêu" not in mai.get(FIND, query_string={"q": "tranh theu"}).text


def test_what_is_not_found_can_be_proposed(mai: FlaskClient) -> None:
    page = mai.get(FIND, query_string={"q": "Mật ong chị Mai"}).text

    assert "Chưa thấy cơ sở nào như vậy" in page
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
    assert "Cơ sở này đã là của bạn rồi" in answer.text


def test_a_business_that_is_not_there_is_not_found(mai: FlaskClient) -> None:
    assert mai.post(f"{FIND}/999999").status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, FIND, [])
    assert keeps_out(app, f"{FIND}/{cast.theu}", [], method="POST")


def test_one_account_claims_five_businesses_an_hour(mai: FlaskClient, cast: Cast, session: Session, now: Clock) -> None:
    """A claim that is refused is none."""
    with transaction() as writing:
        hamlet = writing.get_one(Hamlet, cast.nghia_dung)
        others = [make_business(writing, hamlet, f"Hộ {number}", now()).id for number in range(8)]
    for _ in range(8):
        assert mai.post(f"{FIND}/0").status_code == 404
    answers = [mai.post(f"{FIND}/{one}") for one in others]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429] * 3
    assert "Mời chờ 60 phút, hoặc gọi Phòng Kinh tế xã" in answers[-1].text
    claimed = select(func.count()).where(BusinessMember.person_id == cast.mai)
    assert session.scalar(claimed) == 5


def test_the_register_is_not_copied_by_looking_for_one_after_the_other(mai: FlaskClient, now: Clock) -> None:
    answers = [mai.get(FIND, query_string={"q": f"hộ {number}"}).status_code for number in range(31)]
    assert answers == [200] * 30 + [429]
    assert mai.get(FIND).status_code == 200
    now.move(minutes=10)
    assert mai.get(FIND, query_string={"q": "rau"}).status_code == 200
