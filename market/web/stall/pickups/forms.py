"""The form by which a keeper writes down that a buyer came."""

from market.web.base.forms import BaseForm, TextField, at_most, required


class FetchedForm(BaseForm):
    shown = TextField("4 ký tự khách đọc", [required("Mời hỏi khách 4 ký tự dưới mã QR của đơn."), at_most(40)])
