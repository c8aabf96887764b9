"""Reads a row of the commune's own spreadsheet: headers, kinds, hamlets and states in whatever words it uses."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from market.sellers.rules.register import BusinessKind, BusinessStatus
from market.values.phone import Phone
from market.values.taxid import TaxId
from market.values.text import fold

T = TypeVar("T")

HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "ten co so",
        "ten",
        "ten ho",
        "ten ho kinh doanh",
        "ten co so kinh doanh",
        "co so",
        "ten don vi",
        "ten htx",
    ),
    "kind": ("loai", "loai hinh", "loai co so", "hinh thuc", "loai hinh kinh doanh"),
    "hamlet": ("thon", "ten thon", "thon xom", "dia ban", "khu dan cu"),
    "tax_id": ("ma so thue", "mst", "ma so", "ma so ho kinh doanh", "ma so doanh nghiep"),
    "owner_name": (
        "chu co so",
        "chu ho",
        "ten chu ho",
        "ho ten chu ho",
        "ho va ten chu ho",
        "nguoi dai dien",
        "ho va ten",
    ),
    "phone": ("dien thoai", "so dien thoai", "sdt", "dt", "so dt", "lien he"),
    "trade": ("nganh nghe", "nganh nghe kinh doanh", "mat hang", "san pham", "linh vuc"),
    "address": ("dia chi", "dia chi kinh doanh", "noi kinh doanh"),
    "status": ("tinh trang", "trang thai", "tinh trang hoat dong", "hoat dong"),
    "valid_from": ("tu ngay", "ngay", "ngay bat dau", "ngay dang ky", "ngay cap"),
}
REQUIRED = {"name": "Tên cơ sở", "kind": "Loại hình", "hamlet": "Thôn"}
_FIELD_OF = {header: field for field, headers in HEADERS.items() for header in headers}

_KINDS = {
    BusinessKind.HOUSEHOLD_BUSINESS: ("ho kinh doanh", "hkd", "ho kd", "ho kinh doanh ca the"),
    BusinessKind.COOPERATIVE: ("hop tac xa", "htx", "hop tac xa nong nghiep"),
    BusinessKind.COOPERATIVE_GROUP: ("to hop tac", "tht"),
    BusinessKind.FARM_HOUSEHOLD: ("ho nong dan", "nong ho", "nong dan", "ho san xuat", "ho nong nghiep"),
    BusinessKind.ENTERPRISE: ("doanh nghiep", "dn", "cong ty", "cong ty tnhh", "cong ty co phan", "dntn"),
    BusinessKind.INDIVIDUAL: ("ca nhan", "ca nhan kinh doanh"),
}
_STATES = {
    BusinessStatus.ACTIVE: ("dang hoat dong", "hoat dong", "con hoat dong", "co"),
    BusinessStatus.SUSPENDED: ("tam ngung", "tam nghi", "tam ngung kinh doanh", "tam ngung hoat dong"),
    BusinessStatus.TERMINATED: ("cham dut", "cham dut hoat dong", "ngung hoat dong", "da nghi", "giai the", "dong cua"),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
_STATE_OF = {word: state for state, words in _STATES.items() for word in words}
_HEADER_WITHIN = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """What a row says of a business; None is an empty cell, which says nothing."""

    name: str
    kind: BusinessKind
    hamlet_id: int
    tax_id: TaxId | None = None
    owner_name: str | None = None
    phone: Phone | None = None
    trade: str | None = None
    address: str | None = None
    status: BusinessStatus | None = None
    valid_from: date | None = None
    unread: str = field(default="", compare=False)
    """The sentence on a cell that reads as nothing known, and counts as empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRow:
    """A row as typed: its number in the sheet, and field -> text of its cells that are not empty."""

    number: int
    cells: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.cells.get("name", "")


def typed_rows(table: Sequence[Sequence[str]]) -> list[TypedRow] | None:
    """The rows below the header; None where the first rows hold no header of the register."""
    for index, row in enumerate(table[:_HEADER_WITHIN]):
        fields = _fields(row)
        if fields.keys() >= REQUIRED.keys():
            return list(_rows_below(table, index, fields))
    return None


def _fields(header: Sequence[str]) -> dict[str, int]:
    """Field -> column; the first of two columns that mean the same."""
    found: dict[str, int] = {}
    for column, text in enumerate(header):
        field = _FIELD_OF.get(fold(text.split("(")[0]))
        if field:
            found.setdefault(field, column)
    return found


def _rows_below(table: Sequence[Sequence[str]], header: int, fields: Mapping[str, int]) -> Iterable[TypedRow]:
    for index, row in enumerate(table[header + 1 :], start=header + 2):
        cells = {field: row[column] for field, column in fields.items() if column < len(row) and row[column]}
        if cells:
            yield TypedRow(number=index, cells=cells)


class HamletNames:
    """Finds the hamlet a cell means, by its name or by an old place that now is one hamlet."""

    def __init__(self, hamlets: Iterable[tuple[int, str]], old_places: Iterable[tuple[str, int | None]]) -> None:
        self._found: dict[str, int | None] = {}
        for old_name, hamlet_id in old_places:
            self._add(_place(old_name), hamlet_id)
        now: dict[str, int | None] = {}
        for hamlet_id, name in hamlets:
            now[_place(name)] = None if _place(name) in now else hamlet_id
        self._found |= now

    def _add(self, place: str, hamlet_id: int | None) -> None:
        self._found[place] = hamlet_id if self._found.get(place, hamlet_id) == hamlet_id else None

    def find(self, text: str) -> int:
        """The hamlet's id; ValueError with a sentence where the text is none, or more than one."""
        for candidate in (text, text.split(",")[0]):
            place = _place(candidate)
            if hamlet_id := self._found.get(place):
                return hamlet_id
            if place in self._found:
                raise ValueError(f"“{text}” nay gồm nhiều thôn; ghi rõ tên thôn.")
        raise ValueError(f"Không có thôn “{text}” trong danh sách của xã.")


def _place(text: str) -> str:
    words = fold(text.replace("(cũ)", ""))
    for kind in ("thon ", "xa ", "lang ", "khu "):
        words = words.removeprefix(kind)
    return words


def read_row(typed: TypedRow, hamlets: HamletNames, phones: Collection[Phone | None] = ()) -> RegisterRow:
    """The row's values; ValueError with every fault of it, each a sentence. Which phone number is meant is not worth
    a row: an odd one counts as an empty cell. `phones` are those of the register, numbers whatever the plan says now.
    """
    missing = [word for field, word in REQUIRED.items() if field not in typed.cells]
    cells = _Cells(typed.cells, faults=[f"Thiếu {', '.join(missing)}."] if missing else [])
    name = cells.text("name", 200)
    kind = cells.read("kind", kind_named)
    hamlet_id = cells.read("hamlet", hamlets.find)
    tax_id = cells.read("tax_id", _tax_id)
    owner_name = cells.text("owner_name", 100)
    phone, unread = _phone(typed.cells.get("phone"), phones)
    trade = cells.text("trade", 300)
    address = cells.text("address", 300)
    status = cells.read("status", _status)
    valid_from = cells.read("valid_from", _day)
    if cells.faults or name is None or kind is None or hamlet_id is None:
        raise ValueError(" ".join(filter(None, [*cells.faults, unread])))
    return RegisterRow(
        name=name,
        kind=kind,
        hamlet_id=hamlet_id,
        tax_id=tax_id,
        owner_name=owner_name,
        phone=phone,
        trade=trade,
        address=address,
        status=status,
        valid_from=valid_from,
        unread=unread,
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """Reads cells one by one and gathers what is wrong with them."""

    cells: Mapping[str, str]
    faults: list[str]

    def read(self, field: str, reader: Callable[[str], T]) -> T | None:
        typed = self.cells.get(field)
        if typed is None:
            return None
        try:
            return reader(typed)
        except ValueError as error:
            self.faults.append(str(error))
            return None

    def text(self, field: str, longest: int) -> str | None:
        return self.read(field, lambda text: _short(text, longest))


def _phone(typed: str | None, phones: Collection[Phone | None]) -> tuple[Phone | None, str]:
    """The number, and the sentence on one that is none."""
    if typed is None:
        return None, ""
    try:
        written = Phone.written(typed)
        return written if written in phones else Phone(typed), ""
    except ValueError:
        return None, f"Số điện thoại “{typed[:30]}” chưa đúng nên chưa ghi."


def _short(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"“{text[:30]}…” dài quá {longest} chữ.")
    return text


def kind_named(text: str) -> BusinessKind:
    """The kind that a word of the commune's sheets means; ValueError for any other word."""
    kind = _KIND_OF.get(fold(text))
    if kind is None:
        raise ValueError(f"Không rõ loại hình “{text}”: ghi hộ kinh doanh, HTX, tổ hợp tác, hộ nông dân, ...")
    return kind


def _status(text: str) -> BusinessStatus:
    status = _STATE_OF.get(fold(text))
    if status is None:
        raise ValueError(f"Không rõ tình trạng “{text}”: ghi đang hoạt động, tạm ngừng hoặc chấm dứt.")
    return status


def _tax_id(text: str) -> TaxId:
    """A tax code; a sheet that took it for a number has dropped its leading zero."""
    digits = text.replace(" ", "")
    lost_zero = digits.isascii() and digits.isdigit() and len(digits) in (9, 11)
    return TaxId(f"0{digits}" if lost_zero else digits)


def _day(text: str) -> date:
    for shape in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            day = datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
        if day.year >= 1950:
            return day
    raise ValueError(f"Ngày “{text}” chưa đúng; ghi như 01/07/2025.")
