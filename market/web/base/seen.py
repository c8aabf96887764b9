"""The hidden field by which a decision says what its page showed: the template writes it, the view reads it."""

from flask import request
from markupsafe import Markup, escape

from market.base.errors import Refused
from market.base.seen import Facts, seen_of
from market.web.base.blueprint import blueprint
from market.web.base.forms import BaseForm

FIELD = "seen"
NOT_SAID = "Trang gửi thiếu phần cho biết bạn đã xem gì. Chưa ghi gì cả, mời tải lại trang rồi bấm lần nữa."


@blueprint.app_template_global()
def seen_field(facts: Facts, edited: BaseForm | None = None, name: str = FIELD) -> Markup:
    """The hidden field of a form that decides on these facts; a browser must not put an older page's back.

    `edited`: a form that was filled with the facts. Come back with something typed wrong, it still shows what it was
    first filled with, and says so; come back because the facts changed, it says what they are now.
    """
    was = request.form.get(name) if edited is not None and edited.is_as_first_filled else None
    value = escape(was or seen_of(facts))
    return Markup(f'<input type="hidden" name="{name}" value="{value}" autocomplete="off">')  # noqa: S704 - escaped


blueprint.add_app_template_global(seen_of, "seen_digest")


def seen_given(name: str = FIELD) -> str:
    """What the person saw, as the form says; Refused where it does not say, as no page of the market would. A form that
    decides on two things has a field for each."""
    given = request.form.get(name, "")
    if not given:
        raise Refused("seen_missing", NOT_SAID)
    return given
