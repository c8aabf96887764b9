"""Registers as clerks send them, each made by code: what stands in the file, and what is read of it.

The rows after the header speak of hamlets 1 (thôn Nghĩa Dũng), 2 (thôn Mỗ Đoạn) and 3 (thôn Ô Mễ).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from openpyxl import Workbook

HEAD = ["Tên cơ sở", "Loại hình", "Thôn", "Mã số thuế", "Chủ cơ sở", "Điện thoại", "Tình trạng", "Từ ngày"]
AN = ["Tạp hóa An", "HKD", "Nghĩa Dũng"]
Read = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A file, the fields to look at of each row that is read, what is told of them, and how many rows are refused."""

    raw: bytes
    read: Sequence[Read]
    told: str = ""
    refused: int = 0
    left: str = ""


def book(*sheets: Sequence[Sequence[object]], change: Callable[[Workbook], None] | None = None) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets, start=1):
        page = made.create_sheet(f"S{number}")
        for row in rows:
            page.append(list(row))
    if change:
        change(made)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def one(field: str, typed: object, read: object, told: str = "") -> Shape:
    """One row with one cell beside what a row needs."""
    return Shape(raw=book([[*HEAD[:3], field], [*AN, typed]]), read=[{_FIELD[field]: read}], told=told)


_FIELD = dict(
    zip(HEAD, ["name", "kind", "hamlet_id", "tax_id", "owner_name", "phone", "status", "valid_from"], strict=True)
)


def kind(word: str, read: str | None) -> Shape:
    rows = [HEAD[:3], ["Cơ sở X", word, "Nghĩa Dũng"]]
    return Shape(raw=book(rows), read=[{"kind": read}] if read else [], refused=0 if read else 1)


def hamlet(word: str, read: int | None) -> Shape:
    rows = [HEAD[:3], ["Cơ sở X", "HKD", word]]
    return Shape(raw=book(rows), read=[{"hamlet_id": read}] if read else [], refused=0 if read else 1)


def titles(*head: str) -> Shape:
    return Shape(raw=book([head, [*AN, "0912345678"]]), read=[{"name": AN[0], "hamlet_id": 1, "phone": "+84912345678"}])


def _merged(made: Workbook) -> None:
    for area in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
        made["S1"].merge_cells(area)


def _tall(made: Workbook) -> None:
    made["S1"].merge_cells("C2:C3")


def _hide(kind: str) -> Callable[[Workbook], None]:
    def hide(made: Workbook) -> None:
        if kind == "row":
            made["S1"].row_dimensions[2].hidden = True
        else:
            made["S1"].sheet_state = "hidden"

    return hide


def _error(made: Workbook) -> None:
    for place, said in {"D2": "#REF!", "E2": "#N/A", "F2": '="0912"&"345678"'}.items():
        made["S1"][place] = said
        made["S1"][place].data_type = "f" if said.startswith("=") else "e"


TWO = ["Rèn Bình", "Hộ kinh doanh", "Mỗ Đoạn"]
SHAPES: dict[str, Shape] = {
    "E01 one sheet a hamlet": Shape(
        raw=book([HEAD[:3], AN], [HEAD[:3], TWO]), read=[{"name": "Tạp hóa An"}, {"name": "Rèn Bình", "hamlet_id": 2}]
    ),
    "E02 hamlet in the title": Shape(
        raw=book([["Thôn Nghĩa Dũng"], [*HEAD[:2], *HEAD[3:]], ["Tạp hóa An", "HKD", "", "Đỗ Thị An"]]),
        read=[{"hamlet_id": 1, "owner_name": "Đỗ Thị An"}],
    ),
    "hamlet in a list's title": Shape(
        raw=book([["DANH SÁCH HỘ KINH DOANH THÔN MỖ ĐOẠN"], ["STT", "Tên cơ sở", "Chủ hộ", "SĐT"], [1, "An", "A", ""]]),
        read=[{"hamlet_id": 2, "kind": "ho_kinh_doanh"}],
    ),
    "hamlets as headings": Shape(
        raw=book(
            [
                ["STT", "Tên cơ sở", "Loại hình", "Chủ hộ"],
                ["I", "THÔN NGHĨA DŨNG"],
                [1, "Tạp hóa An", "HKD", "A"],
                ["II", "Ô Mễ"],
                [1, "Xay xát Bình", "HKD", "B"],
            ]
        ),
        read=[{"hamlet_id": 1}, {"hamlet_id": 3}],
    ),
    "the tax office's list": Shape(
        raw=book(
            [
                ["STT", "MST", "Tên người nộp thuế", "Địa chỉ kinh doanh", "Trạng thái", "Ghi chú"],
                [1, "9900000016", "Hộ kinh doanh Đỗ Thị An", "Xóm 2, thôn Ô Mễ, xã Đại Sơn", "NNT đang hoạt động", "x"],
            ]
        ),
        read=[{"tax_id": "9900000016", "hamlet_id": 3, "kind": "ho_kinh_doanh", "status": "dang_hoat_dong"}],
        left="Ghi chú",
    ),
    **{
        f"E03 phone {text}": one("Điện thoại", text, "+84912345678")
        for text in (
            "0912345678 (Zalo)",
            "'0912345678",
            "+84 (0)912 345 678",
            "0912.345.678;",
            "９１２３４５６７８",
            "O912345678",
            912345678,
        )
    },
    "E03 two phones": one("Điện thoại", "0912345678/0987654321", "+84912345678", "có nhiều số"),
    "E03 an old prefix": one("Điện thoại", "01682345678", "+84382345678"),
    "a phone of 084 without its zero": one("Điện thoại", 845678901, "+84845678901"),
    "a phone that is none": one("Điện thoại", "chưa có", None, "“chưa có”"),
    **{
        f"E05 day {text}": one("Từ ngày", text, date(2024, 7, 1))
        for text in (
            45474,
            "1/7/24",
            "7/2024",
            "ngày 01/7/2024",
            "2024-07-01T00:00:00",
            "Tháng 7 năm 2024",
            date(2024, 7, 1),
            "01-07-2024",
        )
    },
    "E05 a year": one("Từ ngày", 2024, date(2024, 1, 1), "hiểu là 01/01/2024"),
    "a day that is none": one("Từ ngày", "khoảng tết", None, "“khoảng tết”"),
    "a tax code that lost its zero": one("Mã số thuế", 101248141, "0101248141"),
    "a citizen's number that lost one": one("Mã số thuế", 34088001234, "034088001234"),
    "a number of ten that may be one of twelve": one("Mã số thuế", 1088001230, None, "không rõ là 10 số hay là 12 số"),
    "a tax code that Excel shortened": one("Mã số thuế", "3.4088E+10", None, "rút gọn"),
    "a wrong tax code": one("Mã số thuế", "9900000010", None, "chữ số kiểm tra"),
    "E17 a state in other words": one("Tình trạng", "Đang kinh doanh", "dang_hoat_dong"),
    "a state that is none": one("Tình trạng", "bình bình", None, "Không rõ tình trạng"),
    "E06 the official layout": Shape(
        raw=book(
            [
                ["DANH SÁCH HỘ KINH DOANH"],
                ["(Kèm theo Công văn số …)"],
                [],
                HEAD[:5],
                ["(1)", "(2)", "(3)", "(4)", "(5)"],
                AN,
                ["Tổng cộng: 01 hộ"],
                [],
                ["NGƯỜI LẬP BIỂU", "", "", "", "CHỦ TỊCH"],
                ["(Ký, ghi rõ họ tên)"],
                ["", "", "", "", "Nguyễn Văn Hùng"],
            ]
        ),
        read=[{"name": "Tạp hóa An"}],
        left="Nguyễn Văn Hùng",
    ),
    "E07 a header of two lines": Shape(
        raw=book(
            [[*HEAD[:3], "Chủ cơ sở", ""], ["", "", "", "Họ và tên", "Điện thoại"], [*AN, "Đỗ Thị An", "0912345678"]],
            change=_merged,
        ),
        read=[{"phone": "+84912345678", "owner_name": "Đỗ Thị An"}],
    ),
    "a header of two lines that nobody merged": Shape(
        raw=book([[*HEAD[:3], "Chủ cơ sở", ""], ["", "", "", "Họ và tên", "SĐT"], [*AN, "Đỗ Thị An", "0912345678"]]),
        read=[{"phone": "+84912345678", "owner_name": "Đỗ Thị An"}],
    ),
    "a tall hamlet": Shape(
        raw=book([HEAD[:3], AN, ["Hộ Hai", "HKD", ""]], change=_tall), read=[{"hamlet_id": 1}, {"hamlet_id": 1}]
    ),
    "E09 all in TCVN3": Shape(
        raw=book([["Tªn c¬ së", "Lo¹i h×nh", "Th«n"], ["T¹p hãa An", "Hé kinh doanh", "NghÜa Dòng"]]),
        read=[{"name": "Tạp hóa An", "hamlet_id": 1}],
        told="phông cũ",
    ),
    "E09 names in VNI": Shape(
        raw=book([HEAD[:3], ["Taïp hoùa baø Ñaøo", "HKD", "Nghĩa Dũng"]]),
        read=[{"name": "Tạp hóa bà Đào"}],
        told="phông cũ",
    ),
    "E09 TCVN3 in a CSV": Shape(
        raw="Tªn c¬ së;Lo¹i h×nh;Th«n\nT¹p hãa An;Hé kinh doanh;NghÜa Dòng\n".encode("latin-1"),
        read=[{"name": "Tạp hóa An"}],
    ),
    "E10 UTF-8 read as Latin": Shape(
        raw="Tên cơ sở;Loại hình;Thôn\nTạp hóa Đậu;HKD;Nghĩa Dũng\n".encode().decode("latin-1").encode(),
        read=[{"name": "Tạp hóa Đậu", "hamlet_id": 1}],
    ),
    "E11 a web page called .xls": Shape(
        raw=(
            "<html><body><table><tr><th>Tên cơ sở<th>Loại hình<th>Thôn</tr><tr><td>Tạp hóa An<td>HKD<td rowspan=2>Ô Mễ"
            "</tr><tr><td>Hai<td>HKD</tr></table></body></html>"
        ).encode(),
        read=[{"hamlet_id": 3}, {"name": "Hai", "hamlet_id": 3}],
    ),
    "a CSV that says its comma": Shape(
        raw='sep=;\nTên cơ sở;Loại hình;Thôn;Điện thoại\nAn;HKD;Ô Mễ;="0912345678"\n'.encode(),
        read=[{"phone": "+84912345678"}],
    ),
    "E13 a hidden row": Shape(
        raw=book([HEAD[:3], AN], change=_hide("row")), read=[{"name": "Tạp hóa An"}], told="đang bị ẩn"
    ),
    "a hidden sheet": Shape(
        raw=book([HEAD[:3], TWO], [HEAD[:3], AN], change=_hide("sheet")), read=[{"name": "Tạp hóa An"}], left="S1"
    ),
    "E14 errors where a row can do without": Shape(
        raw=book([HEAD[:6], AN], change=_error),
        read=[{"tax_id": None, "owner_name": None, "phone": None}],
        told="#REF!",
    ),
    "E14 a row of errors": Shape(raw=book([HEAD[:3], ["#N/A", "HKD", "Ô Mễ"]]), read=[], refused=1),
    **{
        f"E17 kind {word}": kind(word, read)
        for word, read in {
            "Hộ KDCT": "ho_kinh_doanh",
            "HKDCT": "ho_kinh_doanh",
            "Cá thể": "ho_kinh_doanh",
            "hộ cá thể": "ho_kinh_doanh",
            "Cty TNHH": "doanh_nghiep",
            "Công ty TNHH MTV": "doanh_nghiep",
            "Trang trại": "ho_nong_dan",
            "HTX DVNN": "hop_tac_xa",
            "HTX nông nghiệp và dịch vụ": "hop_tac_xa",
            "Tổ HT": "to_hop_tac",
            "DNTN": "doanh_nghiep",
            "Kinh doanh cá thể": "ho_kinh_doanh",
            "HKD hay HTX": None,
            "hộ": None,
        }.items()
    },
    **{
        f"E17 hamlet {word}": hamlet(word, read)
        for word, read in {
            "T. Ô Mễ": 3,
            "Xóm 2 Nghĩa Dũng": 1,
            "Xóm 2, thôn Nghĩa Dũng": 1,
            "KDC Nghĩa Dũng": 1,
            "Nghĩa Dũng - Đại Sơn": 1,
            "NGHIA DUNG": 1,
            "NghĩaDũng": 1,
            "xã Đại Sơn, thôn Ô Mễ": 3,
            "Nghĩa Dũng, Ô Mễ": None,
            "Nơi Khác": None,
        }.items()
    },
    "titles of an office": titles("Tên hộ KD/cơ sở", "Loại hình KD", "Thôn/xóm", "SĐT liên hệ"),
    "titles without marks": titles("TEN CO SO", "LOAI HINH", "THON", "SO DT"),
    "titles with remarks": titles("Tên cơ sở (ghi rõ)", "Hình thức", "Địa bàn", "Điện thoại chủ hộ"),
}
