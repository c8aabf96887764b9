"""The platforms on which businesses have accounts and sell, and what people call each."""

from collections.abc import Mapping

from market.channels.formats import labels

OWN_PLATFORM = "cho_so"
WITHOUT_FILES = {"lazada": "Lazada", "postmart": "Postmart", "voso": "Voso"}
"""Those of which the market fills no file; one that gets a format takes its label from there."""


def platform_words() -> Mapping[str, str]:
    return {OWN_PLATFORM: "Chợ số"} | WITHOUT_FILES | labels()
