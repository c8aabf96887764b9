"""A stall's answer to a rating."""

from market.orders.rules import LONGEST_MESSAGE
from market.web.base.forms import BaseForm, TextField, at_most, required


class AnswerForm(BaseForm):
    """Read by everybody who reads the rating."""

    text = TextField("Trả lời khách", [required("Mời viết câu trả lời."), at_most(LONGEST_MESSAGE)])
