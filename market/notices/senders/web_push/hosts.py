"""The push services of the browsers' makers: a browser names the address to send to, and only theirs are called.

What a browser says is what anybody may say: any other address would let a stranger have this machine call whom they
like.
"""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from market.base.config import current_settings

LONGEST_ENDPOINT = 1000
"""Characters: the longest seen, of Windows, has about 600."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushHost:
    """A maker's push service. `is_suffix`: every host beneath the name is theirs too."""

    host: str
    is_suffix: bool = False
    maker: str
    source: str


PUSH_HOSTS = (
    PushHost(
        host="fcm.googleapis.com",
        maker="Google",
        source="https://firebase.google.com/docs/cloud-messaging/concept-options#messaging-ports-and-your-firewall",
    ),
    PushHost(
        host="updates.push.services.mozilla.com",
        maker="Mozilla",
        source="https://mozilla-services.github.io/autopush-rs/http.html",
    ),
    PushHost(
        host="push.apple.com",
        is_suffix=True,
        maker="Apple",
        source="https://developer.apple.com/documentation/usernotifications/"
        "sending-web-push-notifications-in-web-apps-and-browsers",
    ),
    PushHost(
        host="notify.windows.com",
        is_suffix=True,
        maker="Microsoft",
        source="https://learn.microsoft.com/windows/apps/develop/notifications/push-notifications/firewall-allowlist-config",
    ),
)


def is_push_service(endpoint: str) -> bool:
    """Whether a message may be sent there: over https, at the usual port, to a host of the list; or to what stands in
    for them where the market is tried out."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if len(endpoint) > LONGEST_ENDPOINT or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    return _is_mock(parts) or (
        parts.scheme == "https" and port in (None, 443) and "@" not in parts.netloc and _is_listed(parts.hostname or "")
    )


def _is_listed(host: str) -> bool:
    return any(host == one.host or (one.is_suffix and host.endswith(f".{one.host}")) for one in PUSH_HOSTS)


def _is_mock(parts: SplitResult) -> bool:
    settings = current_settings()
    if settings.is_production or not settings.push_mock_url:
        return False
    mock = urlsplit(settings.push_mock_url)
    return (parts.scheme, parts.netloc) == (mock.scheme, mock.netloc)
