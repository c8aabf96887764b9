"""A picture is everybody's while a listing shows it; else its stall's and the office's alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import transaction
from market.catalog import pictures
from market.catalog.actions.uploads import UploadQuota, reserve_upload
from market.catalog.models import Photo, ProductState
from market.sellers.models import Post, Stall, StallState, Verification, VerificationState
from tests.cast import Cast
from tests.catalog import pictures as files
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import in_turns
from tests.queries import counting
from tests.web.base.world import World

PUBLIC = "public, max-age=3600, s-maxage=10"
NAMES = ("-320.webp", "-640.webp", "-1280.webp", ".jpg")


@pytest.fixture
def key(cast: Cast, now: Clock) -> str:
    """The picture of bà Lan's đậu xanh."""
    return shelf.show_picture(cast.dau_xanh, now())


def phone_of(app: Flask, now: Clock, person: int | None) -> FlaskClient:
    client = app.test_client()
    if person is not None:
        sign_in(client, person, now())
    return client


# --- while it is public ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_that_a_listing_shows_may_be_kept_for_an_hour(client: FlaskClient, key: str, name: str) -> None:
    with counting() as statements:
        answer = client.get(f"/anh/{key}{name}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, PUBLIC)
    assert len(statements) == 1


@pytest.mark.parametrize("name", NAMES)
def test_after_that_hour_a_phone_that_has_it_is_told_so_without_the_file(
    client: FlaskClient, key: str, name: str
) -> None:
    tag = client.get(f"/anh/{key}{name}").headers["ETag"]
    pictures.forget(key)
    with counting() as statements:
        answer = client.get(f"/anh/{key}{name}", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert (answer.headers["Cache-Control"], answer.headers["ETag"]) == (PUBLIC, tag)
    assert len(statements) == 1, "what lies in storage was not looked at: it is gone"


def test_who_is_signed_in_sees_it_as_everybody_does(app: Flask, cast: Cast, now: Clock, key: str) -> None:
    answer = phone_of(app, now, cast.mai).get(f"/anh/{key}-320.webp")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, PUBLIC)


# --- when it is not any more ----------------------------------------------------------------------------------------

Change = Callable[[Cast], None]


def state(to: ProductState) -> Change:
    return lambda cast: shelf.change(cast.dau_xanh, state=to)


def stall(to: StallState) -> Change:
    def change(cast: Cast) -> None:
        with transaction() as session:
            session.get_one(Stall, cast.lan.stall).state = to

    return change


def revoke(cast: Cast) -> None:
    with transaction() as session:
        own = select(Verification).where(Verification.business_id == cast.lan.business)
        session.scalars(own).one().state = VerificationState.REVOKED


NOT_PUBLIC = {
    "taken down": state(ProductState.TAKEN_DOWN),
    "refused": state(ProductState.REFUSED),
    "waiting": state(ProductState.PENDING),
    "hidden": lambda cast: shelf.change(cast.dau_xanh, is_hidden=True),
    "of a paused stall": stall(StallState.PAUSED),
    "of a closed stall": stall(StallState.CLOSED),
    "of a seller no longer verified": revoke,
}


@in_turns("name")
@pytest.mark.parametrize("name", ["-320.webp", ".jpg"])
@pytest.mark.parametrize("why", NOT_PUBLIC)
def test_what_no_public_listing_shows_is_its_stall_s_and_the_office_s_alone(
    app: Flask, cast: Cast, now: Clock, key: str, why: str, name: str
) -> None:
    address = f"/anh/{key}{name}"
    tag = app.test_client().get(address).headers["ETag"]
    NOT_PUBLIC[why](cast)
    for person in (None, cast.mai, cast.tu.person, cast.vy, cast.stranger):
        answer = phone_of(app, now, person).get(address, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    for person in (cast.lan.person, cast.hung):
        answer = phone_of(app, now, person).get(address, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert len(answer.data) > 100
    shelf.give_mandate(cast, now())
    assert phone_of(app, now, cast.vy).get(address).status_code == 200


def test_a_hidden_one_that_is_shown_again_is_everybody_s_again(client: FlaskClient, cast: Cast, key: str) -> None:
    for is_hidden, status in ((True, 404), (False, 200)):
        shelf.change(cast.dau_xanh, is_hidden=is_hidden)
        assert client.get(f"/anh/{key}-320.webp").status_code == status


def test_a_picture_that_was_only_sent_is_its_stall_s(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        key = reserve_upload(session, cast.lan.stall, UploadQuota(kept=1, a_day=1), clock=now)
    pictures.keep(files.jpeg(400, 300), key=key)
    asked = {who: phone_of(app, now, who).get(f"/anh/{key}-320.webp").status_code for who in (None, cast.tu.person)}
    assert set(asked.values()) == {404}
    for person in (cast.lan.person, cast.hung):
        assert phone_of(app, now, person).get(f"/anh/{key}-320.webp").headers["Cache-Control"] == "no-store"


def test_a_picture_taken_off_its_listing_is_its_stall_s(app: Flask, cast: Cast, now: Clock, key: str) -> None:
    """As the seller does it, on her page."""
    lan = phone_of(app, now, cast.lan.person)
    goods = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"
    sent = shelf.post(lan, f"{goods}/anh", {"photo": shelf.sent()})
    assert sent.status_code == 303
    assert shelf.approve_changes(cast) == 1
    with transaction() as session:
        newest = session.scalars(select(Photo).order_by(Photo.id.desc()).limit(1)).one()
    assert app.test_client().get(f"/anh/{newest.key}-320.webp").status_code == 200
    assert lan.post(f"{goods}/anh/{newest.id}/bo").status_code == 303
    assert app.test_client().get(f"/anh/{newest.key}-320.webp").status_code == 404
    assert lan.get(f"/anh/{newest.key}-320.webp").status_code == 200
    assert app.test_client().get(f"/anh/{key}-320.webp").status_code == 200, "the one that stayed"


def test_an_officer_of_another_commune_sees_what_everybody_sees(app: Flask, cast: Cast, now: Clock, key: str) -> None:
    world = World.make(cast, now())
    for host in ("cho.test", "khac.test"):
        for is_hidden, status in ((False, 200), (True, 404)):
            shelf.change(cast.dau_xanh, is_hidden=is_hidden)
            client = app.test_client()
            sign_in(client, world.officer_elsewhere, now(), base_url=f"http://{host}")
            answer = client.get(f"/anh/{key}-320.webp", base_url=f"http://{host}")
            assert answer.status_code == status


def test_an_officer_whose_post_has_ended_sees_what_everybody_sees(app: Flask, cast: Cast, now: Clock, key: str) -> None:
    shelf.change(cast.dau_xanh, is_hidden=True)
    hung = phone_of(app, now, cast.hung)
    assert hung.get(f"/anh/{key}-320.webp").status_code == 200
    with transaction() as session:
        session.scalars(select(Post).where(Post.person_id == cast.hung)).one().ends_on = (
            now() - timedelta(days=2)
        ).date()
    assert hung.get(f"/anh/{key}-320.webp").status_code == 404
