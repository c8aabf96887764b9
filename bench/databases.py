"""A market of a given size on each database, migrated and filled, for the time of one measurement."""

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade

from bench.goods import fill
from market.app import create_app
from market.base.config import Settings
from market.base.db import db, transaction
from market.base.garbage import freeze_what_is_loaded
from market.catalog.actions.search import rebuild_words
from tests.services import postgres
from tests.services.databases import TEST_SECRET
from tests.services.workers import Server, serving


@contextmanager
def market(url: str, folder: Path, goods: int | None) -> Iterator[Flask]:
    """The application on a fresh database with so many goods (none: with nothing at all), or with the demonstration of
    seeds/ where None."""
    storage = str(folder / "storage")  # signed as its workers sign, so that they know who is signed in here
    settings = Settings(database_url=url, storage_url=storage, base_url="http://127.0.0.1", secret_key=TEST_SECRET)
    app = create_app(settings)
    with app.app_context():
        upgrade()
        if goods is None:
            app.test_cli_runner().invoke(args=["seed"], catch_exceptions=False)
        elif goods:
            _fill(goods)
        settle()
    freeze_what_is_loaded()
    gc.enable()  # as in a worker of the market: reading the package `tests` has turned it off
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


def _fill(goods: int) -> None:
    with transaction() as writing:
        fill(writing.connection(), goods)
        rebuild_words(writing)


def settle() -> None:
    """What PostgreSQL does by itself within a minute of a great change, and the jobs process for SQLite every day,
    whose connections know of it once they are opened anew (`market.base.statistics`)."""
    with db.engine.connect() as connection:
        is_postgresql = connection.dialect.name == "postgresql"
        connection.exec_driver_sql("VACUUM ANALYZE" if is_postgresql else "ANALYZE")
    db.engine.dispose()


def size_mb() -> float:
    """The database's own size, a file's with the room in it that forgetting has made for the rows that come next."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            return float(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar() or 0) / 1e6
        pages, size = (
            int(connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0) for name in ("page_count", "page_size")
        )
        return pages * size / 1e6


@contextmanager
def _postgresql(folder: Path, goods: int | None) -> Iterator[Flask | None]:
    with postgres.running() as url:
        if url is None:
            yield None
            return
        databases = postgres.Databases(url)
        name = f"bench_{os.getpid()}"
        try:
            with market(databases.create(name), folder, goods) as app:
                yield app
        finally:
            databases.drop(name)
            databases.close()


KINDS = ("SQLite", "PostgreSQL")


def markets(goods: int | None, kinds: Sequence[str] = KINDS) -> Iterator[tuple[str, Flask]]:
    """The name of each database and the application on it, one after the other."""
    with TemporaryDirectory() as folder:
        if "SQLite" in kinds:
            with market(f"sqlite:///{folder}/bench.db", Path(folder), goods) as app:
                yield "SQLite", app
        if "PostgreSQL" in kinds:
            with _postgresql(Path(folder), goods) as app:
                if app is not None:
                    yield "PostgreSQL", app


def served(app: Flask, *, workers: int) -> AbstractContextManager[Server]:
    """The application's database and pictures, served by processes of their own."""
    settings: Settings = app.config["CHOSO"]
    folder, behind_a_proxy = Path(settings.storage_url).parent, {"CHOSO_PROXY_HOPS": "1"}
    return serving(settings.database_url, folder, workers=workers, more=behind_a_proxy)
