"""The test house: a database of each kind, an application on it, a clock that stands still, the cast."""

import gc
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from PIL.Image import Image
from sqlalchemy import ColumnElement, literal
from sqlalchemy.orm import Session

from market.base import clock, secrets
from market.base.db import UtcTime, db
from market.base.jobs import queue
from market.base.secrets import random_key
from market.catalog.pictures import keeping
from market.catalog.rules import KeptPhoto
from tests.cast import Cast
from tests.nights import IS_NIGHT, left_to_the_night
from tests.services import applications
from tests.services.databases import (
    OPENING,
    Peopled,
    database_url,
    kept_files,
    made_once,
    postgres_peopled,
    postgres_server,
    postgres_template,
    sqlite_file,
    sqlite_peopled,
    sqlite_template,
)

__all__ = [
    "database_url",
    "kept_files",
    "postgres_peopled",
    "postgres_server",
    "postgres_template",
    "sqlite_file",
    "sqlite_peopled",
    "sqlite_template",
]

LENIENT = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("market", settings.default, deadline=None, suppress_health_check=LENIENT)
settings.load_profile("market")
"""No property fails because a machine is slow, or because its examples share one database."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Longer proofs are left to `make nightly`: a suite that takes longer than five minutes is not run."""
    if not IS_NIGHT:
        left = left_to_the_night(items)
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def pytest_collection_finish() -> None:
    """What is collected stays: looking through it again and again for garbage is a tenth of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_sessionfinish() -> None:
    """Nor is what the tests left looked through at the end: pytest does so five times over."""
    gc.freeze()


MARKETS_HASHER = secrets._PASSWORDS


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Passwords are hashed as the cast's are, in no time; `tests/base/test_secrets.py` tries the market's own way."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "_PASSWORDS", cheap)
        patch.setattr(secrets, "_NOBODY", cheap.hash("nobody's password"))
        yield


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    applications.share_templates(made_once(tmp_path_factory, "templates", lambda _: None))


@pytest.fixture(scope="session", autouse=True)
def pictures_encoded_once() -> Iterator[None]:
    """Most tests send the same small picture: a test process makes the same WebP of the same points once."""
    encode, made = keeping._saved, dict[tuple[object, ...], bytes]()

    def encoded(picture: Image, quality: int) -> bytes:
        which = blake2b(picture.tobytes()).digest(), picture.mode, picture.size, repr(picture.info), quality
        if which not in made:
            made[which] = encode(picture, quality)
        return made[which]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "_saved", encoded)
        yield


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
    monkeypatch.setattr(queue, "time_there", same_time_there)
    return stopped


def same_time_there(distance: timedelta = timedelta()) -> ColumnElement[datetime]:
    """A database whose clock shows the market's time: what jobs are due by."""
    return literal(clock.now() + distance, UtcTime())


@pytest.fixture
def app(database_url: str, kept_files: Path, now: Clock) -> Iterator[Flask]:
    """The application on this test's database; CSRF is off but where a test turns it on."""
    with applications.lent(database_url, kept_files) as app:
        yield app


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


@pytest.fixture
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeding keeps no picture files: few tests look at them, and they take half of its time."""
    monkeypatch.setattr("market.seeding.cli.keep", lambda _: KeptPhoto(key=random_key(), width=1280, height=960))
