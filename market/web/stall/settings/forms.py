"""Forms of a business's own pages: proposing it, how its stall sells and where it comes, whom it lets help."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, SelectMultipleField, TextAreaField, ValidationError
from wtforms.validators import Length

from market.base.seen import Facts
from market.orders.rules import HOLD_DAYS
from market.orders.rules.deposits import PERCENTS
from market.sellers.actions import NewProposal, StallSettings
from market.sellers.actions.stalls import SETTINGS
from market.sellers.models import BusinessKind, Stall
from market.sellers.queries.fees import HamletRow
from market.sellers.queries.visits import OpenPoint
from market.sellers.rules import KIND_WORDS
from market.sellers.rules.visits import DAY_BITS, VisitTimes, read_hours
from market.values.money import Dong
from market.values.text import nfc
from market.web.base.forms import (
    BaseForm,
    ChoiceField,
    DongField,
    TaxIdField,
    TextField,
    at_most,
    optional,
    required,
)

LONGEST_WORDS = 120
HOLD_CHOICES = {str(days): f"{days} ngày" for days in HOLD_DAYS}
DEPOSIT_CHOICES = {"0": "Không xin đặt cọc"} | {str(percent): f"{percent}\u00a0% tiền đơn" for percent in PERCENTS}
MANDATE_DAYS = {"30": "1 tháng", "91": "3 tháng", "182": "6 tháng", "365": "1 năm"}


def hamlet_id(value: str | int | None) -> int | None:
    """A hamlet's number; None while none is chosen."""
    return int(value) if value else None


class ProposalForm(BaseForm):
    name = TextField("Tên hộ, HTX", [required("Mời viết tên hộ, HTX."), at_most(120)])
    kind = ChoiceField("Loại hình", choices={kind.value: word for kind, word in KIND_WORDS.items()})
    hamlet = ChoiceField("Thôn", [required("Mời chọn thôn.")], coerce=hamlet_id)
    trade = TextField("Làm gì, bán gì", [at_most(200)])
    tax_id = TaxIdField("Mã số thuế", [optional()])

    def offer(self, hamlets: Iterable[tuple[int, str]]) -> None:
        self.hamlet.choices = {"": "Chọn thôn", **{str(number): name for number, name in hamlets}}

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
    confirms_strangers = BooleanField("Khách lạ phải được xác nhận trước khi giữ hàng")
    hold_days = ChoiceField("Khách trả khi nhận thì giữ hàng trong", coerce=int, choices=HOLD_CHOICES)
    delivers_in_commune = BooleanField("Giao tận nơi trong xã")
    delivery_fee = DongField("Phí giao trong xã", [optional()])
    free_from = DongField("Giao miễn phí từ", [optional()])
    sends_by_bus = BooleanField("Gửi xe khách ra ngoài xã")
    bus_fee = DongField("Phí gửi xe khách", [optional()])
    bus_words = TextField("Xe nào, bến nào, mấy giờ", [at_most(LONGEST_WORDS)])
    ships_outside = BooleanField("Gửi chuyển phát ra ngoài xã")
    shipping_fee = DongField("Phí chuyển phát", [optional()])
    shipping_words = TextField("Gửi qua đâu, mấy ngày tới", [at_most(LONGEST_WORDS)])
    least_order = DongField("Đơn ít nhất", [optional()])
    deposit_percent = ChoiceField("Khách mới trả khi nhận thì đặt cọc", coerce=int, choices=DEPOSIT_CHOICES)
    deposit_from = DongField("Chỉ đơn từ", [optional()])

    @classmethod
    def of_stall(cls, stall: Stall, draft: Facts) -> "StallForm":
        """`draft`: the name and introduction as its seller wrote them last (`stall_draft`)."""
        data: dict[str, Any] = {name: getattr(stall, name) for name in SETTINGS}
        return cls.of_request(data={**data, **draft, "is_paused": stall.is_paused})

    def as_stall_settings(self) -> StallSettings:
        return StallSettings(
            name=self.name.data or "",
            intro=nfc(self.intro.data or ""),
            is_paused=self.is_paused.data,
            accepts_by_itself=self.accepts_by_itself.data,
            confirms_strangers=self.confirms_strangers.data,
            hold_days=self.hold_days.data,
            delivers_in_commune=self.delivers_in_commune.data,
            delivery_fee=self.delivery_fee.data or Dong(0),
            ships_outside=self.ships_outside.data,
            shipping_fee=self.shipping_fee.data or Dong(0),
            shipping_words=nfc(self.shipping_words.data or ""),
            sends_by_bus=self.sends_by_bus.data,
            bus_fee=self.bus_fee.data,
            bus_words=nfc(self.bus_words.data or ""),
            free_from=self.free_from.data or Dong(0),
            least_order=self.least_order.data or Dong(0),
            deposit_percent=self.deposit_percent.data,
            deposit_from=self.deposit_from.data or Dong(0),
        )


class DaysField(SelectMultipleField):
    """Ticks; the message for what is none of them is ours."""

    def pre_validate(self, form: Any) -> None:
        if not set(self.data or ()) <= DAY_BITS.keys():
            raise ValidationError("Mời chọn ngày trong danh sách.")


class PointForm(BaseForm):
    """When a stall comes to one pickup point: no day ticked is not at all."""

    days = DaysField("Ngày tới", choices=DAY_BITS)
    begins = TextField("Giờ đến")
    ends = TextField("Giờ về")
    point: OpenPoint

    @classmethod
    def of_point(cls, point: OpenPoint, typed: MultiDict[str, str] | None) -> Self:
        begins, _, ends = point.times.hours.partition("–") if point.times else ("", "", "")
        known = {"days": point.times.bits if point.times else [], "begins": begins, "ends": ends}
        form = cls(typed, prefix=f"diem{point.id}-", data=known)
        form.point = point
        return form

    def validate_begins(self, field: Field) -> None:
        try:
            hours = read_hours(field.data or "", self.ends.data or "")
        except ValueError as error:
            raise ValidationError(f"{self.point.name}: {error}") from error
        if hours and not self.days.data:
            raise ValidationError(f"{self.point.name}: mời chọn ngày tới, hoặc xóa giờ nếu bạn không tới đây.")

    def times(self) -> VisitTimes | None:
        hours = read_hours(self.begins.data or "", self.ends.data or "")
        return VisitTimes.of_days(self.days.data, hours) if self.days.data else None


class VisitsForm(BaseForm):
    """Where a stall comes: every open pickup point of its commune with days and hours, under one button."""

    points: tuple[PointForm, ...] = ()

    @classmethod
    def of_points(cls, points: Iterable[OpenPoint], typed: MultiDict[str, str] | None) -> Self:
        form = cls(typed)
        form.points = tuple(PointForm.of_point(point, typed) for point in points)
        form.is_posted = typed is not None
        return form

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        return all([super().validate(extra_validators), *(one.validate() for one in self.points)])

    @property
    def errors(self) -> dict[str, Any]:
        """What is wrong at each point."""
        return {f"{one.point.id}-{name}": errors for one in self.points for name, errors in one.errors.items()}

    def as_visits(self) -> dict[int, VisitTimes]:
        times = {one.point.id: one.times() for one in self.points}
        return {point_id: one for point_id, one in times.items() if one}


class HamletFeeForm(BaseForm):
    """What a stall asks for bringing goods to one hamlet: nothing typed is its fee for all."""

    fee = DongField("Phí giao", [optional()])
    stays_away = BooleanField("Không giao")
    hamlet: HamletRow

    @classmethod
    def of_hamlet(cls, row: HamletRow, typed: MultiDict[str, str] | None) -> Self:
        known = {"fee": row.fee, "stays_away": row.is_own and row.fee is None}
        form = cls(typed, prefix=f"thon{row.id}-", data=known)
        form.hamlet = row
        return form

    @property
    def is_own(self) -> bool:
        """Whether anything is said of this hamlet apart."""
        return self.stays_away.data or self.fee.data is not None


class HamletFeesForm(BaseForm):
    """What a stall asks by hamlet, under one button."""

    hamlets: tuple[HamletFeeForm, ...] = ()

    @classmethod
    def of_hamlets(cls, rows: Iterable[HamletRow], typed: MultiDict[str, str] | None) -> Self:
        form = cls(typed)
        form.hamlets = tuple(HamletFeeForm.of_hamlet(row, typed) for row in rows)
        form.is_posted = typed is not None
        return form

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        return all([super().validate(extra_validators), *(one.validate() for one in self.hamlets)])

    @property
    def errors(self) -> dict[str, Any]:
        """What is wrong for each hamlet."""
        return {f"{one.hamlet.id}-{name}": errors for one in self.hamlets for name, errors in one.errors.items()}

    def as_fees(self) -> dict[int, Dong | None]:
        """By the hamlets' ids, of those alone of which something is said; None: nothing is brought there."""
        return {one.hamlet.id: None if one.stays_away.data else one.fee.data for one in self.hamlets if one.is_own}


class MandateCodeForm(BaseForm):
    days = ChoiceField("Nhờ hỗ trợ trong", [required("Mời chọn nhờ trong bao lâu.")], choices=MANDATE_DAYS)

    def last_day(self, today: date) -> date:
        return today + timedelta(days=int(self.days.data))
