"""What asks for the password anew: a field in the form of the change itself, and what stands in its way."""

from typing import Any

from wtforms import PasswordField

from market.accounts import queries
from market.accounts.step_up import STEP_UP, step_up
from market.base import clock
from market.base.attempts import count_try, succeed_try
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.base.secrets import is_password
from market.sellers.actions import OwnPassword, require_own_device
from market.web.base.blueprint import blueprint
from market.web.base.forms import BaseForm
from market.web.base.web import require_person, this_login

WRONG_PASSWORD = "Mật khẩu chưa đúng. Chưa đổi gì cả, mời gõ lại mật khẩu rồi bấm lần nữa."  # noqa: S105 - a sentence


class OwnPasswordField(PasswordField):
    """The person's own password. It never comes back to the page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("Mật khẩu của bạn", **kwargs)

    @property
    def is_asked_again(self) -> bool:
        """One that was right is not asked for again when the page comes back."""
        return bool(self.errors) or step_up_obstacle() == "step_up_needed"


def own_password(form: BaseForm) -> OwnPassword:
    """The login session that vouches for the person, after the password that the form carries was compared, where it
    carries one. Refused for a wrong one; whether one is needed, the action says (`require_own_device`)."""
    typed = form["own_password"].data
    if typed:
        _step_up(typed)
    return OwnPassword(login_id=this_login())


def _step_up(typed: str) -> None:
    counted, person = count_try(STEP_UP, this_login()), queries.person(reading(), require_person())
    known = person.password_hash
    if known is None or not is_password(typed, known):
        raise Refused("wrong_password", WRONG_PASSWORD)
    succeed_try(counted)
    match = queries.PasswordMatch(person_id=person.id, password_hash=known)
    with transaction() as writing:
        step_up(writing, match, this_login(), clock=clock.now)
    reading().expire_all()


@blueprint.app_template_global()
def step_up_obstacle() -> str | None:
    """What stands in the way of a change of money now: `step_up_needed`, `staff_device`, `unknown_device`; None for
    nothing."""
    try:
        require_own_device(reading(), require_person(), OwnPassword(login_id=this_login()), now=clock.now())
    except Refused as obstacle:
        return obstacle.code
    return None
