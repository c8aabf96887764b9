"""SQL for migrations that models cannot say: the full-text index over names, and tables that are only appended to."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, inspect

APPEND_ONLY = ("event", "journal_entry", "allocation", "stock_move", "business_history")
"""What the first schema keeps so; each later table names itself in its own migration, and here below."""
APPEND_ONLY_SINCE = (
    *("refund", "call_draw", "buyer_call", "bank_credit_check", "market_mode"),
    *("refund_answer", "line_change", "change_answer"),
    "official_report",
)
APPEND_ONLY_BUT = {"evidence": "replaced_at"}
"""Those of which one column follows from the rows behind, and may change."""

BLOCK = 2048
"""So many goods are a block, which is a word of all of them: so a search can begin at the newest."""
COMMUNE_DIGITS = 6
"""Every word of a name is indexed behind its commune's number, in so many digits: `gao` of commune 7 is `000007gao`. So
a search meets the names of its own commune alone, however many others there are."""

SHORTEST_BEGINNING = COMMUNE_DIGITS + 4
"""So long are the shortest beginnings of words that SQLite's index keeps: the commune, the field, the spelling and two
letters."""


def word_of(commune_id: int, word: str) -> str:
    """A word, or the beginning of one, as the index knows it."""
    return f"{commune_id:0{COMMUNE_DIGITS}}{word}"


def _of_commune(words: str, commune: str) -> str:
    """SQL: the words of a column, each behind its commune's number. Words are parted by single blanks."""
    return f"ltrim(replace(' ' || {words}, ' ', ' ' || {commune}))"


_ON_POSTGRESQL = f"lpad(CAST(commune_id AS text), {COMMUNE_DIGITS}, '0')"
FOLDED = (
    f"array_to_tsvector(string_to_array({_of_commune('folded', _ON_POSTGRESQL)} "
    f"|| ' #' || CAST(id / {BLOCK} AS text), ' '))"
)
MARKED = f"array_to_tsvector(string_to_array({_of_commune('marked', _ON_POSTGRESQL)}, ' '))"

ANYWHERE, BEGUN = "e", "b"
"""PostgreSQL's index keeps each word that may stand anywhere under the first of these as well: else it is asked for in
three fields and goes through what each has of it. And under the second the beginnings, without marks, of words in
fields that do not only support: for `ca` it would have to gather all that begin so."""
LONGEST_BEGINNING = 3
"""So long are the longest beginnings of words that it keeps; those of four letters have few words."""


def _with_more(words: str) -> str:
    """SQL: the words of a column, also where they may stand anywhere (`af`, `aw`, `kw` and `dw`), and as begun."""
    all_of = f"(' ' || {words})"
    anywhere = all_of
    for field in ("af", "aw", "kw", "dw"):
        anywhere = f"replace({anywhere}, ' {field}', ' {ANYWHERE}')"
    begun = f"regexp_replace({all_of}, ' af((([^ ])[^ ]?)[^ ]?)[^ ]*', ' {BEGUN}\\1 {BEGUN}\\2 {BEGUN}\\3', 'g')"
    return f"{words} || {anywhere} || {begun}"


SEARCHED = "search_vector(search_words, commune_id, id)"
_SEARCH_VECTOR = (
    "CREATE OR REPLACE FUNCTION search_vector(search_words text, commune_id bigint, id bigint) RETURNS tsvector "
    "LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 5000 AS $$ BEGIN RETURN "
    f"array_to_tsvector(string_to_array({_of_commune(_with_more('search_words'), _ON_POSTGRESQL)} "
    f"|| ' #' || CAST(id / {BLOCK} AS text), ' ')); END $$"
)
"""A function for the sake of its cost: PostgreSQL takes an expression to cost nothing, and where goods are few it makes
the words of each anew for every look, 26 ms for a search of 40 goods. What it returns may not change while an index
rests on it."""

_DROPPED = "dropped_triggers"


def _on_sqlite(row: str, columns: Sequence[str]) -> str:
    """SQL: what the full-text table is given of a row of `product`."""
    commune = f"printf('%0{COMMUNE_DIGITS}d', {row}.commune_id)"
    return ", ".join([f"{row}.id", *(_of_commune(f"{row}.{column}", commune) for column in columns)])


NAMES, WORDS = ("folded", "marked"), ("search_words",)
"""Which columns of `product` are indexed: its name alone, as migrations did at first, or all that is known of it."""
_TRIGGERS = ("product_fts_ai", "product_fts_ad", "product_fts_au")


def _search_triggers(columns: Sequence[str]) -> dict[str, str]:
    into = ", ".join(columns)
    leaves = f"INSERT INTO product_fts(product_fts, rowid, {into}) SELECT 'delete', {_on_sqlite('old', columns)}; "
    comes = f"INSERT INTO product_fts(rowid, {into}) SELECT {_on_sqlite('new', columns)}; "
    bodies = (
        f"AFTER INSERT ON product BEGIN {comes}END",
        f"AFTER DELETE ON product BEGIN {leaves}END",
        f"AFTER UPDATE OF {into}, commune_id ON product BEGIN {leaves}{comes}END",
    )
    return dict(zip(_TRIGGERS, bodies, strict=True))


def index_names(connection: Connection) -> None:
    """Create, or repair after a rebuild of `product`, the full-text index over folded names and their marked words,
    as it was until all that is known of goods was indexed (`index_words`)."""
    if connection.dialect.name == "postgresql":
        return _index_on_postgresql(connection, f"{FOLDED}, {MARKED}")
    return _index_on_sqlite(connection, NAMES, f"prefix='{COMMUNE_DIGITS + 2} {COMMUNE_DIGITS + 3}'")


def index_words(connection: Connection) -> None:
    """Create, or repair after a rebuild of `product`, the full-text index over what is known of goods, each commune's
    by themselves.

    They are ASCII words already, so PostgreSQL takes them as they are, without a parser that would cut them elsewhere
    than SQLite does. It merges each product at once: else every search reads those that wait to be merged one by one.

    On SQLite triggers keep it in step; `KeptTriggers` brings them back when a migration rebuilds the table.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_SEARCH_VECTOR)
        return _index_on_postgresql(connection, SEARCHED)
    prefix = f"prefix='{SHORTEST_BEGINNING} {SHORTEST_BEGINNING + 1}'"
    return _index_on_sqlite(connection, WORDS, f"detail='none', {prefix}")


def _index_on_postgresql(connection: Connection, vectors: str) -> None:
    connection.exec_driver_sql(
        f"CREATE INDEX IF NOT EXISTS ix_product_fts ON product USING gin ({vectors}) WITH (fastupdate = off)"
    )


def _index_on_sqlite(connection: Connection, columns: Sequence[str], options: str) -> None:
    into = ", ".join(columns)
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS product_fts USING fts5({into}, content='', {options})"
    )
    for name, body in _search_triggers(columns).items():
        connection.exec_driver_sql(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
    connection.exec_driver_sql("INSERT INTO product_fts(product_fts) VALUES ('delete-all')")
    connection.exec_driver_sql(
        f"INSERT INTO product_fts(rowid, {into}) SELECT {_on_sqlite('product', columns)} FROM product"  # noqa: S608
    )


def merge_index(connection: Connection) -> None:
    """Let SQLite keep the index in one piece, as after loading many goods at once: each word is then looked up once,
    not in every piece that came."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO product_fts(product_fts) VALUES ('optimize')")


def drop_index(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP INDEX IF EXISTS ix_product_fts")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS search_vector(text, bigint, bigint)")
        return
    for name in _TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
    connection.info.setdefault(_DROPPED, set()).update(_TRIGGERS)
    connection.exec_driver_sql("DROP TABLE IF EXISTS product_fts")


def forbid_change(connection: Connection, table: str, *, but: str | None = None) -> None:
    """Let the database refuse UPDATE and DELETE on a table of history; `but`: the one column that follows from other
    rows and may change."""
    verbs = {"UPDATE": _updates(connection, table, but), "DELETE": "DELETE"}
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation'; END $$"
        )
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_append_only BEFORE {' OR '.join(verbs.values())} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb, done in verbs.items():
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {done} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _updates(connection: Connection, table: str, but: str | None) -> str:
    columns = [column["name"] for column in inspect(connection).get_columns(table)] if but else []
    return f"UPDATE OF {', '.join(one for one in columns if one != but)}" if columns else "UPDATE"


@contextmanager
def unforbidden(connection: Connection, table: str) -> Iterator[None]:
    """A table of history may be changed while the block runs: a migration fills in what its rows left out."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
        yield
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")
        return
    for verb in ("update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{verb}")
    yield
    forbid_change(connection, table)


class KeptTriggers:
    """The triggers of an SQLite file while it migrates: those that go with a table's rebuilding are brought back.

    SQLite can hardly alter a table, so Alembic copies it and drops the old one, and the triggers with it: silently
    there would be no search entry for new goods, and history that can be changed.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known = self._there()

    def restore(self) -> None:
        """Bring back what the step just done has lost, where its table is still there."""
        there, tables = self._there(), set(inspect(self._connection).get_table_names())
        dropped: set[str] = self._connection.info.setdefault(_DROPPED, set())
        for (table, name), sql in self._known.items():
            if (table, name) not in there and table in tables and name not in dropped:
                self._connection.exec_driver_sql(sql)
        dropped.clear()
        self._known = self._there()

    def _there(self) -> dict[tuple[str, str], str]:
        rows = self._connection.exec_driver_sql("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {(table, name): sql for table, name, sql in rows}
