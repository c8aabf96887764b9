"""The hidden field by which a decision says what its page showed: the template writes it, the view reads it."""

from flask import request
from markupsafe import Markup

from market.base.errors import Refused
from market.base.seen import Facts, seen_of
from market.web.base.blueprint import blueprint

FIELD = "seen"
NOT_SAID = "Trang gửi thiếu phần cho biết bạn đã xem gì. Chưa ghi gì cả, mời tải lại trang rồi bấm lần nữa."


@blueprint.app_template_global()
def seen_field(facts: Facts) -> Markup:
    """The hidden field of a form that decides on these facts; a browser must not put an older page's back."""
    field = Markup('<input type="hidden" name="{}" value="{}" autocomplete="off">')
    return field.format(FIELD, seen_of(facts))


def seen_given() -> str:
    """What the person saw, as the form says; Refused where it does not say, as no page of the market would."""
    given = request.form.get(FIELD, "")
    if not given:
        raise Refused("seen_missing", NOT_SAID)
    return given
