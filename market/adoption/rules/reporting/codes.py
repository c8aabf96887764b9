"""The code of each figure of a report: it begins with the report's own, and says what is counted, of which part, and
whether of the period before."""

from dataclasses import dataclass

from market.adoption.rules.counting import COOPERATIVE, HOUSEHOLD
from market.adoption.rules.reporting.tallies import OF_A_PART, PartTally, ReportCount
from market.values.codes import new_code, parse_code, typed_alike

PREFIX = "BC"
_BODY = 6
_BEFORE = "TR"
_HAMLET = "T"
_KINDS = {"HKD": HOUSEHOLD, "HTX": COOPERATIVE}
_KIND_CODES = {kind: code for code, kind in _KINDS.items()}


def new_report_code() -> str:
    """`BC` and seven symbols that typing leaves alone, the last of them a check character."""
    return new_code(PREFIX, _BODY, typed_alike(PREFIX))


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCode:
    """`BC7K2M9P5-KD`; of a hamlet `BC7K2M9P5-KD-T12`, of a kind `-HTX`; of the period before `BC7K2M9P5-TR-KD`."""

    report: str
    counted: ReportCount
    is_before: bool = False
    hamlet_id: int | None = None
    kind: str | None = None

    def __str__(self) -> str:
        parts = [self.report, *([_BEFORE] if self.is_before else []), self.counted.value.upper()]
        if self.hamlet_id is not None:
            parts.append(f"{_HAMLET}{self.hamlet_id}")
        elif self.kind is not None:
            parts.append(_KIND_CODES[self.kind])
        return "-".join(parts)

    @classmethod
    def of_part(cls, report: str, counted: ReportCount, part: PartTally) -> "FigureCode":
        return cls(report=report, counted=counted, hamlet_id=part.hamlet_id, kind=part.kind)

    @classmethod
    def read(cls, text: str) -> "FigureCode":
        """As printed or typed; ValueError for what no report prints."""
        head, *parts = text.strip().upper().split("-")
        report = parse_code(head, PREFIX, _BODY)
        is_before = len(parts) > 1 and parts[0] == _BEFORE
        counted, *place = parts[1:] if is_before else parts or [""]
        hamlet_id, kind = _place(place[0] if place else "")
        if len(place) > 1 or (place and (hamlet_id is None) == (kind is None)):
            raise ValueError("no such part of a figure")
        what = ReportCount(counted.lower())
        if place and (is_before or what not in OF_A_PART):
            raise ValueError("this figure has no parts")
        return cls(report=report, counted=what, is_before=is_before, hamlet_id=hamlet_id, kind=kind)


def _place(text: str) -> tuple[int | None, str | None]:
    number = text.removeprefix(_HAMLET)
    if number != text and number.isdecimal() and number.isascii() and len(number) <= 12:
        return int(number), None
    return None, _KINDS.get(text)
