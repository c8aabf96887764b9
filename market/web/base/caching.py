"""Who may keep an answer: nobody, unless its view says so here."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Response, current_app, g, request, session

from market.web.base import cookies

P = ParamSpec("P")
R = TypeVar("R")

NOBODY = "no-store"
GUESTS_BROWSER = "private, no-cache"
GUESTS = "public, max-age=10, s-maxage=1, stale-while-revalidate=20"
"""A page that is the same for every guest: a cache that many share asks again after a second, a browser after ten; both
may show the old one for twenty more while they ask. So what leaves the market is gone from it within half a minute."""
_LOOKS = {"GET", "HEAD"}
_WHOLE = {200, 206, 304}
YEAR_SECONDS = 365 * 24 * 3600


def public_for(
    seconds: int, *, shared: int | None = None, is_fixed: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let every cache on the way keep what a view answers, for so long, and one that many share only for `shared`
    seconds; what is fixed is not asked for again even where the page is loaded anew. Such an answer looks at neither
    session nor cookies: everybody gets the same, and no cookie goes with it; one that is not for all says NOBODY
    itself."""
    policy = f"public, max-age={seconds}"
    policy += f", s-maxage={shared}" if shared is not None else ""
    return _declared(policy + (", immutable" if is_fixed else ""))


def same_for_guests(view: Callable[P, R]) -> Callable[P, R]:
    """Let every cache keep for seconds what a browser without a session is answered: such a page holds nothing of
    anybody's, sets no cookie and has no form with a token. Who has a session (a guest with something in the cart) is
    answered for that browser alone, to be asked about each time, and who is signed in for nobody to keep."""
    return _declared(GUESTS)(view)


def _declared(policy: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.cache_policy = policy  # type: ignore[attr-defined]
        return view

    return mark


def policy_of(endpoint: str | None) -> str:
    """What the view of an endpoint declares."""
    declared: str = getattr(current_app.view_functions.get(endpoint or ""), "cache_policy", NOBODY)
    return declared


def is_public(response: Response) -> bool:
    return response.headers.get("Cache-Control", "").startswith("public")


def is_shared_page() -> bool:
    """Whether the answer to this request may be shown to every guest: nothing of this browser's may stand in it."""
    return policy_of(request.endpoint) == GUESTS and not _has_session()


def limit_caching(response: Response) -> None:
    """Say who may keep this answer: what its view declares, or nobody where this one answer is not for all. What a view
    says of an answer elsewhere never opens it."""
    policy = _policy_for(response)
    response.headers["Cache-Control"] = policy
    if policy == GUESTS:
        response.headers.add("Vary", "Cookie")
    if policy in (GUESTS, GUESTS_BROWSER):
        response.add_etag(weak=True)
        if request.if_none_match:
            response.make_conditional(request)


def _policy_for(response: Response) -> str:
    policy = policy_of(request.endpoint)
    if response.headers.get("Cache-Control") == NOBODY:
        return NOBODY
    if request.method not in _LOOKS or response.status_code not in _WHOLE:
        return NOBODY
    if policy == GUESTS and _is_personal():
        return NOBODY
    return GUESTS_BROWSER if policy == GUESTS and _has_session() else policy


def _has_session() -> bool:
    """Whether the browser sent a session, be it a guest's: the same question a cache before the market asks, which
    cannot read what is in it."""
    return cookies.read(cookies.SESSION) is not None


def _is_personal() -> bool:
    """Whether somebody is signed in, or a cookie goes with the answer: a message shown once is taken out of one."""
    return bool(session.get("_user_id")) or session.modified or "new_visitor" in g
