"""Nhờ xã ghi vào sổ: a business nobody has written down yet, a farm household without any paper."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.sellers.models import BusinessProposal
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in

PATH = "/ban-hang/nhan-co-so/moi"


def typed(cast: Cast, **fields: str) -> dict[str, str]:
    return {"name": "Vườn chị Mai", "kind": "ho_nong_dan", "hamlet": str(cast.mo_doan), "trade": "Ổi"} | fields


def test_a_farm_household_is_proposed_without_any_number(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    sign_in(client, cast.mai, now())

    assert client.post(PATH, data=typed(cast)).location == "/ban-hang"

    proposal = session.scalars(select(BusinessProposal)).one()
    assert (proposal.name, proposal.person_id, proposal.hamlet_id) == ("Vườn chị Mai", cast.mai, cast.mo_doan)
    assert proposal.tax_id is None


def test_the_page_says_that_a_farm_household_needs_no_registration(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())

    page = client.get(PATH, query_string={"ten": "Vườn chị Mai"}).text
    assert "không cần đăng ký kinh doanh" in page
    assert 'value="Vườn chị Mai"' in page


def test_nobodys_hamlet_or_kind_is_chosen_for_them(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    page = client.get(PATH).text
    assert '<option selected value="">Chọn thôn</option>' in page
    assert "checked" not in page
    answer = client.post(PATH, data=typed(cast, hamlet=""))
    assert answer.status_code == 422
    assert "Mời chọn thôn." in answer.text


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())

    answer = client.post(PATH, data=typed(cast, name="", tax_id="123", hamlet="999"))
    assert answer.status_code == 422
    for part in ("Mời viết tên hộ, HTX", "Mã số thuế có 10 chữ số", "Mời chọn một mục", 'value="123"', 'value="Ổi"'):
        assert part in answer.text


def test_the_same_twice_is_one_and_three_may_wait(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    sign_in(client, cast.mai, now())
    for name in ("Một", "Một", "Hai", "Ba"):
        assert client.post(PATH, data=typed(cast, name=name)).status_code == 303

    answer = client.post(PATH, data=typed(cast, name="Bốn"))
    assert answer.status_code == 422
    assert "ba đề nghị chờ" in answer.text
    assert session.scalar(select(func.count(BusinessProposal.id))) == 3


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [])
