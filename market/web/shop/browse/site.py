"""Where links from outside lead."""

from dataclasses import dataclass

from flask import current_app

from market.web.base.commune import here


@dataclass(frozen=True, slots=True)
class Site:
    """Where links from outside lead, and the commune's name."""

    base: str
    place: str


def site() -> Site:
    return Site(base=current_app.config["CHOSO"].base_url, place=here().name)
