"""A family member sees what a business asks of them, and agrees or does not."""

from flask import flash, redirect, url_for

from market.accounts.queries import person
from market.base import clock
from market.base.db import reading, transaction
from market.sellers import queries
from market.sellers.actions import give_family_consent, refuse_family_consent
from market.sellers.models import WaitingChange
from market.web.account.blueprint import blueprint
from market.web.account.family.forms import ConsentForm
from market.web.base.changes import ShownChange, shown_changes
from market.web.base.seen import seen_given
from market.web.base.stepping import own_password
from market.web.base.web import Page, actor, require_person, signed_in


@blueprint.app_template_global()
def consents_asked() -> list[ShownChange]:
    """What businesses ask of the person signed in."""
    return shown_changes(queries.consents_asked_of(reading(), person(reading(), require_person())))


@blueprint.get("/tai-khoan/nguoi-nha/<int:change_id>")
@signed_in
def family(change_id: int) -> Page:
    return _page(change_id, ConsentForm())


@blueprint.post("/tai-khoan/nguoi-nha/<int:change_id>/dong-y")
@signed_in
def family_agree(change_id: int) -> Page:
    form = ConsentForm.of_request()
    _asked(change_id)
    with form.keeping_what_was_typed():
        seen, proof = seen_given(), own_password(form)
        with transaction() as writing:
            give_family_consent(writing, actor(), change_id, proof, seen=seen, clock=clock.now)
        flash("Đã ghi bạn đồng ý. Cảm ơn bạn.")
        return redirect(url_for("account.me"), 303)
    return _page(change_id, form)


@blueprint.post("/tai-khoan/nguoi-nha/<int:change_id>/khong")
@signed_in
def family_refuse(change_id: int) -> Page:
    form = ConsentForm()
    _asked(change_id)
    with form.keeping_what_was_typed():
        seen = seen_given()
        with transaction() as writing:
            refuse_family_consent(writing, actor(), change_id, seen=seen, clock=clock.now)
        flash("Đã ghi bạn không đồng ý. Tiền không vào tài khoản của bạn.")
        return redirect(url_for("account.me"), 303)
    return _page(change_id, form)


def _page(change_id: int, form: ConsentForm) -> Page:
    asked = _asked(change_id)
    return form.page("account/family/family.html", asked=shown_changes([asked])[0], waits=asked.lacks_consent)


def _asked(change_id: int) -> WaitingChange:
    """What asks the person signed in, answered by now or not; NotFound for what asks another."""
    return queries.consent_asked_of(reading(), person(reading(), require_person()), change_id)
