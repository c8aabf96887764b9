"""Forms of a business's own pages: proposing it, how its stall sells, where it is paid, whom it lets help."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length, ValidationError

from market.base.forms import (
    BaseForm,
    ChoiceField,
    DongField,
    TaxIdField,
    TextField,
    ValueField,
    at_most,
    optional,
    required,
)
from market.sellers.actions import NewBankAccount, NewConnection, NewProposal, StallSettings
from market.sellers.models import BusinessKind, Stall, StallState
from market.sellers.rules import BANKS, KIND_WORDS, account_number, holder_name
from market.values.money import Dong
from market.values.text import nfc

MANDATE_DAYS = {"30": "1 tháng", "91": "3 tháng", "182": "6 tháng", "365": "1 năm"}


class AccountField(ValueField):
    """A bank account number, separators dropped."""

    def read(self, text: str) -> str:
        return account_number(text)


class ProposalForm(BaseForm):
    name = TextField("Tên cơ sở", [required("Mời viết tên cơ sở."), at_most(120)])
    kind = ChoiceField("Loại cơ sở", choices={kind.value: word for kind, word in KIND_WORDS.items()})
    hamlet = ChoiceField("Thôn", coerce=int)
    trade = TextField("Làm gì, bán gì", [at_most(200)])
    tax_id = TaxIdField("Mã số thuế", [optional()])

    def offer(self, hamlets: Iterable[tuple[int, str]]) -> None:
        self.hamlet.choices = {str(number): name for number, name in hamlets}

    def as_new_proposal(self, commune_id: int) -> NewProposal:
        return NewProposal(
            commune_id=commune_id,
            hamlet_id=self.hamlet.data,
            kind=BusinessKind(self.kind.data),
            name=self.name.data or "",
            trade=self.trade.data or None,
            tax_id=self.tax_id.data,
        )


class StallForm(BaseForm):
    name = TextField("Tên gian hàng", [required("Mời viết tên gian hàng."), at_most(80)])
    intro = TextAreaField("Lời giới thiệu", [Length(max=600, message="Viết gọn trong 600 chữ.")])
    is_paused = BooleanField("Nghỉ bán: hàng vẫn giữ, tạm không nhận đơn")
    accepts_by_itself = BooleanField("Tự nhận đơn: có đơn là nhận ngay, không cần bấm")
    delivers_in_commune = BooleanField("Giao tận nơi trong xã")
    delivery_fee = DongField("Phí giao trong xã", [optional()])
    ships_outside = BooleanField("Gửi hàng ra ngoài xã")
    shipping_fee = DongField("Phí gửi ngoài xã", [optional()])

    @classmethod
    def of_stall(cls, stall: Stall) -> "StallForm":
        names = ("name", "intro", "accepts_by_itself", "delivers_in_commune", "delivery_fee", "ships_outside")
        data: dict[str, Any] = {name: getattr(stall, name) for name in (*names, "shipping_fee")}
        return cls.of_request(data=data | {"is_paused": stall.state is StallState.NGHI})

    def as_stall_settings(self) -> StallSettings:
        return StallSettings(
            name=self.name.data or "",
            intro=nfc(self.intro.data or ""),
            is_paused=self.is_paused.data,
            accepts_by_itself=self.accepts_by_itself.data,
            delivers_in_commune=self.delivers_in_commune.data,
            delivery_fee=self.delivery_fee.data or Dong(0),
            ships_outside=self.ships_outside.data,
            shipping_fee=self.shipping_fee.data or Dong(0),
        )


class BankForm(BaseForm):
    bin = ChoiceField("Ngân hàng", choices={"": "Chọn ngân hàng"} | {one.bin: one.short_name for one in BANKS.values()})
    number = AccountField("Số tài khoản", [required("Mời viết số tài khoản.")])
    holder = TextField("Tên chủ tài khoản", [required("Mời viết tên chủ tài khoản."), at_most(80)])
    is_family = BooleanField("Đây là tài khoản của người nhà")
    family_consent = TextField("Người nhà nào, đã đồng ý ra sao", [at_most(200)])

    def validate_bin(self, field: ChoiceField) -> None:
        if not field.data:
            raise ValidationError("Mời chọn ngân hàng.")

    def as_new_bank_account(self, business_id: int) -> NewBankAccount:
        return NewBankAccount(
            business_id=business_id,
            bin=self.bin.data,
            number=self.number.data,
            holder=holder_name(self.holder.data or ""),
            is_family=self.is_family.data,
            family_consent=self.family_consent.data or None,
        )


class ConnectForm(BaseForm):
    secret = TextField(
        "Khóa bí mật SePay cho bạn",
        [required("Mời dán khóa bí mật."), Length(min=8, max=200, message="Khóa bí mật dài từ 8 ký tự.")],
    )

    def as_new_connection(self, business_id: int) -> NewConnection:
        credentials = {"secret": self.secret.data or ""}
        return NewConnection(business_id=business_id, provider="sepay", credentials=credentials)


class MandateCodeForm(BaseForm):
    days = ChoiceField("Nhờ hỗ trợ trong", choices=MANDATE_DAYS, default="91")

    def last_day(self, today: date) -> date:
        return today + timedelta(days=int(self.days.data))
