"""Notices written before they held ids are given them."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from market.base.db import db, reading, transaction
from market.catalog.models import Product
from market.notices.models import Notice
from tests.cast import Cast
from tests.conftest import Clock

pytestmark = pytest.mark.nightly
"""Of a migration that is released and fingerprinted: it cannot change."""


def test_notices_of_before_learn_what_they_are_about(app: Flask, cast: Cast, now: Clock) -> None:
    product = reading().scalars(select(Product.id)).first()
    reading().close()
    downgrade(revision="0001")
    with db.engine.begin() as connection:
        for key in (f"product:{product}:hang_tu_choi:2026", "product:999999:hang_bi_go:2026", "claim:7:co_so:2026"):
            told = {"key": key, "at": now().isoformat(sep=" ")}
            into = "INSERT INTO notice (dedupe_key, kind, sentence, path, created_at) "
            connection.execute(text(into + "VALUES (:key, 'k', 's', '/x', :at)"), told)
    upgrade()
    rows = reading().scalars(select(Notice).order_by(Notice.id)).all()
    assert [(row.product_id, row.purchase_id, row.path) for row in rows] == [
        (product, None, "/x"),
        (None, None, "/x"),
        (None, None, "/x"),
    ]
    with transaction() as session:
        session.add(Notice(commune_id=cast.commune, dedupe_key="new", kind="k", sentence="s", created_at=now()))
    downgrade(revision="0001")
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT path FROM notice WHERE dedupe_key = 'new'")) == "/"
    upgrade()
