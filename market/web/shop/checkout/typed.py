"""What was typed at check-out, kept in the browser's own cookie to fill the form and its review with.

It is a name, a phone, an address: encrypted, so that nobody reads them off a shared phone or a copied cookie. What is
placed is what the review page carries, whatever another tab typed since. Signing in or out forgets it.
"""

import base64
import json
import zlib

from flask import session

from market.base.secrets import vault

_TYPED = "dat_hang"


def keep_typed(typed: dict[str, str]) -> None:
    """Packed before it is encrypted, for a browser keeps no cookie of more than 4 KB."""
    packed = zlib.compress(json.dumps(typed, ensure_ascii=False).encode(), 9)
    session[_TYPED] = vault().encrypt(base64.b85encode(packed).decode())


def typed_here() -> dict[str, str] | None:
    """What this browser typed; None where it typed nothing, or what it kept is of a key that is no longer there."""
    kept = session.get(_TYPED)
    if not isinstance(kept, str):  # earlier versions kept it readable
        session.pop(_TYPED, None)
        return None
    try:
        packed = base64.b85decode(vault().decrypt(kept))
    except ValueError:
        return None
    typed: dict[str, str] = json.loads(zlib.decompress(packed))
    return typed
