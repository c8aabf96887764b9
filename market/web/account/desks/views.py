"""Choosing the place where one's day begins: kept with the person, so that the next sign-in leads straight there."""

from flask import redirect, render_template, request, url_for

from market.accounts import actions
from market.base.db import transaction
from market.base.errors import NotFound
from market.web.account.blueprint import blueprint
from market.web.base.desks import chosen_desk, own_desks
from market.web.base.listing import part_of
from market.web.base.web import Page, require_person, signed_in

A_PAGE = 20


@blueprint.get("/tai-khoan/noi-lam-viec")
@signed_in
def desks() -> Page:
    mine = own_desks(require_person())
    if not mine:
        return redirect(url_for("account.me"), 303)
    chosen = chosen_desk(require_person(), mine)
    return render_template("account/desks/desks.html", mine=part_of(mine, "page", A_PAGE), chosen=chosen)


@blueprint.post("/tai-khoan/noi-lam-viec")
@signed_in
def desk_choose() -> Page:
    """Another's desk, or one that is theirs no more, is not there."""
    person_id = require_person()
    desk = next((one for one in own_desks(person_id) if one.key == request.form.get("noi")), None)
    if desk is None:
        raise NotFound
    with transaction() as writing:
        actions.choose_desk(writing, person_id, desk.key)
    return redirect(desk.address, 303)
