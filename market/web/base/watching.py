"""Pages that wait for somebody: what each watches, by one address that js/watch.js asks while the page is looked at."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, jsonify, request, url_for

from market.base.errors import NotFound

MARK_DIGITS = 32
ASKS_BY_ITSELF = "account.news"
"""The endpoint that open pages ask. It is no use of the account, so it keeps nobody signed in; and it writes no
session: an answer that comes late must not put back the one from before what its person did meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What a page waits for, by a topic and a key of it, and how far that had come when the page was made.

    `progress` must be read before what the page shows, or be what it shows: what came in between is then seen at the
    next look, never missed. `to_answer`: how many orders wait for the stall whose page it is.
    """

    topic: str
    key: str
    progress: object
    to_answer: int | None = None
    complaints: int = 0

    @property
    def mark(self) -> str:
        """The same as long as nothing changed: the entity tag of `address`."""
        return hashlib.sha256(repr(self.progress).encode()).hexdigest()[:MARK_DIGITS]

    @property
    def address(self) -> str:
        return url_for("account.news", topic=self.topic, key=self.key)


Look = Callable[[str], Watch]
"""By its key: NotFound for what is not to be seen by who asks, by the rules of the pages that show it."""

_LOOKS: dict[str, Look] = {}


def watched(topic: str) -> Callable[[Look], Look]:
    """Lets pages watch what a front end knows how to look up."""

    def add(look: Look) -> Look:
        _LOOKS[topic] = look
        return look

    return add


def look_at(topic: str, key: str) -> Response:
    """Whether it changed since the mark that the browser sends: 304 without a body where it did not."""
    look = _LOOKS.get(topic)
    if look is None:
        raise NotFound
    watch = look(key)
    answer = jsonify(to_answer=watch.to_answer)
    answer.set_etag(watch.mark)
    answer.make_conditional(request)
    return answer
