"""Who tries something, as the brake counts it: this browser, and the network that its request came from."""

from datetime import timedelta

from flask import request
from sqlalchemy import select

from market.accounts.queries import has_signed_in
from market.base import clock
from market.base.attempts import Brake, Caller, Counted, count_try, refuse_closed
from market.base.db import reading
from market.base.errors import TooManyTries
from market.base.secrets import vault
from market.orders.queries.orders import has_ordered
from market.values.network import network_of
from market.web.base.web import visitor

OLD_ENOUGH = timedelta(days=1)


def caller() -> Caller:
    """`remote_addr` is what the named proxies say it is (`CHOSO_PROXY_HOPS`), never what a browser says."""
    return Caller(device=visitor(), network=network_of(request.remote_addr))


def network() -> str:
    """The network that asks, as a keyed hash to keep beside what it did. Never taken for one person: a carrier puts
    thousands of phones behind one."""
    return vault().digest("network", network_of(request.remote_addr))


def count_here(brake: Brake, *, known: Brake) -> Counted:
    """Count a try at this browser and its network. Where others behind the same address have filled that, a browser
    that is known here is counted by itself. TooManyTries past both."""
    try:
        return count_try(brake, caller=caller())
    except TooManyTries:
        if not _is_known():
            raise
    return count_try(known, visitor())


def refuse_closed_here(brake: Brake, *, known: Brake) -> None:
    """TooManyTries where `count_here` would refuse now; nothing is counted."""
    try:
        refuse_closed(brake, caller=caller())
    except TooManyTries:
        if not _is_known():
            raise
        refuse_closed(known, visitor())


def _is_known() -> bool:
    """Whether this browser signed in or ordered here a day ago or earlier: one that is made up now is not known."""
    device, before = visitor(), clock.now() - OLD_ENOUGH
    return bool(reading().scalar(select(has_signed_in(device, before) | has_ordered(device, before))))
