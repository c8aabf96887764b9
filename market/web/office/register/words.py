"""The register's words: certificates the office records, what is said of a spreadsheet."""

from collections.abc import Mapping
from dataclasses import dataclass

from market.base.seen import Facts
from market.sellers.models import RegisterJoin
from market.sellers.rules import KIND_WORDS, RegisterRow

CERTIFICATES = (
    "OCOP 3 sao",
    "OCOP 4 sao",
    "OCOP 5 sao",
    "VietGAP",
    "GlobalG.A.P.",
    "Hữu cơ TCVN 11041",
    "Nhãn hiệu tập thể",
    "Nhãn hiệu chứng nhận",
    "Chỉ dẫn địa lý",
    "An toàn thực phẩm",
    "Cam kết an toàn thực phẩm",
    "Tự công bố sản phẩm",
    "Mã số vùng trồng",
    "Mã số cơ sở đóng gói",
    "HACCP",
)

FIX_HEADERS = {"Content-Disposition": 'attachment; filename="dong-can-sua.xlsx"'}


def answered_words(changed: int) -> str:
    """What became of the answers about a spreadsheet."""
    if not changed:
        return "Chưa có câu trả lời nào đổi."
    return f"Đã nhớ {changed} câu trả lời cho xã. Sổ chưa ghi gì, mời xem lại bên dưới."


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownJoin:
    """A row that was joined to a business, as its page shows it."""

    join: RegisterJoin
    brought: str
    before: str
    facts: Facts


def row_text(row: RegisterRow, hamlets: Mapping[int, str]) -> str:
    """What a row says of a business, in one line."""
    told = (
        row.name,
        KIND_WORDS[row.kind],
        hamlets.get(row.hamlet_id, ""),
        row.owner_name,
        row.phone.national if row.phone else "",
        row.tax_id,
        row.address,
    )
    return ", ".join(filter(None, told))
