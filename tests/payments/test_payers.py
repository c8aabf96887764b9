"""Whose account money came from: of those on record, the seller's own and those close to her."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from market.accounts.models import Consent, ConsentPurpose
from market.base.clock import Clock as AnyClock
from market.base.db import reading, transaction
from market.payments import actions, queries
from market.payments.queries import Closeness, account_digest, accounts_close_to
from market.payments.rules.checks import Payer, ToldTransfer
from market.sellers.models import (
    BankAccount,
    Business,
    BusinessMember,
    ClaimState,
    HolderRelation,
    Mandate,
    MandateMethod,
)
from market.values.period import local_day
from tests import factories as make
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


@pytest.mark.parametrize(("payer", "closeness"), [(LAN_ACCOUNT, Closeness.OWN), ("1900 1234 5678", None), (None, None)])
def test_who_paid_is_kept_as_a_keyed_hash_and_compared(
    cast: Cast, now: Clock, payer: str | None, closeness: Closeness | None
) -> None:
    order = buy(cast, now())
    kept = notice(1, order.total, order.code, now())
    with transaction() as session:
        assert actions.note_answer(session, kept, told(order.code, order.total, now, payer), clock=now)
    ((money,),) = queries.confirmed_money(reading(), cast.commune, known_at=now()).values()
    close = accounts_close_to(reading(), [cast.lan.business])[cast.lan.business]
    assert (money.payer_digest is None) == (payer is None)
    assert close.get(money.payer_digest or "") is closeness
    assert money.payer_last4 == (payer[-4:] if payer else None)
    assert payer is None or payer.replace(" ", "") not in f"{checks(kept)[0].payer_digest}"
    assert (payer or "none") not in repr(told(order.code, order.total, now, payer))


def test_accounts_of_the_seller_her_family_her_people_and_their_other_businesses_are_close(
    cast: Cast, now: Clock
) -> None:
    with transaction() as session:
        lan, tu = (session.get_one(Business, one.business) for one in (cast.lan, cast.tu))
        session.scalars(select(BankAccount)).one().closed_at = now()
        family = make.make_bank_account(session, lan, "PHAM VAN CON", "111", now())
        consent = Consent(
            business_id=lan.id, purpose=ConsentPurpose.FAMILY_ACCOUNT, text_version="x", note="con", given_at=now()
        )
        session.add(consent)
        session.flush()
        family.relation, family.consent_id = HolderRelation.FAMILY, consent.id
        make.make_bank_account(session, tu, "LE VAN TU", "222", now())
    nothing_of_tu = accounts_close_to(reading(), [cast.lan.business])
    assert nothing_of_tu == {
        cast.lan.business: {account_digest(LAN_ACCOUNT): Closeness.OWN, account_digest("111"): Closeness.FAMILY}
    }

    with transaction() as session:
        day = local_day(now())
        session.add(
            Mandate(
                business_id=cast.lan.business,
                helper_id=cast.tu.person,
                granted_by="Lan",
                method=MandateMethod.CODE,
                starts_on=day - timedelta(days=90),
                ends_on=day - timedelta(days=30),
                recorded_by=cast.hung,
                recorded_at=now(),
            )
        )
    assert close_to_lan(cast)[account_digest("222")] is Closeness.HELPER, "also of a helper whose mandate has ended"
    with transaction() as session:
        session.add(
            BusinessMember(
                business_id=cast.lan.business,
                person_id=cast.tu.person,
                state=ClaimState.CONFIRMED,
                claimed_at=now(),
                ended_at=now(),
            )
        )
    assert close_to_lan(cast)[account_digest("222")] is Closeness.MEMBER
    assert accounts_close_to(reading(), [cast.htx.business, cast.lan.business])[cast.htx.business] == {}


def close_to_lan(cast: Cast) -> Mapping[str, Closeness]:
    reading().expire_all()
    return accounts_close_to(reading(), [cast.lan.business])[cast.lan.business]
