"""A pair of tokens for the next day, of which Zalo takes each refresh token once."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from market.base.errors import OutsideError
from market.base.http import Call, Http
from market.notices.senders.zalo.hosts import token_address
from market.notices.zalo_tokens import TokenPair

USUAL_LIFE = timedelta(hours=25)


class RefreshRefused(OutsideError):
    """Zalo does not take the refresh token: it was used, or has run out."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


def renewed_pair(refresh: str, entered: Mapping[str, str], http: Http) -> TokenPair:
    """The next pair. RefreshRefused where Zalo says no; OutsideError where nobody knows whether it has used the token
    up. Called once: never again by itself."""
    form = {"refresh_token": refresh, "app_id": entered["app"], "grant_type": "refresh_token"}
    call = Call(
        method="POST",
        url=token_address(),
        headers={"secret_key": entered["secret"], "Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(form).encode(),
        is_idempotent=False,
    )
    answer = http.send(call)
    if answer.status >= 500:
        raise OutsideError(f"zalo answers {answer.status}", permanent=False)
    said = answer.json()
    access, new_refresh = said.get("access_token"), said.get("refresh_token")
    if not (isinstance(access, str) and access and isinstance(new_refresh, str) and new_refresh):
        raise RefreshRefused(f"zalo answers {answer.status} {said.get('error')}")
    return TokenPair(access=access, refresh=new_refresh, lives=_life(said.get("expires_in")))


def _life(said: object) -> timedelta:
    """Seconds, as text or number; a day and an hour where nothing sensible is said."""
    seconds = int(str(said)) if str(said).isdigit() and len(str(said)) < 9 else 0
    return timedelta(seconds=seconds) if 60 <= seconds <= USUAL_LIFE.total_seconds() * 4 else USUAL_LIFE
