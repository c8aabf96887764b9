"""The same notice fifty times at once, over HTTP, against two worker processes."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sqlalchemy import select

from market.base.db import db, reading
from market.payments.models import Allocation, BankCredit, WebhookDelivery
from market.payments.rules.status import PaidStatus
from tests.cast import Cast
from tests.payments.steps import BANK, HOOK, assert_sums_hold, buy, count, paid
from tests.services.workers import two_workers


def test_fifty_at_once_over_two_processes_are_one(cast: Cast, database_url: str, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    order = buy(cast, now)
    sent = BANK.send(1, 12_000, order.code, now)
    db.session.remove()
    db.engine.dispose()
    answers: list[tuple[int, bytes]] = []

    def knock(address: str) -> None:
        request = Request(f"{address}{HOOK}", data=sent.body, headers=sent.headers, method="POST")  # noqa: S310
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
                answers.append((answer.status, answer.read()))
        except HTTPError as error:
            answers.append((error.code, error.read()))
            error.close()

    with two_workers(database_url, tmp_path) as address:
        threads = [threading.Thread(target=knock, args=[address]) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [(200, b'{"success": true}')] * 50
    assert (count(BankCredit), count(Allocation), count(WebhookDelivery)) == (1, 1, 50)
    assert paid(order).status is PaidStatus.PAID
    assert reading().scalars(select(BankCredit.unmatched_reason)).one() is None
    assert_sums_hold()
