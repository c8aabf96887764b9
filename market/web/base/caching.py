"""Who may keep an answer: nobody, unless its view says so here."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Response, current_app, g, request, session

P = ParamSpec("P")
R = TypeVar("R")

NOBODY = "no-store"
GUESTS_BROWSER = "private, no-cache"
_LOOKS = {"GET", "HEAD"}
_WHOLE = {200, 206, 304}
YEAR_SECONDS = 365 * 24 * 3600


def public_for(seconds: int, *, is_fixed: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let every cache on the way keep what a view answers, for so long; what is fixed is not asked for again even where
    the page is loaded anew. Such an answer looks at neither session nor cookies: everybody gets the same, and no cookie
    goes with it; one that is not for all says NOBODY itself."""
    return _declared(f"public, max-age={seconds}" + (", immutable" if is_fixed else ""))


def revalidated(view: Callable[P, R]) -> Callable[P, R]:
    """Let the browser of a signed-out person keep a page without a form, and ask each time whether it is still the
    same: 304 while it is. A signed-in person's is kept nowhere."""
    return _declared(GUESTS_BROWSER)(view)


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


def limit_caching(response: Response) -> None:
    """Say who may keep this answer: what its view declares, or nobody where this one answer is not for all. What a view
    says of an answer elsewhere never opens it."""
    policy = policy_of(request.endpoint)
    if response.headers.get("Cache-Control") == NOBODY:
        policy = NOBODY
    if request.method not in _LOOKS or response.status_code not in _WHOLE:
        policy = NOBODY
    if policy == GUESTS_BROWSER and _is_personal():
        policy = NOBODY
    response.headers["Cache-Control"] = policy
    if policy == GUESTS_BROWSER:
        response.add_etag(weak=True)
        if request.if_none_match:
            response.make_conditional(request)


def _is_personal() -> bool:
    """Whether somebody is signed in, or a cookie goes with the answer: a message shown once is taken out of one."""
    return bool(session.get("_user_id")) or session.modified or "new_visitor" in g
