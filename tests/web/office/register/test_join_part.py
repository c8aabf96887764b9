"""A row that was joined to the wrong business is taken apart again by one tap on that business's page (office 6)."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.sellers.models import Business, RegisterJoin
from tests.access import keeps_out
from tests.cast import Cast
from tests.pages import press
from tests.web.office.register.test_register_import import write
from tests.web.office.register.test_register_import_answer import answer, csv, look

OLD, NEW = "Tạp hóa An,HKD,Mỗ Đoạn,0912345678", "HKD Tạp hoá An,HKD,Mỗ Đoạn,0987654321"


def joined(client: FlaskClient, session: Session) -> RegisterJoin:
    write(client, look(client, csv(OLD)))
    at = session.scalars(select(Business.id).where(Business.name == "Tạp hóa An")).one()
    kept = look(client, csv(NEW))
    answer(client, kept, **{"“HKD Tạp hoá An” trong tệp và “Tạp hóa An” trong sổ": str(at)})
    write(client, kept)
    return session.scalars(select(RegisterJoin)).one()


def test_the_page_tells_what_each_brought_and_takes_them_apart(hung: FlaskClient, cast: Cast, session: Session) -> None:
    join = joined(hung, session)
    page = f"/van-phong/so-ho/{join.business_id}"
    shown = hung.get(page).text
    assert "Tệp ghi: HKD Tạp hoá An" in shown
    assert "Trước khi gộp: Tạp hóa An" in shown
    done = press(hung, page, f"{page}/gop/{join.id}/tach")
    assert done.status_code == 303
    session.expire_all()
    assert done.location == f"/van-phong/so-ho/{join.parted_id}"
    fresh = hung.get(done.location).text
    assert "Đã tách thành hai cơ sở" in fresh
    assert "HKD Tạp hoá An" in fresh
    assert "0912 345 678" in hung.get(page).text
    assert "Đã tách" in hung.get(page).text
    assert "Không có gì mới để ghi" in hung.get(look(hung, csv(OLD, NEW))).text


def test_what_changed_since_is_shown_first(hung: FlaskClient, cast: Cast, session: Session) -> None:
    join = joined(hung, session)
    page = f"/van-phong/so-ho/{join.business_id}"
    assert hung.post(f"{page}/gop/{join.id}/tach").status_code in (409, 422)
    session.expire_all()
    assert join.parted_id is None


def test_two_rows_of_one_file_are_asked_about_on_its_page(hung: FlaskClient, cast: Cast, session: Session) -> None:
    kept = look(hung, csv(OLD, NEW))
    page = hung.get(kept).text
    assert "Hai dòng của tệp này có thể là một cơ sở" in page
    answer(hung, kept, **{"“Tạp hóa An” (dòng 2) và “HKD Tạp hoá An” (dòng 3)": "1"})
    assert "Gộp với dòng 3 của tệp, theo lời xã" in hung.get(kept).text
    write(hung, kept)
    assert session.scalars(select(Business.name).where(Business.name.in_(("Tạp hóa An", "HKD Tạp hoá An")))).all() == [
        "HKD Tạp hoá An"
    ]
    at = session.scalars(select(RegisterJoin.business_id)).one()
    assert "Tệp ghi: Tạp hóa An" in hung.get(f"/van-phong/so-ho/{at}").text


def test_others_find_nothing(app: Flask, hung: FlaskClient, cast: Cast, session: Session) -> None:
    join = joined(hung, session)
    people = [cast.lan.person, cast.vy, cast.mai, cast.stranger]
    assert keeps_out(app, f"/van-phong/so-ho/{join.business_id}/gop/{join.id}/tach", people, method="POST")
