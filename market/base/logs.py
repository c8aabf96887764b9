"""Logs as one JSON object a line, each with its request's id; never a name, phone, address or amount."""

import json
import logging
import re
import sqlite3
from datetime import UTC, datetime

from flask import g, has_request_context
from sqlalchemy.exc import DBAPIError

# What a log call may add beside its message; anything else stays out, so that no personal data slips in.
FIELDS = (
    "endpoint",
    "method",
    "status",
    "refused",
    "milliseconds",
    "seconds",
    "job",
    "task",
    "kind",
    "item",
    "order",
    "payment",
    "refund",
    "found",
    "way",
    "provider",
    "access",
    "delivery",
    "fault",
    "dead",
)

_QUOTED = re.compile(r"""(["'`\[«]).*?(["'`\]»])""", re.DOTALL)
_NAMING = ("23", "42")
"""Classes of PostgreSQL's faults whose messages quote names alone: broken constraints, unknown tables and columns."""


_as_json = json.JSONEncoder(ensure_ascii=False).encode


class JsonLines(logging.Formatter):
    """Formats a record as JSON; of an exception it keeps the type, the place and what the database said, not values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": g.get("request_id") if has_request_context() else None,
        }
        given = record.__dict__
        line |= {name: given[name] for name in FIELDS if name in given}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["trace"] = self._places(record)
            if said := database_message(record.exc_info[1]):
                line["database"] = said
        return _as_json(line)

    @staticmethod
    def _places(record: logging.LogRecord) -> list[str]:
        places = []
        trace = record.exc_info[2] if record.exc_info else None
        while trace:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        return places


def database_message(error: BaseException | None) -> str | None:
    """What the database said of a fault, or of the fault behind it, without any value: names of tables, columns and
    constraints stay, and what else is quoted goes. None where no database is behind it."""
    while error is not None and not isinstance(error, DBAPIError):
        error = error.__cause__
    if error is None or error.orig is None:
        return None
    return _sqlite_message(error.orig) if isinstance(error.orig, sqlite3.Error) else _postgres_message(error.orig)


def _sqlite_message(error: sqlite3.Error) -> str:
    """SQLite quotes what it was given, and full-text search also without quotes, after `fts5:`."""
    said = str(error)
    return "fts5" if said.startswith("fts5:") else _QUOTED.sub("…", said)


def _postgres_message(error: BaseException) -> str:
    """The primary message alone: its DETAIL holds the row."""
    diagnosis = getattr(error, "diag", None)
    code: str | None = getattr(diagnosis, "sqlstate", None)
    said: str = getattr(diagnosis, "message_primary", None) or str(error).partition("\n")[0]
    return f"{code or 'client'} {said if code and code.startswith(_NAMING) else _QUOTED.sub('…', said)}"


def fault_of(error: BaseException) -> str:
    """A fault in a few words for a log's field: its type, and what the database said."""
    said = database_message(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def configure() -> None:
    """Send every record of the process to standard error as JSON lines; repeated calls change nothing."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for noisy in ("werkzeug", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
