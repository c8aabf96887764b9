"""Who may keep an answer: nobody, but where its view declares it. `PageClient` holds every answer to it that any test
fetches."""

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from market.web.base.caching import GUESTS_BROWSER, NOBODY


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
    if said != [declared_at(app, answer)]:
        faults.append(f"kept by {said}, which its view does not declare")
    if answer.headers.get("Set-Cookie"):
        faults.append("sets a cookie, and may be kept")
    if said != [GUESTS_BROWSER] and answer.vary:
        faults.append(f"may be kept by all, and is another for each {answer.vary}")
    return faults
