"""A stall's lots: the list, a new one, one of them, sealing and recalling it."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.catalog.models import Product
from market.orders.actions.recalling import recall_lot
from market.orders.queries.recalls import buyers_of_lot
from market.orders.rules import STATUS_WORDS
from market.trace import actions, queries
from market.trace.models import Lot
from market.values.period import local_day
from market.web.base.access import StallContext, stall_page
from market.web.base.addresses import row_number
from market.web.base.listing import number_asked
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.lots.desk import LotForms, lot_of, lot_page, ref_of, to_lot
from market.web.stall.lots.forms import LotForm, NewLotForm, RecallForm


@blueprint.get("/ban-hang/<gian>/lo")
@stall_page
def lots(desk: StallContext) -> Page:
    page = queries.lots_of_stall(reading(), desk.stall_id, number_asked("page"))
    return render_template("stall/lots/lots.html", desk=desk, page=page, today=local_day(clock.now()))


@blueprint.route("/ban-hang/<gian>/lo/moi", methods=["GET", "POST"])
@stall_page
def lot_new(desk: StallContext) -> Page:
    wanted = _wanted()
    goods = queries.goods_to_open(reading(), desk.stall_id, wanted)
    form = _new_form(goods, queries.product_to_open(reading(), desk.stall_id, wanted))
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                code = actions.open_lot(writing, desk.actor, desk.stall_id, form.as_new_lot(), clock=clock.now)
            return to_lot(desk, code)
    return form.page("stall/lots/lot_new.html", desk=desk, has_goods=bool(goods))


def _wanted() -> int | None:
    """The product that was chosen, or whose page led here."""
    return request.form.get("product", type=row_number) or request.args.get("san_pham", type=row_number)


def _new_form(goods: Mapping[int, str], chosen: Product | None) -> NewLotForm:
    """The form offering the stall's goods; one reached from a product knows its pack."""
    pack = _pack_of(chosen) if chosen else (None, "")
    form = NewLotForm.of_request(
        data={
            "product": str(chosen.id) if chosen else None,
            "pack_amount": pack[0],
            "pack_unit": pack[1],
            "yield_percent": 1000,
        }
    )
    form.product.choices = {str(product_id): name for product_id, name in goods.items()}
    return form


def _pack_of(product: Product) -> tuple[int | None, str]:
    """What goods that are sold in one way alone are packed in; nothing is chosen among several."""
    if len(product.variants) != 1:
        return None, ""
    variant = product.variants[0]
    if variant.pack_amount and variant.pack_unit:
        return variant.pack_amount, variant.pack_unit
    return 1000, variant.unit


@blueprint.get("/ban-hang/<gian>/lo/<lot:code>")
@stall_page
def lot(desk: StallContext, code: str) -> Page:
    return lot_page(desk, code, LotForms())


@blueprint.route("/ban-hang/<gian>/lo/<lot:code>/sua", methods=["GET", "POST"])
@stall_page
def lot_edit(desk: StallContext, code: str) -> Page:
    lot = lot_of(desk, code)
    form = LotForm.of_request(data=_said(lot))
    if form.submitted():
        with form.keeping_what_was_typed():
            details, seen = form.as_details(), seen_given()
            with transaction() as writing:
                actions.edit_lot(writing, desk.actor, ref_of(lot), details, seen=seen, clock=clock.now)
            flash("Đã sửa thông tin lô.")
            return to_lot(desk, code)
    return form.page("stall/lots/lot_edit.html", desk=desk, lot=lot, facts=queries.facts_to_edit(lot))


def _said(lot: Lot) -> dict[str, object]:
    fields = ("plot", "pack_amount", "pack_unit", "best_before", "standard")
    return {field: getattr(lot, field) for field in fields} | {"yield_percent": lot.yield_permille}


@blueprint.post("/ban-hang/<gian>/lo/<lot:code>/chot")
@stall_page
def lot_seal(desk: StallContext, code: str) -> Page:
    lot = lot_of(desk, code)
    try:
        seen = seen_given()
        with transaction() as writing:
            actions.seal_lot(writing, desk.actor, ref_of(lot), seen=seen, clock=clock.now)
    except Refused as error:
        reading().expire_all()
        return lot_page(desk, code, LotForms(refusal=error))
    flash("Đã ghi xong lô. Từ giờ nhật ký chỉ nhận dòng đính chính.")
    return to_lot(desk, code)


@blueprint.route("/ban-hang/<gian>/lo/<lot:code>/thu-hoi", methods=["GET", "POST"])
@stall_page
def lot_recall(desk: StallContext, code: str) -> Page:
    lot = lot_of(desk, code)
    form = RecallForm.of_request()
    if lot.life.is_recalled:
        return to_lot(desk, code)
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                reason, seen = form.reason.data or "", seen_given()
                orders = recall_lot(writing, desk.actor, ref_of(lot), reason, seen=seen, clock=clock.now)
            flash("Đã thu hồi lô. Ai quét tem của lô này sẽ thấy lời báo đỏ ngay.")
            return _to_buyers(desk, code) if orders else to_lot(desk, code)
        reading().refresh(lot)
    return form.page("stall/lots/lot_recall.html", desk=desk, lot=lot, facts=queries.facts_to_recall(lot))


def _to_buyers(desk: StallContext, code: str) -> Page:
    return redirect(url_for("stall.lot_buyers", gian=desk.slug, code=code), 303)


@blueprint.get("/ban-hang/<gian>/lo/<lot:code>/nguoi-mua")
@stall_page
def lot_buyers(desk: StallContext, code: str) -> Page:
    """Whom to call about a recalled lot."""
    lot = lot_of(desk, code)
    page = buyers_of_lot(reading(), lot, page=number_asked("page"))
    return render_template("stall/lots/lot_buyers.html", desk=desk, lot=lot, page=page, words=STATUS_WORDS)


@blueprint.post("/ban-hang/<gian>/lo/<lot:code>/cat-rieng")
@stall_page
def lot_set_aside(desk: StallContext, code: str) -> Page:
    lot = lot_of(desk, code)
    try:
        seen = seen_given()
        with transaction() as writing:
            actions.set_lot_aside(writing, desk.actor, ref_of(lot), seen=seen, clock=clock.now)
    except Refused as error:
        reading().expire_all()
        return lot_page(desk, code, LotForms(refusal=error))
    flash("Đã ghi: hàng của lô này đã bán hết hoặc cất riêng, không còn đem bán.")
    return to_lot(desk, code)
