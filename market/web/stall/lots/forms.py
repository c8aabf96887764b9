"""Forms of lots, journal lines and stamps."""

import re
from typing import Any

from market.trace.actions import LotDetails, NewEntry, NewLot, Serials, Withdrawal
from market.trace.rules import AMOUNT_NEEDED, MOST_STAMPS_AT_ONCE, JournalKind
from market.values.quantity import UNITS
from market.web.base.forms import (
    BaseForm,
    ChoiceField,
    DayField,
    KeyField,
    TextField,
    ValueField,
    at_most,
    optional,
    required,
)
from market.web.base.selects import NOT_CHOSEN
from market.web.stall.products.forms import PACK_UNITS, UNIT_GROUPS, AnyAmountField

_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,3})?")
_MOST_SERIAL = 10**7


class HarvestAmountField(AnyAmountField):
    """An amount as growers write it: `3.700` is three thousand seven hundred, `0,5` a half. Returns thousandths."""

    def read(self, text: str) -> int:
        number = self._WORDS.sub("", text)
        return super().read(number.replace(".", "") if _THOUSANDS.fullmatch(number) else number)


class CountField(ValueField):
    """A whole number within bounds, both included. Returns int."""

    def __init__(self, *args: Any, least: int, most: int, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(*args, **kwargs)

    def read(self, text: str) -> int:
        digits = text.replace(".", "").replace(" ", "")
        if not (digits.isascii() and digits.isdigit()) or not self.least <= int(digits[:12]) <= self.most:
            raise ValueError(f"Viết một số từ {self.least} đến {self.most}.")
        return int(digits)


class PercentField(AnyAmountField):
    """Of 100 parts so many, `65` or `65,5`. Returns thousandths of the whole."""

    def read(self, text: str) -> int:
        permille = super().read(text.replace("%", "").strip()) // 100
        if not 1 <= permille <= 5000:
            raise ValueError("Viết một số từ 0,1 đến 500.")
        return permille

    def show(self, value: int) -> str:
        return super().show(value * 100)


class LotForm(BaseForm):
    """What is said of a lot while it is open."""

    plot = TextField("Ruộng, ao, chuồng nào", [required("Mời ghi ruộng, ao hay chuồng nào."), at_most(80)])
    pack_amount = HarvestAmountField("Mỗi gói có", [required("Mời ghi mỗi gói có bao nhiêu.")])
    pack_unit = ChoiceField(
        "Đơn vị",
        choices=NOT_CHOSEN | {code: UNITS[code].name for code in (*PACK_UNITS, "buc")},
        default="",
        validators=[required("Mời chọn đơn vị.")],
    )
    yield_percent = PercentField(
        "Thu hoạch 100 cân thì đóng gói được mấy cân", [required("Mời ghi một số, giữ nguyên thì để 100.")]
    )
    best_before = DayField("Hạn sử dụng", [optional()])
    standard = TextField("Tiêu chuẩn áp dụng", [at_most(120)])

    def as_details(self) -> LotDetails:
        return LotDetails(
            plot=self.plot.data or "",
            pack_amount=self.pack_amount.data,
            pack_unit=self.pack_unit.data,
            yield_permille=self.yield_percent.data,
            best_before=self.best_before.data,
            standard=self.standard.data or "",
        )


class NewLotForm(LotForm):
    product = ChoiceField("Món hàng", choices={})
    client_key = KeyField()

    def as_new_lot(self) -> NewLot:
        return NewLot(
            product_id=int(self.product.data),
            details=self.as_details(),
            client_key=self.client_key.data,
        )


class EntryForm(BaseForm):
    """One line of a journal; which of the fields are asked depends on the kind of work."""

    happened_on = DayField("Ngày làm", [required("Mời chọn ngày.")])
    amount = HarvestAmountField("Số lượng", [optional()])
    unit = ChoiceField("Đơn vị", choices=NOT_CHOSEN | UNIT_GROUPS, default="")
    substance = TextField("Tên thuốc", [at_most(80)])
    phi_days = CountField("Số ngày cách ly ghi trên nhãn", [optional()], least=0, most=365)
    note = TextField("Ghi thêm", [at_most(200)])
    client_key = KeyField()

    def validate_for(self, kind: JournalKind) -> bool:
        """Whether what this kind of work cannot do without is there; an error stands at its field."""
        if kind in AMOUNT_NEEDED and not self.amount.data:
            self.amount.errors = ["Mời ghi số lượng: chợ cần để đối chiếu với số tem."]
        if self.amount.data and not self.unit.data:
            self.unit.errors = ["Mời chọn đơn vị của số lượng."]
        if kind is JournalKind.SPRAYING and not self.substance.data:
            self.substance.errors = ["Mời ghi tên thuốc như trên nhãn."]
        return not self.errors

    def as_new_entry(self, kind: JournalKind) -> NewEntry:
        is_spray = kind is JournalKind.SPRAYING
        knows_wait = is_spray and self.phi_days.data is not None
        return NewEntry(
            kind=kind,
            happened_on=self.happened_on.data,
            note=self.note.data or "",
            amount=self.amount.data,
            unit=self.unit.data if self.amount.data else None,
            substance=(self.substance.data or None) if is_spray else None,
            phi_days=self.phi_days.data if is_spray else None,
            phi_source="nhãn thuốc" if knows_wait else None,
            client_key=self.client_key.data,
        )


class WithdrawForm(BaseForm):
    reason = TextField("Vì sao bỏ dòng này", [required("Mời ghi lý do."), at_most(200)])
    client_key = KeyField()

    def as_withdrawal(self) -> Withdrawal:
        return Withdrawal(reason=self.reason.data or "", client_key=self.client_key.data)


class PrintForm(BaseForm):
    count = CountField("Số tem cần in", [required("Mời ghi số tem.")], least=1, most=MOST_STAMPS_AT_ONCE)
    client_key = KeyField()


class SerialsForm(BaseForm):
    """Stamps by the numbers printed on them."""

    first = CountField("Từ số", [required("Mời ghi số đầu.")], least=1, most=_MOST_SERIAL)
    last = CountField("Đến số", [required("Mời ghi số cuối.")], least=1, most=_MOST_SERIAL)

    def as_serials(self) -> Serials:
        return Serials(first=self.first.data, last=self.last.data)


class SheetForm(SerialsForm):
    """Which stamps go on a sheet that is made as a long task."""

    client_key = KeyField()

    def as_serials(self, printed: int = MOST_STAMPS_AT_ONCE) -> Serials:
        """At most as many as may be printed at once, and none that is not there."""
        first = min(self.first.data, max(1, printed))
        return Serials(first=first, last=max(first, min(self.last.data, printed, first + MOST_STAMPS_AT_ONCE - 1)))


class RecallForm(BaseForm):
    reason = TextField("Lý do thu hồi", [required("Mời ghi lý do: người đã mua sẽ đọc câu này."), at_most(300)])
