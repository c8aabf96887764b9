"""The city's page, and a roll-out with shapes that are known: on a phone of 360 pixels and a wide screen."""

from playwright.sync_api import Page

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.db import transaction
from market.communes.jobs import keep_commune_figures
from market.places.actions import Switch, switch_on
from market.places.models import Hamlet
from market.sellers.actions.city_posts import NewCityPost, add_city_post
from market.values.period import local_day
from tests import factories as make
from tests.browser.looking import faults_everywhere, picture
from tests.browser.test_tracing import sign_in
from tests.cast import Cast
from tests.conftest import Clock


def test_the_city_and_a_map_of_shapes_are_read_on_a_phone(page: Page, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        hung = session.get_one(Person, cast.hung)
        add_city_post(session, Actor(), NewCityPost(person_id=hung.id, province_code="31", paper="QĐ"), now=now())
        far = make.make_commune(session, code="10507", name="xã Nguyễn Bỉnh Khiêm", letters="KH", host="khac.test")
        far.province_code = "31"
        session.get_one(Hamlet, cast.mo_doan).outline = "106.37,20.87 106.39,20.872 106.385,20.855 106.372,20.858"
        session.get_one(Hamlet, cast.nghia_dung).outline = "106.39,20.872 106.40,20.87 106.398,20.856 106.385,20.855"
        phone = hung.phone.national if hung.phone else ""
        on = Switch(commune_id=cast.commune, hamlet_id=cast.mo_doan, from_day=local_day(now()), source="QĐ 45")
        switch_on(session, Actor(), on, clock=now)
    keep_commune_figures(now())
    sign_in(page, phone)
    for path, name in (("/thanh-pho", "city"), ("/van-phong/trien-khai", "rollout-shapes")):
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(path)
        assert faults_everywhere(page) == []
        picture(page, name)
        page.set_viewport_size({"width": 1280, "height": 800})
        assert faults_everywhere(page) == []
        picture(page, f"{name}-wide")
