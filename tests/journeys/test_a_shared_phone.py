"""A phone that goes from hand to hand: what one person ordered on it is not shown to the next."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.db import transaction
from market.base.secrets import hash_password
from market.orders.models import Contact, Purchase
from market.orders.queries.orders import OrderViewer
from market.values.phone import Phone
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.nights import by_day_on
from tests.web.shop.buying import buy, fill_cart, review, terms

pytestmark = by_day_on("sqlite")

MAI, VY, STRANGER = "0900 000 021", "0900 000 002", "0900 000 031"


@pytest.fixture
def phone(client: FlaskClient) -> FlaskClient:
    """The one phone in the house."""
    return client


def signs_in(phone: FlaskClient, number: str) -> None:
    assert phone.post("/dang-nhap", data={"phone": number, "password": PASSWORD}).status_code == 303


def signs_out(phone: FlaskClient, **ticked: str) -> None:
    assert phone.post("/dang-xuat", data=ticked).status_code == 303


def shows(phone: FlaskClient, code: str) -> bool:
    """Whether this browser lists the order and opens it; both or neither."""
    lists, opens = code in phone.get("/don").text, 'name="last4"' not in phone.get(f"/don/{code}").text
    assert lists == opens
    return lists


def test_mai_orders_and_gives_the_phone_back_to_em_vy(phone: FlaskClient, cast: Cast) -> None:
    signs_in(phone, MAI)
    code = buy(phone, cast.gao_nep)
    signs_out(phone)
    assert shows(phone, code)

    signs_in(phone, VY)
    assert not shows(phone, code)
    signs_out(phone)
    assert not shows(phone, code)

    signs_in(phone, MAI)
    assert shows(phone, code)


def test_each_of_two_keeps_their_own_when_another_used_the_phone_between(phone: FlaskClient, cast: Cast) -> None:
    signs_in(phone, MAI)
    mais = buy(phone, cast.gao_nep)
    signs_in(phone, VY)
    vys = buy(phone, cast.rau_muong, phone=VY, name="Trần Khánh Vy")
    assert (shows(phone, mais), shows(phone, vys)) == (False, True)
    signs_in(phone, MAI)
    assert (shows(phone, mais), shows(phone, vys)) == (True, False)


def test_signing_out_with_the_tick_leaves_nothing_for_who_holds_the_phone_next(phone: FlaskClient, cast: Cast) -> None:
    signs_in(phone, MAI)
    assert "Máy này nhiều người dùng: ẩn đơn của tôi trên máy" in phone.get("/tai-khoan").text
    code = buy(phone, cast.gao_nep)
    signs_out(phone, forgets="y")
    assert not shows(phone, code)
    assert "Chưa có đơn nào trên máy này" in phone.get("/don").text

    signs_in(phone, MAI)
    assert shows(phone, code)


def test_another_phone_still_opens_what_was_ordered_on_it(app: Flask, phone: FlaskClient, cast: Cast) -> None:
    own = app.test_client()
    code = buy(own, cast.gao_nep)
    signs_in(phone, MAI)
    signs_out(phone, forgets="y")
    assert shows(own, code)


def test_a_guest_who_signs_in_keeps_the_orders_of_their_own_number(phone: FlaskClient, cast: Cast) -> None:
    code = buy(phone, cast.gao_nep, phone=MAI)
    signs_in(phone, MAI)
    assert shows(phone, code)
    signs_out(phone)
    assert shows(phone, code)


def test_a_guest_who_signs_up_keeps_the_orders_of_their_own_number(phone: FlaskClient, cast: Cast) -> None:
    code = buy(phone, cast.gao_nep, phone="0900 000 041", name="Bùi Thị Mơ")
    new = {"name": "Bùi Thị Mơ", "phone": "0900 000 041", "password": "ruộng khói gạch", "agrees": "y"}
    assert phone.post("/dang-ky", data=new).status_code == 303
    assert shows(phone, code)


def test_a_guest_s_order_with_another_number_needs_its_digits_after_somebody_signed_in(
    phone: FlaskClient, cast: Cast
) -> None:
    """It may be Vy's for her mother, or her mother's own: where nobody can tell, it is not shown."""
    code = buy(phone, cast.gao_nep, phone=MAI)
    signs_in(phone, VY)
    assert not shows(phone, code)
    assert phone.post(f"/don/{code}/mo", data={"last4": "0021"}).status_code == 303
    assert 'name="last4"' not in phone.get(f"/don/{code}").text

    signs_in(phone, STRANGER)
    assert not shows(phone, code)


def test_of_two_with_one_number_each_sees_what_they_ordered_signed_in(phone: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        daughter = writing.get_one(Person, cast.stranger)
        daughter.phone, daughter.password_hash = Phone(MAI), hash_password("ruộng khói gạch")
    signs_in(phone, MAI)
    code = buy(phone, cast.gao_nep, phone=MAI)
    assert phone.post("/dang-nhap", data={"phone": MAI, "password": "ruộng khói gạch", "name": "Lạ"}).status_code == 303
    assert not shows(phone, code)


def test_the_receipt_is_as_closed_as_its_orders(phone: FlaskClient, cast: Cast, session: Session) -> None:
    buy(phone, cast.gao_nep)
    receipt = session.scalars(select(Purchase.code)).one()
    assert 'name="last4"' not in phone.get(f"/bien-nhan/{receipt}").text
    signs_in(phone, VY)
    assert 'name="last4"' in phone.get(f"/bien-nhan/{receipt}").text


def test_the_one_before_cannot_be_cancelled_for(phone: FlaskClient, cast: Cast) -> None:
    code = buy(phone, cast.gao_nep)
    signs_in(phone, VY)
    assert phone.post(f"/don/{code}/huy").status_code == 404


def test_which_browser_ordered_stays_known_for_risk_flags(phone: FlaskClient, cast: Cast, session: Session) -> None:
    buy(phone, cast.gao_nep)
    before = session.scalars(select(Contact.device)).one()
    signs_in(phone, VY)
    assert session.scalars(select(Contact.device)).one() == before


def test_what_was_typed_at_check_out_is_not_there_for_the_next(phone: FlaskClient, cast: Cast) -> None:
    fill_cart(phone, (cast.gao_nep, "1"))
    noted = {f"gian{cast.htx.stall}-note": "Gọi cửa sau"}
    review(phone, terms(cast.htx.stall) | noted, name="Nguyễn Bí Mật", address="Xóm 7")
    assert "Nguyễn Bí Mật" in phone.get("/dat-hang").text
    signs_in(phone, VY)
    page = phone.get("/dat-hang").text
    assert "Nguyễn Bí Mật" not in page
    assert "Xóm 7" not in page
    assert "Gọi cửa sau" not in page


def test_a_viewer_owns_in_sql_what_they_own_in_python(cast: Cast, session: Session) -> None:
    with transaction() as writing:
        for device in ("here", "there", None):
            for person in (None, cast.mai, cast.vy):
                for forgotten in (None, writing.get_one(Person, cast.mai).created_at):
                    row = {
                        "commune_id": cast.commune,
                        "name": "A",
                        "phone": Phone(MAI),
                        "person_id": person,
                        "device": device,
                    }
                    contact = Contact(**row, device_forgotten_at=forgotten)
                    writing.add(contact)
                    writing.flush()
                    whose = {"commune_id": cast.commune, "contact_id": contact.id}
                    codes = {"code": f"BN{contact.id}", "client_key": f"key {contact.id}"}
                    writing.add(Purchase(**whose, **codes, placed_at=writing.get_one(Person, cast.mai).created_at))
    everything = session.scalars(select(Contact)).all()
    purchases = dict(session.execute(select(Purchase.contact_id, Purchase.id)).all())
    for person in (None, cast.mai, cast.lan.person):
        viewer = OrderViewer(device="here", person_id=person)
        asked = set(session.scalars(viewer.purchases()))
        assert asked == {purchases[contact.id] for contact in everything if viewer.owns(contact)}
        assert 0 < len(asked) < len(everything)
