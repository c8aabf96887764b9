"""Whose account money came from: of those on record, the seller's own and those close to her."""

import pytest

from market.base.clock import Clock as AnyClock
from market.base.db import reading, transaction
from market.orders.models import Order
from market.payments import actions, queries
from market.payments.rules.checks import Payer, ToldTransfer
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.payments.asking import checks
from tests.payments.steps import buy, notice


def told(order_code: str, total: int, now: AnyClock, payer: str | None) -> actions.ProviderAnswer:
    transfer = ToldTransfer(
        provider_txn_id="1",
        accounts=(LAN_ACCOUNT,),
        is_incoming=True,
        amount=total,
        memo=order_code,
        occurred_at=now(),
        payer=Payer(number=payer) if payer else None,
    )
    return actions.ProviderAnswer(times=0, told=transfer)


@pytest.mark.parametrize("payer", [LAN_ACCOUNT, "1900 1234 5678", None])
def test_who_paid_is_kept_as_a_keyed_hash_and_compared(cast: Cast, now: Clock, payer: str | None) -> None:
    order = buy(cast, now())
    kept = notice(1, order.total, order.code, now())
    with transaction() as session:
        assert actions.note_answer(session, kept, told(order.code, order.total, now, payer), clock=now)
    found = queries.bank_told_of(reading(), (Order.id == order.id,), {"known_at": now()})[order.id].payer
    assert found == (queries.account_digest(payer) if payer else None)
    assert found is None or found in queries.account_digests(payer or "")
    assert checks(kept)[0].payer_last4 == (payer[-4:] if payer else None)
    assert payer is None or payer.replace(" ", "") not in f"{found}"
    assert (payer or "none") not in repr(told(order.code, order.total, now, payer))
