"""A post ends at once, and with a helper's last post the mandates they held."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.db import transaction
from market.places.models import Hamlet
from market.sellers.models import Business, Mandate, Post, PostRole
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.stall.settings.test_mandates import mandate


def path(post: int) -> str:
    return f"/van-phong/to-cong-nghe/{post}/thoi"


def post_of(session: Session, person: int) -> int:
    return session.scalars(select(Post.id).where(Post.person_id == person)).one()


def test_a_dismissed_helper_reaches_neither_hamlet_nor_stall(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    given = mandate(cast, now)
    vy = app.test_client()
    sign_in(vy, cast.vy, now())
    assert vy.get("/to-cong-nghe").status_code == 200

    assert hung.post(path(post_of(session, cast.vy))).status_code == 303

    assert vy.get("/to-cong-nghe").status_code == 404
    assert vy.get(f"/ban-hang/{cast.lan.slug}/cai-dat").status_code == 404
    assert session.get_one(Mandate, given).revoked_at


def test_what_others_were_granted_outlives_a_helper_s_post(
    hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    with transaction() as writing:
        mai, officer = writing.get_one(Person, cast.mai), writing.get_one(Person, cast.hung)
        make.make_post(writing, mai, PostRole.HELPER, writing.get_one(Hamlet, cast.nghia_dung), now())
        kept = make.make_mandate(writing, writing.get_one(Business, cast.lan.business), mai, officer, now())
        past = make.make_mandate(writing, writing.get_one(Business, cast.htx.business), mai, officer, now())
        past.helper_id, past.revoked_at = cast.vy, now()
    ended = now()
    now.move(days=1)

    assert hung.post(path(post_of(session, cast.vy))).status_code == 303

    assert session.get_one(Mandate, kept.id).revoked_at is None
    assert session.get_one(Mandate, past.id).revoked_at == ended, "what had ended keeps when it did"


def test_a_helper_of_two_hamlets_keeps_the_mandates_with_one_of_them(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    mandate(cast, now)
    first = post_of(session, cast.vy)
    hung.post("/van-phong/to-cong-nghe", data=_second_post(cast))

    hung.post(path(first))

    vy = app.test_client()
    sign_in(vy, cast.vy, now())
    assert vy.get(f"/ban-hang/{cast.lan.slug}/cai-dat").status_code == 200


def _second_post(cast: Cast) -> dict[str, str]:
    return {"phone": "0900 000 002", "name": "Trần Khánh Vy", "role": "helper", "hamlet": str(cast.mo_doan)}


def test_nobody_ends_their_own_post(hung: FlaskClient, cast: Cast, session: Session) -> None:
    answer = hung.post(path(post_of(session, cast.hung)))

    assert answer.status_code == 422
    assert "Mời cán bộ khác" in answer.text
    assert hung.get("/van-phong/to-cong-nghe").status_code == 200


def test_the_operators_post_is_not_the_offices_to_end(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    with transaction() as writing:
        admin = Post(commune_id=cast.commune, person_id=cast.mai, role=PostRole.ADMIN, starts_on=now().date())
        writing.add(admin)
        writing.flush()
        number = admin.id

    assert hung.post(path(number)).status_code == 404


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, path(1), [cast.lan.person, cast.vy], method="POST")
