"""Pages and buttons that a market's mode may not allow."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from market.base.db import reading
from market.places.queries.modes import mode_now
from market.places.rules.modes import Feature, allows, refuse_unless
from market.web.base.commune import current_commune

P = ParamSpec("P")
T = TypeVar("T")


def is_allowed_here(feature: Feature) -> bool:
    """Whether this commune's mode allows it at this moment, before a machine outside is asked for anything: what is
    kept of a commune may be half a minute old."""
    return allows(mode_now(reading(), current_commune().id), feature)


def refuse_here(feature: Feature) -> None:
    """Refused where this commune's mode does not allow it at this moment."""
    refuse_unless(mode_now(reading(), current_commune().id), feature)


def needs(feature: Feature) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A view that does nothing but say why where the mode does not allow this. Beneath who may open it."""

    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            refuse_here(feature)
            return view(*args, **kwargs)

        marked: Any = guarded
        marked.feature = feature
        return guarded

    return decorate
