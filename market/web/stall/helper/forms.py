"""Forms of the helper's pages."""

from market.web.base.forms import BaseForm, TextField, at_most, required


class TakeMandateForm(BaseForm):
    code = TextField("Mã 6 số chủ cơ sở đọc cho bạn", [required("Mời viết mã 6 số."), at_most(10)])

    def digits(self) -> str:
        return "".join(character for character in self.code.data or "" if character.isdigit())
