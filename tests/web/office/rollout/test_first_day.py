"""The checklist of a commune's first day: what is done is read from the data."""

from flask import Flask
from flask.testing import FlaskClient

from market.base.db import reading, transaction
from market.communes.queries.first_day import first_day_of
from market.places.models import Commune
from market.sellers.models import PostRole
from market.values.period import local_day
from market.values.phone import Phone
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock

PATH, KHAC = "/van-phong/bat-dau", "http://khac.test"


def officer_of_a_new_commune(app: Flask, now: Clock) -> FlaskClient:
    with transaction() as session:
        new = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        person = make.make_person(session, new, "Cán Bộ Khác", "0900 000 051", now())
        make.make_post(session, person, PostRole.OFFICER, None, now())
        person_id = person.id
    client = app.test_client()
    make.sign_in(client, person_id, now(), base_url=KHAC)
    return client


def test_a_new_commune_is_led_from_its_door_to_the_first_step(app: Flask, cast: Cast, now: Clock) -> None:
    officer = officer_of_a_new_commune(app, now)
    door = officer.get("/van-phong", base_url=KHAC)
    assert door.location.endswith(PATH)
    page = officer.get(PATH, base_url=KHAC).text
    assert "xong 0/9 việc" in page
    assert page.count("Làm việc này") == 1
    assert 'href="/van-phong/cai-dat"' in page


def test_what_is_done_is_known_by_itself(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    """Bà Lan's commune sells already; its office has no address, and no hamlet was switched on."""
    found = first_day_of(reading(), cast.commune, local_day(now()))
    done = {step.key.name.lower(): step.is_done for step in found.steps}
    assert (done["register"], done["stall"], done["goods"], done["point"]) == (True, True, True, True)
    assert (done["on"], found.is_on_sale) == (False, False)
    assert hung.get("/van-phong").location.endswith("/van-phong/chi-tieu"), "who has begun is led to the figures"
    with transaction() as session:
        commune = session.get_one(Commune, cast.commune)
        commune.office_address, commune.office_phone = "Nhà số 1", Phone("0220 3000 000")
    assert next(s for s in first_day_of(reading(), cast.commune, local_day(now())).steps).is_done
    assert "Xem lại" in hung.get(PATH).text


def test_others_find_no_first_day(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy, cast.stranger])
