"""A stall's token at the fake SePay, both ends of it: what the stories of asking a provider share."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.seen import seen_of
from market.payments import actions, queries
from market.payments.banks.sepay.books import SePayLookup
from market.payments.banks.sepay.fake import FakeBooks
from market.payments.jobs import ask_with
from market.payments.models import BankAccess, BankCreditCheck
from market.payments.ports import AskedTransfer
from market.payments.rules.checks import CheckOutcome
from market.sellers.models import BankAccount, BankConnection
from tests import factories as make
from tests.cast import LAN_ACCOUNT, LAN_HOOK
from tests.conftest import Clock
from tests.payments.steps import Bought, notice
from tests.services.loopback import listening

TOKEN = "lan-token-0123456789"
NOBODY = "http://127.0.0.1:9"


@dataclass
class Asking:
    """SePay as the market asks it, and bà Lan's business there."""

    app: Flask
    books: FakeBooks
    url: str
    business: int
    now: Clock

    def is_at(self, url: str | None = None) -> None:
        settings = self.app.config["CHOSO"]
        self.app.config["CHOSO"] = settings.model_copy(update={"bank_mock_url": url or self.url})

    def grant(self, token: str = TOKEN) -> None:
        grant(self.business, {"token": token}, self.now)

    @property
    def access(self) -> BankAccess | None:
        reading().expire_all()
        return reading().scalars(select(BankAccess)).one_or_none()

    def ask(self) -> None:
        """A round of asking with bà Lan's access, as the jobs process does it."""
        assert self.access
        ask_with(self.now(), self.access.id)

    def books_say(self, number: int) -> actions.ProviderAnswer:
        """What SePay answers about a transaction of today, the first time."""
        client = SePayLookup().client({"token": TOKEN}, elsewhere=self.url)
        asked = AskedTransfer(provider_txn_id=str(number), occurred_at=self.now())
        return actions.ProviderAnswer(times=0, told=client.transfers([asked])[str(number)])

    def told(self, credit_id: int) -> list[CheckOutcome]:
        return [one.outcome for one in checks(credit_id)]


def grant(business: int, access: Mapping[str, str], now: Clock) -> None:
    with transaction() as session:
        seen = seen_of(queries.facts_of_access(session, business))
        new = actions.NewAccess(business_id=business, access=access, seen=seen)
        actions.grant_access(session, GUEST, new, now=now())


def checks(credit_id: int) -> list[BankCreditCheck]:
    reading().expire_all()
    return list(queries.checks_of(reading(), credit_id))


def paid_by_notice(asking: Asking, order: Bought, number: int = 1, **said: object) -> int:
    """SePay has a payment of the order in its books (but for what `said` changes there), and its notice has come."""
    asking.books.transfer(TOKEN, number, order.total, order.code, asking.now(), **said)
    return notice(number, order.total, order.code, asking.now())


@contextmanager
def opened(app: Flask, business: int, now: Clock) -> Iterator[Asking]:
    """The fake SePay on a port of its own; bà Lan's token is entered."""
    books = FakeBooks()
    books.knows(TOKEN, LAN_ACCOUNT)
    with listening(books) as url:
        asking = Asking(app=app, books=books, url=url, business=business, now=now)
        asking.is_at()
        asking.grant()
        yield asking


def part_feed(session: Session, key: str, now: datetime) -> None:
    """The feed of bà Lan's account ends and moves to a row of its own, which does not say that it is of the same
    number; another feed of the account takes its address."""
    connection = session.scalars(select(BankConnection).where(BankConnection.key == LAN_HOOK)).one()
    live = connection.bank_account
    names = ("business_id", "bin", "number_cipher", "number_last4", "holder", "relation")
    old = BankAccount(**{name: getattr(live, name) for name in names}, number_digest=key, created_at=now, closed_at=now)
    session.add(old)
    session.flush()
    connection.key, connection.ended_at, connection.bank_account_id = key, now, old.id
    session.flush()
    make.make_connection(session, live, LAN_HOOK, "whsec_moi_2026", now)
