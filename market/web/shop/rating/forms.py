"""What a buyer says of one line of an order."""

from market.orders.rules import LONGEST_MESSAGE
from market.web.base.forms import BaseForm, OneOf, TextField, at_most, required

STARS = {"5": "5 sao, rất ưng", "4": "4 sao, ưng", "3": "3 sao, được", "2": "2 sao, chưa ưng", "1": "1 sao, không ưng"}


class RateForm(BaseForm):
    """Nothing is chosen for anybody."""

    stars = OneOf("Bạn thấy món này thế nào?", choices=STARS, validators=[required("Mời chọn số sao.")])
    text = TextField("Vài chữ về món này", [at_most(LONGEST_MESSAGE)])
