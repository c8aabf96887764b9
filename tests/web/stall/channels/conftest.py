"""Who opens the marketplaces' pages, with which templates already sent."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.cast import Cast
from tests.channels.templates import SHOPEE, TIKTOK
from tests.conftest import Clock
from tests.factories import sign_in

FILES = {"shopee": SHOPEE, "tiktok": TIKTOK}


def at(cast: Cast, rest: str = "") -> str:
    return f"/ban-hang/{cast.htx.slug}/kenh{rest}"


def send(
    client: FlaskClient, cast: Cast, channel: str, raw: bytes | None = None, name: str = "mau.xlsx"
) -> TestResponse:
    """Send a template; the right sample unless told."""
    file = FileStorage(BytesIO(FILES[channel] if raw is None else raw), name)
    boundary, body = encode_multipart({"template": file})
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(at(cast, f"/{channel}/mau"), data=body, content_type=kind)


@pytest.fixture
def htx(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    """The phone of HTX Đại Sơn."""
    sign_in(client, cast.htx.person, now())
    return client


@pytest.fixture
def ready(htx: FlaskClient, cast: Cast) -> FlaskClient:
    """HTX Đại Sơn with both templates sent."""
    for channel in FILES:
        assert send(htx, cast, channel).status_code == 303
    return htx


SHIPS = {"shopee": {"shipping": "channel_id.5000"}, "tiktok": {}}
"""A way of shipping, where a marketplace has several: none is chosen for a seller."""
