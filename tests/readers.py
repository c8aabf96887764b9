"""Programs that read QR codes, as those are which phones and hand scanners have in them. jsQR, the market's own on
phones, is tried in the browser (`tests/browser/test_scanning.py`)."""

from collections.abc import Callable, Mapping
from io import BytesIO

import zxingcpp
from PIL.Image import Image
from PIL.Image import open as open_picture

from tests.services import absent

Reader = Callable[[Image], list[str]]


def by_zxing(picture: Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def by_zbar(picture: Image) -> list[str]:
    try:
        from pyzbar import pyzbar
    except ImportError:
        absent("no zbar: install libzbar0")
    return [code.data.decode() for code in pyzbar.decode(picture.convert("L"), symbols=[pyzbar.ZBarSymbol.QRCODE])]


def by_opencv(picture: Image) -> list[str]:
    """OpenCV finds the code and quirc reads it. It misses one in some fifty for good: try it with a code that stays."""
    import cv2
    import numpy as np

    text, _, _ = cv2.QRCodeDetector().detectAndDecode(np.asarray(picture.convert("L")))
    return [text] if text else []


READERS: Mapping[str, Reader] = {"zxing": by_zxing, "zbar": by_zbar, "OpenCV and quirc": by_opencv}


def read_by_both(picture: bytes) -> str:
    """The one code that zxing and zbar read in a picture as it is sent."""
    with open_picture(BytesIO(picture)) as image:
        [text] = by_zxing(image)
        assert by_zbar(image) == [text]
    return text
