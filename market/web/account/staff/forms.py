"""Forms of posts and second factors: one code each."""

from wtforms import HiddenField

from market.web.base.forms import BaseForm, TextField, at_most, required


class TakePostForm(BaseForm):
    code = TextField("Mã trên phiếu", [required("Mời gõ mã trên phiếu."), at_most(40)])


class FactorForm(BaseForm):
    code = TextField("Mã", [required("Mời gõ mã."), at_most(40)])
    tiep = HiddenField()
