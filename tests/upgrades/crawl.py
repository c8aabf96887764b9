"""Walks the market's links as one person: one page of every rule that can be reached."""

import re
from collections.abc import Container, Iterable

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

FILES = ("/static/", "/anh/")
"""What these hold is not in a database's dump."""


def pages_seen(app: Flask, client: FlaskClient, starts: Iterable[str], passed: Container[str] = ()) -> dict[str, int]:
    """The status of one page of every rule reached by links from `starts`, by the rule; of the rules `passed` only
    where one is a start."""
    seen: dict[str, int] = {}
    first = [*starts]
    waiting = [*first]
    while waiting:
        path = waiting.pop(0)
        rule = _rule_of(app, path)
        if rule is None or rule in seen or (rule in passed and path not in first):
            continue
        with client.get(path, follow_redirects=True) as answer:
            seen[rule] = answer.status_code
            if answer.mimetype == "text/html":
                waiting += re.findall(r'href="(/[^"#]*)', answer.get_data(as_text=True).replace("&amp;", "&"))
    return seen


def _rule_of(app: Flask, path: str) -> str | None:
    if path.startswith(FILES):
        return None
    try:
        rule, _ = app.url_map.bind("cho.test").match(path.partition("?")[0], return_rule=True)
    except HTTPException:
        return None
    return str(rule.rule)
