"""A stall's long tasks of the last week."""

from flask import Flask
from flask.testing import FlaskClient

from market.base import clock
from market.base.audit import Actor
from market.base.db import transaction
from market.base.jobs.long_tasks import LongTask, LongTaskState, NewTask, Parameters, ask_for
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def test_its_own_are_listed(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())
    sheet: Parameters = {"lot": "L261124A", "first": 1, "last": 900}
    export: Parameters = {"channel": "shopee", "template": 1, "shipping": ""}
    for stall, kind, asks in ((cast.lan.stall, "stamp_sheet", sheet), (cast.htx.stall, "channel_export", export)):
        with transaction() as session:
            new = NewTask(commune_id=cast.commune, kind=kind, stall_id=stall, asks=asks)
            ask_for(session, Actor(person_id=cast.lan.person), new, clock=clock.now)
    page = client.get(f"/ban-hang/{cast.lan.slug}/viec").text
    assert "Làm tờ tem lô L261124A, số 1 đến 900</strong>" in page
    assert "Điền mẫu của sàn" not in page


def test_sheets_of_several_lots_are_told_apart_and_one_that_failed_leads_back(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.lan.person, now())
    at = f"/ban-hang/{cast.lan.slug}"
    for kind, asks in (
        ("stamp_sheet", {"lot": "L261124A", "first": 1, "last": 900}),
        ("channel_export", {"channel": "shopee", "template": 1, "shipping": ""}),
    ):
        with transaction() as session:
            new = NewTask(commune_id=cast.commune, kind=kind, stall_id=cast.lan.stall, asks=asks)
            task = session.get_one(LongTask, ask_for(session, Actor(person_id=cast.lan.person), new, clock=clock.now))
            task.state, task.ended_at, task.said = LongTaskState.FAILED, now(), "Chưa làm được."
            path = f"{at}/viec/{task.id}"
        back = f'href="{at}/lo/L261124A"' if kind == "stamp_sheet" else f'href="{at}/kenh/shopee"'
        assert back in client.get(path).text
    page = client.get(f"{at}/viec").text
    assert "Làm tờ tem lô L261124A, số 1 đến 900</strong>" in page
    assert "Điền mẫu của sàn Shopee</strong>" in page


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, f"/ban-hang/{cast.lan.slug}/viec", [cast.htx.person, cast.vy])
