"""Sheets of stamps: every code on them can be read, the words beside it too."""

import re
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from PIL import ImageFilter
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from market.trace.printing import A4, Label, stamp_sheet
from market.trace.printing.sheet import _lines, _modules
from market.values.codes import new_stamp_code
from tests.readers import READERS, by_zxing


def at(address: str) -> dict[str, Any]:
    """What a label says of a market's address."""
    return {"host": address.split("://")[1], "link": lambda code: f"{address}/T/{code}"}


MM = 25.4 / 72
HERE = at("https://cho.daison.vn")
LABEL = Label(
    product="Gạo nếp cái hoa vàng",
    lot="L261113A",
    stall="HTX nông nghiệp Đại Sơn",
    hamlet="thôn Mỗ Đoạn",
    weight="5\u00a0kg",
    made_on="Đóng gói 20/11/2026",
    best_before="20/10/2027",
    **HERE,
)
LONG = replace(
    LABEL,
    product="Gạo nếp cái hoa vàng bãi rươi Đại Sơn túi 5 kg loại thượng hạng",
    stall="Hợp tác xã dịch vụ nông nghiệp tổng hợp và tiêu thụ nông sản sạch xã Đại Sơn",
    hamlet="thôn Nghĩa Dũng Đông Thượng Trung Hòa",
)


def stamps(count: int, first: int = 1) -> list[tuple[int, str]]:
    return [(serial, new_stamp_code()) for serial in range(first, first + count)]


def read_back(pdf: bytes, dots_per_inch: int = 300) -> list[str]:
    """Every QR code on every page, as a decoder sees it."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture = page.render(scale=dots_per_inch / 72, grayscale=True).to_pil()
            found += by_zxing(picture)
    return found


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("dots_per_inch", [203, 300])
def test_every_stamp_of_a_sheet_is_read_back(dots_per_inch: int) -> None:
    printed = stamps(130)
    found = read_back(stamp_sheet(LABEL, printed), dots_per_inch)
    assert sorted(found) == sorted(f"https://cho.daison.vn/T/{code}" for _, code in printed)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000", "https://chợ.daison.vn", "https://a_very-long.name.example/x"]
)
def test_any_market_s_address_is_read_back(address: str) -> None:
    label = Label(product="Rươi", lot="L261113A", **at(address))
    printed = stamps(3)
    found = read_back(stamp_sheet(label, printed))
    assert all(text.startswith(f"{address.partition('://')[0]}://") for text in found)
    assert sorted(map(same_address, found)) == sorted(same_address(label.link(code)) for _, code in printed)


def same_address(text: str) -> str:
    """A scheme and a host mean the same in capitals; a code is all capitals."""
    head, _, code = text.rpartition("/")
    return f"{head.lower()}/{code}"


@pytest.mark.parametrize(
    ("host", "before", "as_bytes", "now"),
    [
        ("cho.vn", 25, 29, 25),
        ("cho.daison.vn", 25, 29, 29),
        ("choso.daison.haiphong.gov.vn", 29, 33, 29),
        ("choso.xa-dai-son.thanhphohaiphong.gov.vn", 33, 33, 33),
        ("127.0.0.1:8000", 25, 29, 29),
    ],
)
def test_small_letters_in_the_scheme_cost_few_modules(host: str, before: int, as_bytes: int, now: int) -> None:
    """Modules a side: of all in capitals, as stamps were before; all in bytes; in two parts, as they are now."""
    address = f"https://{host}/T/7K3M9PXQ2RP"
    in_bytes = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    in_bytes.add_data(QRData(address.encode(), mode=MODE_8BIT_BYTE), optimize=0)
    in_bytes.make()
    sides = [len(_modules(text)) for text in (address.upper(), address)]
    assert (sides[0], len(in_bytes.modules), sides[1]) == (before, as_bytes, now)
    assert now <= as_bytes


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("turned", [0, 7, 90, 180])
@pytest.mark.parametrize("host", ["cho.vn", "cho.daison.vn", "choso.daison.haiphong.gov.vn"])
def test_a_stamp_is_read_however_it_is_held(host: str, turned: int, reader: str) -> None:
    """At 203 dots an inch, turned, seen as two grey tones and a little out of focus."""
    address = f"https://{host}"
    printed = [(1, "7K3M9PXQ2RP")]  # always this one: no reader reads all
    with pypdfium2.PdfDocument(stamp_sheet(Label(product="Rươi", lot="L261113A", **at(address)), printed)) as document:
        page = document[0].render(scale=203 / 72, grayscale=True).to_pil()
    label = page.crop((0, 0, 600, 400)).point(lambda tone: 70 + tone // 2).filter(ImageFilter.GaussianBlur(0.8))
    held = label.resize((1800, 1200)).rotate(turned, expand=True, fillcolor=197)
    [found] = READERS[reader](held)
    assert found.startswith("https://")
    assert same_address(found) == f"{address}/t/{printed[0][1]}"


def test_stamps_printed_in_capitals_before_are_made_as_they_were() -> None:
    whole = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=2, border=0)
    whole.add_data(QRData(b"HTTPS://CHO.DAISON.VN/T/7K3M9PXQ2RP", mode=MODE_ALPHA_NUM), optimize=0)
    whole.make()
    assert _modules("HTTPS://CHO.DAISON.VN/T/7K3M9PXQ2RP") == whole.modules


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (65, 1), (66, 2)])
def test_sixty_five_stamps_fill_a_page(count: int, pages: int) -> None:
    with pypdfium2.PdfDocument(stamp_sheet(LABEL, stamps(count))) as document:
        assert len(document) == pages
        assert [round(side) for side in document[0].get_size()] == [595, 842]


def test_the_words_stand_beside_the_code() -> None:
    text = words(stamp_sheet(LABEL, [(12, "7K3M9PXQ2RP")]))
    for line in ("Lô L261113A", "HSD 20/10/2027", "Số 12", "7K3M-9PXQ-2RP", "cho.daison.vn"):
        assert line in text
    whole = re.sub(r"\s+", " ", text)
    assert whole.startswith("Gạo nếp cái hoa vàng HTX nông nghiệp Đại Sơn thôn Mỗ Đoạn 5 kg Đóng gói 20/11/2026")
    assert "Quét để xem" in whole


def written_at(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right, top of every letter of the first page, in millimetres from its upper left corner."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].get_textpage()
        boxes = [page.get_charbox(index) for index in range(page.count_chars())]
    return [(a * MM, 297 - b * MM, c * MM, 297 - d * MM) for a, b, c, d in boxes if c > a]


@pytest.mark.parametrize("label", [LABEL, LONG, replace(LONG, host="choso.xa-dai-son.thanhphohaiphong.gov.vn")])
def test_no_letter_leaves_its_label_or_runs_into_the_code(label: Label) -> None:
    left, top = next(A4.corners())
    boxes = written_at(stamp_sheet(label, [(12_345, "7K3M9PXQ2RP")]))
    assert len(boxes) > 100
    assert min(box[0] for box in boxes) >= left + A4.code_side
    assert max(box[2] for box in boxes) <= left + A4.label_width
    assert min(box[3] for box in boxes) >= top + 0.5
    assert max(box[1] for box in boxes) <= top + A4.label_height - 0.5


def test_a_long_name_ends_with_a_sign_that_there_is_more_and_the_rest_stays_whole() -> None:
    lines = list(_lines(LONG, 12, "7K3M9PXQ2RP", A4))
    texts = [text for _, text, _ in lines]
    assert [text.endswith("…") for text in texts[:5]] == [False, True, False, True, True]
    assert texts[5:] == [
        "5\u00a0kg",
        "Đóng gói 20/11/2026",
        "HSD 20/10/2027",
        "Lô L261113A · Số 12",
        "7K3M-9PXQ-2RP",
        "Quét để xem",
        "cho.daison.vn",
    ]
    assert min(size for _, _, size in lines) > 3.3


@pytest.mark.parametrize(
    "name", ["Ổi", "Gạo nếp cái hoa vàng bãi rươi Đại Sơn túi 5 kg loại thượng hạng", "Ư" * 80, ""]
)
def test_a_name_of_any_length_stays_on_its_label(name: str) -> None:
    label = Label(product=name, lot="L261113AB", **HERE)
    assert len(read_back(stamp_sheet(label, stamps(65)))) == 65


def test_a_printer_that_draws_aside_can_be_made_up_for() -> None:
    shifted = replace(A4, shift_x=2, shift_y=-1)
    corners = zip(A4.corners(), shifted.corners(), strict=True)
    assert {(round(b[0] - a[0], 6), round(b[1] - a[1], 6)) for a, b in corners} == {(2, -1)}
    assert len(read_back(stamp_sheet(LABEL, stamps(65), shifted))) == 65


def test_labels_lie_within_the_page() -> None:
    corners = list(A4.corners())
    assert len(corners) == A4.labels_a_page == 65
    assert min(left for left, _ in corners) > 5
    assert max(left for left, _ in corners) + A4.label_width < A4.page_width - 5
    assert max(top for _, top in corners) + A4.label_height < A4.page_height - 5


def test_a_thousand_stamps_make_a_small_file() -> None:
    assert len(stamp_sheet(LABEL, stamps(1000))) < 500_000
