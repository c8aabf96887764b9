"""Where the link of a notice leads: the notice itself holds only what it is about."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import Select, select

from market.base.db import reading
from market.notices.models import Notice
from market.orders.models import Order, Purchase
from market.sellers.models import Stall
from market.web.base.blueprint import blueprint


@blueprint.app_template_global()
def notice_links(notices: Sequence[Notice]) -> dict[int, str]:
    """Notice -> the address of what it is about, as the one it is for opens it. At most three statements."""
    slugs = _named(select(Stall.business_id, Stall.slug).where(Stall.business_id.in_(_ids(notices, "business_id"))))
    orders = _named(select(Order.id, Order.code).where(Order.id.in_(_ids(notices, "order_id"))))
    receipts = _named(select(Purchase.id, Purchase.code).where(Purchase.id.in_(_ids(notices, "purchase_id"))))
    return {
        one.id: _link(
            one,
            gian=slugs.get(one.business_id or 0),
            code=orders.get(one.order_id or 0) or receipts.get(one.purchase_id or 0),
        )
        for one in notices
    }


def _ids(notices: Sequence[Notice], name: str) -> list[int]:
    return [number for one in notices if (number := getattr(one, name)) is not None]


def _named(query: Select[int, str]) -> dict[int, str]:
    return {number: name for number, name in reading().execute(query)}


def _link(one: Notice, *, gian: str | None, code: str | None) -> str:
    if one.product_id is not None and gian:
        return url_for("stall.product_edit", gian=gian, product_id=one.product_id)
    if one.order_id is not None and gian:
        return url_for("stall.order", gian=gian, code=code)
    if one.order_id is not None:
        return url_for("shop.order", code=code)
    if one.purchase_id is not None:
        return url_for("shop.purchase", code=code)
    return url_for("stall.mine")
