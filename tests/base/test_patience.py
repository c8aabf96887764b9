"""A database that is away, held up or hangs gives a page that says so, and the market goes on once it is back."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Connection, event, exc, select, text

from market.app import create_app
from market.base import patience
from market.base.config import ROOT, Settings
from market.base.db import db, reading, transaction
from market.base.patience import POSTGRESQL, WEB, is_away, limit_waits
from market.base.row_query import RowQuery
from market.sellers.models import Business
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import by_day_on
from tests.services.applications import new
from tests.services.hanging import HangingProxy

SENTENCE = "Kho dữ liệu của chợ chưa trả lời"
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@by_day_on("sqlite")
def test_every_template_is_compiled_before_the_first_request(app: Flask) -> None:
    serving = create_app(app.config["CHOSO"], serves=True)
    kept = {name for _, name in serving.jinja_env.cache or ()}
    templates = {path.relative_to(ROOT / "market/templates").as_posix() for path in TEMPLATES}
    assert len(templates) > 50
    assert templates <= kept
    assert not create_app(app.config["CHOSO"]).jinja_env.cache, "commands do not wait for it"


TEMPLATES = list((ROOT / "market" / "templates").rglob("*.html"))


@pytest.fixture
def proxy(database_url: str) -> Iterator[HangingProxy]:
    with HangingProxy(database_url) as proxy:
        yield proxy


@pytest.fixture
def behind_proxy(app: Flask, proxy: HangingProxy, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The market whose database stands behind a proxy that can hang; it waits half a second for it."""
    monkeypatch.setitem(POSTGRESQL, "connect_args", {"connect_timeout": 2})
    settings: Settings = app.config["CHOSO"]
    served = new(settings.model_copy(update={"database_url": proxy.url}))
    served.config["PROPAGATE_EXCEPTIONS"] = False
    with served.app_context():
        limit_waits(db.engine, replace(WEB, answer=0.5))
    yield served
    with served.app_context():
        db.engine.dispose()


@ON_POSTGRESQL
def test_a_database_that_hangs_is_said_and_not_waited_for(behind_proxy: Flask, proxy: HangingProxy) -> None:
    """faults.md P2: PostgreSQL hung 50 s, and nothing answered."""
    client = behind_proxy.test_client()
    assert client.get("/", base_url="http://cho.test").status_code == 200
    proxy.hang()
    assert client.get("/healthz", base_url="http://cho.test").json == {"status": "failed", "failed": ["database"]}
    assert client.get("/", base_url="http://cho.test").status_code == 200, "it is kept for half a minute"
    for path in ("/tim?q=gao", "/gio-hang"):
        answer = client.get(path, base_url="http://cho.test")
        assert answer.status_code == 503, path
        assert SENTENCE in answer.text
        assert int(answer.headers["Retry-After"]) > 0
    sent = client.post("/gio-hang/them", data={"variant_id": "1", "amount": "1"}, base_url="http://cho.test")
    assert (sent.status_code, sent.headers["Retry-After"], sent.headers["X-Refused"]) == (503, "60", "no_answer")
    assert "việc vừa gửi có thể chưa được ghi" in sent.text
    told = client.post("/webhook/sepay/x", data=b"{}", base_url="http://cho.test")
    assert (told.status_code, told.text, told.headers["Retry-After"]) == (503, '{"success": false}', "60")
    proxy.go_on()
    assert client.get("/", base_url="http://cho.test").status_code == 200


@ON_POSTGRESQL
def test_the_page_of_a_database_that_hangs_asks_it_nothing_more(
    behind_proxy: Flask, proxy: HangingProxy, cast: Cast, now: Clock
) -> None:
    """Who is signed in and where they work is read from it: each more that is asked is as long a wait again."""
    client, waits = behind_proxy.test_client(), []
    with behind_proxy.app_context():
        sign_in(client, cast.lan.person, now(), base_url="http://cho.test")
        event.listen(db.engine, "handle_error", waits.append)
    proxy.hang()
    answer = client.get(f"/ban-hang/{cast.lan.slug}", base_url="http://cho.test")
    proxy.go_on()
    assert (answer.status_code, len(waits)) == (503, 1), "at the connection in hand"


@ON_POSTGRESQL
def test_connections_that_the_server_closed_are_not_used_again(behind_proxy: Flask, proxy: HangingProxy) -> None:
    client = behind_proxy.test_client()
    assert client.get("/healthz", base_url="http://cho.test").status_code == 200
    proxy.cut()
    assert client.get("/healthz", base_url="http://cho.test").status_code == 200


@ON_POSTGRESQL
def test_a_connection_that_hangs_takes_those_beside_it_along(behind_proxy: Flask, proxy: HangingProxy) -> None:
    """A server that vanished closes nothing: each of them would be waited for in its turn."""
    with behind_proxy.app_context():
        with db.engine.connect() as one, db.engine.connect() as other:
            before = {_process(one), _process(other)}
            proxy.hang()
            with pytest.raises(exc.OperationalError) as hanging:
                RowQuery(select(Business.id)).rows(one, {})
            assert is_away(hanging.value)
        proxy.go_on()
        with db.engine.connect() as one, db.engine.connect() as other:
            assert before.isdisjoint({_process(one), _process(other)})


def _process(connection: Connection) -> int:
    """The server's own, of a connection."""
    return connection.execute(text("SELECT pg_backend_pid()")).scalar_one()


@ON_POSTGRESQL
def test_a_connection_that_nobody_closed_is_not_asked_first(behind_proxy: Flask, proxy: HangingProxy) -> None:
    """Each page would cost a statement more."""
    with behind_proxy.app_context():
        dialect, asked = db.engine.dialect, []
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(dialect, "do_ping", lambda connection: asked.append(connection) or True)
            for _ in range(3):
                with db.engine.connect():
                    pass
            assert asked == []
            proxy.cut()
            with db.engine.connect():
                pass
            assert len(asked) == 1


@ON_POSTGRESQL
def test_a_statement_and_a_lock_have_their_limits(app: Flask, cast: Cast) -> None:
    with new(app.config["CHOSO"]).app_context():  # an engine of its own: the limits stay on it
        limit_waits(db.engine, replace(WEB, statement=0.2, lock=0.1))
        with pytest.raises(exc.OperationalError) as slow:
            reading().execute(text("SELECT pg_sleep(60)"))
        assert is_away(slow.value)
        with transaction() as holding:
            holding.execute(text("LOCK TABLE person"))
            with pytest.raises(exc.OperationalError) as waiting, db.engine.connect() as other:
                other.execute(text("SELECT count(*) FROM person"))
        assert is_away(waiting.value)
        db.session.remove()
        db.engine.dispose()


def test_sqlite_that_is_held_too_long_is_away_and_a_missing_table_is_a_fault(app: Flask) -> None:
    with pytest.raises((exc.OperationalError, exc.ProgrammingError)) as missing:
        reading().execute(text("SELECT * FROM nowhere"))
    assert not is_away(missing.value)
    if db.engine.dialect.name != "sqlite":
        return
    with transaction(), db.engine.connect() as other:
        other.execute(text("PRAGMA busy_timeout=1"))
        with pytest.raises(exc.OperationalError) as held:
            other.execute(text("BEGIN IMMEDIATE"))
        other.execute(text("PRAGMA busy_timeout=15000"))
    assert is_away(held.value)


def test_a_fault_of_the_program_stays_a_500(app: Flask, cast: Cast) -> None:
    broken = new(app.config["CHOSO"])
    broken.config["PROPAGATE_EXCEPTIONS"] = False
    broken.add_url_rule("/broken", view_func=lambda: str(reading().execute(text("SELECT * FROM nowhere"))))
    answer = broken.test_client().get("/broken", base_url="http://cho.test")
    assert answer.status_code == 500
    assert SENTENCE not in answer.text


@ON_POSTGRESQL
def test_a_connection_that_the_pool_has_not_is_not_waited_for_endlessly(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(POSTGRESQL, "pool_timeout", 0.1)
    small = new(app.config["CHOSO"])
    with small.app_context(), ExitStack() as stack:
        for _ in range(patience.CONNECTIONS):
            stack.enter_context(db.engine.connect())
        with pytest.raises(exc.TimeoutError) as full:
            db.engine.connect()
        assert is_away(full.value)


def test_as_many_requests_as_connections_read_and_write_at_once(app: Flask) -> None:
    """None waits for a connection that only another one of them could give back."""
    together = threading.Barrier(patience.CONNECTIONS, timeout=60)
    faults: list[BaseException] = []

    def ask() -> None:
        try:
            with app.app_context():
                reading().execute(text("SELECT 1"))
                together.wait()
                with transaction() as session:
                    session.execute(text("SELECT 1"))
        except BaseException as error:  # noqa: BLE001 - whatever a thread raises is the finding
            faults.append(error)

    threads = [threading.Thread(target=ask) for _ in range(patience.CONNECTIONS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
