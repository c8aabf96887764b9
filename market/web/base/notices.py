"""Where the link of a notice leads: the notice itself holds only what it is about."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import Select, select

from market.base.db import reading
from market.notices.models import Notice
from market.notices.rules import News
from market.orders.models import Order, Purchase
from market.sellers.models import Stall
from market.web.base.blueprint import blueprint

Target = tuple[str, dict[str, Any]]
"""An endpoint and its values."""


@blueprint.app_template_global()
def notice_links(notices: Sequence[Notice]) -> dict[int, str]:
    """Notice -> the address of what it is about, as the one it is for opens it. At most three statements."""
    return {key: url_for(endpoint, **values) for key, (endpoint, values) in notice_targets(notices).items()}


def notice_targets(notices: Sequence[Notice]) -> dict[int, Target]:
    """Notice -> the page of what it is about, for the one it is for. At most three statements."""
    slugs = _named(select(Stall.business_id, Stall.slug).where(Stall.business_id.in_(_ids(notices, "business_id"))))
    orders = _named(select(Order.id, Order.code).where(Order.id.in_(_ids(notices, "order_id"))))
    receipts = _named(select(Purchase.id, Purchase.code).where(Purchase.id.in_(_ids(notices, "purchase_id"))))
    return {
        one.id: _target(
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


_PAGES: Mapping[str, str] = {
    News.PASSWORD_RESET: "account.resets",
    News.CONSENT_ASKED: "account.me",
    News.TICKET_ANSWERED: "shop.tickets",
    News.IDEA_DECIDED: "shop.ideas",
}
_PAGES_OF_STALL: Mapping[str, str] = {News.STORY_WRITTEN: "stall.stories", News.DRAFTS_LISTED: "stall.products"}


def _target(one: Notice, *, gian: str | None, code: str | None) -> Target:
    if one.kind in _PAGES:
        return _PAGES[one.kind], {}
    if one.product_id is not None and gian:
        return "stall.product_edit", {"gian": gian, "product_id": one.product_id}
    if one.order_id is not None and gian:
        return "stall.order", {"gian": gian, "code": code}
    if one.order_id is not None:
        return "shop.order", {"code": code}
    if one.purchase_id is not None:
        return "shop.purchase", {"code": code}
    if one.kind in _PAGES_OF_STALL and gian:
        return _PAGES_OF_STALL[one.kind], {"gian": gian}
    if one.kind == News.PAPER_ENDS and one.person_id is not None:
        return "office.ocop", {}
    return "stall.mine", {}
