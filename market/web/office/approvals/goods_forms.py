"""The office's no."""

from wtforms import Field, ValidationError

from market.web.base.forms import BaseForm, ChoiceField, TextField, at_most

WHY_REFUSED = {
    "": "Chọn lý do, hoặc viết bên dưới",
    "Ảnh không rõ hoặc không đúng món": "Ảnh không rõ hoặc không đúng món",
    "Tên hàng chưa rõ là món gì": "Tên hàng chưa rõ là món gì",
    "Giá hoặc đơn vị có vẻ nhầm": "Giá hoặc đơn vị có vẻ nhầm",
    "Món này cần giấy tờ kèm theo": "Món này cần giấy tờ kèm theo",
    "Món này không được phép bán": "Món này không được phép bán",
}


class ListingRefusalForm(BaseForm):
    """Why the office says no, in words the seller will read."""

    why = ChoiceField("Lý do", choices=WHY_REFUSED, default="")
    more = TextField("Nói rõ thêm", [at_most(300)])

    def validate_more(self, field: Field) -> None:
        if not self.reason():
            raise ValidationError("Mời chọn hoặc viết lý do, người bán sẽ đọc câu này.")

    def reason(self) -> str:
        """One sentence or two: the chosen reason, then what was written."""
        return ". ".join(part for part in (self.why.data or "", self.more.data or "") if part)
