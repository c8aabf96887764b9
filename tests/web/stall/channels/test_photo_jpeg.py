"""Marketplaces take JPEG: a kept picture is given as one."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from market.base.commands import links
from market.base.storage import storage
from market.catalog import pictures
from tests.cast import Cast
from tests.catalog import pictures as files
from tests.catalog import shelf
from tests.conftest import Clock


@pytest.fixture
def key(cast: Cast, now: Clock) -> str:
    return shelf.show_picture(cast.dau_xanh, now(), files.jpeg(1600, 1200))


def test_a_picture_is_given_as_jpeg_of_the_full_width(client: FlaskClient, key: str) -> None:
    answer = client.get(f"/anh/{key}.jpg")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    with Image.open(BytesIO(answer.data)) as picture:
        assert (picture.format, picture.size, len(picture.getexif())) == ("JPEG", (1280, 960), 0)
    assert answer.headers["Cache-Control"] == "public, max-age=3600, s-maxage=10"
    assert len(answer.data) < 2_000_000


def test_it_is_made_once(client: FlaskClient, key: str) -> None:
    first = client.get(f"/anh/{key}.jpg").data
    storage().delete(f"photo/{key}-1280.webp")
    assert client.get(f"/anh/{key}.jpg").data == first


def test_the_address_in_the_files_is_the_pages(app: Flask, client: FlaskClient, key: str) -> None:
    path = links(None).picture(key).removeprefix(app.config["CHOSO"].base_url)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", ["khong-co-anh-nao-nhu-vay-ca", "..", "x" * 200])
def test_a_picture_nobody_kept_is_not_found(client: FlaskClient, cast: Cast, name: str) -> None:
    assert client.get(f"/anh/{name}.jpg").status_code == 404


def test_a_forgotten_picture_s_jpeg_is_gone_too(client: FlaskClient, key: str) -> None:
    client.get(f"/anh/{key}.jpg")
    pictures.forget(key)
    assert not [one for one in storage().all_keys() if key in one]
