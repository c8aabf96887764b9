"""A market of a given size on each database, migrated and filled, for the time of one measurement."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade

from bench.goods import fill
from market.app import create_app
from market.base.config import Settings
from market.base.db import db, transaction
from market.catalog.actions.search import rebuild_words
from tests.services import postgres


@contextmanager
def market(url: str, folder: Path, goods: int) -> Iterator[Flask]:
    """The application on a fresh database with so many goods; its context is pushed."""
    settings = Settings(database_url=url, storage_url=str(folder / "storage"), base_url="http://127.0.0.1")
    app = create_app(settings)
    with app.app_context():
        upgrade()
        with transaction() as writing:
            fill(writing.connection(), goods)
            rebuild_words(writing)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def _postgresql(folder: Path, goods: int) -> Iterator[Flask | None]:
    with postgres.running() as url:
        if url is None:
            yield None
            return
        databases = postgres.Databases(url)
        name = f"bench_{goods}"
        databases.drop(name)
        with market(databases.create(name), folder, goods) as app:
            yield app
        databases.drop(name)
        databases.close()


def markets(goods: int) -> Iterator[tuple[str, Flask]]:
    """The name of each database and the application on it, one after the other."""
    with TemporaryDirectory() as folder:
        with market(f"sqlite:///{folder}/bench.db", Path(folder), goods) as app:
            yield "SQLite", app
        with _postgresql(Path(folder), goods) as app:
            if app is not None:
                yield "PostgreSQL", app
