"""Where a stall is paid: its bank account, and the feed of what comes in."""

from flask import flash, redirect, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.payments.banks import PROVIDERS
from market.payments.ports import BankProvider
from market.sellers import actions, queries
from market.sellers.rules import BANKS
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.stepping import own_password
from market.web.base.web import Page
from market.web.stall.bank.forms import ConnectForm, OwnBankForm, connect_form
from market.web.stall.bank.queries import chosen_provider, feed_of
from market.web.stall.blueprint import blueprint

WAITS = "Đã ghi, đang chờ. Từ giờ tới lúc bắt đầu, tiền vẫn vào như cũ và mọi người của gian hàng đều được báo."

# --- where it is paid -----------------------------------------------------------------------------------------------


@blueprint.route("/ban-hang/<gian>/tai-khoan-nhan-tien", methods=["GET", "POST"])
@stall_page
def bank(desk: StallContext) -> Page:
    form = OwnBankForm.of_request()
    if request.method == "POST":
        actions.refuse_helper(desk.actor)
    if form.submitted():
        with form.keeping_what_was_typed():
            new, proof = form.as_new_bank_account(desk.business_id, seen_given()), own_password(form)
            with transaction() as writing:
                opened = actions.set_bank_account(writing, desk.actor, new, proof, clock=clock.now)
            flash("Đã lưu tài khoản nhận tiền." if opened else WAITS)
            return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, form)


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/dong")
@stall_page
def bank_close(desk: StallContext) -> Page:
    form = OwnBankForm()
    with form.keeping_what_was_typed():
        seen = seen_given()
        with transaction() as writing:
            actions.close_bank_account(writing, desk.actor, desk.business_id, seen=seen, clock=clock.now)
        flash("Đã thôi nhận tiền vào tài khoản đó. Khách trả tiền mặt khi nhận hàng.")
        return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, form)


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/bao-co")
@stall_page
def bank_connect(desk: StallContext) -> Page:
    provider = _provider(desk)
    form = connect_form(provider).of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                new = form.as_new_connection(desk.business_id, provider, seen_given())
                actions.connect_bank(writing, desk.actor, new, now=clock.now())
            flash(f"Đã nối báo có. Dán địa chỉ bên dưới vào {provider.label} là xong.")
            return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, OwnBankForm(), form)


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/bao-co/ngung")
@stall_page
def bank_disconnect(desk: StallContext) -> Page:
    form = OwnBankForm()
    with form.keeping_what_was_typed():
        seen = seen_given()
        with transaction() as writing:
            actions.disconnect_bank(writing, desk.actor, desk.business_id, seen=seen, now=clock.now())
        flash("Đã ngừng báo có. Tiền về, bạn tự bấm Đã nhận tiền.")
        return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, form)


def _provider(desk: StallContext) -> BankProvider:
    """The one the address names, else the stall's own."""
    account = queries.live_bank_account(reading(), desk.business_id)
    return chosen_provider(request.args.get("nguon"), feed_of(reading(), account))


def _bank_page(desk: StallContext, form: OwnBankForm, connect: ConnectForm | None = None) -> Page:
    account = queries.live_bank_account(reading(), desk.business_id)
    feed = feed_of(reading(), account)
    provider = chosen_provider(request.args.get("nguon"), feed)
    connect = connect or connect_form(provider)()
    page, status = form.page(
        "stall/bank/bank.html",
        desk=desk,
        connect=connect,
        provider=provider,
        providers=list(PROVIDERS.values()),
        account=account,
        bank=BANKS.get(account.bin) if account else None,
        facts=queries.bank_account_facts(reading(), desk.business_id),
        feed_facts=queries.bank_feed_facts(reading(), desk.business_id),
        verified=queries.verification_of(reading(), desk.business_id),
        feed=feed,
    )
    return page, connect.wrong_status if connect.errors or connect.refusal else status
