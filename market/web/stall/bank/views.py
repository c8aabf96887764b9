"""Where a stall is paid: its bank account, the feed of what comes in, and leave to ask its provider."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, request, url_for

from market.base import clock
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import OutsideError, Refused
from market.base.logs import fault_of
from market.base.seen import seen_of
from market.payments import actions as money
from market.payments.banks import PROVIDERS
from market.payments.banks.asking import client_with, grant_of
from market.payments.banks.calls import steps_at, tells_of
from market.payments.ports import AccessRefused, BankProvider, TransferLookup
from market.payments.queries import facts_of_access, unread_calls
from market.places.rules.modes import Feature
from market.sellers import actions, queries
from market.sellers.actions.account_drafts import drop_account
from market.sellers.models import BankAccount
from market.sellers.rules import BANKS
from market.web.base.access import StallContext, desk_of_slug, stall_page
from market.web.base.modes import needs, refuse_here
from market.web.base.seen import seen_given
from market.web.base.stepping import own_password
from market.web.base.web import Page, require_person
from market.web.stall.bank.drafted import account_said, drafted_for
from market.web.stall.bank.forms import AccessForm, ConnectForm, OwnBankForm, access_form, connect_form
from market.web.stall.bank.leave import LeaveState, pack, unpack
from market.web.stall.bank.queries import Feed, bank_asks, chosen_provider, feed_of
from market.web.stall.blueprint import blueprint

log = logging.getLogger(__name__)

NO_FEED = "Chưa nối báo có nên chưa có gì để hỏi. Mời nối báo có trước."
WRONG_ACCESS = "{} không nhận mã này. Chưa đổi gì cả, mời vào đó chép lại cả mã rồi dán lại."
PROVIDER_AWAY = "{} chưa trả lời nên chưa thử được mã. Chưa đổi gì cả, mời làm lại sau ít phút."
LEAVE_REFUSED = "{} không nhận lượt cho phép này. Chưa đổi gì cả, mời bấm cho phép lần nữa."
NO_LEAVE = "Bạn chưa cho phép trên {}. Chưa đổi gì cả, mời bấm lại khi bạn muốn."
OTHER_ACCOUNT = (
    "Mã đúng, nhưng trong {} của mã này không có tài khoản số đuôi {} mà bạn đang nhận tiền. Chưa đổi gì cả, mời lấy "
    "mã trong đúng tài khoản đã nối với ngân hàng của bạn."
)
WAITS = (
    "Đã ghi, đang chờ. Từ giờ tới lúc bắt đầu, tiền vẫn vào như cũ. "
    "Người của gian hàng thấy việc này ở Hôm nay và dừng được."
)


# --- where it is paid -----------------------------------------------------------------------------------------------


@blueprint.route("/ban-hang/<gian>/tai-khoan-nhan-tien", methods=["GET", "POST"])
@stall_page
def bank(desk: StallContext) -> Page:
    form = OwnBankForm.of_request(data=account_said(drafted_for(desk)))
    if request.method == "POST":
        actions.refuse_helper(desk.actor)
    if form.submitted():
        with form.keeping_what_was_typed():
            new, proof = form.as_new_bank_account(desk.business_id, seen_given()), own_password(form)
            with transaction() as writing:
                drop_account(writing, desk.commune_id, require_person())
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
@needs(Feature.BANK_MATCHING)
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


# --- the provider asked itself --------------------------------------------------------------------------------------


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/cho-hoi")
@stall_page
@needs(Feature.BANK_MATCHING)
def bank_access(desk: StallContext) -> Page:
    actions.refuse_helper(desk.actor)
    account = queries.live_bank_account(reading(), desk.business_id)
    feed = feed_of(reading(), account)
    form = access_form(feed.lookup if feed else None).of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            asked = _asked(feed, account)
            _grant(desk, asked, form.as_new_access(desk.business_id, asked.lookup, seen_given()))
            return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, OwnBankForm(), access=form)


@blueprint.get("/ban-hang/cho-hoi/ve")
def bank_access_return() -> Page:
    """Back from the provider's own page, where a seller gave leave to read, or did not."""
    person_id, now = require_person(), clock.now()
    refuse_here(Feature.BANK_MATCHING)
    leave = unpack(request.args.get("state", ""), person_id, now=now)
    desk = desk_of_slug(leave.slug, person_id)
    account = queries.live_bank_account(reading(), desk.business_id)
    feed = feed_of(reading(), account)
    form = access_form(feed.lookup if feed else None)()
    with form.keeping_what_was_typed():
        asked = _asked(feed, account)
        access = _redeemed(asked, request.args.get("code", ""), now)
        _grant(desk, asked, money.NewAccess(business_id=desk.business_id, access=access, seen=leave.seen))
        return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, OwnBankForm(), access=form)


@blueprint.post("/ban-hang/<gian>/tai-khoan-nhan-tien/cho-hoi/thoi")
@stall_page
def bank_access_stop(desk: StallContext) -> Page:
    form = OwnBankForm()
    with form.keeping_what_was_typed():
        seen = seen_given()
        with transaction() as writing:
            money.withdraw_access(writing, desk.actor, desk.business_id, seen=seen, now=clock.now())
        flash("Đã bỏ mã, chợ không hỏi nữa. Báo có vẫn chạy như cũ.")
        return redirect(url_for("stall.bank", gian=desk.slug), 303)
    return _bank_page(desk, form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The account whose payments a provider is to be asked about, and how."""

    provider: BankProvider
    lookup: TransferLookup
    account: BankAccount


def _asked(feed: Feed | None, account: BankAccount | None) -> Asked:
    """Refused where there is no feed, or its provider cannot be asked."""
    if account is None or feed is None or feed.lookup is None:
        raise Refused("no_feed", NO_FEED)
    return Asked(provider=feed.provider, lookup=feed.lookup, account=account)


def _grant(desk: StallContext, asked: Asked, new: money.NewAccess) -> None:
    """Keep what lets the market ask, once it was tried: what the provider does not take is not kept."""
    label, account = asked.provider.label, asked.account
    with _refusals_in_words(label):
        client = client_with(asked.lookup, new.access, current_settings())
        has_account = client.has_account(queries.account_number(account), account.bin)
    if not has_account:
        raise Refused("other_account", OTHER_ACCOUNT.format(label, account.number_last4))
    with transaction() as writing:
        money.grant_access(writing, desk.actor, new, now=clock.now())
    flash(f"{label} đã nhận. Từ nay có tiền về, chợ hỏi lại {label} giúp bạn.")


def _redeemed(asked: Asked, code: str, now: datetime) -> Mapping[str, str]:
    """What the provider gives for a code; Refused where the seller did not agree there, or there is no such way."""
    grant = grant_of(asked.lookup, current_settings())
    if grant is None or not code:
        raise Refused("no_leave", NO_LEAVE.format(asked.provider.label))
    with _refusals_in_words(asked.provider.label, refused=LEAVE_REFUSED):
        return grant.redeem(code, back_to=_back_to(), now=now)


def _back_to() -> str:
    """Where the provider sends a seller back: at the market's own address, as it is registered there."""
    return f"{current_settings().base_url}{url_for('stall.bank_access_return')}"


def _leave(desk: StallContext, feed: Feed | None) -> dict[str, object]:
    """What the page shows of asking, and the provider's page on which a seller gives leave: None where it has none, or
    at another host than the one to which it would send her back."""
    facts = facts_of_access(reading(), desk.business_id)
    grant = grant_of(feed.lookup, current_settings()) if feed and feed.lookup else None
    if grant is None or request.host != current_settings().host:
        return {"access_facts": facts, "leave_address": None}
    state = pack(LeaveState(slug=desk.slug, seen=seen_of(facts)), require_person(), now=clock.now())
    return {"access_facts": facts, "leave_address": grant.address(back_to=_back_to(), state=state)}


@contextmanager
def _refusals_in_words(label: str, *, refused: str = WRONG_ACCESS) -> Iterator[None]:
    """Refused, in words for the seller, where the provider does not take what she gave, or does not answer."""
    try:
        yield
    except AccessRefused as error:
        raise Refused("provider_refused", refused.format(label)) from error
    except OutsideError as error:
        log.warning("bank access not tried", extra={"fault": fault_of(error)})
        raise Refused("provider_away", PROVIDER_AWAY.format(label)) from error


def _provider(desk: StallContext) -> BankProvider:
    """The one the address names, else the stall's own."""
    account = queries.live_bank_account(reading(), desk.business_id)
    return chosen_provider(request.args.get("nguon"), feed_of(reading(), account))


def _of_bank(desk: StallContext, account: BankAccount | None, provider: BankProvider) -> dict[str, object]:
    """What the page says of the account's bank, and what came of it that could not be read."""
    bank = BANKS.get(account.bin) if account else None
    called = f"{bank.short_name if bank else ''} số đuôi {account.number_last4}".strip() if account else ""
    return {
        "account": account,
        "bank": bank,
        "steps": steps_at(provider, called),
        "tells": tells_of(provider),
        "asks": bank_asks(account, provider, now=clock.now()),
        "unread": unread_calls(reading(), desk.business_id, now=clock.now()),
    }


def _bank_page(
    desk: StallContext, form: OwnBankForm, connect: ConnectForm | None = None, access: AccessForm | None = None
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
        **_of_bank(desk, account, provider),
        facts=queries.bank_account_facts(reading(), desk.business_id),
        feed_facts=queries.bank_feed_facts(reading(), desk.business_id),
        **_leave(desk, feed),
        verified=queries.verification_of(reading(), desk.business_id),
        drafted=drafted_for(desk),
        feed=feed,
    )
    wrong = [one.wrong_status for one in (connect, access) if one.errors or one.refusal]
    return page, wrong[0] if wrong else status
