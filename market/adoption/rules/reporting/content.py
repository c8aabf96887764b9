"""A whole report in words, before it is a page or a file: both show the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from market.adoption.rules.reporting.codes import FigureCode
from market.adoption.rules.reporting.sentences import OwnWords, Section, sections
from market.adoption.rules.reporting.signing import Issuer, ReportKind, ReportRecipient, recipient_words
from market.adoption.rules.reporting.table import IndicatorRow, indicator_rows
from market.adoption.rules.reporting.tallies import COUNTED_WORDS, OF_A_PART, ReportCount, ReportFigures, Tally
from market.base.documents.wording import (
    date_words,
    ended,
    ground_lines,
    number_line,
    place_line,
    recipient_lines,
)
from market.values.period import VIETNAM, format_date, local_day

DRAFT = "DỰ THẢO"
FORM_NOT_CHECKED = "Biểu này chưa đối chiếu mẫu của cấp trên."
TITLE = "Báo cáo"
_ANNEX = "Kèm theo Báo cáo {} {} của {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPaper:
    """What an office chose for one report: `number` and `dated_on` are None where the clerk fills them in."""

    code: str
    issuer: Issuer
    signer: str
    number: int | None
    dated_on: date | None
    recipients: Sequence[ReportRecipient]
    other_recipients: Sequence[str] = ()
    grounds: Sequence[str] = ()
    own: OwnWords = field(default_factory=OwnWords)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """A figure of the annex with its code; `before` is None where the period before has none."""

    words: str
    value: int
    code: FigureCode
    before: int | None = None
    before_code: FigureCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexHead:
    number: str
    title: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """Everything a report says, in its order. `stamps` tell as known when, by which definitions, locked or not."""

    paper: ReportPaper
    made_at: datetime
    mark: str
    number: str
    place: str
    subject: str
    grounds: Sequence[str]
    opening: str
    sections: Sequence[Section]
    closing: str
    recipients: Sequence[str]
    table: Sequence[IndicatorRow]
    figures: Sequence[FigureLine]
    parts: Sequence[FigureLine]
    stamps: Sequence[str]
    annexes: tuple[AnnexHead, AnnexHead]

    @property
    def issuer(self) -> Issuer:
        return self.paper.issuer


def report_content(figures: ReportFigures, paper: ReportPaper) -> ReportContent:
    """The report of some figures."""
    issuer, number = paper.issuer, number_line(paper.number, paper.issuer.symbol)
    return ReportContent(
        paper=paper,
        made_at=figures.known_at,
        mark="" if figures.lock else DRAFT,
        number=number,
        place=place_line(issuer.commune.place, paper.dated_on, year=local_day(figures.known_at).year),
        subject=_subject(figures, issuer),
        grounds=ground_lines(paper.grounds),
        opening=_opening(figures, issuer),
        sections=sections(figures, paper.own),
        closing=ended(f"Trên đây là {_what(issuer)} {figures.span.words}; {issuer.name} kính báo cáo"),
        recipients=recipient_lines(_recipients(paper), issuer.letters),
        table=indicator_rows(paper.code, figures),
        figures=[_figure_line(paper.code, counted, figures) for counted in ReportCount],
        parts=_part_lines(paper.code, figures.now),
        stamps=_stamps(figures, paper.code),
        annexes=_annexes(figures, paper, number),
    )


def _what(issuer: Issuer) -> str:
    if issuer.kind is ReportKind.SYNTHESIS:
        return "tổng hợp kết quả hộ kinh doanh, hợp tác xã tham gia thương mại điện tử"
    return "kết quả hộ kinh doanh, hợp tác xã tham gia thương mại điện tử"


def _subject(figures: ReportFigures, issuer: Issuer) -> str:
    what = _what(issuer)
    return f"{what[0].upper()}{what[1:]} {figures.span.words}"


def _opening(figures: ReportFigures, issuer: Issuer) -> str:
    cut = " theo kỳ báo cáo của Nghị định 09/2019/NĐ-CP" if figures.span.by_decree else ""
    days, verb = figures.span.days, "tổng hợp" if issuer.kind is ReportKind.SYNTHESIS else "báo cáo"
    return (
        f"{issuer.name} {verb} kết quả {figures.span.words} "
        f"(từ {format_date(days.start)} đến {format_date(days.end)}{cut}) như sau:"
    )


def _recipients(paper: ReportPaper) -> list[str]:
    chosen = [recipient_words(one, paper.issuer.commune) for one in ReportRecipient if one in paper.recipients]
    return ["Như trên", *(one for one in chosen if one not in paper.issuer.addressed_to), *paper.other_recipients]


def _annexes(figures: ReportFigures, paper: ReportPaper, number: str) -> tuple[AnnexHead, AnnexHead]:
    day = date_words(paper.dated_on) if paper.dated_on else f"ngày … tháng … năm {local_day(figures.known_at).year}"
    reference = _ANNEX.format(number[0].lower() + number[1:].replace(": ", " "), day, paper.issuer.name)
    return (
        AnnexHead(number="Phụ lục I", title=f"Bảng chỉ tiêu {figures.span.words}", reference=reference),
        AnnexHead(number="Phụ lục II", title="Mã tra cứu của từng số liệu", reference=reference),
    )


def _figure_line(report: str, counted: ReportCount, figures: ReportFigures) -> FigureLine:
    return FigureLine(
        words=COUNTED_WORDS[counted],
        value=figures.now[counted],
        code=FigureCode(report=report, counted=counted),
        before=figures.before[counted],
        before_code=FigureCode(report=report, counted=counted, is_before=True),
    )


def _part_lines(report: str, now: Tally) -> list[FigureLine]:
    return [
        FigureLine(
            words=f"{part.word}: {'được tính' if counted is ReportCount.PLAN else 'trong sổ'}",
            value=part.share.part if counted is ReportCount.PLAN else part.share.whole,
            code=FigureCode.of_part(report, counted, part),
        )
        for part in now.parts
        for counted in OF_A_PART
    ]


def _stamps(figures: ReportFigures, code: str) -> list[str]:
    version = f"Cách tính: bản {figures.definitions}."
    if figures.lock is None:
        return [f"Dự thảo {code}: số liệu lấy lúc {_second(figures.known_at)}, chưa chốt. {version}"]
    return [
        f"Báo cáo {code}: số liệu chốt lúc {_second(figures.lock.locked_at)}. {version}",
        f"Mã cuối của sổ bằng chứng khi chốt: {figures.lock.head}",
    ]


def _second(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M:%S} ngày {format_date(local_day(moment))}"
