"""Filling of many rows outlives a new column: what nobody says of it is its model's default, else something plain."""

from sqlalchemy import insert, text

from market.base.db import db, transaction
from market.orders.models import Cart
from market.payments.models import WebhookDelivery
from tests.cast import Cast
from tests.rows import Source, count_on, enter, numbers, write
from tests.services.databases import OPENING


def test_rows_of_which_nothing_is_said_are_written_and_counted_on_after(cast: Cast) -> None:
    source = Source(
        given=numbers("k", 1, 3),
        rows="number",
        number="k",
        moment="'2026-11-24 02:00:00.000000'",
        day="'2026-11-24'",
        commune=str(cast.commune),
    )
    with transaction() as session:
        connection = session.connection()
        for model in (WebhookDelivery, Cart):
            write(connection, model.__tablename__, {}, source)
        count_on(connection, [WebhookDelivery.__table__, Cart.__table__])
        assert enter(connection, WebhookDelivery, [{"note": "a"}, {"note": "b"}]) == [4, 5]
        connection.execute(insert(Cart), {"commune_id": cast.commune, "key_hash": "next", "updated_at": OPENING})

    with db.engine.connect() as connection:
        carts = connection.execute(text("SELECT id, key_hash, changes FROM cart ORDER BY id")).all()
        calls = connection.execute(text("SELECT id, status, note FROM webhook_delivery ORDER BY id")).all()
    assert [tuple(cart) for cart in carts] == [*((n, f"cart.key_hash-{n}", 0) for n in (1, 2, 3)), (4, "next", 0)]
    assert [tuple(call) for call in calls] == [
        *((n, 1, f"webhook_delivery.note-{n}") for n in (1, 2, 3)),
        (4, 1, "a"),
        (5, 1, "b"),
    ]
