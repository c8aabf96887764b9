"""A shop's template that asks for what the market cannot know, and goods whose words marketplaces do not take."""

from sqlalchemy import select

from market.base.db import transaction
from market.catalog.models import Product, Variant
from market.channels.models import ChannelWords
from tests.cast import Cast
from tests.channels.templates import SHOPEE_TOKENS, Maker, shopee_tabs

ORIGIN = "ps_product_global_attribute.100037"
ASKING = Maker().make(
    shopee_tabs([*SHOPEE_TOKENS, f"{ORIGIN}|1|0"], **{ORIGIN: "Ghi nước làm ra"})
    | {"Phạm vi": [["et_title_category_name", "et_title_category_id"], ["Thực phẩm/Gạo", "101231"]]}
)
LOUD = (
    "Gạo mới gặt, phơi nắng, xát trong tuần, hạt dài, cơm dẻo, thơm mùi lá dứa, hợp người già và trẻ nhỏ. "
    "Gọi 0912 345 678 để đặt."
)


def rice_of(cast: Cast) -> int:
    with transaction() as session:
        return session.get_one(Variant, cast.gao_nep).product_id


def say(product_id: int, description: str) -> None:
    with transaction() as session:
        session.get_one(Product, product_id).description = description


def words_of(product_id: int) -> list[tuple[str, str]]:
    query = select(ChannelWords.channel, ChannelWords.description).where(ChannelWords.product_id == product_id)
    with transaction() as session:
        return [(channel, text) for channel, text in session.execute(query)]
