"""The addresses of the window, and what a code says."""

from io import BytesIO

import zxingcpp
from PIL import Image

from tests.cast import Cast
from tests.catalog import shelf


def window(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/gian-hang"


def goods(cast: Cast) -> str:
    return f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"


def code_in(picture: bytes) -> str:
    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(picture)), formats=zxingcpp.BarcodeFormat.QRCode)
    return code.text
