"""Pictures of a listing: shown, sent ahead, added, removed, put first."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import db, transaction
from market.base.errors import NotFound, Refused
from market.base.jobs import Job, work_once
from market.base.storage import storage
from market.catalog import pictures
from market.catalog.actions.listing import VariantRef
from market.catalog.actions.photos import MOST_PHOTOS, add_photo, put_photo_first, remove_photo
from market.catalog.actions.uploads import FORGET_PHOTO
from market.catalog.jobs import HANDLERS
from market.catalog.models import Photo, ProductState, ProposedPhoto
from tests.cast import Cast
from tests.catalog import pictures as files
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def address(cast: Cast, rest: str = "") -> str:
    return f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}/anh{rest}"


def photos(cast: Cast) -> list[Photo]:
    with Session(db.engine, expire_on_commit=False) as session:
        wanted = select(Photo).where(Photo.product_id == shelf.product_id(cast.dau_xanh))
        return list(session.scalars(wanted.order_by(Photo.position, Photo.id)))


def which(cast: Cast) -> VariantRef:
    return VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))


# --- shown --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", pictures.WIDTHS)
def test_a_picture_is_shown_in_each_width(client: FlaskClient, cast: Cast, now: Clock, width: int) -> None:
    answer = client.get(f"/anh/{shelf.show_picture(cast.dau_xanh, now())}-{width}.webp")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert answer.data[8:12] == b"WEBP"


@pytest.mark.parametrize("name", ["x-320.webp", "..%2F..%2Fetc-320.webp", "a" * 43 + "-320.webp"])
def test_a_picture_that_is_not_there_is_not_found(client: FlaskClient, cast: Cast, name: str) -> None:
    assert client.get(f"/anh/{name}").status_code == 404


def test_another_width_is_not_found(client: FlaskClient, cast: Cast, now: Clock) -> None:
    assert client.get(f"/anh/{shelf.show_picture(cast.dau_xanh, now())}-999.webp").status_code == 404


# --- sent ahead ---------------------------------------------------------------------------------------------------


def test_a_picture_sent_ahead_is_named_in_the_answer_and_serves_the_form(lan: FlaskClient, cast: Cast) -> None:
    answer = shelf.post(lan, f"/ban-hang/{cast.lan.slug}/anh", {"photo": shelf.sent()})
    assert answer.status_code == 200
    said = answer.get_json()
    assert lan.get(said["shown"]).status_code == 200
    fields = {"name": "Rau muống", "price": "12k", "unit": "mo", "kept_photo": said["kept"]}
    assert shelf.post(lan, f"{shelf.goods_of(cast.lan)}/moi", fields).status_code == 303


@pytest.mark.parametrize(("content", "sentence"), [(files.TEXT, "không phải ảnh"), (b"", "Mời chụp hoặc chọn")])
def test_what_is_no_picture_is_said_so(lan: FlaskClient, cast: Cast, content: bytes, sentence: str) -> None:
    name = "rau.jpg" if content else ""
    answer = shelf.post(lan, f"/ban-hang/{cast.lan.slug}/anh", {"photo": shelf.sent(content, name)})
    assert answer.status_code == 422
    assert sentence in answer.get_json()["sentence"]


def test_a_picture_sent_ahead_and_never_used_is_forgotten(
    lan: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    shelf.post(lan, f"/ban-hang/{cast.lan.slug}/anh", {"photo": shelf.sent()})
    job = session.scalars(select(Job).where(Job.kind == FORGET_PHOTO)).one()
    now.move(days=8)
    assert work_once(HANDLERS)
    assert not pictures.is_kept(str(job.payload["key"]))


@pytest.mark.parametrize("who", ["tu", "vy", "stranger"])
def test_nobody_sends_pictures_to_another_s_stall(client: FlaskClient, cast: Cast, now: Clock, who: str) -> None:
    person = getattr(cast, who)
    sign_in(client, getattr(person, "person", person), now())
    assert shelf.post(client, f"/ban-hang/{cast.lan.slug}/anh", {"photo": shelf.sent()}).status_code == 404


def test_who_is_not_signed_in_sends_no_pictures(client: FlaskClient, cast: Cast) -> None:
    assert shelf.post(client, f"/ban-hang/{cast.lan.slug}/anh", {"photo": shelf.sent()}).status_code == 303


# --- added --------------------------------------------------------------------------------------------------------


def test_a_picture_added_is_nobody_s_to_see_until_the_office_has_looked_then_stands_last(
    app: Flask, lan: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    assert shelf.post(lan, address(cast), {"photo": shelf.sent()}).status_code == 303
    assert [photo.position for photo in photos(cast)] == [0]
    assert shelf.read(cast.dau_xanh)[0].state is ProductState.APPROVED
    key = session.scalars(select(ProposedPhoto.key)).one()
    seen, hung = f"/anh/{key}-320.webp", app.test_client()
    sign_in(hung, cast.hung, now())
    assert [one.get(seen).status_code for one in (app.test_client(), lan, hung)] == [404, 200, 200]
    now.move(days=8)
    while work_once(HANDLERS):
        pass
    assert pictures.is_kept(key), "it waits for the office, however long"
    assert shelf.approve_changes(cast) == 1
    assert [photo.position for photo in photos(cast)] == [0, 1]
    assert app.test_client().get(seen).status_code == 200


def test_adding_nothing_or_no_picture_is_said_on_the_page(lan: FlaskClient, cast: Cast) -> None:
    for fields, sentence in (({"tu": "sua"}, "Mời chụp hoặc chọn"), ({"photo": shelf.sent(files.SVG)}, "không phải")):
        answer = shelf.post(lan, address(cast), fields)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert len(photos(cast)) == 1


def test_the_same_kept_picture_twice_is_one(cast: Cast, now: Clock) -> None:
    kept, actor = shelf.kept(), shelf.give_mandate(cast, now())
    for _ in range(2):
        with transaction() as session:
            add_photo(session, actor, which(cast), kept, clock=now)
    assert shelf.approve_changes(cast) == 1
    assert len(photos(cast)) == 2


def test_there_is_an_end_to_pictures(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    actor = shelf.give_mandate(cast, now())
    for _ in range(MOST_PHOTOS - 1):
        with transaction() as session:
            add_photo(session, actor, which(cast), shelf.kept(), clock=now)
    answer = shelf.post(lan, address(cast), {"photo": shelf.sent()})
    assert answer.status_code == 422
    assert f"đã có {MOST_PHOTOS} ảnh" in answer.text


# --- removed, put first -------------------------------------------------------------------------------------------


@pytest.fixture
def two(cast: Cast, now: Clock) -> list[Photo]:
    """The listing's old picture and a new one."""
    actor = shelf.give_mandate(cast, now())
    with transaction() as session:
        add_photo(session, actor, which(cast), shelf.kept(), clock=now)
    shelf.approve_changes(cast)
    return photos(cast)


def test_a_picture_is_put_first(lan: FlaskClient, cast: Cast, two: list[Photo]) -> None:
    for _ in range(2):
        assert lan.post(address(cast, f"/{two[1].id}/len-dau")).status_code == 303
    assert [photo.id for photo in photos(cast)] == [two[1].id, two[0].id]
    assert shelf.last_event(shelf.product_id(cast.dau_xanh)).verb == "put_photo_first"


def test_a_removed_picture_is_gone_from_the_listing_and_its_files_stay_a_year(
    lan: FlaskClient, cast: Cast, now: Clock, two: list[Photo]
) -> None:
    assert lan.post(address(cast, f"/{two[1].id}/bo")).status_code == 303
    assert [photo.id for photo in photos(cast)] == [two[0].id]
    now.move(days=364)
    while work_once(HANDLERS):
        pass
    assert pictures.is_kept(two[1].key)
    now.move(days=3)
    while work_once(HANDLERS):
        pass
    assert not pictures.is_kept(two[1].key)


def test_the_last_picture_stays(lan: FlaskClient, cast: Cast) -> None:
    answer = lan.post(address(cast, f"/{photos(cast)[0].id}/bo"))
    assert answer.status_code == 422
    assert "cần ít nhất một ảnh" in answer.text
    assert len(photos(cast)) == 1


def test_removing_twice_is_removing_once(lan: FlaskClient, cast: Cast, two: list[Photo]) -> None:
    assert [lan.post(address(cast, f"/{two[1].id}/bo")).status_code for _ in range(2)] == [303, 303]
    assert [photo.id for photo in photos(cast)] == [two[0].id]


@pytest.mark.parametrize("button", ["bo", "len-dau"])
def test_a_picture_of_another_listing_is_not_found(
    client: FlaskClient, cast: Cast, now: Clock, two: list[Photo], button: str
) -> None:
    sign_in(client, cast.tu.person, now())
    own = f"{shelf.goods_of(cast.tu)}/{shelf.product_id(cast.ruoi)}/anh/{two[1].id}/{button}"
    for wrong in (address(cast, f"/{two[1].id}/{button}"), own):
        assert client.post(wrong).status_code == 404
    assert len(photos(cast)) == 2


def test_actions_on_pictures_stay_within_the_stall(cast: Cast, now: Clock, two: list[Photo]) -> None:
    other = VariantRef(stall_id=cast.tu.stall, product_id=shelf.product_id(cast.dau_xanh))
    actor = shelf.give_mandate(cast, now())
    for act in (remove_photo, put_photo_first):
        with pytest.raises(NotFound), transaction() as session:
            act(session, actor, other, two[1].id, now=now())


def test_a_picture_taken_by_another_listing_cannot_be_added(cast: Cast, now: Clock, two: list[Photo]) -> None:
    stolen = pictures.keep(files.jpeg(400, 300))
    with transaction() as session:
        session.get_one(Photo, two[1].id).key = stolen.key
    other = VariantRef(stall_id=cast.tu.stall, product_id=shelf.product_id(cast.ruoi))
    actor = shelf.give_mandate(cast, now())
    with pytest.raises(Refused, match="đã dùng"), transaction() as session:
        add_photo(session, actor, other, stolen, clock=now)


# --- no more than there is room for ---------------------------------------------------------------------------------


@pytest.fixture
def one_a_day(app: Flask) -> None:
    app.config["CHOSO"] = app.config["CHOSO"].model_copy(update={"pictures_a_day": 1})


@pytest.mark.usefixtures("one_a_day")
def test_a_picture_too_many_is_said_and_nothing_typed_is_lost(lan: FlaskClient, cast: Cast) -> None:
    ahead = f"/ban-hang/{cast.lan.slug}/anh"
    assert shelf.post(lan, ahead, {"photo": shelf.sent()}).status_code == 200
    kept_before = list(storage().all_keys())
    answer = shelf.post(lan, ahead, {"photo": shelf.sent()})
    assert answer.status_code == 422
    assert "hết lượt gửi ảnh" in answer.get_json()["sentence"]
    for page, fields in (
        (f"{shelf.goods_of(cast.lan)}/moi", shelf.form()),
        (address(cast), {"photo": shelf.sent(), "tu": "sua"}),
    ):
        answer = shelf.post(lan, page, fields)
        assert answer.status_code == 422
        assert "hết lượt gửi ảnh. Những gì đã điền và ảnh đã có vẫn còn. Mời gửi tiếp sau" in answer.text
    assert "Cà chua vườn nhà" in shelf.post(lan, f"{shelf.goods_of(cast.lan)}/moi", shelf.form()).text
    assert list(storage().all_keys()) == kept_before


@pytest.mark.usefixtures("one_a_day")
def test_what_is_no_picture_counts_too(lan: FlaskClient, cast: Cast) -> None:
    """It is counted before it is looked at: a hundred bombs a minute are what the quota is for."""
    ahead = f"/ban-hang/{cast.lan.slug}/anh"
    assert "không phải ảnh" in shelf.post(lan, ahead, {"photo": shelf.sent(files.TEXT)}).get_json()["sentence"]
    assert "hết lượt" in shelf.post(lan, ahead, {"photo": shelf.sent()}).get_json()["sentence"]
