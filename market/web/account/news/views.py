"""The one address that every page that waits asks (js/watch.js)."""

from flask import Response

from market.web.account.blueprint import blueprint
from market.web.base.watching import look_at


@blueprint.get("/tin-moi/<topic>/<key>")
def news(topic: str, key: str) -> Response:
    """Answers at once: what waits is the browser, never a process. One or two statements beside who is signed in."""
    return look_at(topic, key)
