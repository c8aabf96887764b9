"""A browser maker's push service that listens on this machine, for stories in which word goes out by push."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from flask import Flask

from market.notices.senders.web_push.settings import KEY_SETTING
from market.notices.senders.web_push.vapid import public_key
from market.notices.subscriptions import PushBrowser
from tests.services.loopback import listening
from tests.services.push import FakePushService, Phone

KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
"""A private key that everybody may know: RFC 8291's."""


@contextmanager
def push_service(app: Flask) -> Iterator[FakePushService]:
    """The market has its key, and this service stands in for the makers'."""
    service, settings = FakePushService(), app.config["CHOSO"]
    with listening(service) as service.url, patch.dict("os.environ", {KEY_SETTING: KEY}):
        app.config["CHOSO"] = settings.model_copy(update={"push_mock_url": service.url})
        yield service


def browser_of(phone: Phone, device: str) -> PushBrowser:
    p256dh, auth = phone.keys
    return PushBrowser(device=device, endpoint=phone.endpoint, p256dh=p256dh, auth=auth, server_key=public_key(KEY))


def sent_by(phone: Phone) -> dict[str, str]:
    """What a page of that browser posts to turn push on."""
    p256dh, auth = phone.keys
    return {"endpoint": phone.endpoint, "p256dh": p256dh, "auth": auth}
