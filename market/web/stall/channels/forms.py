"""Forms of the marketplaces' pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import Optional

from market.base.errors import Refused
from market.channels.actions import HEAVIEST
from market.channels.asking import ColumnQuestion
from market.channels.rules import ChannelLimits, ListedWords, found_in, told
from market.values.text import nfc
from market.web.base.forms import BaseForm, ChoiceField, KeyField, TextField, UploadField, ValueField, at_most, required


class TemplateForm(BaseForm):
    """The template a seller downloaded from her own shop."""

    template = UploadField("Mẫu của shop tôi")

    def validate_template(self, field: UploadField) -> None:
        if not (field.data and getattr(field.data, "filename", "")):
            raise ValidationError("Mời chọn tệp mẫu (.xlsx) tải từ kênh người bán.")


class CategoryForm(BaseForm):
    """The marketplace's category, as the template's cell wants it; checked against the template."""

    value = TextField("Ngành hàng", [required("Mời chọn một ngành hàng."), at_most(300)])


class GramsField(ValueField):
    """A weight in whole grams, or `1,2 kg`. Returns int."""

    def read(self, text: str) -> int:
        number, factor = (text[:-2], 1000) if text.lower().endswith("kg") else (text.removesuffix("g"), 1)
        number = number.strip().replace(",", ".") if factor == 1000 else number.strip().replace(".", "")
        whole, _, part = number.partition(".")
        if not (whole + part).isascii() or not (whole + part).isdigit() or len(part) > 3 or len(whole) > 6:
            raise ValueError("Viết số gam, như 500, hoặc 1,2 kg.")
        return int(whole or 0) * factor + (int(part.ljust(3, "0")) if part else 0)


class WeightForm(BaseForm):
    grams = GramsField("Cân nặng khi gửi, cả hộp", [required(f"Mời ghi số gam, nhiều nhất {HEAVIEST // 1000} kg.")])


class ExportForm(BaseForm):
    """Which of the template's ways of shipping are switched on."""

    client_key = KeyField()
    shipping = SelectMultipleField("Vận chuyển bật cho các món", choices={}, validate_choice=False)

    def offer(self, ways: Mapping[str, str]) -> "ExportForm":
        """Let the seller choose among these ways of shipping; the only one there is needs no choosing."""
        self.shipping.choices = dict(ways)
        if not self.shipping.data:
            self.shipping.data = list(ways) if len(ways) == 1 else []
        return self

    def chosen(self) -> Sequence[str]:
        """The ways of shipping to switch on. Refused where none of several is chosen."""
        if self.shipping.choices and not self.shipping.data:
            raise Refused("shipping_missing", "Mời chọn ít nhất một cách vận chuyển cho các món.")
        return self.shipping.data or ()


class LinesField(StringField):
    """Text of several lines, each in NFC; no more than one of them empty at a time."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        lines = [nfc(line) for line in (valuelist[0] if valuelist else "").splitlines()]
        kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
        self.data = "\n".join(kept).strip()


class WordsForm(BaseForm):
    """What a product is to be called on one marketplace, held against what that marketplace takes."""

    name = TextField("Tên trên sàn", [required("Mời ghi tên hàng."), at_most(500)])
    description = LinesField("Mô tả trên sàn", [required("Mời ghi mô tả."), at_most(12_000)])
    of = HiddenField()

    def fits(self, limits: ChannelLimits) -> bool:
        """Whether the marketplace takes the words; says at each field why it does not."""
        for field, (least, most) in ((self.name, limits.name), (self.description, limits.description)):
            text = field.data or ""
            if found := found_in(text, limits.own):
                field.errors = [f"Sàn không nhận {told(found)}: mời bỏ chữ đó."]
            elif not least <= len(text) <= most:
                field.errors = [f"Đang có {len(text)} ký tự, sàn nhận từ {least} đến {most}."]
        return not self.errors_said

    @property
    def errors_said(self) -> bool:
        return bool(self.name.errors or self.description.errors)

    def as_words(self) -> ListedWords:
        return ListedWords(name=self.name.data or "", description=self.description.data or "")


def questions_form(questions: Sequence[ColumnQuestion]) -> BaseForm:
    """A form with a field for each question, its answer of before in it; a choice where the template lists them."""
    fields = {one.key: _field(one) for one in questions}
    kind: type[BaseForm] = type("QuestionsForm", (BaseForm,), fields)
    return kind.of_request(data={one.key: one.answer for one in questions})


def _field(one: ColumnQuestion) -> ChoiceField | TextField:
    def check(_form: BaseForm, field: StringField) -> None:
        if field.data and (reason := one.reason_against(field.data)):
            raise ValidationError(reason)

    if one.choices:
        listed = {"": "Chưa trả lời"} | {word: word for word in one.choices}
        return ChoiceField(one.label, choices=listed, description=one.hint)
    return TextField(one.label, [Optional(), check], description=one.hint)
