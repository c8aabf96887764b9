"""Pictures of before are known by their stall, those that were taken off a listing too."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from market.base.db import reading, transaction
from market.base.jobs import enqueue
from market.catalog.actions.uploads import FORGET_PHOTO
from market.catalog.models import Photo, StoredPicture
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock

pytestmark = pytest.mark.nightly
"""Of a migration that is released and fingerprinted: it cannot change."""


def test_pictures_of_before_are_counted_for_their_stall(app: Flask, cast: Cast, now: Clock) -> None:
    shown = {row.key: row.stall_id for row in reading().scalars(select(Photo))}
    reading().close()
    product = shelf.product_id(cast.gao_nep)
    with transaction() as session:
        removed = {"key": "removed-picture-0000", "product_id": product}
        unused = {"key": "unused-picture-00000"}
        gone = {"key": "gone-picture-0000000", "product_id": 999_999}
        again = {"key": next(iter(shown)), "product_id": product}
        for payload in (removed, removed, unused, gone, again):
            enqueue(session, FORGET_PHOTO, payload, after=timedelta(days=9))
    downgrade(revision="20261129_0500")
    upgrade()
    rows = {row.key: row for row in reading().scalars(select(StoredPicture))}
    assert {key: row.stall_id for key, row in rows.items()} == shown | {"removed-picture-0000": cast.htx.stall}
    assert {(row.keep_until, row.forgotten_at) for row in rows.values()} == {(None, None)}
    assert {row.stored_at for key, row in rows.items() if key in shown} == {now()}
