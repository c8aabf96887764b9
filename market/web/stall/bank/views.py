"""Where a stall is paid: its bank account, the feed of what comes in, and leave to ask its provider."""

import logging
from collections.abc import Mapping

from flask import flash, redirect, request, url_for

from market.base import clock
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import OutsideError, Refused
from market.base.logs import fault_of
from market.payments import actions as money
from market.payments.banks import PROVIDERS
from market.payments.banks.asking import client_with
from market.payments.ports import AccessRefused, BankProvider, TransferLookup
from market.payments.queries import facts_of_access
from market.sellers import actions, queries
from market.sellers.models import BankAccount
from market.sellers.rules import BANKS
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.bank.forms import AccessForm, BankForm, ConnectForm, access_form, connect_form
from market.web.stall.bank.queries import chosen_provider, feed_of
from market.web.stall.blueprint import blueprint

log = logging.getLogger(__name__)

NO_FEED = "Chưa nối báo có nên chưa có gì để hỏi. Mời nối báo có trước."
WRONG_ACCESS = "{} không nhận mã này. Chưa đổi gì cả, mời vào đó chép lại cả mã rồi dán lại."
PROVIDER_AWAY = "{} chưa trả lời nên chưa thử được mã. Chưa đổi gì cả, mời làm lại sau ít phút."
OTHER_ACCOUNT = (
    "Mã đúng, nhưng trong {} của mã này không có tài khoản số đuôi {} mà bạn đang nhận tiền. Chưa đổi gì cả, mời lấy "
    "mã trong đúng tài khoản đã nối với ngân hàng của bạn."
)

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
    return _bank_page(desk, BankForm(), form)


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/bao-co/ngung")
@stall_page
def bank_disconnect(desk: StallContext) -> Page:
    form = BankForm()
    with form.keeping_what_was_typed():
        seen = seen_given()
        with transaction() as writing:
            actions.disconnect_bank(writing, desk.actor, desk.business_id, seen=seen, now=clock.now())
        flash("Đã ngừng báo có. Tiền về, bạn tự bấm Đã nhận tiền.")
        return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, form)


# --- the provider asked itself --------------------------------------------------------------------------------------


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/cho-hoi")
@stall_page
def bank_access(desk: StallContext) -> Page:
    """What was entered is tried first: what the provider does not take is not kept."""
    account = queries.live_bank_account(reading(), desk.business_id)
    feed = feed_of(reading(), account)
    lookup = feed.lookup if feed else None
    form = access_form(lookup).of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            if account is None or feed is None or lookup is None:
                raise Refused("no_feed", NO_FEED)
            new = form.as_new_access(desk.business_id, lookup, seen_given())
            _try(feed.provider, lookup, new.access, account)
            with transaction() as writing:
                money.grant_access(writing, desk.actor, new, now=clock.now())
            flash(f"{feed.provider.label} đã nhận mã. Từ nay có tiền về, chợ hỏi lại {feed.provider.label} giúp bạn.")
            return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, BankForm(), access=form)


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/cho-hoi/thoi")
@stall_page
def bank_access_stop(desk: StallContext) -> Page:
    form = BankForm()
    with form.keeping_what_was_typed():
        seen = seen_given()
        with transaction() as writing:
            money.withdraw_access(writing, desk.actor, desk.business_id, seen=seen, now=clock.now())
        flash("Đã bỏ mã, chợ không hỏi nữa. Báo có vẫn chạy như cũ.")
        return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, form)


def _try(provider: BankProvider, lookup: TransferLookup, access: Mapping[str, str], account: BankAccount) -> None:
    """Refused, in words for the seller, where the provider does not take what she entered, does not answer, or knows
    the account by nobody's name of hers."""
    client = client_with(lookup, access, current_settings())
    try:
        has_account = client.has_account(queries.account_number(account), account.bin)
    except AccessRefused as error:
        raise Refused("provider_refused", WRONG_ACCESS.format(provider.label)) from error
    except OutsideError as error:
        log.warning("bank access not tried", extra={"fault": fault_of(error)})
        raise Refused("provider_away", PROVIDER_AWAY.format(provider.label)) from error
    if not has_account:
        raise Refused("other_account", OTHER_ACCOUNT.format(provider.label, account.number_last4))


def _provider(desk: StallContext) -> BankProvider:
    """The one the address names, else the stall's own."""
    account = queries.live_bank_account(reading(), desk.business_id)
    return chosen_provider(request.args.get("nguon"), feed_of(reading(), account))


def _bank_page(
    desk: StallContext, form: BankForm, connect: ConnectForm | None = None, access: AccessForm | None = None
) -> Page:
    account = queries.live_bank_account(reading(), desk.business_id)
    feed = feed_of(reading(), account)
    provider = chosen_provider(request.args.get("nguon"), feed)
    connect = connect or connect_form(provider)()
    access = access or access_form(feed.lookup if feed else None)()
    page, status = form.page(
        "stall/bank/bank.html",
        desk=desk,
        connect=connect,
        access=access,
        provider=provider,
        providers=list(PROVIDERS.values()),
        account=account,
        bank=BANKS.get(account.bin) if account else None,
        facts=queries.bank_account_facts(reading(), desk.business_id),
        feed_facts=queries.bank_feed_facts(reading(), desk.business_id),
        access_facts=facts_of_access(reading(), desk.business_id),
        verified=queries.verification_of(reading(), desk.business_id),
        feed=feed,
    )
    wrong = [one.wrong_status for one in (connect, access) if one.errors or one.refusal]
    return page, wrong[0] if wrong else status
