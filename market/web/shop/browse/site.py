"""Where links from outside lead."""

from dataclasses import dataclass

from market.base.config import current_settings
from market.web.base.commune import current_commune


@dataclass(frozen=True, slots=True)
class Site:
    """Where links from outside lead, and the commune's name."""

    base: str
    place: str


def site() -> Site:
    return Site(base=current_settings().base_url, place=current_commune().name)
