"""Flask's own sessions; what every cache may keep carries nobody's."""

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from market.web.base.caching import is_public


class Sessions(SecureCookieSessionInterface):
    """Writes no session, nor forgets one, beside an answer that every cache may keep."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_public(response):
            super().save_session(app, session, response)
