"""The fake gateway's calls to the shop, over the wire: each event to every address its account has, signed."""

import logging
import time
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
    """`hooks` returns the addresses for an account's secret key. What is not answered with 2xx is told again, after
    each of the `pauses` (seconds), signed anew."""

    hooks: Callable[[str], Sequence[Hook]]
    http: Http = field(default_factory=Http)
    pauses: Sequence[float] = (1, 5, 30)

    def __call__(self, owner: str, event: Json) -> None:
        for hook in self.hooks(owner):
            for pause in (0, *self.pauses):
                time.sleep(pause)
                if self._is_taken(hook, event):
                    break

    def _is_taken(self, hook: Hook, event: Json) -> bool:
        call = signed_call(hook.secret, event, clock.now())
        sent = Call(method="POST", url=hook.url, headers=call.headers, body=call.body, is_idempotent=True)
        try:
            return self.http.send(sent).is_good
        except OutsideError as error:
            log.warning("the shop was not reached", extra={"fault": str(error)})
            return False
