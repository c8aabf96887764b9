"""Money that goes back: on the seller's word, by her bank's record, by the buyer's yes or no."""

import pytest
from sqlalchemy import select

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.errors import Conflict, Refused
from market.base.seen import ChangedSince
from market.notices.models import Notice
from market.payments import actions
from market.payments.models import BankDebit, Refund, RefundAccount, RefundAnswer
from market.payments.queries import missed_refunds, owed_back_of, refund_account_of, refunds_answered
from market.payments.rules.refunds import RefundKind, RefundState, names_refund, refund_memo, refunded_codes
from market.places.models import Commune, CommuneMode
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import take_up_as_shown
from tests.payments.steps import Bought, answer_as_shown, assert_sums_hold, buy, count, notice, paid, sent_back

PRICE = 12_000
TO = actions.NewRefundAccount(bin="970436", number="0011223344556", holder="VU THI MAI")


@pytest.fixture
def owing(cast: Cast, now: Clock) -> Bought:
    """Mai called her order off, and paid it afterwards."""
    order = buy(cast, now())
    with transaction() as session:
        actions.cancel_order(session, GUEST, order.id, clock=now)
    notice(1, PRICE, order.code, now())
    return order


def says_given(order: Bought, amount: int, now: Clock) -> None:
    owed = paid(order).owed_back
    new = actions.NewRefund(order_id=order.id, amount=Dong(amount), client_key=str(paid(order).refunded), owed=owed)
    with transaction() as session:
        actions.refund(session, GUEST, order.stall, new, clock=now)


def answer(order: Bought, now: Clock, *, has_come: bool) -> bool:
    with transaction() as session:
        return answer_as_shown(session, order.id, has_come=has_come, clock=now)


def states(order: Bought) -> list[tuple[int, RefundKind, RefundState]]:
    reading().expire_all()
    return [(one.amount, one.kind, one.state) for one in refunds_answered(reading(), paid(order).request_id)]


def told(kind: str) -> list[str]:
    return list(reading().scalars(select(Notice.sentence).where(Notice.kind.startswith(kind)).order_by(Notice.id)))


def test_a_memo_of_a_refund_is_known_however_a_bank_wraps_it() -> None:
    memo = refund_memo("DS7K2M9PM")
    assert memo == "HOAN DS7K2M9PM"
    for wrapped in (memo, f"MBVCB.99.{memo.lower()}.CT di", "hoàn  ds-7k2m9pm", "HOANDS7K2M9PM"):
        assert refunded_codes(wrapped, "DS") == ("DS7K2M9PM",)
    assert not names_refund("DS7K2M9PM")
    assert refunded_codes("DS7K2M9PM tra lai", "DS") == ()


def test_her_word_alone_leaves_it_open_until_the_buyer_has_it(owing: Bought, now: Clock) -> None:
    says_given(owing, PRICE, now)
    assert states(owing) == [(PRICE, RefundKind.SELLER, RefundState.TOLD)]
    task = owed_back_of(reading(), owing.id, now=now())
    assert task is not None
    assert (task.amount, task.told, task.is_disputed) == (0, PRICE, False)
    assert [answer(owing, now, has_come=True) for _ in range(2)] == [True, False]
    assert states(owing) == [(PRICE, RefundKind.SELLER, RefundState.PROVEN)]
    assert owed_back_of(reading(), owing.id, now=now()) is None
    assert not answer(owing, now, has_come=False), "their yes is the last word"
    assert len(told("khach_tra_loi_hoan")) == 2
    assert_sums_hold()


def test_a_refund_that_has_not_come_is_seen_by_the_seller_and_the_office_until_it_has(
    owing: Bought, cast: Cast, now: Clock
) -> None:
    says_given(owing, PRICE, now)
    assert [answer(owing, now, has_come=False) for _ in range(2)] == [True, False]
    task = owed_back_of(reading(), owing.id, now=now())
    assert task is not None
    assert task.is_disputed
    assert [one.code for one in missed_refunds(reading(), cast.commune, most=5)] == [owing.code]
    assert any("CHƯA nhận được 12.000" in sentence for sentence in told("khach_tra_loi_hoan"))
    sent_back(2, PRICE, owing.code, now())
    assert states(owing) == [(PRICE, RefundKind.SELLER, RefundState.PROVEN)], "she sent it once more"
    assert missed_refunds(reading(), cast.commune, most=5) == []
    assert answer(owing, now, has_come=False), "what a bank says left may still not have come"
    assert states(owing) == [(PRICE, RefundKind.SELLER, RefundState.DISPUTED)]
    assert answer(owing, now, has_come=True)
    assert count(RefundAnswer) == 4
    assert_sums_hold()


def test_her_bank_s_record_shows_what_nobody_spoke_of_in_parts_and_once(owing: Bought, now: Clock) -> None:
    for _ in range(2):
        sent_back(2, 5_000, owing.code, now())
    assert states(owing) == [(5_000, RefundKind.BANK, RefundState.PROVEN)]
    assert (paid(owing).owed_back, paid(owing).returned) == (7_000, 5_000)
    says_given(owing, 3_000, now)
    says_given(owing, 4_000, now)
    sent_back(3, 7_000, owing.code, now())
    assert [state for _, _, state in states(owing)] == [RefundState.PROVEN] * 3, "one transfer for both"
    assert (paid(owing).owed_back, paid(owing).returned, count(BankDebit)) == (0, PRICE, 2)
    assert len(told("hoan_da_chuyen")) == 4
    assert_sums_hold()


def test_money_that_left_for_anything_else_shows_nothing(owing: Bought, cast: Cast, now: Clock) -> None:
    sent_back(2, PRICE + 1, owing.code, now())
    sent_back(3, PRICE, owing.code, now(), accountNumber="9999999999")
    sent_back(4, PRICE, owing.code, now(), content=f"tra {owing.code}")
    sent_back(5, PRICE, "DS0000000", now())
    assert (states(owing), paid(owing).owed_back) == ([], PRICE)
    assert count(BankDebit) == 1, "kept is only what names a refund of an order of hers, from her account"
    live = buy(cast, now())
    notice(6, PRICE, live.code, now())
    sent_back(7, PRICE, live.code, now())
    assert (paid(live).received, paid(live).refunded) == (PRICE, 0), "nothing of it is owed back"


def test_where_the_commune_s_market_matches_no_money_no_record_shows_anything(
    owing: Bought, cast: Cast, now: Clock
) -> None:
    with transaction() as session:
        session.get_one(Commune, cast.commune).mode = CommuneMode.ORDERING
    sent_back(2, PRICE, owing.code, now())
    assert (count(BankDebit), paid(owing).owed_back) == (0, PRICE)
    says_given(owing, PRICE, now)
    assert answer(owing, now, has_come=True), "the buyer's word stays"


def test_no_more_is_said_to_go_back_than_is_owed_and_nothing_on_an_old_page(owing: Bought, now: Clock) -> None:
    for amount, owed in ((PRICE + 1, PRICE + 1), (PRICE, PRICE + 1), (5_000, 7_000), (0, PRICE), (-1, PRICE)):
        new = actions.NewRefund(order_id=owing.id, amount=Dong(amount), client_key="0", owed=Dong(owed))
        with pytest.raises(Conflict, match="vừa đổi"), transaction() as session:
            actions.refund(session, GUEST, owing.stall, new, clock=now)
    says_given(owing, 5_000, now)
    seen = "of an older page"
    with pytest.raises(ChangedSince), transaction() as session:
        actions.answer_refunds(session, GUEST, owing.id, actions.BuyersAnswer(has_come=True, seen=seen), clock=now)
    assert (paid(owing).refunded, paid(owing).owed_back, count(Refund)) == (5_000, 7_000, 1)


def test_an_order_of_which_money_went_back_is_not_taken_up_again(cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    now.move(hours=3)
    notice(1, PRICE, order.code, now())
    says_given(order, 1_000, now)
    with transaction() as session, pytest.raises(Refused, match="không nhận lại được"):
        take_up_as_shown(session, GUEST, order.id, clock=now)


def test_the_buyer_s_account_is_sealed_and_gone_once_nothing_is_open(owing: Bought, now: Clock) -> None:
    with transaction() as session:
        actions.give_account(session, GUEST, owing.id, TO, clock=now)
        actions.give_account(session, GUEST, owing.id, TO, clock=now)
    [kept] = reading().scalars(select(RefundAccount)).all()
    assert TO.number not in kept.number_cipher + kept.holder_cipher
    assert TO.number not in repr(TO)
    found = refund_account_of(reading(), paid(owing).request_id)
    assert found is not None
    assert (found.bin, found.number, found.holder) == (TO.bin, TO.number, TO.holder)
    assert len(told("tai_khoan_hoan")) == 1
    says_given(owing, PRICE, now)
    assert count(RefundAccount) == 1, "she may have to send it again"
    answer(owing, now, has_come=True)
    assert count(RefundAccount) == 0
    with transaction() as session, pytest.raises(Refused, match="chưa được lưu"):
        actions.give_account(session, GUEST, owing.id, TO, clock=now)


def test_the_buyer_takes_their_account_away_again(owing: Bought, now: Clock) -> None:
    with transaction() as session:
        actions.give_account(session, GUEST, owing.id, TO, clock=now)
    for _ in range(2):
        with transaction() as session:
            actions.withdraw_account(session, GUEST, owing.id, clock=now)
    assert count(RefundAccount) == 0
