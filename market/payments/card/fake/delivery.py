"""The fake gateway's calls to the shop, over the wire: each event to every address its account has, signed."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from market.base import clock
from market.base.errors import OutsideError
from market.base.http import Call, Http
from market.payments.card.fake.books import Json, signed_call

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """An address that wants to hear of an account's events, and the secret they are signed with."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSender:
    """`hooks` returns the addresses for an account's secret key."""

    hooks: Callable[[str], Sequence[Hook]]
    http: Http = field(default_factory=Http)

    def __call__(self, owner: str, event: Json) -> None:
        for hook in self.hooks(owner):
            call = signed_call(hook.secret, event, clock.now())
            try:
                self.http.send(
                    Call(method="POST", url=hook.url, headers=call.headers, body=call.body, is_idempotent=True)
                )
            except OutsideError as error:
                log.warning("the shop was not reached", extra={"fault": str(error)})
