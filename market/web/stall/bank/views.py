"""Where a stall is paid: its bank account, and the feed of what comes in."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.commands import links
from market.base.db import reading, transaction
from market.sellers import actions, queries
from market.sellers.rules import BANKS
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.bank.forms import BankForm, ConnectForm
from market.web.stall.blueprint import blueprint

# --- where it is paid -----------------------------------------------------------------------------------------------


@blueprint.route("/ban-hang/<gian>/tai-khoan-nhan-tien", methods=["GET", "POST"])
@stall_page
def bank(desk: StallContext) -> Page:
    form = BankForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                new = form.as_new_bank_account(desk.business_id, seen_given())
                actions.set_bank_account(writing, desk.actor, new, now=clock.now())
            flash("Đã lưu tài khoản nhận tiền.")
            return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, form, ConnectForm())


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/bao-co")
@stall_page
def bank_connect(desk: StallContext) -> Page:
    form = ConnectForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                new = form.as_new_connection(desk.business_id)
                actions.connect_bank(writing, desk.actor, new, now=clock.now())
            flash("Đã nối báo có. Dán địa chỉ bên dưới vào SePay là xong.")
            return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, BankForm(), form)


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/bao-co/ngung")
@stall_page
def bank_disconnect(desk: StallContext) -> Page:
    with transaction() as writing:
        actions.disconnect_bank(writing, desk.actor, desk.business_id, now=clock.now())
    flash("Đã ngừng báo có. Tiền về, bạn tự bấm Đã nhận tiền.")
    return redirect(url_for("stall.bank", gian=desk.slug), 303)


def _bank_page(desk: StallContext, form: BankForm, connect: ConnectForm) -> Page:
    account = queries.live_bank_account(reading(), desk.business_id)
    connection = queries.connection_of(reading(), account.id) if account else None
    page, status = form.page(
        "stall/bank/bank.html",
        desk=desk,
        connect=connect,
        account=account,
        bank=BANKS.get(account.bin) if account else None,
        facts=queries.bank_account_facts(reading(), desk.business_id),
        verified=queries.verification_of(reading(), desk.business_id),
        hook=links().webhook("sepay", connection.key) if connection else None,
        last_notice=connection.last_notice_at if connection else None,
    )
    return page, 422 if connect.errors or connect.refusal else status
