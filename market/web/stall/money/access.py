"""Whose the money pages are, and the way back to the pages of the lists on which a button was."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from flask import redirect, request, url_for

from market.sellers.actions.authority import refuse_helper
from market.web.base.access import StallContext
from market.web.base.addresses import row_number
from market.web.base.web import Page

P = ParamSpec("P")
LISTS = ("chua_ro", "phai_tra", "cho_tien", "gan_day")


def of_owners(view: Callable[Concatenate[StallContext, P], Page]) -> Callable[Concatenate[StallContext, P], Page]:
    """What the stall's own people say alone, who alone see the amounts; NotAllowed for a helper."""

    @wraps(view)
    def guarded(desk: StallContext, /, *args: P.args, **kwargs: P.kwargs) -> Page:
        refuse_helper(desk.actor)
        return view(desk, *args, **kwargs)

    return guarded


def back_to_money(desk: StallContext) -> Page:
    """To the pages of the lists on which the button was."""
    asked: dict[str, Any] = {of: request.args.get(of, type=row_number) for of in LISTS}
    return redirect(url_for("stall.money", gian=desk.slug, **asked), 303)
