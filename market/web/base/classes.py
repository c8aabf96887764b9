"""Forms of classes, which the office and the helpers share, and the picture of the code that attendees scan."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from flask import url_for
from markupsafe import Markup
from wtforms import BooleanField

from market.base.errors import Refused
from market.base.qr import qr_svg
from market.outreach.actions.classes import NewClass, SaidOfThemselves, WrittenDown
from market.outreach.models import TrainingClass
from market.outreach.rules.classes import HOLDER_WORDS, ClassHolder
from market.values.hours import read_clock
from market.values.period import VIETNAM
from market.web.base.commune import whole_address
from market.web.base.forms import (
    BaseForm,
    ChoiceField,
    DayField,
    KeyField,
    PhoneField,
    TextField,
    ValueField,
    at_most,
    optional,
    required,
)

ELDERLY = "Tôi là người cao tuổi"
VULNERABLE = "Tôi cần giúp đỡ thêm (khuyết tật, hộ nghèo, hoàn cảnh khó khăn)"


class HourField(ValueField):
    """An hour of the day as people type it: `8`, `8h30`, `08:30`. Returns a time."""

    def read(self, text: str) -> time:
        minutes = read_clock(text)
        if minutes >= 24 * 60:
            raise ValueError("Giờ học từ 0:00 đến 23:59.")
        return time(minutes // 60, minutes % 60)

    def show(self, value: Any) -> str:
        return f"{value:%H:%M}"


class ClassForm(BaseForm):
    title = TextField("Tên lớp", [required("Mời ghi tên lớp."), at_most(200)])
    holder = ChoiceField(
        "Ai tổ chức", choices={"": "Chọn nơi tổ chức"} | {one.value: word for one, word in HOLDER_WORDS.items()}
    )
    hamlet = ChoiceField("Cho thôn nào", default="")
    day = DayField("Ngày học", [required("Mời chọn ngày.")])
    hour = HourField("Giờ bắt đầu", [required("Mời ghi giờ bắt đầu.")])
    place = TextField("Học ở đâu", [required("Mời ghi nơi học."), at_most(200)])
    teacher = TextField("Ai dạy", [required("Mời ghi người dạy."), at_most(200)])
    client_key = KeyField()

    def offer(self, hamlets: Iterable[tuple[int, str]], every: str = "Cả xã") -> None:
        self.hamlet.choices = {"": every} | {str(number): name for number, name in hamlets}

    def as_new_class(self, commune_id: int) -> NewClass:
        return NewClass(
            commune_id=commune_id,
            hamlet_id=int(self.hamlet.data) if self.hamlet.data else None,
            holder=ClassHolder(self.holder.data),
            title=self.title.data or "",
            starts_at=datetime.combine(self.day.data, self.hour.data, tzinfo=VIETNAM),
            place=self.place.data or "",
            teacher=self.teacher.data or "",
        )

    def in_one_hamlet(self, commune_id: int) -> NewClass:
        """The same of a form that asks for a hamlet; Refused where none is chosen."""
        if not self.hamlet.data:
            raise Refused("no_hamlet", "Mời chọn thôn.")
        return self.as_new_class(commune_id)


class AttendeeForm(BaseForm):
    """Somebody whom who holds the class writes down."""

    name = TextField("Họ và tên", [required("Mời ghi họ và tên."), at_most(80)])
    phone = PhoneField("Số điện thoại", [optional()])
    is_elderly = BooleanField("Tự nói là người cao tuổi")
    is_vulnerable = BooleanField("Tự nói là cần giúp đỡ thêm")

    def as_said(self) -> SaidOfThemselves:
        return SaidOfThemselves(
            name=self.name.data or "",
            phone=self.phone.data,
            is_elderly=bool(self.is_elderly.data),
            is_vulnerable=bool(self.is_vulnerable.data),
        )

    def as_listed(self, commune_id: int, class_id: int) -> WrittenDown:
        return WrittenDown(commune_id=commune_id, class_id=class_id, said=self.as_said())


class GuestSignInForm(AttendeeForm):
    """Somebody without an account, on their own phone."""

    phone = PhoneField("Số điện thoại", [required("Mời ghi số điện thoại.")])
    is_elderly = BooleanField(ELDERLY)
    is_vulnerable = BooleanField(VULNERABLE)


class OwnSignInForm(BaseForm):
    """Somebody whose account says who they are."""

    is_elderly = BooleanField(ELDERLY)
    is_vulnerable = BooleanField(VULNERABLE)

    def as_said(self, name: str) -> SaidOfThemselves:
        return SaidOfThemselves(
            name=name,
            phone=None,
            is_elderly=bool(self.is_elderly.data),
            is_vulnerable=bool(self.is_vulnerable.data),
        )


def sign_in_address(held: TrainingClass) -> str:
    """The whole address that the code of a class says."""
    return whole_address(url_for("shop.class_sign_in", class_key=held.key))


def sign_in_code(held: TrainingClass) -> Markup:
    """Its code, to be held up or printed. Slow: outside transactions."""
    return qr_svg(sign_in_address(held), f"Mã điểm danh lớp {held.title}")
