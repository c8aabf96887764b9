"""The form of what somebody found who looked at a business of the register: an officer fills it in, or a helper."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from market.sellers.actions import NewCheck
from market.sellers.models import CheckFinding
from market.sellers.queries import FINDING_WORDS
from market.web.base.forms import BaseForm, ChoiceField, DayField, OneOf, TextField, at_most, optional, required

OTHERWISE = {one.value: words for one, words in FINDING_WORDS.items() if one != CheckFinding.STILL_THERE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Which business of which commune; in which hamlets the person may look, None: in all."""

    commune_id: int
    business_id: int
    hamlet_ids: Collection[int] | None = None

    @property
    def still_there(self) -> NewCheck:
        return NewCheck(
            commune_id=self.commune_id,
            business_id=self.business_id,
            finding=CheckFinding.STILL_THERE,
            hamlet_ids=self.hamlet_ids,
        )


class CheckForm(BaseForm):
    finding = OneOf("Bạn thấy thế nào?", [required("Mời chọn một mục.")], choices=OTHERWISE)
    to_hamlet = ChoiceField("Chuyển tới thôn nào", default="")
    since = DayField("Từ ngày nào, nếu biết", [optional()])
    note = TextField("Ghi thêm, ví dụ tên mới, nghề mới", [at_most(300)])

    def offer(self, hamlets: Iterable[tuple[int, str]], here: int) -> None:
        others = {str(number): name for number, name in hamlets if number != here}
        self.to_hamlet.choices = {"": "Không chuyển thôn"} | others

    def as_new_check(self, looked: Looked) -> NewCheck:
        return NewCheck(
            commune_id=looked.commune_id,
            business_id=looked.business_id,
            finding=CheckFinding(self.finding.data),
            to_hamlet_id=int(self.to_hamlet.data) if self.to_hamlet.data else None,
            since=self.since.data,
            note=self.note.data or "",
            hamlet_ids=looked.hamlet_ids,
        )
