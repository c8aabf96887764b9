"""`flask rekey`: what older data keys sealed is brought to the key in use, and what still needs them is said."""

import json

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from market.base import rekey, secrets
from market.base.db import Base, db, reading, transaction
from market.base.secrets import vault
from market.sellers.models import ACCOUNT_DIGEST, BankAccount, BankConnection, Verification
from market.sellers.queries import account_number, credentials_of
from tests.cast import Cast

NEW = "new:" + "n" * 32


def rekeyed(app: Flask) -> Result:
    db.session.remove()
    return app.test_cli_runner().invoke(args=["rekey", "--json"])


@pytest.fixture
def old(app: Flask) -> str:
    """The keys of before, after which a new one comes first."""
    keys = app.config["CHOSO"].data_keys.get_secret_value() or f"dev:{app.config['CHOSO'].secret}"
    secrets.configure(f"{NEW},{keys}", "")
    return str(keys)


def sealed() -> list[str]:
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    columns = [column for column in columns if rekey.is_renewable(column)]
    return [one for column in columns for one in reading().scalars(select(column).where(column != ""))]


def test_all_that_is_sealed_opens_by_the_new_key_alone(
    app: Flask, cast: Cast, old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekey, "AT_ONCE", 2)
    with transaction() as session:
        number = account_number(session.scalars(select(BankAccount).order_by(BankAccount.id)).first())
        session.scalars(select(BankAccount)).first().number_digest = "0" * 64  # as they were before they named a key
    done = rekeyed(app)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["renewed"] == len(sealed()) >= 3
    assert all(vault().is_current(one) for one in sealed())
    secrets.configure(NEW, "")
    account = reading().scalars(select(BankAccount).order_by(BankAccount.id)).first()
    assert account_number(account) == number
    assert account.number_digest == vault().digest(ACCOUNT_DIGEST, f"{account.bin}{number}")
    for connection in reading().scalars(select(BankConnection)):
        assert credentials_of(connection)
    assert json.loads(rekeyed(app).stdout)["renewed"] == 0


def test_an_id_number_keeps_the_old_key_needed(app: Flask, cast: Cast, old: str) -> None:
    """Nobody keeps the number, so its hash stays; the operator reads that the old key must too."""
    assert json.loads(rekeyed(app).stdout)["older"] == {}
    with transaction() as session:
        known = session.scalars(select(Verification)).all()
        for one in known:
            one.id_digest = f"{old.partition(':')[0]}:{one.id:064x}"
        known[0].id_digest = vault().digest("citizen-id", "031058000001")
    assert json.loads(rekeyed(app).stdout)["older"] == {"verification.id_digest": len(known) - 1}


def test_what_no_key_opens_is_named_and_left(app: Flask, cast: Cast) -> None:
    before = sealed()
    secrets.configure(NEW, "")
    done = rekeyed(app)
    assert done.exit_code == 1
    assert "bank_account.number_cipher" in done.stderr
    assert "CHOSO_DATA_KEYS" in done.stderr
    assert sealed() == before


def test_every_kept_digest_says_what_becomes_of_it() -> None:
    """A column of hashes is made anew, looked up under every key, or serves for so short a time that it is left."""
    digests = {
        f"{table.name}.{column.name}": column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("digest")
    }
    left = {name for name, column in digests.items() if rekey.PLAIN not in column.info}
    minutes_or_days = {"one_time_code.code_digest", "password_reset.code_digest", "appointment.code_digest"}
    of_what_stands_beside = {"period_lock.digest", "story.digest", "story_consent.digest"}  # no key is in them
    assert left == {*minutes_or_days, "client_key.digest", *of_what_stands_beside}
