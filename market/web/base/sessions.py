"""Flask's own sessions; what every cache may keep carries nobody's."""

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from market.web.base.caching import is_public
from market.web.base.watching import ASKS_BY_ITSELF


class Sessions(SecureCookieSessionInterface):
    """Writes no session, nor forgets one, beside an answer that every cache may keep, or that no person asked for. Of
    one application: what it signs with is made once, not for every request."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_public(response) and request.endpoint != ASKS_BY_ITSELF:
            super().save_session(app, session, response)
