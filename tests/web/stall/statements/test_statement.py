"""The preview of a statement: its columns put right and remembered, its rows named, nothing that runs."""

from flask.testing import FlaskClient

from market.payments.models import BankCredit, StatementLayout
from market.payments.rules.status import PaidStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import press
from tests.payments.statement_files import as_csv, day, vcb, vcb_row
from tests.payments.steps import buy, count, paid
from tests.web.stall.statements.test_statements import LANE, lan, looked, taken, work_once

__all__ = ["lan"]


def strange(code: str, now: Clock) -> bytes:
    head = ("Hôm", "Thu vào", "Ghi chú", "Mã số")
    return as_csv([head, (day(now()), "12.000", code, "FT1"), (day(now()), "5.000", "x", "FT2")])


def test_columns_are_put_right_by_hand_and_remembered(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    preview = looked(lan, cast, strange(order.code, now))
    text = lan.get(preview).text
    assert "Chưa đọc được dòng nào" in text

    said = {"cot-0": "ngay", "cot-1": "co", "cot-2": "noi_dung", "cot-3": "tham_chieu"}
    wrong = press(lan, preview, f"{preview}/cot", **(said | {"cot-0": ""}))
    assert wrong.status_code == 422
    assert "Mời chọn một cột là Ngày giao dịch" in wrong.text

    answer = press(lan, preview, f"{preview}/cot", **said)
    assert answer.status_code == 303
    work_once(LANE)
    again = answer.location.replace("/viec/", "/tien/sao-ke/")
    assert "Ghi 1 khoản vào sổ tiền" in lan.get(again).text
    assert count(StatementLayout) == 1

    other = strange(order.code, now).replace(b"5.000", b"6.000")
    assert "Đã ghi 1 khoản vào sổ tiền." in taken(lan, cast, other)
    assert paid(order).status is PaidStatus.PAID


def test_every_row_that_is_not_taken_is_named_and_nothing_runs(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    evil = "=HYPERLINK(1)<script>alert(1)</script>"
    rows = [
        vcb_row(1, now(), "12,000", f"{evil} {order.code}", reference="FT1"),
        vcb_row(2, now(), "7,000", evil, reference="FT2"),
    ]
    preview = looked(lan, cast, as_csv(vcb(*rows)))
    text = lan.get(preview).text
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
    file = lan.get(f"{preview}/khong-lay.csv").text
    assert "'=HYPERLINK" in file
    assert ",=HYPERLINK" not in file
    assert "Không có mã đơn nào của gian hàng" in file
    assert count(BankCredit) == 0


def test_another_stall_s_statement_is_not_found(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    preview = looked(lan, cast, as_csv(vcb(vcb_row(1, now(), "7,000", "x"))))
    assert lan.get(preview.replace(cast.lan.slug, cast.htx.slug)).status_code == 404
