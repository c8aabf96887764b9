"""Which listing somebody means: its number, or the address of its page."""

import re

from market.base.errors import Refused
from market.web.base.addresses import row_number

_IN_ADDRESS = re.compile(r"/san-pham/(\d{1,10})(?:-|$|/|\?)")


def listing_number(typed: str | None) -> int | None:
    """None where nothing was typed; Refused for what is neither."""
    text = (typed or "").strip()
    if not text:
        return None
    found = _IN_ADDRESS.search(text)
    try:
        return row_number(found[1] if found else text)
    except ValueError as error:
        raise Refused("no_listing", "Mời dán địa chỉ trang của món hàng trên chợ, hoặc ghi số của món.") from error
