"""Forms of statements: the file, and what its columns are."""

from collections.abc import Mapping, Sequence

from wtforms import ValidationError

from market.base.errors import Refused
from market.payments.previews import SheetColumn
from market.payments.rules.statements import AMOUNT, CREDIT, DATE, FIELD_WORDS
from market.values.text import fold
from market.web.base.forms import BaseForm, ChoiceField, KeyField, UploadField

UNSAID = "Chợ chưa hiểu cột này"
NEEDS = "Mời chọn một cột là Ngày giao dịch, và một cột là Tiền vào hoặc Số tiền."


class StatementForm(BaseForm):
    """The file that a seller got from her bank; `client_key` names this going."""

    file = UploadField("Tệp sao kê")
    client_key = KeyField()

    def validate_file(self, field: UploadField) -> None:
        if not (field.data and getattr(field.data, "filename", "")):
            raise ValidationError("Mời chọn tệp sao kê tải từ ngân hàng, dạng Excel.")


class ColumnsForm(BaseForm):
    """What each column of a statement is; `columns_form` adds a choice for each."""

    def said(self, columns: Sequence[SheetColumn]) -> Mapping[str, str]:
        """By the folded title of a column. Refused where no row could be read so."""
        chosen = {fold(one.title): self[f"cot-{at}"].data or "" for at, one in enumerate(columns) if fold(one.title)}
        if DATE not in chosen.values() or {CREDIT, AMOUNT}.isdisjoint(chosen.values()):
            raise Refused("columns_missing", NEEDS)
        return {title: said for title, said in chosen.items() if said}


def columns_form(columns: Sequence[SheetColumn]) -> type[ColumnsForm]:
    """The form of one file, each column with what it is read as so far."""
    choices = {"": UNSAID} | dict(FIELD_WORDS)
    fields = {
        f"cot-{at}": ChoiceField(one.title or f"Cột {at + 1}", choices=choices, default=one.field)
        for at, one in enumerate(columns)
        if one.title
    }
    return type("ColumnsForm", (ColumnsForm,), fields)
