"""What a shop on another platform is called, however its name or address is typed."""

import re

_SCHEME = re.compile(r"^(?:https?://)?(?:www\.|m\.)?", re.IGNORECASE)
_TAIL = re.compile(r"[?#].*$")
_HOST = re.compile(r"^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:vn|com)/(?=.)", re.IGNORECASE)


def shop_name(typed: str) -> str:
    """The shop's own name: its address without the platform's host, scheme and what follows the path, in lower case.
    `https://san.vn/TheuXuanNeo?x=1`, `@theuxuanneo` and `theuxuanneo` are one. "" where nothing is left."""
    path = _TAIL.sub("", _SCHEME.sub("", typed.strip()))
    name = _HOST.sub("", path).strip("/ ").removeprefix("shop/").lstrip("@")
    return name.casefold()
