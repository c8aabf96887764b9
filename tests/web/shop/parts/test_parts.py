"""The page of all parts: there in development, absent for everybody else."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast


def test_developers_see_every_part(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/_parts").get_data(as_text=True)
    assert "Các phần của trang" in page
    assert page.count("badge-") >= 5


def test_a_running_market_has_no_such_page(app: Flask, client: FlaskClient, cast: Cast) -> None:
    app.config["CHOSO"] = app.config["CHOSO"].model_copy(update={"env": "production"})
    assert client.get("/_parts").status_code == 404
