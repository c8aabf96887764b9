"""Why a class is cancelled."""

from market.web.base.forms import BaseForm, TextField, at_most, required


class CancelClassForm(BaseForm):
    reason = TextField("Vì sao hủy", [required("Mời ghi vì sao."), at_most(300)])
