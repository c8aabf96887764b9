"""What an office says of a surveyed product: which listing it is, why it is taken out."""

from collections.abc import Iterable

from market.web.base.forms import BaseForm, ChoiceField, TextField, at_most, required


class LinkListingForm(BaseForm):
    product = ChoiceField("Đang bán thành món nào", default="")

    def offer(self, listings: Iterable[tuple[int, str]]) -> None:
        self.product.choices = {"": "Chưa đăng bán"} | {str(key): name for key, name in listings}

    @property
    def product_id(self) -> int | None:
        return int(self.product.data) if self.product.data else None


class WithdrawSurveyedForm(BaseForm):
    reason = TextField("Vì sao bỏ khỏi danh mục", [required("Mời ghi vì sao."), at_most(300)])
