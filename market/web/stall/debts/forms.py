"""What a stall types into its book of who owes it."""

from market.payments.actions import NewDebt, PaidOff
from market.payments.rules.debts import LONGEST_GOODS, LONGEST_NAME
from market.web.base.forms import BaseForm, DongField, KeyField, PhoneField, TextField, at_most, optional, required


class DebtForm(BaseForm):
    """Goods that somebody took on credit without an order."""

    client_key = KeyField()
    name = TextField("Tên khách", [required("Mời điền tên khách."), at_most(LONGEST_NAME)])
    phone = PhoneField("Số điện thoại", [optional()])
    text = TextField("Lấy gì", [required("Mời ghi khách lấy gì."), at_most(LONGEST_GOODS)])
    amount = DongField("Số tiền", [required("Mời điền số tiền.")])

    def as_new_debt(self) -> NewDebt:
        return NewDebt(
            name=self.name.data or "",
            phone=self.phone.data,
            text=self.text.data or "",
            amount=self.amount.data,
            client_key=self.client_key.data,
        )


class PaidOffForm(BaseForm):
    """How much somebody paid off."""

    client_key = KeyField()
    amount = DongField("Khách trả", [required("Mời điền số tiền khách trả.")])

    def as_paid_off(self, debtor_id: int, seen: str) -> PaidOff:
        return PaidOff(debtor_id=debtor_id, amount=self.amount.data, seen=seen, client_key=self.client_key.data)
