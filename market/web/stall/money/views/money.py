"""A stall's money: what came in, what waits for money, what money waits for a person."""

from collections.abc import Callable
from datetime import datetime

from flask import flash
from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound, Refused
from market.orders.models import Order
from market.orders.queries.orders import order_of_stall
from market.payments import actions, queries
from market.payments.banks import PROVIDERS
from market.payments.banks.asking import lookup_of
from market.payments.rules.checks import check_words
from market.payments.rules.matching import LIKENESS_WORDS
from market.places.rules.modes import Feature
from market.sellers.queries import live_bank_account
from market.values.paging import ListPage
from market.web.base.access import StallContext, stall_page
from market.web.base.commune import current_commune
from market.web.base.listing import number_asked
from market.web.base.modes import needs
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.money.access import back_to_money, of_owners
from market.web.stall.money.forms import OrderCodeForm

OWN_STATEMENT = "Theo sao kê bạn gửi, xã coi là lời bạn nói"


@blueprint.get("/ban-hang/<gian>/tien")
@stall_page
def money(desk: StallContext) -> Page:
    return _page(desk, OrderCodeForm())


def _page(desk: StallContext, form: OrderCodeForm, asked_of: int | None = None) -> tuple[str, int]:
    """The page; `asked_of` is the notice whose order code was just typed."""
    now, session = clock.now(), reading()
    lists = queries.money_lists(session, desk.stall_id, now=now)
    pages = _pages(lists)
    return form.page(
        "stall/money/money.html",
        desk=desk,
        asked_of=asked_of,
        sums=queries.money_sums(session, desk.stall_id, now=now),
        lists=lists,
        pages=pages,
        at={name: page.page for name, page in pages.items() if page.page > 1},
        likeness_words=LIKENESS_WORDS,
        **_rows(session, desk.stall_id, pages, now),
        **_paid_into(session, desk),
        unread=queries.unread_calls(session, desk.business_id, now=now),
        disputes=queries.open_disputes(session, desk.stall_id),
        to_cards=queries.card_refunds_under_way(session, desk.stall_id),
    )


def _rows(session: Session, stall_id: int, pages: dict[str, ListPage], now: datetime) -> dict[str, object]:
    """What stands on the page of each list that is asked for, and what is decided on there."""
    waiting, back, owing, came = (pages[name].page for name in ("chua_ro", "phai_tra", "cho_tien", "gan_day"))
    owed = queries.payments_owed(session, stall_id, now=now, page=owing)
    lately = queries.came_in_lately(session, stall_id, now=now, page=came)
    return {
        "waiting": queries.unmatched(session, stall_id, now=now, page=waiting) if pages["chua_ro"].total else [],
        "owed_back": queries.owed_back(session, stall_id, now=now, page=back) if pages["phai_tra"].total else [],
        "owed": owed,
        "to_confirm": {one.order_id: queries.facts_to_confirm(one.asked, one.received, one.due) for one in owed},
        "lately": lately,
        "checked": {one.allocation_id: _checked(one) for one in lately if one.provider},
    }


def _paid_into(session: Session, desk: StallContext) -> dict[str, object]:
    """Where the stall is paid, whether a provider tells of it, and which one could be asked, were it allowed."""
    account = live_bank_account(session, desk.business_id)
    feed = queries.live_feed(session, account.id) if account else None
    may_be_asked = _label(feed.provider) if feed and not feed.may_ask and lookup_of(feed.provider) else None
    return {"account": account, "has_feed": feed is not None, "may_be_asked": may_be_asked}


def _checked(money: queries.CameIn) -> str:
    """What came of asking the provider about it; nobody is asked about a statement."""
    if money.is_of_statement:
        return OWN_STATEMENT
    return check_words(_label(money.provider or ""), money.checked, was_confirmed=money.was_confirmed)


def _label(provider: str) -> str:
    return PROVIDERS[provider].label if provider in PROVIDERS else provider


def _pages(lists: queries.MoneyLists) -> dict[str, ListPage]:
    """Which page of each list the address asks for; the buttons on it carry it too."""
    return {
        "chua_ro": lists.page_of_unmatched(_asked("chua_ro")),
        "phai_tra": lists.page_of_owed_back(_asked("phai_tra")),
        "cho_tien": lists.page_of_owed(_asked("cho_tien")),
        "gan_day": lists.page_of_came_in(_asked("gan_day")),
    }


def _asked(of: str) -> int:
    return number_asked(of)


def _typed_order(desk: StallContext, form: OrderCodeForm) -> Order:
    try:
        return order_of_stall(reading(), desk.stall_id, form.order_code(current_commune().letters))
    except NotFound as error:
        raise Refused("unknown_code", "Gian hàng không có đơn nào mang mã này. Mời xem lại mã.") from error


@blueprint.post("/ban-hang/<gian>/tien/<int:credit_id>/khop")
@stall_page
@of_owners
@needs(Feature.BANK_MATCHING)
def money_confirm(desk: StallContext, credit_id: int) -> Page:
    """A person says which order a bank's notice is for."""
    queries.credit_of_stall(reading(), desk.stall_id, credit_id)
    form = OrderCodeForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            order, offered = _typed_order(desk, form), bool(form.offered.data)
            new = actions.NewMatch(credit_id=credit_id, order_id=order.id, seen=seen_given(), is_offered=offered)
            with transaction() as writing:
                actions.allocate(writing, desk.actor, desk.stall_id, new, clock=clock.now)
            flash(f"Đã ghi tiền vào đơn {order.code}.")
            return back_to_money(desk)
    return _page(desk, form, credit_id)


@blueprint.post("/ban-hang/<gian>/tien/<int:credit_id>/khong-phai")
@stall_page
@of_owners
@needs(Feature.BANK_MATCHING)
def money_set_aside(desk: StallContext, credit_id: int) -> Page:
    queries.credit_of_stall(reading(), desk.stall_id, credit_id)

    def dismiss(writing: Session, seen: str) -> None:
        which = actions.SetAside(credit_id=credit_id, seen=seen)
        actions.dismiss_credit(writing, desk.actor, desk.stall_id, which, clock=clock.now)

    return _settled(desk, dismiss, "Đã cất khoản này sang một bên, không tính vào tiền hàng.")


@blueprint.post("/ban-hang/<gian>/tien/<int:credit_id>/khoan-khac")
@stall_page
@of_owners
@needs(Feature.BANK_MATCHING)
def money_tell_apart(desk: StallContext, credit_id: int) -> Page:
    """A person says that what looks like one transfer told twice is two."""
    queries.credit_of_stall(reading(), desk.stall_id, credit_id)

    def tell_apart(writing: Session, seen: str) -> None:
        which = actions.SetAside(credit_id=credit_id, seen=seen)
        actions.tell_apart(writing, desk.actor, desk.stall_id, which, clock=clock.now)

    return _settled(desk, tell_apart, "Đã tính là khoản riêng, chợ đối chiếu như mọi khoản khác.")


def _settled(desk: StallContext, settle: Callable[[Session, str], object], said: str, about: str = "") -> Page:
    """Settle it as the page showed it, and say so. Refused comes back as the page of money, as it now stands; `about`
    says what of."""
    try:
        seen = seen_given()
        with transaction() as writing:
            settle(writing, seen)
    except Refused as error:
        form = OrderCodeForm()
        form.refuse(error, about=about)
        page, _ = _page(desk, form)
        return page, error.status
    flash(said)
    return back_to_money(desk)


@blueprint.post("/ban-hang/<gian>/don/<code>/da-nhan-tien")
@stall_page
@of_owners
def money_received(desk: StallContext, code: str) -> Page:
    order = order_of_stall(reading(), desk.stall_id, code)

    def confirm(writing: Session, seen: str) -> None:
        actions.confirm_received(writing, desk.actor, desk.stall_id, order.id, seen=seen, clock=clock.now)

    return _settled(desk, confirm, f"Đã ghi nhận đủ tiền đơn {order.code}.", f"Đơn {order.code}")


@blueprint.post("/ban-hang/<gian>/tien/<int:allocation_id>/go")
@stall_page
@of_owners
def money_undo(desk: StallContext, allocation_id: int) -> Page:
    queries.allocation_of_stall(reading(), desk.stall_id, allocation_id)

    def undo(writing: Session, seen: str) -> None:
        which = actions.Undo(allocation_id=allocation_id, seen=seen)
        actions.undo(writing, desk.actor, desk.stall_id, which, clock=clock.now)

    return _settled(desk, undo, "Đã gỡ khoản tiền khỏi đơn.")
