"""Forms of the marketplaces' pages."""

from collections.abc import Mapping

from wtforms import SelectMultipleField, ValidationError

from market.channels.actions import HEAVIEST
from market.web.base.forms import BaseForm, KeyField, TextField, UploadField, ValueField, at_most, required


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
        """Let the seller choose among these ways of shipping, the first one unless told."""
        self.shipping.choices = dict(ways)
        if not self.shipping.data:
            self.shipping.data = list(ways)[:1]
        return self
