"""The test house: a database of each kind, an application on it, a clock that stands still, the cast."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from market.app import create_app
from market.base import clock
from market.base.db import db
from tests.cast import Cast
from tests.pages import PageClient
from tests.services.databases import (
    OPENING,
    Peopled,
    database_url,
    postgres_peopled,
    postgres_server,
    postgres_template,
    settings_for,
    sqlite_peopled,
    sqlite_template,
)
from tests.services.routes import compile_once

compile_once()

__all__ = [
    "database_url",
    "postgres_peopled",
    "postgres_server",
    "postgres_template",
    "sqlite_peopled",
    "sqlite_template",
]


class Clock:
    """The market's clock in tests: stands still until moved. Starts at 9:00 of 24/11/2026 in Vietnam."""

    def __init__(self) -> None:
        self.at = OPENING

    def __call__(self) -> datetime:
        return self.at

    def move(self, **distance: float) -> datetime:
        self.at += timedelta(**distance)
        return self.at


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(clock, "now", stopped)
    return stopped


def _compiled_templates(tmp_path: Path) -> Path:
    """A folder all tests of a run share, so that each template is compiled once."""
    folder = tmp_path.parent / "templates"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def app(database_url: str, tmp_path: Path, now: Clock) -> Iterator[Flask]:
    """The application on this test's database; CSRF is off but where a test turns it on."""
    app = create_app(settings_for(database_url, tmp_path))
    app.test_client_class = PageClient
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(_compiled_templates(tmp_path)))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A reading session of the test's own; `market.base.db.transaction()` writes."""
    with Session(db.engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def cast(request: pytest.FixtureRequest, app: Flask, database_url: str) -> Cast:
    """The fixed set of invented people: in the database from the start, because the test names them."""
    peopled: Peopled = request.getfixturevalue(
        f"{'sqlite' if database_url.startswith('sqlite') else 'postgres'}_peopled"
    )
    return peopled.cast
