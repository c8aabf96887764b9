"""A cell that nobody could read stands on its business's page until somebody enters it or puts it away."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.sellers.models import UnreadCell
from tests.access import keeps_out
from tests.cast import Cast
from tests.pages import press
from tests.web.office.register.test_register_import import write
from tests.web.office.register.test_register_import_answer import csv, look

ODD = "Quán Sen,HKD,Mỗ Đoạn,hỏi con gái"


def brought(client: FlaskClient, session: Session) -> UnreadCell:
    write(client, look(client, csv(ODD)))
    return session.scalars(select(UnreadCell)).one()


def test_the_page_says_what_stood_there_and_it_is_put_away(hung: FlaskClient, cast: Cast, session: Session) -> None:
    cell = brought(hung, session)
    page = f"/van-phong/so-ho/{cell.business_id}"
    shown = hung.get(page).text
    assert "Chưa đọc được" in shown
    assert "Điện thoại: hỏi con gái" in shown
    assert f"{page}/sua" in shown
    for _tap in range(2):
        done = hung.post(f"{page}/o/{cell.id}/cat")
        assert (done.status_code, done.location) == (303, page)
    assert "hỏi con gái" not in hung.get(page).text
    assert "Không có gì mới để ghi" in hung.get(look(hung, csv(ODD))).text


def test_the_button_stands_on_the_page(hung: FlaskClient, cast: Cast, session: Session) -> None:
    cell = brought(hung, session)
    page = f"/van-phong/so-ho/{cell.business_id}"
    assert press(hung, page, f"{page}/o/{cell.id}/cat").status_code == 303


def test_a_row_that_only_brings_such_a_cell_can_be_written(hung: FlaskClient, cast: Cast, session: Session) -> None:
    write(hung, look(hung, csv("Quán Sen,HKD,Mỗ Đoạn,")))
    kept = look(hung, csv(ODD))
    assert "giữ lại ô chưa đọc được" in hung.get(kept).text
    write(hung, kept)
    assert session.scalars(select(UnreadCell.text)).all() == ["hỏi con gái"]


def test_what_is_not_there_is_not_found(hung: FlaskClient, cast: Cast, session: Session) -> None:
    cell = brought(hung, session)
    assert hung.post(f"/van-phong/so-ho/{cast.lan.business}/o/{cell.id}/cat").status_code == 404
    assert hung.post(f"/van-phong/so-ho/{cell.business_id}/o/{cell.id + 1}/cat").status_code == 404


def test_others_find_nothing(app: Flask, hung: FlaskClient, cast: Cast, session: Session) -> None:
    cell = brought(hung, session)
    people = [cast.lan.person, cast.vy, cast.mai, cast.stranger]
    assert keeps_out(app, f"/van-phong/so-ho/{cell.business_id}/o/{cell.id}/cat", people, method="POST")
