"""SePay's OAuth2: a seller lets the market read, and nothing more, by signing in at SePay herself.

Source: developer.sepay.vn, "SePay OAuth2", November 2026: the authorization code lives five minutes, an access token an
hour, a refresh token a month. SePay gives each installation its own client; without one only a token can be entered.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from market.base.errors import OutsideError
from market.base.http import Call, Http
from market.payments.banks.sepay.answers import API, PATIENCE, read_answer
from market.payments.ports import AccessRefused

AUTHORIZE = "/oauth/authorize"
REDEEM = "/oauth/token"
SCOPES = "bank-account:read transaction:read"
"""Reading accounts and transactions: what the market asks about, and nothing that changes anything."""
EARLY = timedelta(minutes=5)
"""A token that ends this soon is renewed before it is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SePayClient:
    """The installation as SePay knows it."""

    client_id: str
    client_secret: str = field(repr=False)


def client_of_settings() -> SePayClient | None:
    """From CHOSO_SEPAY_CLIENT_ID and CHOSO_SEPAY_CLIENT_SECRET (or ..._SECRET_FILE); None where they are not set."""
    client_id = os.environ.get("CHOSO_SEPAY_CLIENT_ID", "").strip()
    secret = os.environ.get("CHOSO_SEPAY_CLIENT_SECRET", "").strip()
    path = os.environ.get("CHOSO_SEPAY_CLIENT_SECRET_FILE", "").strip()
    if path and not secret:
        secret = Path(path).read_text("utf-8").strip()
    return SePayClient(client_id=client_id, client_secret=secret) if client_id and secret else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SePayGrant:
    """How a seller lets the market read at SePay, as `ports.AccessGrant` wants it."""

    client: SePayClient
    base_url: str = API
    http: Http = PATIENCE

    def address(self, *, back_to: str, state: str) -> str:
        """Where she signs in and agrees; SePay sends her back with a code and this state."""
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": back_to,
            "scope": SCOPES,
            "state": state,
        }
        return f"{self.base_url.rstrip('/')}{AUTHORIZE}?{urlencode(asked)}"

    def redeem(self, code: str, *, back_to: str, now: datetime) -> Mapping[str, str]:
        """What the code stands for. AccessRefused where SePay does not take it, OutsideError without an answer."""
        return self._tokens({"grant_type": "authorization_code", "code": code, "redirect_uri": back_to}, now=now)

    def renew(self, access: Mapping[str, str], *, now: datetime) -> Mapping[str, str] | None:
        """The access anew where it ends soon; None where it is good. AccessRefused where it cannot be renewed."""
        if datetime.fromtimestamp(int(access["ends_at"]), UTC) - now > EARLY:
            return None
        return self._tokens({"grant_type": "refresh_token", "refresh_token": access["refresh_token"]}, now=now)

    def _tokens(self, asked: dict[str, str], *, now: datetime) -> dict[str, str]:
        """Tokens for a code or an older token: asked for once, because either may be good for one time only. SePay may
        leave the older refresh token in force."""
        body = asked | {"client_id": self.client.client_id, "client_secret": self.client.client_secret}
        call = Call(
            method="POST",
            url=f"{self.base_url.rstrip('/')}{REDEEM}",
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            body=urlencode(body).encode(),
            is_idempotent=False,
        )
        answer = self.http.send(call)
        if answer.status == 400:  # "invalid_grant", as RFC 6749 (5.2) has it
            raise AccessRefused("SePay does not take the code or the token")
        read = read_answer(answer, says_status=False)
        token, lives = read.get("access_token"), read.get("expires_in")
        refresh = read.get("refresh_token", asked.get("refresh_token"))
        if not isinstance(token, str) or not isinstance(refresh, str) or not isinstance(lives, int):
            raise OutsideError("SePay's answer has no tokens", permanent=False)
        return {"access_token": token, "refresh_token": refresh, "ends_at": str(int(now.timestamp()) + lives)}
