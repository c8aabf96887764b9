"""An identity provider's call at the door: signed, then written down once."""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from market.base import clock
from market.base.db import transaction
from market.base.errors import Refused
from market.sellers.actions.identity import keep_answer
from market.sellers.identity import connected
from market.sellers.ports import UnsignedCall

LARGEST_CALL = 16 * 1024


def handle(provider: str) -> int:
    """The status for a call: 2xx only when its answer is kept, or was before."""
    asked = connected()
    if asked is None or asked.provider.name != provider:
        return 404
    try:
        body = request.get_data()
        answer = asked.provider.read_call(request.headers, body, asked.entered, now=clock.now())
        with transaction() as session:
            keep_answer(session, asked.provider.name, answer, clock=clock.now)
    except RequestEntityTooLarge:
        return 413
    except UnsignedCall:
        return 401
    except ValueError:
        return 400
    except Refused as refusal:
        return refusal.status
    return 200
