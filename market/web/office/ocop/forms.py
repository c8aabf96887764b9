"""Forms of the path to OCOP: a version of it, a product on it, its steps, points and paper."""

from collections.abc import Iterable
from datetime import date

from wtforms import BooleanField, TextAreaField

from market.outreach.actions.ocop import Assessment, NewOcopEntry, NewPath, StepDone
from market.outreach.rules.ocop import PART_WORDS, Points
from market.web.base.forms import (
    BaseForm,
    ChoiceField,
    DayField,
    TextField,
    ValueField,
    at_most,
    required,
)


class PointsField(ValueField):
    """Points of a part, 0 to 100. Returns int."""

    def read(self, text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text[:4]) > 100:
            raise ValueError("Mời ghi số điểm từ 0 đến 100.")
        return int(text)


class PathForm(BaseForm):
    valid_from = DayField("Dùng từ ngày", [required("Mời chọn ngày.")])
    a = PointsField(f"{PART_WORDS[0]}: tối đa", [required("Mời ghi điểm.")])
    b = PointsField(f"{PART_WORDS[1]}: tối đa", [required("Mời ghi điểm.")])
    c = PointsField(f"{PART_WORDS[2]}: tối đa", [required("Mời ghi điểm.")])
    steps = TextAreaField("Hồ sơ gồm, mỗi dòng một thứ", [required("Mời ghi các bước."), at_most(4000)])
    source = TextField("Theo văn bản nào", [required("Mời ghi số văn bản."), at_most(300)])
    is_checked = BooleanField("Tôi đã đối chiếu với bản gốc của văn bản này")

    def as_new_path(self, commune_id: int) -> NewPath:
        return NewPath(
            commune_id=commune_id,
            valid_from=self.valid_from.data,
            points=Points(a=self.a.data, b=self.b.data, c=self.c.data),
            steps=self.steps.data or "",
            source=self.source.data or "",
            is_checked=bool(self.is_checked.data),
        )


class OcopEntryForm(BaseForm):
    business = ChoiceField("Cơ sở", [required("Mời tìm rồi chọn cơ sở.")])
    name = TextField("Tên sản phẩm", [required("Mời ghi tên sản phẩm."), at_most(120)])

    def offer(self, businesses: Iterable[tuple[int, str]]) -> None:
        self.business.choices = {"": "Chọn cơ sở"} | {str(key): name for key, name in businesses}

    def as_new_entry(self, commune_id: int) -> NewOcopEntry:
        return NewOcopEntry(commune_id=commune_id, business_id=int(self.business.data), name=self.name.data or "")


class StepForm(BaseForm):
    step = ChoiceField("Đã xong phần nào", [required("Mời chọn một phần của hồ sơ.")])
    done_on = DayField("Ngày có giấy", [required("Mời chọn ngày.")])
    proof = TextField("Giấy gì, lưu ở đâu", [required("Mời ghi giấy đã xem."), at_most(300)])

    def offer(self, steps: Iterable[str]) -> None:
        self.step.choices = {"": "Chọn một phần"} | {step: step for step in steps}

    def as_step(self, commune_id: int, entry_id: int) -> StepDone:
        return StepDone(
            commune_id=commune_id,
            entry_id=entry_id,
            words=self.step.data,
            done_on=self.done_on.data,
            proof=self.proof.data or "",
        )


class AssessForm(BaseForm):
    assessed_on = DayField("Ngày xã đánh giá", [required("Mời chọn ngày.")])
    a = PointsField(PART_WORDS[0], [required("Mời ghi điểm.")])
    b = PointsField(PART_WORDS[1], [required("Mời ghi điểm.")])
    c = PointsField(PART_WORDS[2], [required("Mời ghi điểm.")])
    note = TextField("Ghi chú, biên bản số", [required("Mời ghi biên bản hoặc ghi chú."), at_most(300)])

    def as_assessment(self, commune_id: int, entry_id: int, seen: str) -> Assessment:
        day: date = self.assessed_on.data
        return Assessment(
            commune_id=commune_id,
            entry_id=entry_id,
            assessed_on=day,
            points=Points(a=self.a.data, b=self.b.data, c=self.c.data),
            note=self.note.data or "",
            seen=seen,
        )


class OcopPaperForm(BaseForm):
    paper = ChoiceField("Giấy OCOP trong sổ", [required("Mời chọn giấy.")])

    def offer(self, papers: Iterable[tuple[int, str]]) -> None:
        self.paper.choices = {"": "Chọn giấy"} | {str(key): words for key, words in papers}


class StopForm(BaseForm):
    reason = TextField("Vì sao thôi", [required("Mời ghi vì sao."), at_most(300)])
