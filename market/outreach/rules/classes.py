"""Classes for the people of a commune: who holds them, how one signs in, what counts as one that was held."""

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from market.values.period import local_day

LEAST_PEOPLE = 10
"""With so many people on its list a class counts, where the commune says nothing (`class.least_people`)."""
LISTING_DAYS = 30
"""Within so many days after a class what an attendee lists is its outcome, where the commune says nothing
(`class.listing_days`)."""
MOST_ATTENDEES = 300
"""No hall of a hamlet holds more; a list ends there."""
FARTHEST = timedelta(days=366)
"""So far ahead, or back, a class is written down."""


class ClassHolder(enum.StrEnum):
    """Who holds a class. The plan counts those of the community technology group apart."""

    GROUP = "to_cong_nghe"
    OFFICE = "xa"
    OTHER = "noi_khac"


HOLDER_WORDS = {
    ClassHolder.GROUP: "Tổ công nghệ số cộng đồng",
    ClassHolder.OFFICE: "Xã",
    ClassHolder.OTHER: "Nơi khác mời tới",
}


class SignInWay(enum.StrEnum):
    """How an attendee came onto the list: by their own phone with an account or without, or written down by who holds
    the class."""

    ACCOUNT = "tai_khoan"
    PHONE = "may_rieng"
    LISTED = "ghi_danh_sach"


WAY_WORDS = {
    SignInWay.ACCOUNT: "tự quét mã, có tài khoản",
    SignInWay.PHONE: "tự quét mã, tự ghi tên",
    SignInWay.LISTED: "người phụ trách ghi",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLimits:
    """What a commune says of its classes on a day: `least_people` make one that counts, within `listing_days` after it
    a listing is its outcome; `target`: so many a year, None where nobody has set it."""

    least_people: int
    listing_days: int
    target: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOutcome:
    """What an attendee's business did: the first goods listed after the class, if any, and whether it sold before."""

    listed_at: datetime | None
    sold_before: bool

    def is_in_time(self, held_on: date, days: int) -> bool:
        return self.listed_at is not None and local_day(self.listed_at) <= held_on + timedelta(days=days)


def why_no_sign_in(held_on: date, today: date, *, is_cancelled: bool) -> str | None:
    """Why the code of a class takes nobody in now; None where it does. It does on its day alone, so that a picture of
    it that goes round in Zalo later fills no list."""
    if is_cancelled:
        return "Lớp này đã hủy."
    if today < held_on:
        return "Lớp chưa tới ngày. Mời quét lại mã này khi tới lớp."
    if today > held_on:
        return "Lớp đã học xong, mã này thôi dùng. Ai có học mà chưa có tên, mời nói với người phụ trách lớp."
    return None
