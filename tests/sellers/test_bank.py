"""Where a business is paid and the feed of notices of it: what is the same account, and what a change ends."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Consent
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import NotFound, Refused
from market.base.secrets import vault
from market.sellers import actions, queries
from market.sellers.actions import NewBankAccount, NewConnection, PaperSeen
from market.sellers.models import BankAccount, BankConnection, Business, HolderRelation, Verification
from tests.cast import LAN_HOOK, Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import by_day_on
from tests.sellers import shown
from tests.sellers.changing import pass_a_day, save_account

pytestmark = by_day_on("sqlite")


def _own(cast: Cast) -> NewBankAccount:
    return NewBankAccount(
        business_id=cast.lan.business,
        bin="970422",
        number="0900000013",
        holder="PHAM THI LAN",
        is_family=False,
        family_phone=None,
        seen=shown.bank_account(cast.lan.business),
    )


def keep(cast: Cast, now: Clock, **fields: object) -> int | None:
    """What bà Lan asks for, on her own phone; what waits for a day is not there yet."""
    with transaction() as writing:
        return save_account(writing, cast.lan.person, replace(_own(cast), **fields), now)  # type: ignore[arg-type]


def keep_for_good(cast: Cast, now: Clock, **fields: object) -> int:
    """The account that is there once a day has passed; an officer saw the paper of a family member."""
    with transaction() as writing:
        new = replace(_own(cast), **fields)  # type: ignore[arg-type]
        paper = PaperSeen(paper="Giấy đồng ý, tập 3")
        actions.set_bank_account(writing, Actor(person_id=cast.hung), new, paper, clock=now)
    pass_a_day(now)
    with transaction() as writing:
        found = queries.live_bank_account(writing, cast.lan.business)
        assert found
        return found.id


FAMILY = {"holder": "PHAM VAN CON", "is_family": True}


@pytest.mark.parametrize(
    ("first", "then", "is_same"),
    [
        ({}, {}, True),
        ({}, {"bin": "970436"}, False),
        ({}, {"number": "0900000014"}, False),
        ({}, {"holder": "RAU BA LAN"}, False),
        ({}, {"is_family": True}, True),
        (FAMILY, FAMILY, True),
        (FAMILY, FAMILY | {"holder": "PHAM THI CON"}, False),
        (FAMILY, {}, False),
    ],
)
def test_an_account_is_the_same_by_bank_number_and_holder(
    cast: Cast, now: Clock, session: Session, first: dict[str, object], then: dict[str, object], is_same: bool
) -> None:
    kept = keep_for_good(cast, now, **first)

    assert (keep_for_good(cast, now, **then) == kept) is is_same
    earlier = session.get_one(BankAccount, kept)
    assert earlier.closed_at == (None if is_same else now())
    own = select(BankAccount).where(BankAccount.business_id == cast.lan.business, BankAccount.closed_at.is_(None))
    live = session.scalars(own).one()
    assert (live.relation is HolderRelation.FAMILY) == (live.consent_id is not None) == (live.holder[-3:] == "CON")
    assert live.number_digest == vault().digest("bank-account", live.bin + queries.account_number(live))
    verbs = [event.verb for event in events_of(session, "business", cast.lan.business)]
    assert verbs.count("begin_change") == verbs.count("ask_change") == (1 if is_same else 2)


def test_another_s_account_needs_it_to_be_said_whose(cast: Cast, now: Clock, session: Session) -> None:
    with pytest.raises(Refused, match="khác với người đã xác nhận"):
        keep(cast, now, **FAMILY | {"is_family": False})
    with pytest.raises(Refused, match="số điện thoại của người nhà"):
        keep(cast, now, **FAMILY)
    assert session.scalars(select(Consent)).all() == []


def connect(cast: Cast, now: Clock, provider: str) -> str:
    seen, secret = shown.bank_feed(cast.lan.business), {"secret": "whsec"}
    feed = NewConnection(business_id=cast.lan.business, provider=provider, credentials=secret, seen=seen)
    with transaction() as writing:
        return actions.connect_bank(writing, Actor(person_id=cast.lan.person), feed, now=now())


def disconnect(cast: Cast, now: Clock, business: int) -> None:
    seen = shown.bank_feed(business)
    with transaction() as writing:
        actions.disconnect_bank(writing, Actor(), business, seen=seen, now=now())


def test_one_feed_of_an_account_lives_and_only_another_provider_or_an_end_changes_its_address(
    cast: Cast, now: Clock, session: Session
) -> None:
    begun = now()
    assert connect(cast, now, "sepay") == LAN_HOOK
    other_at = now.move(minutes=1)
    other = connect(cast, now, "casso")
    end_at = now.move(minutes=1)
    disconnect(cast, now, cast.lan.business)
    disconnect(cast, now, cast.lan.business)
    again = connect(cast, now, "casso")

    assert len({LAN_HOOK, other, again}) == 3
    feeds = session.scalars(select(BankConnection).order_by(BankConnection.id)).all()
    assert [(feed.key, feed.provider, feed.created_at, feed.ended_at) for feed in feeds] == [
        (LAN_HOOK, "sepay", begun, other_at),
        (other, "casso", other_at, end_at),
        (again, "casso", end_at, None),
    ]
    verbs = [event.verb for event in events_of(session, "business", cast.lan.business)][2:]
    assert verbs == ["connect_bank", "connect_bank", "disconnect_bank", "connect_bank"]
    with pytest.raises(Refused, match="Đặt tài khoản trước"), transaction() as writing:
        feed = NewConnection(business_id=cast.tu.business, provider="sepay", credentials={}, seen="")
        actions.connect_bank(writing, Actor(), feed, now=now())
    with pytest.raises(NotFound):
        disconnect(cast, now, cast.tu.business)


def test_a_feed_of_the_account_before_is_no_feed_of_the_new_one(cast: Cast, now: Clock, session: Session) -> None:
    keep_for_good(cast, now)
    with pytest.raises(NotFound):
        disconnect(cast, now, cast.lan.business)
    assert connect(cast, now, "sepay") != LAN_HOOK
    assert session.scalars(select(BankConnection.ended_at)).all() == [None, None]


def test_what_is_shown_of_an_account_names_bank_holder_and_last_digits(
    cast: Cast, now: Clock, session: Session
) -> None:
    keep_for_good(cast, now, **FAMILY)
    facts = queries.bank_account_facts(session, cast.lan.business)
    assert facts == {
        "người xã đã xác nhận": "Phạm Thị Lan",
        "tài khoản đang nhận tiền": "PHAM VAN CON, MB Bank, số đuôi 0013, tài khoản người nhà",
        "tài khoản đang chờ đổi": "không có",
    }
    keep(cast, now, bin="999999")
    session.expire_all()
    waiting = queries.bank_account_facts(session, cast.lan.business)
    assert waiting == facts | {"tài khoản đang chờ đổi": "tài khoản nhận tiền là PHAM THI LAN, 999999, số đuôi 0013"}
    pass_a_day(now)
    session.expire_all()
    shown_now = queries.bank_account_facts(session, cast.lan.business)["tài khoản đang nhận tiền"]
    assert shown_now == "PHAM THI LAN, 999999, số đuôi 0013, chính chủ"
    nothing = {
        "người xã đã xác nhận": "chưa có",
        "tài khoản đang nhận tiền": "chưa có",
        "tài khoản đang chờ đổi": "không có",
    }
    assert queries.bank_account_facts(session, cast.theu) == nothing


def test_an_account_needs_a_verification_in_force(cast: Cast, now: Clock, session: Session) -> None:
    def end(at: datetime | None) -> None:
        with transaction() as writing:
            own = Verification.business_id == cast.lan.business
            writing.scalars(select(Verification).where(own)).one().ended_at = at

    end(now())
    with pytest.raises(Refused, match="Xã chưa xác nhận hộ, HTX của bạn"):
        keep(cast, now)
    end(None)
    with transaction() as writing:
        writing.get_one(Business, cast.lan.business).name = "PHẠM VĂN CON"
    kept = session.get_one(BankAccount, keep_for_good(cast, now, holder="PHAM VAN CON"))
    assert kept.relation is HolderRelation.SELF
