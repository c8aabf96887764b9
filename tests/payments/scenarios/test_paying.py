"""What a buyer's transfer means for the order: too little, too much, twice, of an old price, into an old account."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.secrets import random_key
from market.catalog.models import Variant
from market.notices.models import Notice
from market.orders.actions.inputs import PlacePurchase
from market.orders.rules import OrderStatus, PayChoice
from market.payments import actions
from market.payments.models import Allocation, PaymentRequest
from market.payments.queries import money_today, owed_back
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import PaidStatus
from market.payments.rules.vietqr import read_payload
from market.sellers.actions import NewBankAccount
from market.values.money import Dong
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.orders.steps import MAI, MAI_HERE, order_row, wanted
from tests.pages import press
from tests.payments.steps import Bought, assert_sums_hold, buy, confirm_as_shown, count, credit, notice, paid
from tests.sellers import shown
from tests.sellers.changing import pass_a_day, save_account
from tests.services.crowd import crowd
from tests.watching import has_news
from tests.web.shop.pay.test_pay import page, scanned

MONEY = "/ban-hang/rau-ba-lan/tien"
SPACE = "\u00a0"


def told(order: Bought) -> list[str]:
    """What both sides were told of an order, in turn."""
    return list(reading().scalars(select(Notice.sentence).where(Notice.order_id == order.id).order_by(Notice.id)))


def tasks(order: Bought, now: Clock) -> list[tuple[str, int, bool]]:
    """What stands under Phải trả lại."""
    reading().expire_all()
    return [(one.code, one.amount, one.is_over) for one in owed_back(reading(), order.stall, now=now())]


def test_scenario_04_two_true_transfers_of_one_order_pay_it_once_and_the_second_is_to_be_given_back(
    order: Bought, now: Clock
) -> None:
    notice(1, 12_000, order.code, now())
    notice(2, 12_000, order.code, now())
    assert (paid(order).status, paid(order).surplus, count(Allocation)) == (PaidStatus.OVERPAID, 12_000, 2)
    assert money_today(reading(), order.stall, now=now()).total == 12_000
    assert tasks(order, now) == [(order.code, 12_000, False)]
    assert_sums_hold()


def test_scenario_05_too_little_shows_the_buyer_a_new_code_for_the_rest_by_itself(
    mai: FlaskClient, lan: FlaskClient, order: Bought, now: Clock
) -> None:
    before = page(mai, order)
    first = read_payload(scanned(mai, order))
    notice(1, 9_000, order.code, now())
    assert has_news(mai, before), "the open page is told"
    short = page(mai, order)
    second = read_payload(scanned(mai, order))
    assert (first.amount, second.amount, second.memo) == (12_000, 3_000, first.memo)
    assert f"THIẾU 3.000{SPACE}₫" in short
    assert f"con={3_000}" in short, "the picture has another address, so that no old one is shown"
    assert f"THIẾU 3.000{SPACE}₫" in lan.get(MONEY).text
    assert paid(order).status is PaidStatus.PARTIAL
    notice(2, 3_000, order.code, now())
    assert has_news(mai, short)
    assert "Đã nhận đủ tiền" in page(mai, order)
    assert (paid(order).status, paid(order).remaining) == (PaidStatus.PAID, 0)
    assert_sums_hold()


def test_scenario_06_two_hundred_dong_for_a_large_order_is_nowhere_called_enough(
    mai: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now(), amount=17_000, buyer=MAI_HERE)
    notice(1, 200, order.code, now())
    assert paid(order).status is PaidStatus.PARTIAL
    assert f"Đơn {order.code} THIẾU 203.800{SPACE}₫." in told(order)
    for text in (page(mai, order), lan.get(MONEY).text, lan.get(f"/ban-hang/rau-ba-lan/don/{order.code}").text):
        assert f"203.800{SPACE}₫" in text
        assert "Đã nhận đủ tiền" not in text
    path = f"/ban-hang/rau-ba-lan/don/{order.code}/giao"
    assert "CHƯA thấy tiền" in press(lan, path, path, cash="khong", how="khong_ma").text
    assert order_row(order.id).status is OrderStatus.ACCEPTED
    assert order_row(order.id).due_at is not None, "nor does it stop the clock"


def test_scenario_07_a_hundred_thousand_too_much_is_flagged_and_counts_as_nothing_sold(
    mai: FlaskClient, lan: FlaskClient, order: Bought, now: Clock
) -> None:
    notice(1, 112_000, order.code, now())
    assert (paid(order).status, paid(order).surplus) == (PaidStatus.OVERPAID, 100_000)
    assert money_today(reading(), order.stall, now=now()).total == 12_000
    assert tasks(order, now) == [(order.code, 100_000, False)]
    assert f"thừa 100.000{SPACE}₫" in " ".join(told(order))
    assert f"100.000{SPACE}₫" in page(mai, order)
    assert "Phải trả lại" in lan.get(MONEY).text


def test_scenario_23_a_price_changed_after_the_code_was_shown_changes_no_open_request(
    mai: FlaskClient, order: Bought, cast: Cast, now: Clock
) -> None:
    with transaction() as session:
        session.get_one(Variant, cast.rau_muong).price = Dong(20_000)
    assert read_payload(scanned(mai, order)).amount == 12_000
    assert f"12.000{SPACE}₫" in page(mai, order)
    later = buy(cast, now())
    assert later.total == 20_000
    notice(1, 12_000, order.code, now())
    notice(2, 12_000, later.code, now())
    assert (paid(order).status, paid(later).status) == (PaidStatus.PAID, PaidStatus.PARTIAL), (
        "each by what it was asked"
    )


def test_scenario_24_a_changed_account_waits_a_day_in_the_open_and_open_codes_keep_the_old_one(
    app: Flask, mai: FlaskClient, lan: FlaskClient, order: Bought, cast: Cast, now: Clock
) -> None:
    new = NewBankAccount(
        business_id=cast.lan.business,
        bin="970405",
        number="3607205012345",
        holder="PHAM THI LAN",
        is_family=False,
        family_phone=None,
        seen=shown.bank_account(cast.lan.business),
    )
    with transaction() as session:
        save_account(session, cast.lan.person, new, now)
    for text in (mai.get(f"/gian-hang/{cast.lan.slug}").text, page(mai, order)):
        assert "Sắp đổi tài khoản nhận tiền" in text
        assert "PHAM THI LAN" in text
        assert "3607205012345" not in text
        assert "09:00 ngày 25/11" in text
    assert "Dừng thay đổi này" in lan.get(MONEY).text, "any of the stall's people stops it"
    within = buy(cast, now.move(hours=23), buyer=MAI_HERE)
    assert pass_a_day(now) == 1
    assert "Sắp đổi tài khoản nhận tiền" not in mai.get(f"/gian-hang/{cast.lan.slug}").text
    later = buy(cast, now())
    numbers = [one.to.number for one in (paid(within), paid(later)) if one.to]
    assert numbers == [LAN_ACCOUNT, "3607205012345"]
    notice(1, 12_000, order.code, now())
    notice(2, 12_000, within.code, now())
    assert paid(within).status is PaidStatus.PAID, "an old request still matches"


def test_scenario_27_a_double_tap_and_two_tabs_make_one_request(
    app: Flask, mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    key = random_key()
    asked = PlacePurchase(
        commune_id=cast.commune, client_key=key, buyer=MAI, orders=(wanted(cast.rau_muong, 1000),), cart_id=None
    )

    def tap(_: int) -> int:
        with transaction() as session:
            return actions.check_out(session, GUEST, asked, clock=now).order_ids[0]

    assert len(set(crowd(app, range(8), tap))) == 1
    assert count(PaymentRequest) == 1


def test_scenario_30_cash_marked_as_taken_and_then_a_transfer_stands_as_too_much(
    lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    """It may be the same money: nothing counts twice by itself. The seller says in one tap that it is other money."""
    order = buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    with transaction() as session:
        confirm_as_shown(session, GUEST, order.stall, order.id, clock=now)
    waiting = notice(1, 12_000, order.code, now())
    assert (credit(waiting).unmatched_reason, paid(order).received) == (Unmatched.OWN_WORD, 12_000)
    path = f"{MONEY}/{waiting}/khop"
    assert press(lan, MONEY, path, code=order.code).status_code == 303
    assert (paid(order).status, paid(order).surplus) == (PaidStatus.OVERPAID, 12_000)
    assert tasks(order, now) == [(order.code, 12_000, False)]
    assert money_today(reading(), order.stall, now=now()).total == 12_000
    assert_sums_hold()


def test_scenario_32_a_buyer_s_word_and_picture_change_no_status_and_hand_nothing_over(
    mai: FlaskClient, lan: FlaskClient, order: Bought
) -> None:
    """There is nowhere to send a picture to: what she may say is that she transferred."""
    assert 'type="file"' not in page(mai, order)
    assert press(mai, f"/don/{order.code}/tra-tien", f"/don/{order.code}/da-chuyen").status_code == 303
    assert paid(order).status is PaidStatus.UNPAID
    for text in (page(mai, order), lan.get(MONEY).text, lan.get(f"/ban-hang/rau-ba-lan/don/{order.code}").text):
        assert "CHƯA thấy tiền" in text
    path = f"/ban-hang/rau-ba-lan/don/{order.code}/giao"
    assert "CHƯA thấy tiền" in press(lan, path, path, cash="khong", how="khong_ma").text
    assert order_row(order.id).status is OrderStatus.ACCEPTED
