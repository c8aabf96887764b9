"""Drop-down lists, in which nobody chooses for the person."""

from typing import Any

from markupsafe import Markup, escape
from wtforms.widgets import Select

NOT_CHOSEN = {"": "Chọn"}
"""What a list shows before its person chooses."""


class PlainSelect(Select):
    """A drop-down list whose options have no attributes of their own: each written in one go, as WTForms would write
    it, because a list of a hundred is a third of its page's time there.

    Nobody chooses for the person: of several answers of which none is given, none is shown as given. A browser would
    show, and send, the first one, so that "Chọn" stands before it."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        choices = list(field.iter_choices())
        if len(choices) < 2 or any(one.selected or one.value == "" for one in choices):
            return super().__call__(field, **kwargs)
        opening, _, rest = super().__call__(field, **{**kwargs, "required": True}).partition(">")
        return Markup(f'{opening}><option selected value="">{NOT_CHOSEN[""]}</option>{rest}')  # noqa: S704 - escaped

    @classmethod
    def render_option(cls, choice: Any, **kwargs: Any) -> Markup:  # type: ignore[override]  # the stubs are older
        chosen, value = " selected" if choice.selected else "", escape(choice.value)
        label = escape(choice.label or choice.value)
        return Markup(f'<option{chosen} value="{value}">{label}</option>')  # noqa: S704 - escaped
