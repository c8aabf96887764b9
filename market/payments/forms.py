"""What people type about money."""

from market.base.errors import Refused
from market.base.forms import BaseForm, TextField, required
from market.values.codes import parse_order_code


class OrderCodeForm(BaseForm):
    """The order that money is for, by its code however typed."""

    code = TextField("Mã đơn", [required("Mời điền mã đơn.")])

    def order_code(self, letters: str) -> str:
        """The code as it is written; Refused with the reason where it is none."""
        try:
            return parse_order_code(self.code.data or "", letters)
        except ValueError as error:
            raise Refused(str(error)) from error
