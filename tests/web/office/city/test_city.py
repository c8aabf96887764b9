"""The city's page: every commune by the same definitions, and no way into any of them."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from market.accounts.models import SecondFactor
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.secrets import vault
from market.communes.jobs import keep_commune_figures
from market.communes.models import CommuneFigure
from market.communes.queries.city import communes_of
from market.places.models import Commune
from market.sellers.actions.city_posts import NewCityPost, add_city_post, end_city_posts
from market.sellers.queries import longest_stay
from market.values.period import local_day
from tests import factories as make
from tests.access import keeps_out
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.queries import counting
from tests.web.base.test_every_route import OFFICE, Asking, is_hidden, methods_of, rules_of
from tests.web.base.world import World, arguments_of

PATH = "/thanh-pho"


@pytest.fixture
def city_officer(app: Flask, cast: Cast, now: Clock) -> int:
    with transaction() as session:
        person = make.make_person(
            session, session.get_one(Commune, cast.commune), "Cán Bộ Thành Phố", "0900 000 091", now()
        )
        new = NewCityPost(person_id=person.id, province_code="31", paper="QĐ của Sở")
        add_city_post(session, Actor(), new, now=now())
        return person.id


@pytest.fixture
def ha(client: FlaskClient, city_officer: int, now: Clock) -> FlaskClient:
    make.sign_in(client, city_officer, now())
    return client


def test_every_commune_stands_there_by_the_same_definitions(
    ha: FlaskClient, cast: Cast, now: Clock, app: Flask
) -> None:
    with transaction() as session:
        sell(session, cast.commune, cast.lan, Sold(on=local_day(now()), is_known=True))
        make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test").province_code = "31"
        make.make_commune(session, code="07627", name="xã Ngoài", letters="NG", host="ngoai.test").province_code = "27"
    look_everywhere(cast.commune)
    assert "chưa có số" in ha.get(PATH).text
    assert [keep_commune_figures(now()) for _ in range(2)] == [3, 0], "once for one moment"
    figure = reading().query(CommuneFigure).filter_by(commune_id=cast.commune).one()
    found = app.test_cli_runner().invoke(args=["kpi", "--json", "--commune", "11086"])
    kpi = json.loads(found.stdout)
    assert (figure.counted, figure.base) == (kpi["plan"]["part"], kpi["plan"]["whole"]) != (0, 0)
    page = ha.get(PATH).text
    assert ("xã Đại Sơn" in page, "xã Khác" in page, "xã Ngoài" in page) == (True, True, False)
    assert f"{figure.counted}/{figure.base}" in page
    for name in ("Bà Lan", "Đỗ Văn", cast.lan.slug, "0900"):
        assert name not in page


@by_day_on("sqlite")
def test_114_communes_are_read_25_at_a_time_in_a_fixed_number_of_statements(
    ha: FlaskClient, cast: Cast, now: Clock
) -> None:
    with transaction() as session:
        numbers = {c.name: 1 for c in CommuneFigure.__table__.columns if c.name not in ("id", "as_of", "reckoned_at")}
        rows = []
        for at in range(113):
            letters = f"{'ABCEFGHJ'[at // 20]}{'ABCDEFGHJKMNPQRSTVWX'[at % 20]}"
            far = make.make_commune(
                session, code=f"2{at:04}", name=f"xã Số {at:03}", letters=letters, host=f"x{at}.test"
            )
            far.province_code = "31"
            rows += [
                numbers | {"commune_id": far.id, "as_of": day, "reckoned_at": now()}
                for day in (local_day(now()), local_day(now()).replace(day=1))
            ]
        session.execute(insert(CommuneFigure), rows)
    few = ha.get(PATH).text
    assert few.count('data-label="Xã, phường"') == 25
    assert "xã Số 030" in ha.get(f"{PATH}?page=2").text
    with counting() as statements:
        lines = communes_of(reading(), ["31"], first=0, most=25)
    assert (len(lines), len(statements)) == (25, 1)
    assert {one.figure.as_of for one in lines if one.figure} == {local_day(now())}, "the newest of each"


def test_a_city_officer_opens_no_page_of_a_commune(app: Flask, cast: Cast, now: Clock, city_officer: int) -> None:
    """Persons, orders, rows of the register, pages of the office: none of it is there for them."""
    world = World.make(cast, now())
    asking = Asking(app, now, city_officer)
    for rule in rules_of(app, OFFICE, "/to-cong-nghe", "/ban-hang/<gian>"):
        asking.ask(rule, arguments_of(rule, world.lan), is_hidden, methods_of(rule))
    assert asking.wrong == []
    assert asking.asked > 60


def test_nobody_of_a_commune_sees_the_city(app: Flask, cast: Cast, now: Clock, city_officer: int) -> None:
    assert keeps_out(app, PATH, [cast.hung, cast.vy, cast.lan.person, cast.stranger])
    today = local_day(now())
    assert longest_stay(reading(), cast.commune, city_officer, today) == longest_stay(
        reading(), cast.commune, cast.hung, today
    )
    with transaction() as session:
        end_city_posts(session, Actor(), city_officer, now=now())
    assert keeps_out(app, PATH, [city_officer])


def test_a_city_officer_gives_a_second_factor(app: Flask, ha: FlaskClient, now: Clock, city_officer: int) -> None:
    """They have the page on which it is set up, and are asked for it once it is."""
    assert ha.get("/tai-khoan/ma-xac-thuc").status_code == 200
    assert PATH in ha.get("/tai-khoan").text
    with transaction() as session:
        sealed = vault().encrypt("a secret")
        session.add(SecondFactor(person_id=city_officer, secret_cipher=sealed, confirmed_at=now(), created_at=now()))
    client = app.test_client()
    make.sign_in(client, city_officer, now())
    assert client.get(PATH).location.startswith("/dang-nhap/ma-xac-thuc")


@by_day_on("sqlite")
def test_the_operator_gives_and_ends_the_post(app: Flask, cast: Cast, now: Clock) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["appoint-city", "0900 000 021", "--province", "31"]).exit_code == 0
    client = app.test_client()
    make.sign_in(client, cast.mai, now())
    assert client.get(PATH).status_code == 200
    assert [run(args=["end-city", "0900 000 021"]).exit_code for _ in range(2)] == [0, 1]
    assert client.get(PATH).status_code == 404
