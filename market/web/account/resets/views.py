"""Pages of a password reset: on the browser that wants in, and on those that can stop it."""

from flask import flash, redirect, render_template, session, url_for

from market.accounts.models import PasswordReset
from market.accounts.queries import reset_on
from market.base import clock
from market.base.attempts import count_try, succeed_try
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.sellers import actions, queries
from market.web.account.blueprint import blueprint
from market.web.account.resets.forms import ResetForm, SlipForm
from market.web.account.views import remember
from market.web.base.commune import current_commune
from market.web.base.web import Page, actor, require_person, signed_in, visitor

SHOWN_DIGITS = "reset_digits"
"""In this browser's own cookie: the number of the code that its screen shows stands in the database alone."""


@blueprint.route("/dat-lai-mat-khau", methods=["GET", "POST"])
def reset() -> Page:
    form = ResetForm.of_request()
    waiting = reset_on(reading(), visitor(), clock.now())
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_reset(current_commune().name)
            with transaction() as writing:
                match = actions.finish_reset(writing, _id_of(waiting), visitor(), new, clock=clock.now)
            remember(match)
            flash("Đã đặt mật khẩu mới. Các máy khác đã được đăng xuất.")
            return redirect(url_for("account.me"), 303)
    return _reset_page(form, waiting)


def _id_of(waiting: PasswordReset | None) -> int:
    if waiting is None:
        raise Refused("reset_over", "Máy này chưa xin đặt lại mật khẩu, hoặc đã quá hạn. Mời làm lại từ đầu.")
    return waiting.id


def _reset_page(form: ResetForm | SlipForm, found: PasswordReset | None) -> Page:
    """Where this browser stands: nothing asked for, a code on its screen, waiting, or ready for the new password."""
    return form.page(
        "account/resets/reset.html",
        slip=form if isinstance(form, SlipForm) else SlipForm(),
        new=form if isinstance(form, ResetForm) else ResetForm(),
        found=found,
        digits=session.get(SHOWN_DIGITS) if found is not None and found.effective_at is None else None,
        now=clock.now(),
    )


@blueprint.post("/dat-lai-mat-khau/phieu")
def reset_slip() -> Page:
    """Begin the wait with the code of a slip."""
    form = SlipForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            tried = count_try(actions.USE_SLIP, visitor())
            with transaction() as writing:
                actions.start_with_slip(writing, current_commune().id, form.code.data or "", visitor(), clock=clock.now)
            succeed_try(tried)
            return redirect(url_for("account.reset"), 303)
    return _reset_page(form, reset_on(reading(), visitor(), clock.now()))


@blueprint.post("/dat-lai-mat-khau/ma")
def reset_code() -> Page:
    """Show a code on this screen, for a helper to type."""
    count_try(actions.SHOW_CODE, visitor())
    with transaction() as writing:
        session[SHOWN_DIGITS] = actions.show_code(writing, current_commune().id, visitor(), clock=clock.now)
    return redirect(url_for("account.reset"), 303)


@blueprint.get("/tai-khoan/dat-lai-mat-khau")
@signed_in
def resets() -> Page:
    waiting = queries.resets_to_stop(reading(), require_person(), clock.now())
    return render_template("account/resets/resets.html", waiting=waiting, me=require_person())


@blueprint.post("/tai-khoan/dat-lai-mat-khau/<int:reset_id>/chan")
@signed_in
def reset_stop(reset_id: int) -> Page:
    with transaction() as writing:
        actions.stop_reset(writing, actor(), reset_id, clock=clock.now)
    flash("Đã chặn lại. Mật khẩu đang dùng vẫn giữ.")
    return redirect(url_for("account.resets"), 303)
