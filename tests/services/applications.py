"""One application for each database of a test process, lent to test after test: made once, and put back each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket

from market.app import create_app
from market.base import secrets, storage
from market.base.config import Settings
from market.base.db import db
from tests.pages import PageClient
from tests.services.databases import settings_for

_kept: dict[str, tuple[Flask, frozenset[str]]] = {}


class _Compiled(BytecodeCache):
    """The compiled templates of this test process: every application has the same. What one process of a run has
    compiled the others read, once there is a folder for it; the next run begins anew, as filters may be others then."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}
        self.of_the_run: FileSystemBytecodeCache | None = None

    def load_bytecode(self, bucket: Bucket) -> None:
        which = bucket.key, bucket.checksum
        bucket.code = self._codes.get(which)
        if bucket.code is None and self.of_the_run:
            self.of_the_run.load_bytecode(bucket)
            if bucket.code:
                self._codes[which] = bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code
        if self.of_the_run:
            self.of_the_run.dump_bytecode(bucket)


_compiled = _Compiled()


def share_templates(folder: Path) -> None:
    """Keep compiled templates in this folder, which all processes of a run have."""
    _compiled.of_the_run = FileSystemBytecodeCache(str(folder))


def new(settings: Settings) -> Flask:
    """An application as tests want it: CSRF is off but where a test turns it on."""
    app = create_app(settings)
    app.test_client_class = PageClient
    app.jinja_env.bytecode_cache = _compiled
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


@contextmanager
def lent(url: str, folder: Path) -> Iterator[Flask]:
    """The application on this database, its pictures in a folder; what a test does to its settings ends with it.

    Compiled templates, routes and statements stay: making them anew for each test is most of a test's time.
    """
    settings = settings_for(url, folder)
    if url not in _kept:
        made = new(settings)
        _kept[url] = made, frozenset(made.extensions)
    app, extensions = _kept[url]
    for remembered in app.extensions.keys() - extensions:
        del app.extensions[remembered]
    before = dict(app.config) | {"CHOSO": settings}
    app.config["CHOSO"] = settings
    secrets.configure(settings.data_keys.get_secret_value(), settings.secret)
    storage.configure(settings.storage_url)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            if db.engine.dialect.name == "sqlite":
                db.engine.dispose()  # the next test's database is another file; PostgreSQL's connections stay warm
            app.config.clear()
            app.config.update(before)
