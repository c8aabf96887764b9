"""What the titles of the commune's spreadsheets mean, as clerks write them: which column is what, which rows speak for
those below them."""

import re
from collections.abc import Collection, Mapping
from functools import partial

from market.base.spreadsheets.intake import SKIPPED, Vocabulary
from market.sellers.rules.kinds import kind_named
from market.sellers.rules.places import HamletNames
from market.values.text import fold

FIELD_TITLES: Mapping[str, str] = {
    "name": "Tên cơ sở",
    "kind": "Loại hình",
    "hamlet": "Thôn",
    "tax_id": "Mã số thuế",
    "owner_name": "Chủ cơ sở",
    "phone": "Điện thoại",
    "trade": "Ngành nghề",
    "address": "Địa chỉ",
    "status": "Tình trạng",
    "valid_from": "Từ ngày",
}
"""The fields of a register, each with the title that the commune's own form gives it."""
REQUIRED = {name: FIELD_TITLES[name] for name in ("name", "kind", "hamlet")}
_LEAST = 3
"""Fields of a row that is taken for a header."""
_LONGEST_TITLE = 12
"""Words."""

_HAMLET = "thon|xom|to dan pho|tdp|khu dan cu|kdc|khu pho|khu|dia ban|lang|ap"
_TITLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (said, re.compile(pattern))
    for said, pattern in (
        (
            SKIPPED,
            r"(?:stt|tt|so tt|so thu tu|ghi chu.*|chu thich|ly do.*|vi sao.*|ky nhan|ky ten|chu ky|gioi tinh|dan toc)",
        ),
        ("", r".*\b(?:cccd|cmnd|cmt|can cuoc|sinh|email|fax|tai khoan|so luong|lao dong|doanh thu|von)\b.*"),
        (
            "phone",
            r".*\b(?:dien thoai|sdt|dtdd|di dong|so dt|so may|zalo|hotline)\b.*|dt|lien he|lien lac|so lien (?:lac|he)"
            r"|tel|phone|mobile",
        ),
        ("status", r".*\b(?:tinh trang|trang thai|hien trang)\b.*|(?:con )?hoat dong(?: khong)?"),
        (
            "valid_from",
            r"(?:tu|ngay|thoi gian|thoi diem|nam)\b.*\b(?:bat dau|dang ky|dk|dkkd|cap|thanh lap|hoat dong|kinh doanh"
            r"|kd|ap dung)\b.*|tu ngay|ngay|ngay thang nam",
        ),
        (
            "tax_id",
            r".*\b(?:mst|ma so thue|ma thue)\b.*"
            r"|ma so(?: (?:ho|hkd|dn|doanh nghiep|htx|hop tac xa|co so|kinh doanh|kd))*",
        ),
        (
            "kind",
            r"(?:phan )?(?:loai|loai hinh|hinh thuc|to chuc)(?: (?:hinh|thuc|co so|cs|ho|kinh doanh|kd|to chuc|kinh te"
            r"|sxkd|san xuat|don vi|hoat dong))*",
        ),
        (
            "hamlet",
            rf"(?:ten |thuoc |dia chi )?(?:{_HAMLET})(?: (?:{_HAMLET}|to|cu tru|kinh doanh|kd|hoat dong|moi|cu))*",
        ),
        ("address", r"(?:dia chi|dia diem|noi o|noi kinh doanh|noi san xuat|noi kd|tru so|cho o)\b.*"),
        ("trade", r"(?:nganh|nghe|mat hang|san pham|linh vuc|hang hoa|noi dung kinh doanh|hoat dong kinh doanh)\b.*"),
        (
            "owner_name",
            r".*\b(?:chu (?:ho|co so|cs|hkd|kinh doanh|kd|nhiem|trang trai|so huu|hang|quan)|dai dien|dung dau"
            r"|giam doc)\b.*|(?:ho va ten|ho ten|chu)",
        ),
        (
            "name",
            r"ten\b(?!.*\b(?:xa|hang|vo|chong|con|cha|me|nganh)\b).*|nguoi nop thue|nnt"
            r"|(?:co so|ho kinh doanh|hkd|ho kd|don vi|cua hang|bien hieu|hop tac xa|htx|doanh nghiep)"
            r"(?: (?:sxkd|san xuat|kinh doanh|kd))*",
        ),
    )
)
_NUMBERING = re.compile(r"^(?:[ivx]{1,5}|\d{1,3}|[a-h]) (?=\w)")
_OF_A_LIST = re.compile(r"(?:danh sach|bieu|bang|tong hop|so)\b")
_OF_A_PLACE = re.compile(rf"(?:{_HAMLET}|dia ban)\b")


def vocabulary(columns: Mapping[str, str], hamlets: HamletNames | None = None) -> Vocabulary:
    """How the register's tables are read; `columns`: folded title -> field or SKIPPED, as the commune's people said."""
    return Vocabulary(
        field_of=partial(_field_of, columns),
        is_header=_is_header,
        headings_of=partial(_headings_of, hamlets or HamletNames([], [])),
        needed=tuple(REQUIRED),
    )


def _field_of(learned: Mapping[str, str], title: str) -> str:
    if (said := learned.get(fold(title))) is not None:
        return said
    words = fold(title.split("(")[0]) or fold(title)
    if not words or len(words.split()) > _LONGEST_TITLE:
        return ""
    return next((said for said, pattern in _TITLES if pattern.fullmatch(words)), "")


def _is_header(fields: Collection[str]) -> bool:
    return len(fields) >= _LEAST and not {"name", "owner_name"}.isdisjoint(fields)


def _headings_of(hamlets: HamletNames, text: str) -> list[str]:
    words = _NUMBERING.sub("", fold(text))
    of_list, found = bool(_OF_A_LIST.match(words)), []
    if hamlets.is_one(words) or ((of_list or _OF_A_PLACE.match(words)) and hamlets.finds(words)):
        found.append("hamlet")
    if _is_kind(words, whole=not of_list):
        found.append("kind")
    return found


def _is_kind(words: str, *, whole: bool) -> bool:
    try:
        kind_named(words, whole=whole)
    except ValueError:
        return False
    return True
