"""Whether a form was sent from a page of this market, where the page is the same for everybody and carries no token
(docs/decisions/0015)."""

from urllib.parse import urlsplit

from flask import current_app, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from market.web.base.addresses import parts_of
from market.web.base.commune import whole_address


def is_sent_from_here() -> bool:
    """Whether the browser says that it stood on a page of this market, or the form has this browser's token.

    False is not "forged": some browsers say nothing. Such a form is asked about once more on a page with a token.
    """
    return _is_said() or _has_token()


def _is_said() -> bool:
    """By `Sec-Fetch-Site`, which no page can write; by browsers that know it not, or over http, by `Origin`, and the
    oldest by `Referer`. The host alone is compared: a proxy may not tell which scheme it was asked by."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    page = request.headers.get("Origin") or request.referrer or ""
    return parts_of(page).netloc in (request.host, urlsplit(whole_address("")).netloc)


def _has_token() -> bool:
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return True
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True
