"""Addresses by which a page is given on."""

from base64 import b64encode
from json import dumps
from urllib.parse import urlencode

ZALO = "https://button-share.zalo.me/share_external"
"""The page that Zalo's own share button opens (developers.zalo.me, "Nút chia sẻ"): its `d` holds the address."""


def zalo_share(address: str) -> str:
    """The page of Zalo's on which whom an address is sent to is chosen. Some networks do not know it: the address
    itself stands beside it, to be copied."""
    packed = b64encode(dumps({"url": address}).encode()).decode()
    return f"{ZALO}?{urlencode({'layout': 1, 'color': 'blue', 'customize': 'false', 'd': packed, 'shareType': 0})}"
