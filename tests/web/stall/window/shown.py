"""The addresses of the window."""

from tests.cast import Cast
from tests.catalog import shelf


def window(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/gian-hang"


def goods(cast: Cast) -> str:
    return f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"
