"""An officer looks at a paper and confirms whose business it is: then, and only then, its stall opens."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, events_of
from market.base.db import transaction
from market.base.secrets import vault
from market.sellers.actions import claim_business
from market.sellers.models import BusinessMember, ClaimState, MemberRole, Stall, Verification
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in

NUMBER = "030163000004"
SEEN = {"full_name": "Nguyễn Thị Thêu", "paper": "Căn cước công dân", "citizen_id": NUMBER, "birth_date": "1963-05-01"}


def path(member: int) -> str:
    return f"/van-phong/duyet/co-so/{member}"


@pytest.fixture
def claimed(cast: Cast, now: Clock) -> int:
    with transaction() as writing:
        return claim_business(writing, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())


@pytest.fixture
def hung(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.hung, now())
    return client


def test_a_seen_paper_opens_the_stall_and_leaves_who_saw_which_when(
    app: Flask, hung: FlaskClient, cast: Cast, claimed: int, session: Session, now: Clock
) -> None:
    assert hung.post(path(claimed), data=SEEN).location == "/van-phong/duyet/co-so"

    kept = session.scalars(select(Verification).where(Verification.business_id == cast.theu)).one()
    assert (kept.paper, kept.verified_by, kept.verified_at) == ("Căn cước công dân", cast.hung, now())
    mai = app.test_client()
    sign_in(mai, cast.mai, now())
    assert mai.get("/ban-hang").location == "/ban-hang/tranh-theu-xuan-neo-co-theu"
    assert mai.get("/ban-hang/tranh-theu-xuan-neo-co-theu/cai-dat").status_code == 200


def test_of_the_id_number_only_a_keyed_hash_and_four_digits_are_kept(
    hung: FlaskClient, cast: Cast, claimed: int, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    hung.post(path(claimed), data=SEEN)

    kept = session.scalars(select(Verification).where(Verification.business_id == cast.theu)).one()
    row = " ".join(str(getattr(kept, column.key)) for column in Verification.__table__.columns)
    assert kept.id_last4 == "0004"
    assert kept.id_digest == vault().digest("citizen-id", NUMBER)
    assert NUMBER not in row
    assert "1963" not in row
    assert vault().decrypt(kept.birth_date_cipher or "") == "1963-05-01"
    assert NUMBER not in caplog.text
    assert all(NUMBER not in f"{event.fields} {event.verb}" for event in events_of(session, "business", cast.theu))


def test_a_personal_paper_needs_its_number_and_it_is_never_shown_again(
    hung: FlaskClient, cast: Cast, claimed: int
) -> None:
    missing = hung.post(path(claimed), data=SEEN | {"citizen_id": ""})
    assert missing.status_code == 422
    assert "Xem căn cước thì ghi cả số căn cước" in missing.text

    wrong = hung.post(path(claimed), data=SEEN | {"citizen_id": NUMBER, "full_name": ""})
    assert wrong.status_code == 422
    assert NUMBER not in wrong.text
    assert "Số căn cước có 12 chữ số" in hung.post(path(claimed), data=SEEN | {"citizen_id": "12"}).text


def test_an_organisation_is_confirmed_by_its_registration(hung: FlaskClient, claimed: int) -> None:
    seen = {"full_name": "Đỗ Văn Sơn", "paper": "Giấy đăng ký hợp tác xã"}

    assert hung.post(path(claimed), data=seen).status_code == 303


def test_confirming_twice_is_told(hung: FlaskClient, claimed: int, session: Session) -> None:
    hung.post(path(claimed), data=SEEN)

    again = hung.post(path(claimed), data=SEEN)
    assert again.status_code == 422
    assert "đã có người xử lý" in again.text
    assert len(session.scalars(select(Stall).where(Stall.name.contains("Thêu"))).all()) <= 1


def test_an_officer_never_confirms_their_own_claim(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        own = claim_business(writing, Actor(person_id=cast.hung), cast.commune, cast.theu, now=now())

    answer = hung.post(path(own), data=SEEN)
    assert answer.status_code == 422
    assert "cán bộ khác" in answer.text


def test_the_second_person_of_a_business_is_its_staff(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    with transaction() as writing:
        second = claim_business(writing, Actor(person_id=cast.mai), cast.commune, cast.lan.business, now=now())

    assert "Phạm Thị Lan" in hung.get(path(second)).text
    hung.post(path(second), data=SEEN)

    assert session.get_one(BusinessMember, second).role is MemberRole.STAFF


def test_a_refusal_needs_its_reason_and_the_person_reads_it(
    app: Flask, hung: FlaskClient, cast: Cast, claimed: int, session: Session, now: Clock
) -> None:
    bare = hung.post(f"{path(claimed)}/tu-choi", data={"reason": " "})
    assert bare.status_code == 422
    assert "Mời ghi lý do" in bare.text

    hung.post(f"{path(claimed)}/tu-choi", data={"reason": "Mang căn cước tới phòng."})

    assert session.get_one(BusinessMember, claimed).state is ClaimState.REFUSED
    mai = app.test_client()
    sign_in(mai, cast.mai, now())
    assert "Mang căn cước tới phòng." in mai.get("/ban-hang").text


def test_others_find_nothing(app: Flask, cast: Cast, claimed: int) -> None:
    people = [cast.lan.person, cast.vy, cast.mai]

    assert keeps_out(app, path(claimed), people)
    assert keeps_out(app, path(claimed), people, method="POST")
    assert keeps_out(app, f"{path(claimed)}/tu-choi", people, method="POST")
