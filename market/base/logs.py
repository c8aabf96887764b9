"""Logs as one JSON object a line, each with its request's id; never a name, phone, address or amount."""

import json
import logging
from datetime import UTC, datetime

from flask import g, has_request_context

# What a log call may add beside its message; anything else stays out, so that no personal data slips in.
FIELDS = ("endpoint", "method", "status", "milliseconds", "job", "kind", "fault", "dead", "provider")


class JsonLines(logging.Formatter):
    """Formats a record as JSON; of an exception it keeps the type and the place, not the values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": g.get("request_id") if has_request_context() else None,
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["trace"] = self._places(record)
        return json.dumps(line, ensure_ascii=False)

    @staticmethod
    def _places(record: logging.LogRecord) -> list[str]:
        places = []
        trace = record.exc_info[2] if record.exc_info else None
        while trace:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        return places


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
