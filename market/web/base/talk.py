"""What buyer and stall write to one another on an order's page, for both front ends."""

from market.orders.rules import LONGEST_MESSAGE
from market.web.base.forms import BaseForm, KeyField, TextField, at_most, required


class MessageForm(BaseForm):
    """A few lines to the other side of an order."""

    client_key = KeyField()
    text = TextField("Tin nhắn", [required("Mời viết điều muốn nhắn."), at_most(LONGEST_MESSAGE)])
