"""The register's words: certificates the office records, what is said of a spreadsheet."""

from collections.abc import Mapping
from dataclasses import dataclass

from market.adoption.queries import TwoSides, holding_words
from market.base.seen import Facts
from market.sellers.models import Business, BusinessMerge, RegisterJoin
from market.sellers.queries import FIELD_WORDS
from market.sellers.rules import FIELDS, KIND_WORDS, STATUS_WORDS, RegisterRow

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


NOT_SAID = "chưa ghi"


def said_text(business: Business | RegisterRow, name: str, hamlets: Mapping[int, str]) -> str:
    """What the register says of a business in one of its fields, as people read it."""
    match name:
        case "kind":
            return KIND_WORDS[business.kind]
        case "status":
            return STATUS_WORDS[business.status] if business.status else NOT_SAID
        case "hamlet_id":
            return hamlets.get(business.hamlet_id, NOT_SAID)
        case "phone":
            return business.phone.national if business.phone else NOT_SAID
    return getattr(business, name) or NOT_SAID


def field_title(name: str) -> str:
    return FIELD_WORDS[name].capitalize()


def sides_rows(sides: TwoSides, hamlets: Mapping[int, str]) -> list[tuple[str, str, str]]:
    """Title, what the one that goes on says, what the other says: of what either says in the register, then of what
    hangs on each."""
    told = [
        (field_title(name), said_text(sides.into, name, hamlets), said_text(sides.merged, name, hamlets))
        for name in FIELDS
    ]
    rows = [row for row in told if row[1:] != (NOT_SAID, NOT_SAID)]
    into, merged = holding_words(sides.into_holds), holding_words(sides.merged_holds)
    return rows + [(name.capitalize(), into[name], merged[name]) for name in into]


def taken_text(
    merge: BusinessMerge, before: tuple[RegisterRow, RegisterRow], hamlets: Mapping[int, str]
) -> list[tuple[str, str, str]]:
    """Title, what the one that goes on says now and what it says again once they are apart: where that is different."""
    (was, brought), now = before, merge.into
    return [
        (field_title(name), said_text(now, name, hamlets), said_text(was, name, hamlets))
        for name in FIELDS
        if getattr(now, name) == getattr(brought, name) != getattr(was, name)
    ]
