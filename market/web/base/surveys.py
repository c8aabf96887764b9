"""The form by which the office and the helpers survey a product."""

from collections.abc import Iterable
from datetime import date

from wtforms import BooleanField, TextAreaField

from market.base.errors import Refused
from market.outreach.actions.survey import NewSurveyed
from market.outreach.rules.survey import POTENTIAL_WORDS, Potential
from market.values.text import nfc
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

Pairs = Iterable[tuple[int, str]]
MONTHS = {"": "Không theo mùa"} | {str(month): f"Tháng {month}" for month in range(1, 13)}
MOST_MAKERS = 10_000


class MakersField(ValueField):
    """A number of households or people. Returns int."""

    def read(self, text: str) -> int:
        if not text.isascii() or not text.isdigit() or not 0 < int(text[:6]) <= MOST_MAKERS:
            raise ValueError("Mời ghi một số, như 12.")
        return int(text)


class SurveyForm(BaseForm):
    name = TextField("Tên sản phẩm", [required("Mời ghi tên sản phẩm."), at_most(120)])
    hamlet = ChoiceField("Thôn", default="")
    business = ChoiceField("Hộ làm ra", default="")
    maker = TextField("Nếu hộ chưa có trong sổ: tên người làm", [at_most(100)])
    category = ChoiceField("Nhóm OCOP", default="")
    special = TextAreaField(
        "Vì sao đặc trưng",
        [required("Mời ghi sản phẩm này khác nơi khác ở điểm nào."), at_most(600)],
        filters=[lambda text: nfc(text or "")],
    )
    potential = ChoiceField(
        "Tiềm năng", choices={"": "Chọn một"} | {one.value: word for one, word in POTENTIAL_WORDS.items()}
    )
    yearly = TextField("Một năm làm được bao nhiêu", [at_most(80)])
    makers = MakersField("Bao nhiêu hộ trong thôn làm", [optional()])
    season_from = ChoiceField("Mùa từ", choices=MONTHS, default="")
    season_to = ChoiceField("Mùa đến", choices=MONTHS, default="")
    local_material = BooleanField("Nguyên liệu ở trong xã")
    has_packaging = BooleanField("Đã có bao bì, nhãn")
    has_safety_paper = BooleanField("Đã có giấy an toàn thực phẩm hoặc cam kết")
    surveyed_on = DayField("Ngày khảo sát", [required("Mời chọn ngày.")])
    client_key = KeyField()

    def offer(self, hamlets: Pairs, businesses: Pairs, categories: Pairs) -> None:
        self.hamlet.choices = {"": "Chọn thôn"} | {str(key): name for key, name in hamlets}
        self.business.choices = {"": "Chưa có trong sổ"} | {str(key): name for key, name in businesses}
        self.category.choices = {"": "Chưa rõ nhóm"} | {str(key): name for key, name in categories}

    def as_new_surveyed(self, commune_id: int) -> NewSurveyed:
        """Refused where no hamlet is chosen, or a season has one end alone."""
        if not self.hamlet.data:
            raise Refused("no_hamlet", "Mời chọn thôn.")
        if bool(self.season_from.data) != bool(self.season_to.data):
            raise Refused("half_a_season", "Mời chọn cả tháng bắt đầu và tháng kết thúc của mùa.")
        day: date = self.surveyed_on.data
        return NewSurveyed(
            commune_id=commune_id,
            hamlet_id=int(self.hamlet.data),
            business_id=_number(self.business.data),
            category_id=_number(self.category.data),
            name=self.name.data or "",
            maker=self.maker.data or "",
            special=self.special.data or "",
            yearly=self.yearly.data or "",
            makers=self.makers.data,
            season_from=_number(self.season_from.data),
            season_to=_number(self.season_to.data),
            local_material=bool(self.local_material.data),
            has_packaging=bool(self.has_packaging.data),
            has_safety_paper=bool(self.has_safety_paper.data),
            potential=Potential(self.potential.data),
            surveyed_on=day,
        )


def _number(text: str | None) -> int | None:
    return int(text) if text else None
