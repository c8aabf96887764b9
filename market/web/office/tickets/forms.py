"""Who is to sit at which desk."""

from collections.abc import Mapping

from market.feedback.rules.tickets import DESK_WORDS, OFFICE_DESKS, Desk
from market.web.base.forms import BaseForm, ChoiceField, OneOf, required


class SeatForm(BaseForm):
    desk = OneOf(
        "Nhận phản ánh của",
        choices={one.value: DESK_WORDS[one] for one in OFFICE_DESKS},
        validators=[required("Mời chọn nơi.")],
    )
    officer = ChoiceField("Cán bộ", validators=[required("Mời chọn cán bộ.")])

    def offer(self, officers: Mapping[int, str]) -> None:
        self.officer.choices = {"": "Chọn tên"} | {str(key): name for key, name in officers.items()}

    def chosen(self) -> tuple[Desk, int]:
        return Desk(self.desk.data), int(self.officer.data)
