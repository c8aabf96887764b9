"""What of the log to show."""

from market.values.paging import Place
from market.web.base.forms import ChoiceField, DayField, TextField, optional
from market.web.office.log.queries import LogFilter
from market.web.office.register.forms import FilterForm


class LogFilterForm(FilterForm):
    co_so = TextField("Số cơ sở trong sổ", [optional()])
    nguoi = TextField("Tên người làm")
    viec = ChoiceField("Việc", default="")
    tu = DayField("Từ ngày", [optional()])
    den = DayField("Đến ngày", [optional()])
    thay_mat = ChoiceField("Ai làm", choices={"": "Mọi việc", "co": "Chỉ việc làm thay"}, default="")

    def as_filter(self, after: Place | None) -> LogFilter:
        known = self.asked()
        business = known["co_so"] or ""
        return LogFilter(
            business_id=int(business) if business.isascii() and business.isdigit() and len(business) < 16 else None,
            person_name=known["nguoi"] or "",
            verb=known["viec"] or "",
            first_day=known["tu"],
            last_day=known["den"],
            only_on_behalf=known["thay_mat"] == "co",
            after=after,
        )
