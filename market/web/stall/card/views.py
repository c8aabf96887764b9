"""Whether and how a stall takes cards: the keys of its own account at the gateway, tried before they are kept."""

import logging

from flask import flash, redirect, request, url_for

from market.base import clock
from market.base.commands import links
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import OutsideError, Refused
from market.base.secrets import vault
from market.payments import actions, queries
from market.payments.card.client import CardRefused
from market.payments.card.gateway import PROVIDER, gateway_with
from market.payments.rules.cards import is_test_key
from market.places.rules.modes import Feature
from market.sellers.actions import refuse_helper
from market.sellers.models import ChangeKind
from market.sellers.queries import stall_of, verification_of, waiting_change
from market.web.base.access import StallContext, stall_page
from market.web.base.commune import current_commune
from market.web.base.modes import needs, refuse_here
from market.web.base.seen import seen_given
from market.web.base.stepping import own_password
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.card.forms import CardKeysForm

log = logging.getLogger(__name__)

NO_KEYS = "Chưa có khóa của nơi nhận thẻ. Mời lưu khóa trước rồi bật."
TEST_KEY = "Khóa đang cất là khóa thử, khách trả sẽ không có tiền thật. Mời thay bằng khóa thật (sk_live_…) rồi bật."
NOT_KEPT = "Chưa đổi gì cả. Chợ không giữ khóa chưa đúng, mời dán lại cả hai khóa rồi lưu."
WRONG_KEY = "Nơi nhận thẻ không nhận khóa riêng này. Chưa đổi gì cả, mời chép lại khóa cho đủ rồi dán lại."
NARROW_KEY = (
    "Khóa này chưa được phép mở trang trả thẻ. Chưa đổi gì cả, mời vào nơi nhận thẻ cho khóa quyền "
    "mở trang trả thẻ và xem tiền về rồi thử lại."
)
WAITS = "Đã ghi, đang chờ. Khóa mới thay khóa cũ sau 24 giờ; tới lúc đó tiền thẻ vẫn vào như cũ."
AWAY = "Nơi nhận thẻ chưa trả lời nên chưa thử được khóa. Chưa đổi gì cả, mời làm lại sau ít phút."


@blueprint.route("/ban-hang/<gian>/the", methods=["GET", "POST"])
@stall_page
def card(desk: StallContext) -> Page:
    form = _form(desk)
    if request.method == "POST":
        refuse_helper(desk.actor)
        refuse_here(Feature.CARD)
    if form.submitted():
        with form.keeping_what_was_typed():
            new, proof = form.as_new_card_keys(desk.stall_id, seen_given()), own_password(form)
            if new.secret_key:
                _try(new.secret_key)
            with transaction() as writing:
                actions.keep_card_keys(writing, desk.actor, new, proof, clock=clock.now)
            waits = waiting_change(reading(), ChangeKind.CARD_KEYS, desk.stall_id) is not None
            flash(WAITS if waits else "Đã cất khóa. Chợ không hiện lại khóa nữa, chỉ hiện 4 ký tự cuối.")
            return _back(desk)
    return _page(desk, form)


@blueprint.post("/ban-hang/<gian>/the/bat")
@stall_page
@needs(Feature.CARD)
def card_on(desk: StallContext) -> Page:
    """The kept key is tried first: a stall must not offer what fails when a buyer presses it."""
    form = _form(desk)
    refuse_helper(desk.actor)
    with form.keeping_what_was_typed():
        seen, account = seen_given(), queries.card_account_of(reading(), desk.stall_id)
        if account is None:
            raise Refused("keys_missing", NO_KEYS)
        _try(vault().decrypt(account.secret_cipher))
        with transaction() as writing:
            actions.enable_card_payments(writing, desk.actor, desk.stall_id, seen=seen, now=clock.now())
        flash("Đã bật. Khách của gian này trả được bằng thẻ.")
        return _back(desk)
    return _page(desk, form)


@blueprint.post("/ban-hang/<gian>/the/tat")
@stall_page
def card_off(desk: StallContext) -> Page:
    with transaction() as writing:
        actions.disable_card_payments(writing, desk.actor, desk.stall_id, now=clock.now())
    flash("Đã tắt. Khách không trả thẻ được nữa, tiền đang trả dở vẫn được ghi.")
    return _back(desk)


def _form(desk: StallContext) -> CardKeysForm:
    form = CardKeysForm.of_request()
    form.are_kept = queries.card_account_of(reading(), desk.stall_id) is not None
    form.takes_test_keys = not current_settings().is_production
    return form


def _try(secret_key: str) -> None:
    """Refused, in words for the seller, where the key does not open the gateway or the gateway does not answer."""
    if is_test_key(secret_key) and current_settings().is_production:
        raise Refused("test_key", TEST_KEY)
    try:
        gateway_with(secret_key, current_settings()).try_key()
    except CardRefused as error:
        words = {401: WRONG_KEY, 403: NARROW_KEY}
        raise Refused("gateway_refused", words.get(error.status, AWAY)) from error
    except OutsideError as error:
        log.warning("card key not tried", extra={"fault": str(error)})
        raise Refused("gateway_away", AWAY) from error


def _back(desk: StallContext) -> Page:
    return redirect(url_for("stall.card", gian=desk.slug), 303)


def _page(desk: StallContext, form: CardKeysForm) -> Page:
    if form.errors:
        form.refusal = NOT_KEPT
    return form.page(
        "stall/card/card.html",
        desk=desk,
        is_on=stall_of(reading(), desk.stall_id).accepts_card,
        facts=queries.facts_of_card_keys(reading(), desk.stall_id),
        keys=queries.card_keys_of(reading(), desk.stall_id),
        hook=links(current_commune().host).webhook(PROVIDER, queries.hook_key_of(desk.stall_id)),
        verified=verification_of(reading(), desk.business_id),
    )
