"""The roll-out: a map and a table that say the same, and what a hamlet's state follows from."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.communes.queries.rollout import rollout_of
from market.communes.rules.rollout import HamletState
from market.places.actions import NewFact, Switch, set_fact, switch_on
from market.places.models import Hamlet
from market.sellers.actions import open_stall
from market.values.period import local_day
from tests.access import keeps_out
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import parse

PATH = "/van-phong/trien-khai"


def on(cast: Cast, hamlet: int, now: Clock) -> None:
    switch = Switch(commune_id=cast.commune, hamlet_id=hamlet, from_day=local_day(now()), source="QĐ 45")
    with transaction() as session:
        switch_on(session, Actor(person_id=cast.hung), switch, clock=now)


def rule(cast: Cast, now: Clock, stalls: str, orders: str) -> None:
    numbers = {"hamlet.active_stalls": stalls, "hamlet.active_orders": orders, "hamlet.active_days": "30"}
    with transaction() as session:
        for key, value in numbers.items():
            new = NewFact(
                commune_id=cast.commune, key=key, value=value, valid_from=local_day(now()), source="Xã tự đặt"
            )
            set_fact(session, Actor(person_id=cast.hung), new, clock=now)


def states(cast: Cast, now: Clock) -> dict[int, HamletState]:
    found = rollout_of(reading(), cast.commune, local_day(now()))
    return {one.hamlet.id: one.state for one in found.hamlets}


def test_a_hamlet_is_active_by_the_dated_rule(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    assert states(cast, now)[cast.nghia_dung] is HamletState.OFF
    on(cast, cast.nghia_dung, now)
    assert states(cast, now)[cast.nghia_dung] is HamletState.ON, "no rule was set"
    rule(cast, now, "1", "2")
    with transaction() as session:
        for _ in range(2):
            sell(session, cast.commune, cast.lan, Sold(on=local_day(now())))
    here = states(cast, now)
    assert (here[cast.nghia_dung], here[cast.mo_doan]) == (HamletState.ACTIVE, HamletState.OFF)
    page = hung.get(PATH)
    table, [drawn] = parse(page.text), [one for one in parse(page.text).all("svg") if one.get("class") == "map"]
    names = [one.text for one in drawn.all("text")]
    assert {"Nghĩa Dũng", "●", "Mỗ Đoạn", "–"} <= set(names), "the mark says it beside the colour"
    assert "● hoạt động" in table.text
    now.move(days=31)
    assert states(cast, now)[cast.nghia_dung] is HamletState.ON, "what was sold is longer ago than the rule looks"


def test_stalls_open_only_where_the_market_is_on(cast: Cast, now: Clock) -> None:
    """A commune that has said of no hamlet where it is on sells everywhere, as before."""
    on(cast, cast.nghia_dung if hamlet_of(cast) != cast.nghia_dung else cast.mo_doan, now)
    with pytest.raises(Refused, match="Chợ số chưa bật ở"), transaction() as session:
        open_stall(session, Actor(), cast.commune, cast.theu, now=now())
    on(cast, hamlet_of(cast), now)
    with transaction() as session:
        assert open_stall(session, Actor(), cast.commune, cast.theu, now=now())


def hamlet_of(cast: Cast) -> int:
    from market.sellers.models import Business

    return reading().get_one(Business, cast.theu).hamlet_id


def test_a_shape_that_is_known_is_drawn_and_the_others_are_tiles(hung: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Hamlet, cast.mo_doan).outline = "106.37,20.87 106.38,20.87 106.38,20.86"
    [drawn] = [one for one in parse(hung.get(PATH).text).all("svg") if one.get("class") == "map"]
    assert [one.get("points") for one in drawn.all("polygon")] == ["0,0 597,0 597,640"]
    assert len(list(drawn.all("rect"))) == len(reading().query(Hamlet).all()) - 1


def test_others_find_no_rollout(app: Flask, cast: Cast) -> None:
    for path in (PATH, f"{PATH}/{cast.mo_doan}"):
        assert keeps_out(app, path, [cast.lan.person, cast.vy, cast.stranger])
