"""Turning push on and off for the person signed in, and what the service worker asks when its address changes."""

from flask import Response, jsonify
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from market.base import clock
from market.base.errors import NotFound
from market.notices.senders.web_push.settings import server_key
from market.notices.subscriptions import move
from market.web.account.blueprint import blueprint
from market.web.base.push import answered, browser_sent, holder_here, turn_off, turn_on
from market.web.base.web import Page, signed_in, signed_in_id, this_login


@blueprint.post("/tai-khoan/bao-tin")
@signed_in
def push_on() -> Page:
    return turn_on(holder_here())


@blueprint.post("/tai-khoan/thoi-bao-tin")
@signed_in
def push_off() -> Page:
    return turn_off(holder_here())


@blueprint.get("/bao-tin/khoa")
def push_key() -> Response:
    """For the service worker, which has no page: the public key and a form's token, for this browser alone. NotFound
    where the market sends no push."""
    key = server_key()
    if key is None:
        raise NotFound
    return jsonify(key=key, csrf_token=generate_csrf())


@blueprint.post("/bao-tin/doi")
def push_move() -> Response:
    """The browser's push service gave it another address: what this browser asked for goes there from now on."""
    login = this_login() if signed_in_id() is not None else None

    def go_along(session: Session) -> bool:
        return move(session, login, browser_sent(), now=clock.now()) > 0

    return answered(go_along)
