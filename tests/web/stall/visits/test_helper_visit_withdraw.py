"""A visit written down by mistake is taken back by who wrote it."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.stall.visits.steps import told, visits


def test_a_visit_is_taken_back_once_and_by_nobody_else(app: Flask, vy: FlaskClient, cast: Cast, now: Clock) -> None:
    vy.post(f"/to-cong-nghe/{cast.theu}/luot", data=told())
    path = f"/to-cong-nghe/luot/{visits()[0].id}/rut"
    home = f"/to-cong-nghe/{cast.theu}"
    assert path in vy.get(home).text

    officer = app.test_client()
    sign_in(officer, cast.hung, now())
    assert officer.post(path).status_code == 404
    assert [vy.post(path).status_code for _ in range(2)] == [303, 303]
    assert "Các lượt đã ghé" not in vy.get(home).text
    assert visits()[0].withdrawn_at == now()

    vy.post(f"/to-cong-nghe/{cast.theu}/luot", data=told(client_key="key-2"))
    now.move(days=8)
    sign_in(vy, cast.vy, now())
    late = f"/to-cong-nghe/luot/{visits()[1].id}/rut"
    assert late not in vy.get(home).text
    assert vy.post(late).status_code == 422
