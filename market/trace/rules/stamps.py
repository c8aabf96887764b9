"""What a stamp's page says first, and who counts as its visitor."""

import enum
import re
from datetime import date

from market.trace.rules.kinds import StampState
from market.trace.rules.moves import LotLife

MOST_STAMPS_AT_ONCE = 2000
LONG_SHEET = 200
"""A sheet of more stamps is a long task."""


class StampStanding(enum.StrEnum):
    """What a buyer must know first of a stamp."""

    ACTIVE = "active"
    NOT_ACTIVE = "not_active"
    VOID = "void"
    PAST = "past"
    RECALLED = "recalled"


def standing_of(lot: LotLife, stamp: StampState, *, today: date) -> StampStanding:
    """A recall goes before everything, then what became of the stamp itself, then whether the goods are still good."""
    if lot.is_recalled:
        return StampStanding.RECALLED
    if stamp is StampState.VOID:
        return StampStanding.VOID
    if lot.is_past(today):
        return StampStanding.PAST
    is_active = stamp is StampState.ACTIVATED and lot.is_sealed
    return StampStanding.ACTIVE if is_active else StampStanding.NOT_ACTIVE


_MACHINE = re.compile(
    r"bot\b|bot/|crawl|spider|preview|facebookexternalhit|whatsapp/|viber|skype|curl/|wget/|python-|go-http|headers?check",
    re.IGNORECASE,
)


def is_machine(user_agent: str) -> bool:
    """Whether a page is fetched by a program that makes link previews or indexes, not by a person."""
    return not user_agent or _MACHINE.search(user_agent) is not None
