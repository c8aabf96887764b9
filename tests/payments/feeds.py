"""Bà Lan's account told of by several providers at once: what the stories of transfers told twice share."""

import json
from dataclasses import dataclass
from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.base.db import reading, transaction
from market.base.secrets import vault
from market.payments.banks.calls import Sent
from market.payments.banks.casso.fake import FakeCasso
from market.payments.banks.payos.fake import FakePayOS
from market.payments.banks.sepay.fake import FakeSePay
from market.sellers.models import BankAccount, BankConnection
from tests import factories as make
from tests.cast import LAN_ACCOUNT, LAN_HOOK, LAN_SECRET, Cast

FIELDS = {"sepay": "secret", "casso": "key", "payos": "checksum_key"}
SECRETS = {"sepay": LAN_SECRET, "casso": "casso-key-2026", "payos": "payos-key-2026"}
FAKES = {
    "sepay": FakeSePay(account=LAN_ACCOUNT, secret=LAN_SECRET),
    "casso": FakeCasso(account=LAN_ACCOUNT, key="casso-key-2026"),
    "payos": FakePayOS(account=LAN_ACCOUNT, key="payos-key-2026"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed of one of the providers, and its address."""

    name: str
    key: str
    client: FlaskClient

    @property
    def fake(self) -> FakeSePay | FakeCasso | FakePayOS:
        return FAKES[self.name]

    def call(self, sent: Sent) -> int:
        return self.client.post(f"/webhook/{self.name}/{self.key}", data=sent.body, headers=sent.headers).status_code


def told_by(name: str, client: FlaskClient) -> Feed:
    """Bà Lan's account is told of by this provider alone."""
    with transaction() as session:
        session.execute(update(BankConnection).values(provider=name, credentials_cipher=_entered(name)))
    return Feed(name=name, key=LAN_HOOK, client=client)


def also_told_by(name: str, client: FlaskClient, cast: Cast, now: datetime) -> Feed:
    """One more provider tells of bà Lan's account."""
    key = f"lan-hook-{name}"
    with transaction() as session:
        account = session.scalars(select(BankAccount).where(BankAccount.business_id == cast.lan.business)).one()
        make.make_connection(session, account, key, SECRETS[name], now)
        session.flush()
        values = {"provider": name, "credentials_cipher": _entered(name)}
        session.execute(update(BankConnection).where(BankConnection.key == key).values(**values))
    reading().expire_all()
    return Feed(name=name, key=key, client=client)


def _entered(name: str) -> str:
    return vault().encrypt(json.dumps({FIELDS[name]: SECRETS[name]}))
