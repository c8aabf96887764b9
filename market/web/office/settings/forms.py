"""The forms in which an office says what its commune is: names and words, hamlets, pickup points, targets."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Self

from wtforms import SelectMultipleField, TextAreaField, ValidationError

from market.base.errors import Refused
from market.places.actions import CommuneEdit, HamletEdit, NeighboursSaid, NewFact, NewHamlet, PointSaid
from market.places.actions.closures import ClosedDay
from market.places.models import Commune, Hamlet, MarketMode, PickupPoint
from market.places.queries.modes import MODE_WORDS
from market.places.rules import FACTS, check_email
from market.places.rules.hours import MOST_CAPACITY, OpenWindow, read_windows, windows_words
from market.places.rules.modes import CommuneMode, Registration
from market.sellers.actions import HamletMerge
from market.sellers.actions.modes import ModeAsked
from market.values.period import DAY_NAMES
from market.values.text import nfc
from market.web.base.addresses import row_number
from market.web.base.forms import (
    BaseForm,
    ChoiceField,
    DayField,
    PhoneField,
    TextField,
    ValueField,
    at_most,
    optional,
    required,
)
from market.web.office.register.forms import Pairs, _one_of


class EmailField(ValueField):
    """An e-mail address. Returns it as typed, without blanks around it."""

    def read(self, text: str) -> str:
        try:
            return check_email(text)
        except Refused as error:
            raise ValueError(error.sentence) from error


class SettingsForm(BaseForm):
    name = TextField("Tên xã", [required("Mời viết tên xã."), at_most(60)])
    office_name = TextField("Phòng trông coi chợ", [required("Mời viết tên phòng."), at_most(80)])
    office_phone = PhoneField("Điện thoại của phòng", [optional()])
    office_address = TextField("Địa chỉ của phòng", [at_most(160)])
    office_email = EmailField("Thư điện tử của phòng", [optional()])
    welcome = TextField("Lời chào ở trang đầu", [at_most(160)])
    complaints = TextField("Nơi nhận phản ánh", [at_most(300)])
    own_rules = TextAreaField("Quy định riêng của chợ xã", [at_most(3000)])

    @classmethod
    def of_commune(cls, commune: Commune) -> Self:
        return cls.of_request(obj=commune)

    def as_edit(self, commune_id: int, seen: str) -> CommuneEdit:
        rules = "\n".join(filter(None, map(nfc, (self.own_rules.data or "").splitlines())))
        return CommuneEdit(commune_id=commune_id, changes=self.data | {"own_rules": rules}, seen=seen)


class HamletForm(BaseForm):
    name = TextField("Tên thôn", [required("Mời viết tên thôn."), at_most(60)])
    source = TextField("Căn cứ", [at_most(200)])

    def as_new_hamlet(self, commune_id: int) -> NewHamlet:
        return NewHamlet(commune_id=commune_id, name=self.name.data or "", source=self.source.data or None)

    def as_edit(self, commune_id: int, hamlet_id: int, seen: str) -> HamletEdit:
        new = self.as_new_hamlet(commune_id)
        return HamletEdit(commune_id=commune_id, hamlet_id=hamlet_id, name=new.name, source=new.source, seen=seen)


class OldNameForm(BaseForm):
    old_name = TextField("Tên cũ, tên thường gọi", [required("Mời viết tên cũ."), at_most(80)])


def _number(typed: str | int) -> int:
    """A row's number; 0 for what is none, which no hamlet has."""
    try:
        return row_number(str(typed))
    except ValueError:
        return 0


class HamletsField(SelectMultipleField):
    """Any of the hamlets in use; the message for another is ours."""

    def pre_validate(self, form: Any) -> None:
        if set(self.data or ()) - {choice[0] for choice in self.iter_choices()}:
            raise ValidationError("Có thôn vừa chọn nay không còn trong danh sách. Mời xem lại rồi bấm lưu lần nữa.")


class NeighboursForm(BaseForm):
    beside = HamletsField("Thôn bên cạnh", coerce=_number)

    def offer(self, others: Iterable[Hamlet]) -> None:
        self.beside.choices = [(one.id, one.name) for one in others]

    def as_said(self, commune_id: int, hamlet_id: int, seen: str) -> NeighboursSaid:
        return NeighboursSaid(
            commune_id=commune_id, hamlet_id=hamlet_id, neighbour_ids=self.beside.data or (), seen=seen
        )


class MergeForm(BaseForm):
    source = TextField("Căn cứ", [required("Mời ghi căn cứ, như số nghị quyết."), at_most(160)])

    def as_merge(self, hamlet: Hamlet, into: Hamlet, seen: str) -> HamletMerge:
        return HamletMerge(
            commune_id=hamlet.commune_id,
            hamlet_id=hamlet.id,
            into_id=into.id,
            source=self.source.data or "",
            seen=seen,
        )


class ModeForm(BaseForm):
    """What the market shall do, and who runs it by law, of which all is said or nothing."""

    mode = ChoiceField("Chợ sẽ làm gì", [required("Mời chọn chế độ.")])
    operator = TextField("Đơn vị vận hành", [at_most(160)])
    number = TextField("Số đăng ký", [at_most(60)])
    day = DayField("Ngày đăng ký", [optional()])

    @classmethod
    def of_mode(cls, newest: MarketMode | None) -> Self:
        said = newest.registration if newest else None
        known = {"operator": said.operator, "number": said.number, "day": said.day} if said else {}
        form = cls.of_request(data=known)
        form.made_up = said if said and said.is_made_up else None
        form.mode.choices = [("", "Chọn chế độ"), *((mode.value, words) for mode, words in MODE_WORDS.items())]
        return form

    made_up: Registration | None = None
    """The demonstration's, which stays one while it is said again."""

    def validate_day(self, field: DayField) -> None:
        said = [bool(one.data) for one in (self.operator, self.number, self.day)]
        if any(said) and not all(said):
            raise ValidationError("Mời ghi đủ ba điều: đơn vị vận hành, số đăng ký và ngày đăng ký.")

    def as_asked(self, commune_id: int, seen: str) -> ModeAsked:
        registration = None
        if self.operator.data and self.number.data and self.day.data:
            registration = Registration(operator=self.operator.data, number=self.number.data, day=self.day.data)
        if self.made_up and registration == replace(self.made_up, is_made_up=False):
            registration = self.made_up
        mode = CommuneMode(self.mode.data)
        return ModeAsked(commune_id=commune_id, mode=mode, registration=registration, seen=seen)


class CapacityField(ValueField):
    """How many orders a point takes at once. Returns a whole number."""

    def read(self, text: str) -> int:
        if not text.isdecimal() or not 0 < int(text) <= MOST_CAPACITY:
            raise ValueError(f"Mời ghi một số từ 1 đến {MOST_CAPACITY}, hoặc để trống.")
        return int(text)


class OpeningField(ValueField):
    """When a point is open on a weekday (0: Monday). Returns its windows."""

    def __init__(self, label: str, *, weekday: int, **more: Any) -> None:
        super().__init__(label, [at_most(60)], **more)
        self.weekday = weekday

    def read(self, text: str) -> tuple[OpenWindow, ...]:
        return read_windows(self.weekday, text)

    def show(self, value: Any) -> str:
        return windows_words(value, self.weekday)


POINT = ("name", "address", "keeper_name", "keeper_phone", "opening_hours", "capacity")
WEEK = tuple(f"day{number}" for number in range(len(DAY_NAMES)))


class PickupPointForm(BaseForm):
    hamlet = ChoiceField("Thôn", [required("Mời chọn thôn.")])
    name = TextField("Tên điểm nhận", [required("Mời viết tên điểm nhận."), at_most(80)])
    address = TextField("Địa chỉ", [at_most(160)])
    keeper_name = TextField("Người giữ", [required("Mời viết tên người giữ."), at_most(80)])
    keeper_phone = PhoneField("Điện thoại người giữ", [required("Mời viết số điện thoại.")])
    opening_hours = TextField("Giờ mở", [required("Mời viết giờ mở."), at_most(120)])
    day0 = OpeningField(DAY_NAMES[0], weekday=0)
    day1 = OpeningField(DAY_NAMES[1], weekday=1)
    day2 = OpeningField(DAY_NAMES[2], weekday=2)
    day3 = OpeningField(DAY_NAMES[3], weekday=3)
    day4 = OpeningField(DAY_NAMES[4], weekday=4)
    day5 = OpeningField(DAY_NAMES[5], weekday=5)
    day6 = OpeningField(DAY_NAMES[6], weekday=6)
    capacity = CapacityField("Mỗi buổi nhận nhiều nhất", [optional()])

    @property
    def week(self) -> list[OpeningField]:
        """When it is open on each weekday."""
        return [one for one in self if isinstance(one, OpeningField)]

    @classmethod
    def of_point(cls, point: PickupPoint) -> Self:
        said = {name: getattr(point, name) for name in POINT}
        windows = [one.value for one in point.windows]
        said |= {name: tuple(one for one in windows if one.weekday == day) for day, name in enumerate(WEEK)}
        return cls.of_request(data=said | {"hamlet": str(point.hamlet_id)})

    def offer(self, hamlets: Pairs) -> None:
        self.hamlet.choices = _one_of(hamlets, "Chọn thôn")

    def as_point(self, commune_id: int) -> PointSaid:
        return PointSaid(
            commune_id=commune_id,
            hamlet_id=int(self.hamlet.data),
            name=self.name.data or "",
            address=self.address.data or None,
            keeper_name=self.keeper_name.data or "",
            keeper_phone=self.keeper_phone.data,
            opening_hours=self.opening_hours.data or "",
            windows=tuple(window for one in self.week for window in one.data or ()),
            capacity=self.capacity.data,
        )


class ReopenedDayForm(BaseForm):
    day = DayField("Ngày mở lại", [required("Mời chọn ngày.")])


class ClosedDayForm(BaseForm):
    day = DayField("Ngày nghỉ", [required("Mời chọn ngày nghỉ.")])
    reason = TextField("Vì sao", [required("Mời ghi vì sao, khách và người bán đều đọc."), at_most(120)])

    def as_closed_day(self, commune_id: int, point_id: int) -> ClosedDay:
        return ClosedDay(commune_id=commune_id, point_id=point_id, day=self.day.data, reason=self.reason.data or "")


WORDS = {key: f"{kind.words} ({kind.unit})" if kind.unit else kind.words for key, kind in FACTS.items()}


class FactForm(BaseForm):
    key = ChoiceField("Số nào", [required("Mời chọn số cần đổi.")], choices={"": "Chọn số cần đổi"} | WORDS)
    value = TextField("Số mới", [required("Mời ghi số mới."), at_most(40)])
    valid_from = DayField("Dùng từ ngày", [required("Mời chọn ngày bắt đầu.")])
    source = TextField("Căn cứ", [required("Mời ghi căn cứ, như số quyết định."), at_most(300)])

    def as_new_fact(self, commune_id: int) -> NewFact:
        return NewFact(
            commune_id=commune_id,
            key=self.key.data,
            value=self.value.data or "",
            valid_from=self.valid_from.data,
            source=self.source.data or "",
        )
