"""What asks for the password anew: a field in the form of the change itself, and what stands in its way."""

from typing import Any

from flask_login import current_user
from wtforms import PasswordField

from market.accounts import queries
from market.accounts.actions import STEP_UP, step_up
from market.base import clock
from market.base.attempts import counted_try
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.sellers.actions import OwnPassword, require_own_device
from market.web.base.blueprint import blueprint
from market.web.base.forms import BaseForm
from market.web.base.web import require_person

WRONG_PASSWORD = "Mật khẩu chưa đúng. Chưa đổi gì cả, mời gõ lại mật khẩu rồi bấm lần nữa."  # noqa: S105 - a sentence


class WrongPassword(Refused):
    """The password typed is not this person's."""


class OwnPasswordField(PasswordField):
    """The person's own password. It never comes back to the page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("Mật khẩu của bạn", **kwargs)


def own_password(form: BaseForm) -> OwnPassword:
    """The login session that vouches for the person, after the password that the form carries was compared, where it
    carries one. Refused for a wrong one; whether one is needed, the action says (`require_own_device`)."""
    typed = form["own_password"].data
    if typed:
        _step_up(typed)
    return OwnPassword(login_id=current_user.session_id)


def _step_up(typed: str) -> None:
    login_id, person = current_user.session_id, queries.person(reading(), require_person())
    with counted_try(STEP_UP, login_id, wrong=WrongPassword):
        match = queries.person_with_password([person], typed)
        if match is None:
            raise WrongPassword("wrong_password", WRONG_PASSWORD)
        with transaction() as writing:
            step_up(writing, match, login_id, clock=clock.now)
    reading().expire_all()


@blueprint.app_template_global()
def step_up_obstacle() -> str | None:
    """What stands in the way of a change of money now: `step_up_needed`, `staff_device`, `unknown_device`; None for
    nothing."""
    try:
        require_own_device(reading(), require_person(), OwnPassword(login_id=current_user.session_id), now=clock.now())
    except Refused as obstacle:
        return obstacle.code
    return None
