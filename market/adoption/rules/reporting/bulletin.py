"""What is read out over the hamlets' loudspeakers: short sentences about what is in season and who sells it, from
listings that everybody can see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from market.values.period import Period, format_date
from market.values.text import fold

TITLE = "Bản tin loa truyền thanh"
MOST_STALLS = 3
"""So many stalls are read out for one kind of goods: who listens remembers no more."""
MOST_GOODS = 12


class SeasonalOffer(Protocol):
    """A public listing: what, at which stall, in which hamlet."""

    @property
    def name(self) -> str: ...

    @property
    def stall(self) -> str: ...

    @property
    def hamlet(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """`sentences` are read out in their order, a breath each."""

    week: Period
    subject: str
    sentences: Sequence[str]

    @property
    def text(self) -> str:
        return "\n".join([TITLE.upper(), self.subject, "", *self.sentences, ""])


def week_of_day(day: date) -> Period:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6))


def bulletin(commune: str, week: Period, goods: Iterable[SeasonalOffer]) -> Bulletin:
    """One sentence a kind of goods, in the order in which they come; those of one name together."""
    by_name: dict[str, list[SeasonalOffer]] = {}
    for one in goods:
        by_name.setdefault(fold(one.name), []).append(one)
    told = [_sentence(sold) for sold in list(by_name.values())[:MOST_GOODS]]
    none = [f"Tuần này trên Chợ số {commune} chưa có hàng nào đang mùa."]
    begins = f"Kính thưa bà con. Sau đây là hàng đang mùa, đang bán trên Chợ số {commune}."
    ends = "Bà con cần mua, mời mở Chợ số, tìm tên hàng hoặc tên gian hàng. Xin cảm ơn bà con."
    return Bulletin(
        week=week,
        subject=f"Hàng đang mùa trên Chợ số {commune}, tuần từ {format_date(week.start)} đến {format_date(week.end)}",
        sentences=[begins, *told, ends] if told else none,
    )


def _sentence(sold: Sequence[SeasonalOffer]) -> str:
    stalls = list(dict.fromkeys(f"{one.stall}, {one.hamlet}" for one in sold))
    more = len(stalls) - MOST_STALLS
    rest = [f"và {more} gian hàng nữa"] if more > 0 else []
    name = sold[0].name
    return f"{name[0].upper()}{name[1:]}: {'; '.join([*stalls[:MOST_STALLS], *rest])}."
