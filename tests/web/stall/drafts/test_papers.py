"""Papers are sent as pictures while the commune looks: private, without the place where they were taken, forgotten."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from market.base.audit import Actor, Event
from market.base.db import reading, transaction
from market.base.storage import storage
from market.catalog.jobs import forget_drafts, forget_photo
from market.sellers.actions import claim_business, refuse_claim
from market.sellers.models import BusinessMember, PicturePurpose, PrivatePicture
from market.sellers.rules.drafts import QUOTA
from tests.access import keeps_out
from tests.cast import Cast
from tests.catalog import shelf
from tests.catalog.pictures import jpeg
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import on_both
from tests.pages import send
from tests.sellers import shown

PAPERS = "/ban-hang/giay-to"


@pytest.fixture
def mai(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    """Mai, whose claim of cô Thêu's business waits for the office."""
    with transaction() as session:
        claim_business(session, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())
    sign_in(client, cast.mai, now())
    return client


def send_one(client: FlaskClient, content: bytes | None = None) -> int:
    answer = send(client, PAPERS, {"photo": shelf.sent(content)})
    return answer.status_code


def papers(person: int) -> list[PrivatePicture]:
    reading().expire_all()
    mine = PrivatePicture.person_id == person, PrivatePicture.purpose == PicturePurpose.PAPER
    return list(reading().scalars(select(PrivatePicture).where(*mine).order_by(PrivatePicture.id)))


def claim_of(person: int) -> int:
    return reading().scalars(select(BusinessMember.id).where(BusinessMember.person_id == person)).one()


def address(picture: PrivatePicture) -> str:
    return f"/anh/{picture.key}-1280.webp"


def test_only_the_sender_and_the_office_of_the_commune_see_a_paper(
    app: Flask, mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    assert send_one(mai) == 303
    [paper] = papers(cast.mai)
    mine = mai.get(address(paper))
    assert (mine.status_code, mine.headers["Cache-Control"]) == (200, "no-store")
    for person, status in ((cast.hung, 200), (cast.vy, 404), (cast.lan.person, 404), (cast.stranger, 404), (None, 404)):
        other = app.test_client()
        if person:
            sign_in(other, person, now())
        assert other.get(address(paper)).status_code == status, person
    officer = app.test_client()
    sign_in(officer, cast.hung, now())
    assert address(paper) in officer.get(f"/van-phong/duyet/co-so/{claim_of(cast.mai)}").text


def test_a_paper_keeps_no_place_and_is_no_public_picture(mai: FlaskClient, cast: Cast) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    file = BytesIO()
    Image.new("RGB", (800, 600), "white").save(file, "JPEG", exif=exif)
    assert send_one(mai, file.getvalue()) == 303
    [paper] = papers(cast.mai)
    with Image.open(BytesIO(mai.get(address(paper)).data)) as kept:
        assert not kept.getexif()


def test_the_same_form_twice_is_one_paper_and_another_is_another(mai: FlaskClient, cast: Cast) -> None:
    for _ in range(2):
        mai.post(PAPERS, data={"photo": shelf.sent(), "client_key": "once"}, content_type="multipart/form-data")
    assert len(papers(cast.mai)) == 1
    send_one(mai)
    assert len(papers(cast.mai)) == 2


def test_who_waits_for_nothing_sends_nothing(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.stranger, now())
    assert "Nhận hộ của tôi" in client.get(PAPERS).text
    answer = client.post(PAPERS, data={"photo": shelf.sent()}, content_type="multipart/form-data")
    assert (answer.status_code, "chưa có gì chờ xã xem" in answer.text) == (422, True)
    assert papers(cast.stranger) == []


def test_a_form_without_a_picture_says_which(mai: FlaskClient) -> None:
    answer = send(mai, PAPERS, {})
    assert answer.status_code == 422
    assert "Mời chụp hoặc chọn ảnh giấy tờ." in answer.text


def test_there_is_room_for_so_many(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        for number in range(QUOTA.papers - 1):
            who = {"commune_id": cast.commune, "person_id": cast.mai, "sent_at": now()}
            session.add(PrivatePicture(purpose=PicturePurpose.PAPER, key=f"giay-{number}", **who))
    assert send_one(mai) == 303
    assert send_one(mai) == 422
    assert len(papers(cast.mai)) == QUOTA.papers


def test_a_paper_is_forgotten_a_month_after_all_is_answered_and_not_before(
    mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    send_one(mai)
    [paper] = papers(cast.mai)
    key = paper.key
    now.move(days=31)
    assert forget_drafts(now()) == 0
    with transaction() as session:
        refuse_claim(
            session, Actor(person_id=cast.hung), shown.claim(cast.commune, claim_of(cast.mai)), "Sai", now=now()
        )
    assert forget_drafts(now()) == 1
    assert forget_drafts(now()) == 0
    forget_photo({"key": key})
    assert [one for one in storage().all_keys() if key in one] == []


@on_both
def test_a_paper_that_the_office_never_answers_is_forgotten_after_half_a_year(
    mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    """With its files; the claim still waits, and another picture can be sent."""
    send_one(mai)
    [paper] = papers(cast.mai)
    assert "xã chưa trả lời thì quá 180 ngày cũng xóa" in mai.get(PAPERS).text
    now.move(days=180)
    assert forget_drafts(now()) == 0
    now.move(days=1)
    assert [forget_drafts(now()) for _ in range(2)] == [1, 0]
    assert papers(cast.mai) == []
    forget_photo({"key": paper.key})
    assert [one for one in storage().all_keys() if paper.key in one] == []
    sign_in(mai, cast.mai, now())
    assert send_one(mai) == 303


def test_what_was_sent_and_not_used_goes_in_a_week(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    mai.post("/ban-hang/soan-san/moi", data={"photo": shelf.sent()}, content_type="multipart/form-data")
    count = select(func.count()).select_from(PrivatePicture)
    assert reading().scalar(count) == 1
    now.move(days=6)
    assert forget_drafts(now()) == 0
    now.move(days=2)
    assert forget_drafts(now()) == 1


def test_every_paper_sent_or_taken_back_is_in_the_log(mai: FlaskClient, cast: Cast) -> None:
    send_one(mai, jpeg())
    [paper] = papers(cast.mai)
    mai.post(f"{PAPERS}/{paper.id}/bo")
    verbs = reading().scalars(select(Event.verb).where(Event.actor_id == cast.mai).order_by(Event.id)).all()
    assert verbs[-2:] == ["send_paper", "remove_paper"]


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PAPERS, [])
