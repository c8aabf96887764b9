"""Who tries something, as the brake counts it: this browser, and the network that its request came from."""

from flask import request

from market.base.attempts import Caller
from market.values.network import network_of
from market.web.base.web import visitor


def caller() -> Caller:
    """`remote_addr` is what the named proxies say it is (`CHOSO_PROXY_HOPS`), never what a browser says."""
    return Caller(device=visitor(), network=network_of(request.remote_addr))
