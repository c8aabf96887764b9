"""Goods of before are found anywhere, as those listed since."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from market.base.db import reading, transaction
from market.catalog.models import Product
from market.catalog.queries.search import search
from tests.cast import Cast
from tests.conftest import Clock

BEFORE = "20261129_1490"


def kept() -> dict[int, str | None]:
    with transaction() as session:
        return dict(session.execute(select(Product.id, Product.search_words)).all())


@pytest.mark.nightly  # of a step that is released and cannot change
def test_goods_of_before_have_their_words_once_more(app: Flask, cast: Cast, now: Clock) -> None:
    known = kept()
    reading().close()
    downgrade(revision=BEFORE)
    older = kept()
    assert older.keys() == known.keys()
    assert all(set(older[one].split()) < set(known[one].split()) for one in known)
    assert not any(word.startswith("a") for words in older.values() for word in words.split())
    with transaction() as session:
        session.execute(text("UPDATE product SET search_words = NULL WHERE id = :id"), {"id": min(known)})
    upgrade()
    assert kept() == known | {min(known): None}
    assert search(reading(), cast.commune, "gạo bà lan nếp", now=now()).page == 1
    assert search(reading(), cast.commune, "tươi rươi", now=now()).ids
