"""Forms turn typed text into values; a message is a Vietnamese sentence, and what was typed always comes back."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Self

from flask import render_template, request
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict
from wtforms import FileField, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from market.base.client_keys import SentOtherwise
from market.base.db import reading
from market.base.errors import Refused, TooManyTries
from market.base.outages import Down
from market.base.secrets import random_key
from market.base.seen import ChangedSince
from market.values.money import Dong, format_dong, parse_dong
from market.values.period import FIRST_DAY, LAST_DAY
from market.values.phone import Phone
from market.values.taxid import TaxId
from market.values.text import nfc
from market.web.base.lost import lost_words
from market.web.base.outages import refusing_when_unwritable
from market.web.base.refusals import note_refusal
from market.web.base.selects import PlainSelect

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}").fullmatch


class Vietnamese:
    """WTForms has no Vietnamese: these few of its own words are ours."""

    _words = {
        "This field is required.": "Mời điền ô này.",
        "Not a valid choice": "Mời chọn một mục trong danh sách.",
        "Invalid Choice: could not coerce.": "Mời chọn một mục trong danh sách.",
    }

    def gettext(self, text: str) -> str:
        return self._words.get(text, text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class BaseForm(Form):
    """The parent of every form. CSRF is checked for every POST before any view runs."""

    class Meta:
        def get_translations(self, form: Form) -> Vietnamese:
            return Vietnamese()

    refusal: str | None = None
    wrong_status = 422
    is_posted = False
    keeps_files = False

    @classmethod
    def of_request(cls, **kwargs: Any) -> Self:
        """The form as posted (files too), or filled from `data=`/`obj=` when the page is merely opened."""
        sources: list[MultiDict[str, Any]] = [request.form, request.files]
        form = cls(CombinedMultiDict(sources) if request.method == "POST" else None, **kwargs)
        form.is_posted = request.method == "POST"
        return form

    def submitted(self) -> bool:
        """Whether the form was posted and every field reads well."""
        return request.method == "POST" and self.validate()

    @contextmanager
    def keeping_what_was_typed(self) -> Iterator[None]:
        """Turn a Refused (422, 409, 429) inside into the form's own sentence, so that the page comes back as typed; so
        does what cannot be written now (503)."""
        try:
            with refusing_when_unwritable():
                yield
        except Refused as error:
            if error.status not in (409, 422, 429, 503):
                raise
            self.refuse(error)

    @contextmanager
    def keeping_what_changed(self, *, about: str = "") -> Iterator[None]:
        """Turn a ChangedSince inside into the form's own sentence; other refusals have a page of their own."""
        try:
            yield
        except ChangedSince as changed:
            self.refuse(changed, about=about)

    def refuse(self, error: Refused, *, about: str = "") -> None:
        """Say a refusal on the form's own page, and of which thing where it shows many; what changed since the page was
        opened is then read anew for it."""
        self.refusal = f"{about}: {error.sentence}" if about else error.sentence
        note_refusal(error)
        if isinstance(error, ChangedSince | SentOtherwise | TooManyTries | Down):
            self.wrong_status = error.status
        if isinstance(error, ChangedSince | SentOtherwise):
            reading().expire_all()
        if isinstance(error, SentOtherwise):
            self._renew_key()

    def _renew_key(self) -> None:
        """Sent again as it comes back, the form adds what is typed in it now."""
        for field in self:
            if isinstance(field, KeyField):
                field.data = random_key()

    @property
    def lost(self) -> str:
        """Sentences that name what was typed or chosen and does not come back to the page; empty for nothing."""
        return lost_words(self, keeps_files=self.keeps_files)

    @property
    def is_as_first_filled(self) -> bool:
        """Whether the form comes back with what was typed over the facts that it was first filled with."""
        return self.is_posted and bool(self.errors or self.refusal) and self.wrong_status != ChangedSince.status

    def page(self, template: str, **context: object) -> tuple[str, int]:
        """The form's page: 422 with what was typed when something was wrong, 409 where what it showed has
        changed since, 429 where it was tried too often, 503 where nothing can be written now, else 200."""
        wrong = bool(self.errors or self.refusal)
        return render_template(template, form=self, **context), self.wrong_status if wrong else 200


class Required(InputRequired):
    """An answer must be given; blanks and unseen characters alone are none."""

    def __call__(self, form: Any, field: Any) -> None:
        typed = field.raw_data[0] if field.raw_data else None
        if field.data == "" or (isinstance(typed, str) and not nfc(typed)):
            field.errors[:] = []
            raise StopValidation(str(self.message))
        super().__call__(form, field)


def required(message: str = "Mời điền ô này.") -> InputRequired:
    return Required(message)


def optional() -> Optional:
    return Optional()


def at_most(length: int) -> Length:
    return Length(max=length, message=f"Viết gọn trong {length} chữ.")


class TextField(StringField):
    """Text in NFC without odd spaces or control characters. Empty is ""."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = nfc(valuelist[0]) if valuelist else ""


class ParagraphsField(TextAreaField):
    """Text of several lines: each in NFC, empty ones left out."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        lines = (nfc(line) for line in str(valuelist[0]).splitlines()) if valuelist else iter(())
        self.data = "\n".join(filter(None, lines))


class KeyField(HiddenField):
    """The random name a page's form carries, so that sending it twice does one thing: drawn for a new page, None where
    what was posted has none. `client_key` of parts/forms.html writes it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", random_key)
        super().__init__(*args, **kwargs)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = valuelist[0] if valuelist and _KEY(valuelist[0]) else None


class ValueField(StringField):
    """Text that becomes a value; keeps what was typed to show it again."""

    data: Any

    def read(self, text: str) -> object:
        raise NotImplementedError

    def show(self, value: Any) -> str:
        return str(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        typed = nfc(valuelist[0]) if valuelist else ""
        self.data = self.read(typed) if typed else None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)


class DongField(ValueField):
    """Money as people type it: `35k`, `35.000`, `1tr2`. Returns Dong."""

    def read(self, text: str) -> Dong:
        return parse_dong(text)

    def show(self, value: Dong) -> str:
        return format_dong(value).removesuffix("\u00a0₫")


class PhoneField(ValueField):
    """A Vietnamese phone number that is written down. Returns Phone. One of the number plan, or the very one that the
    form was filled with: what was taken once stays a number."""

    def read(self, text: str) -> Phone:
        number = Phone.written(text)
        return number if number == self.object_data else Phone(text)

    def show(self, value: Phone) -> str:
        return value.national


class KnownPhoneField(PhoneField):
    """The phone number of somebody who is looked for, whatever the number plan says of it now. Returns Phone."""

    def read(self, text: str) -> Phone:
        return Phone.written(text)


class TaxIdField(ValueField):
    """A tax code in one of its three shapes. Returns TaxId."""

    def read(self, text: str) -> TaxId:
        return TaxId(text)


class DayField(ValueField):
    """A day, as a date input or a person writes it: `2026-11-24`, `24/11/2026`. Returns date."""

    def read(self, text: str) -> date:
        for shape in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                day = datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
            if FIRST_DAY <= day <= LAST_DAY:
                return day
        raise ValueError("Ngày viết như 24/11/2026.")

    def show(self, value: date) -> str:
        return value.isoformat()


class ChoiceField(SelectField):
    """One of a list; the message for anything else is ours."""

    widget = PlainSelect()

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValueError as error:
            raise ValidationError("Mời chọn một mục trong danh sách.") from error


class OneOf(RadioField):
    """One of a few; the message for anything else is ours."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValueError as error:
            raise ValidationError("Mời chọn một mục.") from error


class UploadField(FileField):
    """A file. `content()` returns its bytes, `size` says beforehand how many they are."""

    @property
    def size(self) -> int:
        """0 where no file was sent."""
        upload = self.data
        if not isinstance(upload, FileStorage) or not upload.filename:
            return 0
        size: int = upload.stream.seek(0, os.SEEK_END)
        upload.stream.seek(0)
        return size

    def content(self) -> bytes | None:
        """The bytes of the file sent, or None where none was."""
        upload = self.data
        if not isinstance(upload, FileStorage) or not upload.filename:
            return None
        content: bytes = upload.read()
        return content
