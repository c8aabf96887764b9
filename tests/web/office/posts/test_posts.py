"""Tổ công nghệ số: who helps in which hamlet, who is an officer, who is being appointed, which mandates live."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.db import transaction
from market.sellers.models import Appointment, Post, PostRole
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting
from tests.web.stall.settings.test_mandates import mandate

PATH = "/van-phong/to-cong-nghe"
SLIP = "/van-phong/phieu"


def typed(cast: Cast, **fields: str) -> dict[str, str]:
    post = {"name": "Vũ Thị Mai", "role": "helper", "hamlet": str(cast.mo_doan), "paper": "QĐ số 12"}
    return post | fields


def code_on_slip(client: FlaskClient) -> str:
    found = re.search(r'figure-value">(\w{4}) (\w{4}) (\w{4})<', client.get(SLIP).text)
    assert found
    return "".join(found.groups())


def second_officer(cast: Cast, now: Clock) -> int:
    """The stranger, an officer too."""
    with transaction() as writing:
        make.make_post(writing, writing.get_one(Person, cast.stranger), PostRole.OFFICER, None, now())
    return cast.stranger


def posts_of(session: Session, person: int) -> list[tuple[PostRole, int | None]]:
    session.expire_all()
    found = session.scalars(select(Post).where(Post.person_id == person)).all()
    return [(one.role, one.hamlet_id) for one in found]


def take(app: Flask, person: int, now: Clock, code: str, client: FlaskClient | None = None):
    client = client or app.test_client()
    sign_in(client, person, now())
    return client.post("/tai-khoan/nhan-nhiem-vu", data={"code": code})


def test_the_page_names_helpers_with_hamlet_officers_and_live_mandates(
    hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    mandate(cast, now)

    page = hung.get(PATH).text
    for part in ("Trần Khánh Vy", "thôn Nghĩa Dũng", "Nguyễn Văn Hùng", "Rau bà Lan", "22/02/2027", "Giấy số 1"):
        assert part in page


def test_a_helper_is_who_types_the_code_that_was_handed_over(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    assert hung.post(PATH, data=typed(cast)).location == SLIP
    code = code_on_slip(hung)
    assert hung.get(SLIP).location == PATH, "the slip is shown once"
    assert "Phiếu đã trao" in hung.get(PATH).text
    assert posts_of(session, cast.mai) == []

    assert take(app, cast.mai, now, f"{code[:4].lower()}-{code[4:]}").location == "/tai-khoan"
    assert posts_of(session, cast.mai) == [(PostRole.HELPER, cast.mo_doan)]
    assert take(app, cast.mai, now, code).status_code == 422
    assert "Phiếu đã trao" not in hung.get(PATH).text


def test_an_officer_is_who_two_officers_appoint(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    other = app.test_client()
    sign_in(other, second_officer(cast, now), now())
    assert hung.post(PATH, data=typed(cast, role="officer", hamlet="")).location == PATH
    number = session.scalars(select(Appointment.id)).one()
    own = hung.get(PATH).text
    assert "Chờ cán bộ khác đồng ý" in own
    assert "Đồng ý, lấy mã" not in own
    assert "Cần cán bộ khác" in hung.post(f"/van-phong/nhiem-vu/{number}/dong-y").text
    assert hung.get(SLIP).location == PATH, "the first officer never sees a code"

    assert "Đồng ý, lấy mã" in other.get(PATH).text
    assert other.post(f"/van-phong/nhiem-vu/{number}/dong-y").location == SLIP
    code = code_on_slip(other)
    assert other.post(f"/van-phong/nhiem-vu/{number}/dong-y").status_code == 422
    assert take(app, cast.mai, now, code).status_code == 303
    assert posts_of(session, cast.mai) == [(PostRole.OFFICER, None)]


def test_a_lone_officer_is_told_whose_command_does_it(hung: FlaskClient, cast: Cast, session: Session) -> None:
    answer = hung.post(PATH, data=typed(cast, role="officer"))
    assert answer.status_code == 422
    assert "flask appoint" in answer.text
    assert session.scalars(select(Appointment)).all() == []


def test_an_appointment_waits_a_week_for_each_step(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    other = second_officer(cast, now)
    hung.post(PATH, data=typed(cast, role="officer"))
    hung.post(PATH, data=typed(cast))
    code = code_on_slip(hung)
    now.move(days=7)
    late = app.test_client()
    sign_in(late, other, now())
    number = session.scalars(select(Appointment.id)).first()
    assert "đã quá hạn" in late.post(f"/van-phong/nhiem-vu/{number}/dong-y").text
    assert take(app, cast.mai, now, code).status_code == 422


def test_a_slip_that_was_lost_is_withdrawn(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    hung.post(PATH, data=typed(cast))
    code = code_on_slip(hung)
    number = session.scalars(select(Appointment.id)).one()
    for _ in range(2):
        assert hung.post(f"/van-phong/nhiem-vu/{number}/huy").location == PATH
    assert take(app, cast.mai, now, code).status_code == 422
    assert posts_of(session, cast.mai) == []


def test_nobody_appoints_their_own_second_account(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    """By name, by phone, or on a device on which they have ever signed in."""
    hung.post(PATH, data=typed(cast))
    code = code_on_slip(hung)
    theirs = app.test_client()
    theirs.post("/dang-nhap", data={"phone": "0900 000 001", "password": make.PASSWORD})
    theirs.post("/dang-xuat")
    assert "Máy này đã có cán bộ" in take(app, cast.mai, now, code, theirs).text
    assert "Phiếu ghi tên khác" in take(app, cast.stranger, now, code).text
    with transaction() as writing:
        writing.get_one(Person, cast.mai).phone = writing.get_one(Person, cast.hung).phone
    assert "Không tự giao nhiệm vụ" in take(app, cast.mai, now, code).text
    hung.post(PATH, data=typed(cast, name="Nguyễn Văn Hùng"))
    assert "Không tự giao nhiệm vụ" in take(app, cast.hung, now, code_on_slip(hung)).text
    assert posts_of(session, cast.mai) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Mời viết họ và tên"),
        ({"hamlet": ""}, "mời chọn thôn"),
        ({"role": "admin"}, "Mời chọn một mục"),
        ({"paper": ""}, "Mời ghi số quyết định"),
    ],
)
def test_what_is_missing_is_said(
    hung: FlaskClient, cast: Cast, fields: dict[str, str], sentence: str, session: Session
) -> None:
    answer = hung.post(PATH, data=typed(cast, **fields))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(Appointment)).all() == []


def test_a_keeper_of_a_pickup_point_is_appointed_for_a_hamlet(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    refused = hung.post(PATH, data=typed(cast, role="keeper", hamlet=""))
    assert refused.status_code == 422
    assert "giữ điểm nhận hàng ở một thôn" in refused.text
    hung.post(PATH, data=typed(cast, role="keeper", hamlet=str(cast.nghia_dung)))
    mais = app.test_client()
    assert take(app, cast.mai, now, code_on_slip(hung), mais).status_code == 303
    assert "giữ điểm nhận hàng của thôn" in mais.get("/tai-khoan").text
    assert mais.get("/diem-nhan").status_code == 200
    page = hung.get(PATH).text
    assert "Người giữ điểm nhận hàng" in page
    assert "Vũ Thị Mai" in page


def test_the_page_asks_a_fixed_number_of_questions(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)
    hung.get(PATH)

    with counting() as seen:
        hung.get(PATH)

    assert len(seen) <= 10


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy])
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy], method="POST")
