"""What a stamp's page says first, and who counts as its visitor."""

import enum
import re

from market.trace.rules.kinds import LotState, StampState

MOST_STAMPS_AT_ONCE = 2000
LONG_SHEET = 200
"""A sheet of more stamps is a long task."""


class StampStanding(enum.StrEnum):
    """What a buyer must know first of a stamp."""

    ACTIVE = "active"
    NOT_ACTIVE = "not_active"
    VOID = "void"
    RECALLED = "recalled"


def standing_of(lot: LotState, stamp: StampState) -> StampStanding:
    """A recall goes before everything, then what became of the stamp itself."""
    if lot is LotState.RECALLED:
        return StampStanding.RECALLED
    if stamp is StampState.VOID:
        return StampStanding.VOID
    return (
        StampStanding.ACTIVE if stamp is StampState.ACTIVATED and lot is LotState.SEALED else StampStanding.NOT_ACTIVE
    )


_MACHINE = re.compile(
    r"bot\b|bot/|crawl|spider|preview|facebookexternalhit|whatsapp/|viber|skype|curl/|wget/|python-|go-http|headers?check",
    re.IGNORECASE,
)


def is_machine(user_agent: str) -> bool:
    """Whether a page is fetched by a program that makes link previews or indexes, not by a person."""
    return not user_agent or _MACHINE.search(user_agent) is not None
