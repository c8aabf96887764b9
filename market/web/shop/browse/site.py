"""Where links from outside lead."""

from dataclasses import dataclass

from market.web.base.commune import current_commune, whole_address


@dataclass(frozen=True, slots=True)
class Site:
    """Where links from outside lead, and the commune's name."""

    base: str
    place: str


def site() -> Site:
    return Site(base=whole_address(""), place=current_commune().name)
