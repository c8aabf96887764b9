"""Signing in at a class: who scanned its code is on its list with one tap, or with a name and a phone."""

from flask import flash, redirect, url_for

from market.accounts.queries import person
from market.base import clock
from market.base.attempts import count_try
from market.base.db import reading, transaction
from market.outreach.actions.brakes import SIGN_IN_CLASS
from market.outreach.actions.classes import SaidOfThemselves, sign_in_to_class
from market.outreach.models import TrainingClass
from market.outreach.queries.classes import class_by_key
from market.outreach.rules.classes import why_no_sign_in
from market.values.period import local_day
from market.web.base.callers import caller
from market.web.base.classes import GuestSignInForm, OwnSignInForm
from market.web.base.commune import current_commune
from market.web.base.web import Page, actor, signed_in_id
from market.web.shop.blueprint import blueprint


@blueprint.route("/lop/<class_key>", methods=["GET", "POST"])
def class_sign_in(class_key: str) -> Page:
    held = class_by_key(reading(), current_commune().id, class_key)
    person_id = signed_in_id()
    if person_id is None:
        return _guest(held, GuestSignInForm.of_request())
    return _with_account(held, person(reading(), person_id).name, OwnSignInForm.of_request())


def _guest(held: TrainingClass, form: GuestSignInForm) -> Page:
    if form.submitted():
        with form.keeping_what_was_typed():
            count_try(SIGN_IN_CLASS, caller=caller())
            return _signed_in(held, form.as_said())
    return _page(held, form, None)


def _with_account(held: TrainingClass, name: str, form: OwnSignInForm) -> Page:
    if form.submitted():
        with form.keeping_what_was_typed():
            return _signed_in(held, form.as_said(name))
    return _page(held, form, name)


def _signed_in(held: TrainingClass, said: SaidOfThemselves) -> Page:
    with transaction() as writing:
        sign_in_to_class(writing, actor(), held.commune_id, held.key, said, clock=clock.now)
    flash(f"{said.name} đã có tên trong danh sách lớp. Mời vào học.")
    return redirect(url_for("shop.class_sign_in", class_key=held.key), 303)


def _page(held: TrainingClass, form: GuestSignInForm | OwnSignInForm, name: str | None) -> Page:
    why = why_no_sign_in(held.held_on, local_day(clock.now()), is_cancelled=held.cancelled_at is not None)
    return form.page("shop/classes/class_sign_in.html", held=held, name=name, why=why)
