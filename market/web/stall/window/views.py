"""The stall's window: how buyers see it, what is given to them, what waits for the office, and all its settings."""

from flask import Response, render_template

from market.base import clock
from market.base.db import reading
from market.base.errors import Refused
from market.catalog.showcards import goods_card, qr_poster
from market.sellers.queries import live_bank_account, stall_of, stall_texts
from market.values.text import slug
from market.web.base.access import StallContext, stall_page
from market.web.base.heavy import heavy
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.window import queries
from market.web.stall.window.queries import Shown
from market.web.stall.window.rules import zalo_share

blueprint.add_app_template_global(zalo_share)


@blueprint.get("/ban-hang/<gian>/gian-hang")
@stall_page
def window(desk: StallContext) -> Page:
    changes, goods = queries.waiting_changes(reading(), desk.stall_id)
    return render_template(
        "stall/window/window.html",
        desk=desk,
        stall=stall_of(reading(), desk.stall_id),
        shown=_stall(desk),
        changes=changes,
        goods=goods,
        texts=stall_texts(stall_of(reading(), desk.stall_id)),
        account=live_bank_account(reading(), desk.business_id),
    )


@blueprint.get("/ban-hang/<gian>/gian-hang/ma-qr.png")
@heavy
@stall_page
def window_qr(desk: StallContext) -> Page:
    return _poster(_stall(desk))


@blueprint.get("/ban-hang/<gian>/san-pham/<int:product_id>/gui-khach")
@stall_page
def product_window(desk: StallContext, product_id: int) -> Page:
    return render_template(
        "stall/window/product_window.html", desk=desk, product_id=product_id, shown=_product(desk, product_id)
    )


@blueprint.get("/ban-hang/<gian>/san-pham/<int:product_id>/anh-gui-khach.jpg")
@heavy
@stall_page
def product_card(desk: StallContext, product_id: int) -> Page:
    shown = _to_give(_product(desk, product_id))
    return _file(goods_card(shown.card, shown.photo()), "image/jpeg", f"{slug(shown.name)}.jpg")


@blueprint.get("/ban-hang/<gian>/san-pham/<int:product_id>/ma-qr.png")
@heavy
@stall_page
def product_qr(desk: StallContext, product_id: int) -> Page:
    return _poster(_product(desk, product_id))


def _stall(desk: StallContext) -> Shown:
    return queries.shown_stall(reading(), desk)


def _product(desk: StallContext, product_id: int) -> Shown:
    return queries.shown_product(reading(), desk, product_id, now=clock.now())


def _to_give(shown: Shown) -> Shown:
    if not shown.is_public:
        raise Refused(
            "not_public", f"{shown.name} chưa hiện trên chợ nên khách quét mã sẽ không thấy gì. Chưa làm ảnh."
        )
    return shown


def _poster(shown: Shown) -> Response:
    return _file(qr_poster(_to_give(shown).card), "image/png", f"ma-qr-{slug(shown.name)}.png")


def _file(content: bytes, mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=mimetype, headers=headers)
