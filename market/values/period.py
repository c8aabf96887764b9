"""Days and reporting periods in Vietnam's time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""The days anybody may name: what is reckoned from them stays within what a date can be."""


def local_day(moment: datetime) -> date:
    """The day in Vietnam; ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no day")
    return moment.astimezone(VIETNAM).date()


def day_start(day: date) -> datetime:
    """The first moment of a Vietnamese day, aware, in UTC."""
    return datetime.combine(day, time(), tzinfo=VIETNAM).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The first moment after a Vietnamese day, aware, in UTC."""
    return day_start(day + timedelta(days=1))


def format_date(day: date) -> str:
    """`dd/mm/yyyy`"""
    return f"{day:%d/%m/%Y}"


def waiting_text(wait: timedelta) -> str:
    """How long to wait, in words and never too short: `1 phút`, `45 phút`, `3 giờ`, `2 ngày`."""
    for unit, words, most in ((timedelta(minutes=1), "phút", 90), (timedelta(hours=1), "giờ", 36)):
        count = max(1, -(-wait // unit))
        if count <= most:
            return f"{count} {words}"
    return f"{-(-wait // timedelta(days=1))} ngày"


def format_moment(moment: datetime) -> str:
    """`20:00 24/11`, in Vietnam's time."""
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m}"


DAY_NAMES = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
"""By `date.weekday()`."""
_PARTS = ((4, "đêm"), (11, "sáng"), (13, "trưa"), (18, "chiều"), (22, "tối"), (24, "đêm"))
"""Until which hour the parts of a day go, as people say them."""


def spoken_moment(moment: datetime, now: datetime) -> str:
    """A moment near to now as one says it: `8 giờ tối nay`, `9 giờ 09 sáng mai`, `8 giờ tối thứ Bảy, 28/11`."""
    local, today = moment.astimezone(VIETNAM), local_day(now)
    part = next(word for until, word in _PARTS if local.hour < until)
    hour = local.hour - 12 if local.hour > 12 and part != "đêm" else local.hour
    clock = f"{hour} giờ {local:%M}" if local.minute else f"{hour} giờ"
    near = {0: "nay", 1: "mai", -1: "hôm qua"}.get((local.date() - today).days)
    return f"{clock} {part} {near or f'{DAY_NAMES[local.weekday()]}, {local:%d/%m}'}"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period ends after it begins")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def parts(self, days: int) -> Iterator["Period"]:
        """Its days, so many at a time, the earliest first."""
        first = self.start
        while first <= self.end:
            last = min(first + timedelta(days=days - 1), self.end)
            yield Period(first, last)
            first = last + timedelta(days=1)

    @property
    def label(self) -> str:
        return f"{format_date(self.start)} – {format_date(self.end)}"


def add_months(day: date, months: int) -> date:
    """The same day some months on (or back), or that month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    last = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def month(year: int, number: int, *, reporting_cut: bool = False) -> Period:
    """A calendar month, or the month of an official report: Nghị định 09/2019 cuts it from the 15th to the 14th."""
    first = date(year, number, 1)
    if reporting_cut:
        return Period(add_months(first, -1).replace(day=15), first.replace(day=14))
    return Period(first, add_months(first, 1) - timedelta(days=1))


def trailing_year(as_of: date) -> Period:
    """The twelve months that end on a day."""
    return Period(add_months(as_of, -12) + timedelta(days=1), as_of)


def months_back(as_of: date, count: int) -> list[date]:
    """The cut-off days of a monthly line that ends on `as_of`: the ends of the months before it, oldest first."""
    ends = [as_of.replace(day=1) - timedelta(days=1)]
    while len(ends) < count - 1:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return [*reversed(ends[: count - 1]), as_of]
