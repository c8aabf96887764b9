"""Sheets of stamps: every code on them can be read, the words beside it too."""

import re
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from market.trace.printing import A4, Label, stamp_sheet
from market.values.codes import new_stamp_code


def at(address: str) -> dict[str, Any]:
    """What a label says of a market's address."""
    return {"host": address.split("://")[1], "link": lambda code: f"{address}/T/{code}".upper()}


HERE = at("https://cho.daison.vn")
LABEL = Label(product="Gạo nếp cái hoa vàng", lot="L261113A", best_before="20/10/2027", **HERE)


def stamps(count: int, first: int = 1) -> list[tuple[int, str]]:
    return [(serial, new_stamp_code()) for serial in range(first, first + count)]


def read_back(pdf: bytes, dots_per_inch: int = 300) -> list[str]:
    """Every QR code on every page, as a decoder sees it."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture = page.render(scale=dots_per_inch / 72, grayscale=True).to_pil()
            found += [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]
    return found


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("dots_per_inch", [203, 300])
def test_every_stamp_of_a_sheet_is_read_back(dots_per_inch: int) -> None:
    printed = stamps(130)
    found = read_back(stamp_sheet(LABEL, printed), dots_per_inch)
    assert sorted(found) == sorted(f"HTTPS://CHO.DAISON.VN/T/{code}" for _, code in printed)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000", "https://chợ.daison.vn", "https://a_very-long.name.example/x"]
)
def test_any_market_s_address_is_read_back(address: str) -> None:
    label = Label(product="Rươi", lot="L261113A", **at(address))
    printed = stamps(3)
    assert sorted(read_back(stamp_sheet(label, printed))) == sorted(label.link(code) for _, code in printed)


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (65, 1), (66, 2)])
def test_sixty_five_stamps_fill_a_page(count: int, pages: int) -> None:
    with pypdfium2.PdfDocument(stamp_sheet(LABEL, stamps(count))) as document:
        assert len(document) == pages
        assert [round(side) for side in document[0].get_size()] == [595, 842]


def test_the_words_stand_beside_the_code() -> None:
    text = words(stamp_sheet(LABEL, [(12, "7K3M9PXQ2RP")]))
    for line in ("Lô L261113A", "HSD 20/10/2027", "Số 12", "7K3M-9PXQ-2RP", "cho.daison.vn"):
        assert line in text
    assert re.sub(r"\s+", " ", text).startswith("Gạo nếp cái hoa vàng")


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
