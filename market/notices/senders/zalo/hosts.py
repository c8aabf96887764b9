"""Where Zalo is asked: two fixed addresses, and the stand-in that a development or a test names."""

from market.base.config import current_settings

SEND = "https://business.openapi.zalo.me/message/template"
TOKEN = "https://oauth.zaloapp.com/v4/oa/access_token"  # noqa: S105 - an address


def send_address() -> str:
    return _at("/message/template") or SEND


def token_address() -> str:
    return _at("/v4/oa/access_token") or TOKEN


def _at(path: str) -> str | None:
    settings = current_settings()
    if settings.is_production or not settings.zalo_mock_url:
        return None
    return f"{settings.zalo_mock_url.rstrip('/')}{path}"
