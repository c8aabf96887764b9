"""How a stall sells, where it is paid, and whom its business lets help."""

from flask import flash, redirect, session, url_for

from market.base import clock
from market.base.commands import links
from market.base.db import reading, transaction
from market.base.web import Page
from market.sellers import actions, queries
from market.sellers.forms import BankForm, ConnectForm, MandateCodeForm, StallForm
from market.sellers.models import StallState
from market.sellers.rules import BANKS
from market.sellers.views.access import Desk, stall_page
from market.sellers.views.blueprint import blueprint
from market.values.period import local_day

SHOWN_CODE = "mandate_code"


@blueprint.route("/ban-hang/<gian>/cai-dat", methods=["GET", "POST"])
@stall_page
def settings(desk: Desk) -> Page:
    stall = queries.stall_of(reading(), desk.stall_id)
    form = StallForm.of_stall(stall)
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                new = form.as_stall_settings()
                slug = actions.change_stall(writing, desk.actor, desk.stall_id, new, now=clock.now())
            flash("Đã lưu cách bán hàng.")
            return redirect(url_for("sellers.settings", gian=slug), 303)
    return form.page("sellers/settings.html", desk=desk, is_closed=stall.state is StallState.DONG)


# --- where it is paid -----------------------------------------------------------------------------------------------


@blueprint.route("/ban-hang/<gian>/tai-khoan-nhan-tien", methods=["GET", "POST"])
@stall_page
def bank(desk: Desk) -> Page:
    form = BankForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                new = form.as_new_bank_account(desk.business_id)
                actions.set_bank_account(writing, desk.actor, new, now=clock.now())
            flash("Đã lưu tài khoản nhận tiền.")
            return redirect(url_for("sellers.bank", gian=desk.slug), 303)
    return _bank_page(desk, form, ConnectForm())


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/bao-co")
@stall_page
def bank_connect(desk: Desk) -> Page:
    form = ConnectForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                new = form.as_new_connection(desk.business_id)
                actions.connect_bank(writing, desk.actor, new, now=clock.now())
            flash("Đã nối báo có. Dán địa chỉ bên dưới vào SePay là xong.")
            return redirect(url_for("sellers.bank", gian=desk.slug), 303)
    return _bank_page(desk, BankForm(), form)


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/bao-co/ngung")
@stall_page
def bank_disconnect(desk: Desk) -> Page:
    with transaction() as writing:
        actions.disconnect_bank(writing, desk.actor, desk.business_id, now=clock.now())
    flash("Đã ngừng báo có. Tiền về, bạn tự bấm Đã nhận tiền.")
    return redirect(url_for("sellers.bank", gian=desk.slug), 303)


def _bank_page(desk: Desk, form: BankForm, connect: ConnectForm) -> Page:
    account = queries.live_bank_account(reading(), desk.business_id)
    connection = queries.connection_of(reading(), account.id) if account else None
    page, status = form.page(
        "sellers/bank.html",
        desk=desk,
        connect=connect,
        account=account,
        bank=BANKS.get(account.bin) if account else None,
        verified=queries.verification_of(reading(), desk.business_id),
        hook=links().webhook("sepay", connection.key) if connection else None,
        last_notice=connection.last_notice_at if connection else None,
    )
    return page, 422 if connect.errors or connect.refusal else status


# --- whom it lets help ----------------------------------------------------------------------------------------------


@blueprint.get("/ban-hang/<gian>/uy-quyen")
@stall_page
def mandates(desk: Desk) -> Page:
    return _mandates_page(desk, MandateCodeForm())


@blueprint.post("/ban-hang/<gian>/uy-quyen/ma")
@stall_page
def mandate_code(desk: Desk) -> Page:
    form = MandateCodeForm.of_request()
    if form.submitted():
        now = clock.now()
        last_day = form.last_day(local_day(now))
        with transaction() as writing:
            session[SHOWN_CODE] = actions.make_mandate_code(writing, desk.actor, desk.business_id, last_day, now=now)
        return redirect(url_for("sellers.mandates", gian=desk.slug), 303)
    return _mandates_page(desk, form)


@blueprint.post("/ban-hang/<gian>/uy-quyen/<int:mandate_id>/ngung")
@stall_page
def mandate_end(desk: Desk, mandate_id: int) -> Page:
    with transaction() as writing:
        actions.revoke_mandate(writing, desk.actor, desk.business_id, mandate_id, now=clock.now())
    flash("Đã chấm dứt ủy quyền.")
    return redirect(url_for("accounts.me") if desk.is_helper else url_for("sellers.mandates", gian=desk.slug), 303)


def _mandates_page(desk: Desk, form: MandateCodeForm) -> Page:
    given = queries.mandates_of_business(reading(), desk.business_id)
    today = local_day(clock.now())
    return form.page(
        "sellers/mandates.html",
        desk=desk,
        code=session.pop(SHOWN_CODE, None),
        live=[one for one in given if one.revoked_at is None and one.ends_on >= today],
        ended=[one for one in given if one.revoked_at is not None or one.ends_on < today],
    )
