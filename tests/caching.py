"""Who may keep an answer: nobody, but where its view declares it. `PageClient` holds every answer to it that any test
fetches."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_cookie
from werkzeug.test import TestResponse

from market.web.base.caching import GUESTS, GUESTS_BROWSER, NOBODY
from market.web.base.cookies import SESSION


def declared_at(app: Flask, answer: TestResponse) -> str | None:
    """What the view that answered declares of itself; None where it declares nothing."""
    try:
        endpoint, _ = app.url_map.bind_to_environ(answer.request.environ).match()
    except HTTPException:
        return None
    declared: str | None = getattr(app.view_functions[endpoint], "cache_policy", None)
    return declared


def faults_of_caching(app: Flask, answer: TestResponse) -> list[str]:
    """What is wrong with who may keep this answer."""
    said = answer.headers.get_all("Cache-Control")
    if said == [NOBODY]:
        return []
    faults = []
    if said != [declared_at(app, answer)] and not (said == [GUESTS_BROWSER] and declared_at(app, answer) == GUESTS):
        faults.append(f"kept by {said}, which its view does not declare")
    if answer.headers.get("Set-Cookie"):
        faults.append("sets a cookie, and may be kept")
    if said == [GUESTS]:
        faults += _faults_of_shared(answer)
    elif said != [GUESTS_BROWSER] and answer.vary:
        faults.append(f"may be kept by all, and is another for each {answer.vary}")
    return faults


def _faults_of_shared(answer: TestResponse) -> Iterator[str]:
    """What must not be so of a page that every guest is shown."""
    sent = parse_cookie(answer.request.environ)
    if {SESSION, f"__Host-{SESSION}"} & sent.keys():
        yield "is shared, and was made for a browser with a session"
    if answer.vary.as_set() != {"cookie"}:
        yield "is shared, and does not say that a session makes it another"
    if "csrf_token" in answer.text:
        yield "is shared, and has a token of one browser"
    if '<span class="count">' in answer.text:
        yield "is shared, and counts one browser's lines"
