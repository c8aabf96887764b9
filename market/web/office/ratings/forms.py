"""Why an officer hides a rating."""

from market.web.base.forms import BaseForm, TextField, at_most, required


class HideForm(BaseForm):
    """Read by everybody where the rating stood."""

    reason = TextField("Vì sao ẩn", [required("Mời ghi lý do: mọi người đọc được."), at_most(150)])
