"""SePay's API as a WSGI application: what it knows by token, written the way SePay writes it, and its ways to fail."""

import enum
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from market.values.period import VIETNAM

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Row = dict[str, object]
NUMBERS = frozenset({"id", "amount_in", "amount_out", "accumulated"})
"""What is text in the answers to a token, and a number in those to an access token of OAuth2."""


class Trouble(enum.Enum):
    """How SePay, or what stands before it, may answer instead of what was asked for."""

    BUSY = enum.auto()
    DOWN = enum.auto()
    HTML = enum.auto()
    NOT_JSON = enum.auto()
    HUGE = enum.auto()
    SLOW = enum.auto()
    MOVED = enum.auto()
    FAILED_INSIDE = enum.auto()


@dataclass
class FakeBooks:
    """Tokens, what each may see, and how the next calls go wrong. `calls` counts the paths that were asked; `codes` and
    `refreshes` are good for one time each and stand for the token whose books they open."""

    accounts: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    trouble: Trouble | None = None
    retry_after: int | None = 7
    most_listed: int = 5000
    calls: Counter[str] = field(default_factory=Counter)
    codes: dict[str, str] = field(default_factory=dict)
    refreshes: dict[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None

    def knows(self, token: str, *accounts: str) -> None:
        """A token of somebody who has these accounts at SePay."""
        self.accounts[token] = list(accounts)
        self.rows.setdefault(token, [])

    def transfer(self, token: str, number: int, amount: int, memo: str, at: datetime, **fields: object) -> None:
        """A payment came in on the token's first account; `fields` overrides what SePay says of it."""
        row: Row = {
            "id": str(number),
            "bank_brand_name": "Vietcombank",
            "account_number": self.accounts[token][0],
            "transaction_date": f"{at.astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}",
            "amount_out": "0.00",
            "amount_in": f"{amount}.00",
            "accumulated": "19077000.00",
            "transaction_content": memo,
            "reference_number": f"MBVCB.{number}",
            "code": None,
            "sub_account": None,
            "bank_account_id": "19",
        }
        self.rows[token].append(row | fields)

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = str(environ["PATH_INFO"])
        self.calls[path] += 1
        self.before()
        if self.trouble is not None:
            return self._failing(self.trouble, start)
        if path == "/oauth/token":
            sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            return self._redeemed(dict(parse_qsl(sent.decode())), start)
        token = str(environ.get("HTTP_AUTHORIZATION", "")).removeprefix("Bearer ")
        if token not in self.accounts and path.startswith("/api/"):
            return _answer(start, 401, b'{"error": "invalid_token"}')
        if token not in self.accounts:
            return _answer(start, 200, b"")
        status, said = self._asked(path, dict(parse_qsl(str(environ["QUERY_STRING"]))), token)
        return _answer(start, status, json.dumps(said, ensure_ascii=False).encode())

    def _asked(self, path: str, wanted: dict[str, str], token: str) -> tuple[int, Row]:
        if path.startswith("/api/v1/"):
            most, start = int(wanted["limit"]), (int(wanted["page"]) - 1) * int(wanted["limit"])
            return 200, {"status": "success", "data": self._granted(path, wanted, token)[start : start + most]}
        if path == "/userapi/bankaccounts/list":
            return 200, _good(bankaccounts=[{"id": "19", "account_number": one} for one in self.accounts[token]])
        if path == "/userapi/transactions/list":
            return 200, _good(transactions=self._listed(wanted, token))
        found = [row for row in self.rows[token] if path == f"/userapi/transactions/details/{row['id']}"]
        return (200, _good(transaction=found[0])) if found else (404, {"status": 404, "error": "not found"})

    def _granted(self, path: str, wanted: dict[str, str], token: str) -> list[Row]:
        """The same as OAuth2 opens it."""
        if path == "/api/v1/bank-accounts":
            return [{"id": 19, "account_number": one} for one in self.accounts[token]]
        days = {"transaction_date_min": wanted["from_date"], "transaction_date_max": wanted["to_date"]}
        rows = self._listed({**days, "limit": "5000"}, token)
        return [{name: _number(value) if name in NUMBERS else value for name, value in row.items()} for row in rows]

    def _redeemed(self, sent: dict[str, str], start: "StartResponse") -> Iterable[bytes]:
        """Tokens for a code or a refresh token that is good, and the next refresh token with them."""
        kept = self.refreshes if sent["grant_type"] == "refresh_token" else self.codes
        token = kept.pop(sent.get("refresh_token") or sent["code"], None)
        if token is None or not sent["client_secret"]:
            return _answer(start, 400, b'{"error": "invalid_grant"}')
        new = f"{token}-{len(self.accounts)}"
        self.accounts[new], self.rows[new] = self.accounts[token], self.rows[token]
        self.refreshes[f"refresh-{new}"] = token
        said = {"access_token": new, "token_type": "Bearer", "expires_in": 3600, "refresh_token": f"refresh-{new}"}
        return _answer(start, 200, json.dumps(said).encode())

    def _listed(self, wanted: dict[str, str], token: str) -> list[Row]:
        """Those of the days, the newest first; SePay cuts the list at the limit."""
        first, last = wanted["transaction_date_min"], wanted["transaction_date_max"]
        of_days = [row for row in self.rows[token] if first <= str(row["transaction_date"])[:10] <= last]
        of_days.sort(key=lambda row: str(row["transaction_date"]), reverse=True)
        return of_days[: min(int(wanted["limit"]), self.most_listed)]

    def _failing(self, trouble: Trouble, start: "StartResponse") -> Iterable[bytes]:
        if trouble is Trouble.BUSY:
            pause = [] if self.retry_after is None else [("x-sepay-userapi-retry-after", str(self.retry_after))]
            return _answer(start, 429, b'{"status": 429, "error": "Too Many Requests"}', *pause)
        if trouble is Trouble.SLOW:
            return _drip(start)
        status, body = _FAULTS[trouble]
        return _answer(start, status, body, *([("Location", "http://127.0.0.1:9/")] if status == 302 else []))


_FAULTS = {
    Trouble.DOWN: (503, b"upstream connect error"),
    Trouble.HTML: (200, b"<!doctype html><title>SePay</title><p>Bao tri"),
    Trouble.NOT_JSON: (200, b'["not", "an object"]'),
    Trouble.HUGE: (200, b'{"status": 200, "transactions": [' + b'"x",' * 400_000 + b'"x"]}'),
    Trouble.MOVED: (302, b""),
    Trouble.FAILED_INSIDE: (200, b'{"status": 500, "error": "database"}'),
}


def _number(value: object) -> object:
    """What a text of digits, or of digits and two zeros, stands for; anything odd stays as it is."""
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return float(value) if isinstance(value, str) and value.endswith(".00") else value


def _good(**said: object) -> Row:
    return {"status": 200, "error": None, "messages": {"success": True}, **said}


def _answer(start: "StartResponse", status: int, body: bytes, *headers: tuple[str, str]) -> Iterable[bytes]:
    start(f"{status} Said", [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers])
    return [body]


def _drip(start: "StartResponse") -> Iterator[bytes]:
    """A body that never ends, a byte now and then."""
    start("200 Said", [("Content-Type", "application/json")])
    while True:
        yield b" "
        time.sleep(0.02)
