"""The forms by which the market is switched on and off in a hamlet."""

from market.places.actions import Switch
from market.web.base.forms import BaseForm, DayField, TextField, at_most, required


class SwitchForm(BaseForm):
    from_day = DayField("Từ ngày", [required("Mời chọn ngày.")])
    source = TextField("Căn cứ", [required("Mời ghi căn cứ, như số quyết định."), at_most(200)])

    def as_switch(self, commune_id: int, hamlet_id: int, seen: str) -> Switch:
        return Switch(
            commune_id=commune_id,
            hamlet_id=hamlet_id,
            from_day=self.from_day.data,
            source=self.source.data or "",
            seen=seen,
        )
