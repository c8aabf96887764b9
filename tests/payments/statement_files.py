"""Statements as banks write them, and as people save them."""

from collections.abc import Sequence
from datetime import datetime

from market.base.spreadsheets.writing import workbook_of
from market.values.period import VIETNAM
from tests.cast import LAN_ACCOUNT

VCB = (
    "STT\nNo.",
    "Ngày giao dịch/\nTNX Date",
    "Số tham chiếu/ Ref",
    "Số tiền ghi nợ/\nDebit",
    "Số tiền ghi có/\nCredit",
    "Số dư/\nBalance",
    "Nội dung chi tiết/\nTransactions in detail",
)
ABOVE = (
    ("NGÂN HÀNG TMCP NGOẠI THƯƠNG VIỆT NAM",),
    ("SAO KÊ TÀI KHOẢN",),
    (f"Số tài khoản/ Account number: {LAN_ACCOUNT}",),
    ("Địa chỉ: 198 Trần Quang Khải, Hoàn Kiếm, Hà Nội, Việt Nam, số 1, số 2, số 3",),
    ("Từ ngày 01/11/2026 đến ngày 30/11/2026",),
    (),
)
BELOW = (("", "Tổng cộng", "", "0", "0"), ("Người lập biểu",))
Row = Sequence[str]


def day(at: datetime, written: str = "%d/%m/%Y") -> str:
    return f"{at.astimezone(VIETNAM):{written}}"


def vcb_row(number: int, at: datetime, amount: str, memo: str, *, reference: str = "", debit: str = "") -> Row:
    return (str(number), day(at), reference, debit, amount, "25.000.000", memo)


def vcb(*rows: Row) -> list[Row]:
    """A statement with all that stands around its table."""
    return [*ABOVE, VCB, *rows, *BELOW]


def as_csv(rows: Sequence[Row], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    return text.encode(encoding)


def as_xlsx(rows: Sequence[Row]) -> bytes:
    width = max(map(len, rows))
    return workbook_of([("Sao ke", [(*row, *[""] * (width - len(row))) for row in rows])])
