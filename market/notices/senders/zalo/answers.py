"""What Zalo's numbers mean: sent, not on this phone, no money left, the token, the template.

Zalo answers 200 and says in `error` what came of it. The numbers are those that public users of the service list
(docs/senders.md names them); one that is not here leaves open whether the message went out.
"""

from market.base.errors import OutsideError
from market.base.http import TRY_AGAIN, Answer
from market.notices.ports import NotTaken

SENT = 0
NOT_ON_ZALO = frozenset({-108, -114, -118, -119, -139, -140, -141})
"""The number is none, nobody has Zalo on it, or they do not take such messages."""
NO_QUOTA = frozenset({-110, -115, -126, -137, -144, -1441, -145, -147, -1471, -1472})
TOKEN = frozenset({-124, -1241, -125, -216, -220})
TEMPLATE = frozenset({-106, -107, -109, -112, -113, -131, -132, -135, -1351, -136, -148})


class TokenRefused(NotTaken):
    """Zalo does not take the token: another one is needed before anything is sent."""


class OutOfOrder(NotTaken):
    """Nothing goes by Zalo until somebody sees to it: `trouble` says what, in the words of `zalo_tokens.WORDS`."""

    def __init__(self, message: str, trouble: str) -> None:
        super().__init__(message, permanent=True)
        self.trouble = trouble


def check_sent(answer: Answer) -> None:
    """Nothing where Zalo took the message. `NotTaken` for what it refused: for good where the next way is better at
    once. Where it answers with a fault of its own, or with a number nobody knows, it may have taken it."""
    if not answer.is_good:
        kind = OutsideError if answer.status in TRY_AGAIN or answer.status >= 500 else NotTaken
        raise kind(f"zalo answers {answer.status}", permanent=False)
    said = answer.json().get("error")
    if not isinstance(said, int):
        raise OutsideError("zalo answers without a number", permanent=False)
    if said != SENT:
        _refuse(said)


def _refuse(said: int) -> None:
    if said in TOKEN:
        raise TokenRefused(f"zalo answers {said}", permanent=False)
    if said in NOT_ON_ZALO:
        raise NotTaken(f"zalo answers {said}", permanent=True)
    for trouble, numbers in (("quota", NO_QUOTA), ("template", TEMPLATE)):
        if said in numbers:
            raise OutOfOrder(f"zalo answers {said}", trouble)
    raise OutsideError(f"zalo answers {said}", permanent=False)
