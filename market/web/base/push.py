"""Asking to be told by push, on the pages where somebody has ordered or has an order to answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, jsonify, request, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.attempts import Brake, Limit, count_try
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.notices.senders.web_push.browsers import checked_browser
from market.notices.senders.web_push.settings import server_key
from market.notices.subscriptions import Holder, PushBrowser, is_subscribed, subscribe, unsubscribe
from market.web.base.blueprint import blueprint
from market.web.base.callers import caller
from market.web.base.commune import current_commune
from market.web.base.refusals import note_refusal
from market.web.base.web import require_person, signed_in_id, this_login, visitor

ASK_PUSH = Brake(
    kind="push",
    sentence="Máy này vừa bật, tắt tin báo nhiều lần. Mời chờ {wait} rồi thử lại.",
    device=(Limit(most=30, within=timedelta(hours=1)),),
    network=(Limit(most=600, within=timedelta(hours=1)),),
)
"""By browser and by network: a carrier puts a village's phones behind one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushBox:
    """What parts/push.html needs: the market's public key, where turning on and off are sent, how it stands by the
    market's book. The browser has the last word."""

    key: str
    on: str
    off: str
    is_on: bool


def holder_here() -> Holder:
    """The person signed in on this browser, at this commune's market. SignInNeeded where there is none."""
    return Holder(commune_id=current_commune().id, person_id=require_person(), login_session_id=this_login())


@blueprint.app_template_global()
def push_of_person() -> PushBox | None:
    """For the person signed in; None where nobody is, or the market sends no push."""
    key = server_key()
    if key is None or signed_in_id() is None:
        return None
    return box_of(key, holder_here(), url_for("account.push_on"), url_for("account.push_off"))


def box_of(key: str, holder: Holder, on: str, off: str) -> PushBox:
    return PushBox(key=key, on=on, off=off, is_on=is_subscribed(reading(), holder, visitor()))


def turn_on(holder: Holder) -> Response:
    """Tell this browser, which sent its subscription, what this holder is told."""

    def ask(session: Session) -> bool:
        subscribe(session, holder, browser_sent(), now=clock.now())
        return True

    return answered(ask)


def turn_off(holder: Holder) -> Response:
    """Tell this browser nothing more of it."""

    def stop(session: Session) -> bool:
        return unsubscribe(session, holder, visitor(), now=clock.now())

    return answered(stop)


def answered(act: Callable[[Session], bool]) -> Response:
    """JSON for js/push.js: whether this browser is told of anything, or what was refused."""
    count_try(ASK_PUSH, caller=caller())
    try:
        with transaction() as writing:
            is_told = act(writing)
    except Refused as error:
        note_refusal(error)
        answer = jsonify(sentence=error.sentence)
        answer.status_code = error.status
        return answer
    return jsonify(is_told=is_told)


def browser_sent() -> PushBrowser:
    """What the browser sent, checked. Refused where it cannot be told."""
    typed = {name: request.form.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    return checked_browser(visitor(), **typed)
