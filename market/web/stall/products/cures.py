"""Where a seller cures what keeps a listing off the market: the page or button, and what it says."""

from dataclasses import dataclass

from market.catalog.queries.changes import product_texts
from market.catalog.rules import WhyNot
from market.sellers.queries import words_of
from market.web.stall.blueprint import blueprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """An endpoint and what its link says; one that changes something at once is a POST."""

    endpoint: str
    action: str
    is_post: bool = False
    is_of_product: bool = True


_EDIT = "stall.product_edit"
_AGAIN = Cure(endpoint=_EDIT, action="Sửa rồi gửi lại")
_MORE = Cure(endpoint=_EDIT, action="Thêm hàng")

CURES = {
    WhyNot.NO_PHOTO: Cure(endpoint=_EDIT, action="Chụp ngay"),
    WhyNot.HIDDEN: Cure(endpoint="stall.product_show", action="Hiện lại", is_post=True),
    WhyNot.REFUSED: _AGAIN,
    WhyNot.TAKEN_DOWN: _AGAIN,
    WhyNot.PAUSED: Cure(endpoint="stall.settings", action="Mở bán lại", is_of_product=False),
    WhyNot.STOPPED: Cure(endpoint="stall.lots", action="Xem các lô", is_of_product=False),
    WhyNot.SOLD_OUT: Cure(endpoint="stall.product_back_in_stock", action="Có hàng lại", is_post=True),
    WhyNot.NOTHING_LEFT: _MORE,
    WhyNot.ALL_HELD: _MORE,
}


@blueprint.app_template_global()
def cure_of(why: WhyNot) -> Cure | None:
    """None: nothing to do but wait, or call the office."""
    return CURES.get(why)


blueprint.add_app_template_global(words_of, "field_words")
blueprint.add_app_template_global(product_texts, "public_texts")
