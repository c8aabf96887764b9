"""A post ends after a question: a helper's at once, with the mandates that hung on it, an officer's with two words."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.db import transaction
from market.places.models import Hamlet
from market.sellers.models import Business, Mandate, Post, PostRole
from market.values.period import local_day
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.office.posts.test_posts import second_officer
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

    question = hung.get(path(post_of(session, cast.vy))).text
    assert "Thôi nhiệm vụ của Trần Khánh Vy?" in question
    assert "các ủy quyền này cũng chấm dứt: Rau bà Lan" in question
    assert vy.get("/to-cong-nghe").status_code == 200, "to ask ends nothing"
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
    with transaction() as writing:
        person, hamlet = writing.get_one(Person, cast.vy), writing.get_one(Hamlet, cast.mo_doan)
        make.make_post(writing, person, PostRole.HELPER, hamlet, now())

    hung.post(path(first))

    vy = app.test_client()
    sign_in(vy, cast.vy, now())
    assert vy.get(f"/ban-hang/{cast.lan.slug}/cai-dat").status_code == 200


def test_an_officer_s_post_ends_with_the_word_of_two_others(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    other = app.test_client()
    sign_in(other, second_officer(cast, now), now())
    with transaction() as writing:
        post = make.make_post(writing, writing.get_one(Person, cast.mai), PostRole.OFFICER, None, now()).id
    assert "Cần hai cán bộ" in hung.get(path(post)).text
    for _ in range(2):
        assert hung.post(path(post)).status_code == 303
        assert session.get_one(Post, post, populate_existing=True).ends_on is None
    assert "Bạn đã đề nghị" in hung.get(path(post)).text
    assert "Đã có cán bộ đề nghị" in hung.get("/van-phong/to-cong-nghe").text

    now.move(days=7)
    sign_in(other, cast.stranger, now())
    sign_in(hung, cast.hung, now())
    assert "Cần hai cán bộ" in other.get(path(post)).text, "a word holds for a week"
    other.post(path(post))
    assert session.get_one(Post, post, populate_existing=True).ends_on is None
    assert "Một cán bộ khác đã đề nghị" in hung.get(path(post)).text
    hung.post(path(post))
    assert session.get_one(Post, post, populate_existing=True).ends_on is not None


def test_of_two_officers_neither_ends_the_other(hung: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    post = post_of(session, second_officer(cast, now))
    answer = hung.post(path(post))
    assert answer.status_code == 422
    assert "flask end-officer" in answer.text
    assert session.get_one(Post, post).end_asked_by is None


def test_the_word_of_who_is_no_officer_any_more_counts_for_nothing(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    other = app.test_client()
    first = post_of(session, second_officer(cast, now))
    sign_in(other, cast.stranger, now())
    with transaction() as writing:
        people = [writing.get_one(Person, one) for one in (cast.mai, cast.tu.person)]
        post, _ = (make.make_post(writing, one, PostRole.OFFICER, None, now()).id for one in people)
    other.post(path(post))
    with transaction() as writing:
        writing.get_one(Post, first).ends_on = local_day(now()) - timedelta(days=1)
    hung.post(path(post))
    assert session.get_one(Post, post, populate_existing=True).ends_on is None


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
