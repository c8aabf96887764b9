"""A report without a database: its periods, its sentences, who signs it, its codes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from market.adoption.rules.counting import Share
from market.adoption.rules.reporting.bulletin import MOST_STALLS, bulletin, week_of_day
from market.adoption.rules.reporting.codes import FigureCode, new_report_code
from market.adoption.rules.reporting.content import ReportContent, ReportPaper, report_content
from market.adoption.rules.reporting.sentences import OwnWords, next_tasks, results, sections, shortfalls
from market.adoption.rules.reporting.signing import (
    CommuneNames,
    Issuer,
    ReportKind,
    ReportRecipient,
    Signatory,
    bare_office,
    letters_of_office,
)
from market.adoption.rules.reporting.spans import ReportSpan, SpanKind
from market.adoption.rules.reporting.table import indicator_rows
from market.adoption.rules.reporting.tallies import (
    PartTally,
    ReportCount,
    ReportFigures,
    ReportLock,
    ReportTargets,
    Tally,
)
from market.catalog.queries.bulletin import SeasonalGood
from market.values.period import Period, format_date, trailing_year

CODE = "BC7K2M9PM"
DAI_SON = CommuneNames(name="xã Đại Sơn", province="thành phố Hải Phòng", economy="Phòng Kinh tế")
MONTH = ReportSpan(kind=SpanKind.MONTH, year=2026, number=11, by_decree=True)
KNOWN_AT = datetime(2026, 11, 15, 1, 2, 3, tzinfo=UTC)


def tally(as_of: date, base: int, counted: int, **other: int) -> Tally:
    numbers = {one: other.get(one.name.lower(), 0) for one in ReportCount}
    numbers |= {ReportCount.BASE: base, ReportCount.PLAN: counted, ReportCount.OPENING: base}
    return Tally(as_of=as_of, year=trailing_year(as_of), numbers=numbers)


def figures(now: Tally, before: tuple[int, int], target: int | None = 50) -> ReportFigures:
    return ReportFigures(
        span=MONTH,
        known_at=KNOWN_AT,
        now=now,
        before=tally(MONTH.before.days.end, *before),
        targets=ReportTargets(plan=target, annex=None, farms=None),
        definitions=3,
    )


def november(base: int, counted: int, **other: int) -> Tally:
    return tally(MONTH.days.end, base, counted, **other)


@pytest.mark.parametrize(
    ("kind", "number", "by_decree", "said", "words"),
    [
        (SpanKind.MONTH, 1, True, "15/12/2025 – 14/01/2026", "tháng 1 năm 2026"),
        (SpanKind.MONTH, 2, False, "01/02/2026 – 28/02/2026", "tháng 2 năm 2026"),
        (SpanKind.QUARTER, 4, True, "15/09/2026 – 14/12/2026", "quý IV năm 2026"),
        (SpanKind.QUARTER, 1, False, "01/01/2026 – 31/03/2026", "quý I năm 2026"),
        (SpanKind.HALF, 1, True, "15/12/2025 – 14/06/2026", "6 tháng đầu năm 2026"),
        (SpanKind.HALF, 2, False, "01/07/2026 – 31/12/2026", "6 tháng cuối năm 2026"),
        (SpanKind.NINE_MONTHS, 1, True, "15/12/2025 – 14/09/2026", "9 tháng đầu năm 2026"),
        (SpanKind.YEAR, 1, True, "15/12/2025 – 14/12/2026", "năm 2026"),
        (SpanKind.YEAR, 1, False, "01/01/2026 – 31/12/2026", "năm 2026"),
    ],
)
def test_periods_are_cut_by_the_calendar_or_by_the_decree(
    kind: SpanKind, number: int, by_decree: bool, said: str, words: str
) -> None:
    span = ReportSpan(kind=kind, year=2026, number=number, by_decree=by_decree)
    assert (span.days.label, span.words) == (said, words)
    if kind is not SpanKind.NINE_MONTHS:
        assert (span.days.start - span.before.days.end).days == 1
    else:
        assert span.before.days == Period(date(2024, 12, 15), date(2025, 9, 14))


def test_a_year_has_no_fifth_quarter() -> None:
    with pytest.raises(ValueError, match="no such period"):
        ReportSpan(kind=SpanKind.QUARTER, year=2026, number=5, by_decree=False)


def test_what_fell_is_said_to_have_fallen() -> None:
    told = figures(november(10, 3, no_account=7), (10, 4))
    assert "giảm 1 cơ sở; tỷ lệ giảm từ 40,0\u00a0% xuống 30,0\u00a0%" in " ".join(results(told))
    assert shortfalls(told)[0].startswith("Theo số liệu: số cơ sở được tính giảm 1 so với kỳ trước; 7 cơ sở chưa có")


def test_what_rose_and_what_stayed_are_told_apart_by_what_is_printed() -> None:
    assert "tăng 2 cơ sở; tỷ lệ tăng từ 40,0\u00a0% lên 60,0\u00a0%" in " ".join(
        results(figures(november(10, 6), (10, 4)))
    )
    same = " ".join(results(figures(november(10, 4), (10, 4))))
    assert "số cơ sở được tính không đổi; tỷ lệ không đổi, vẫn là 40,0\u00a0%" in same
    more_of_more = " ".join(results(figures(november(20, 5), (10, 4))))
    assert "tăng 1 cơ sở; tỷ lệ giảm từ 40,0\u00a0% xuống 25,0\u00a0%" in more_of_more


def test_the_target_is_reached_missed_or_not_set() -> None:
    def said(counted: int, target: int | None) -> str:
        return results(figures(november(10, counted), (10, 4), target))[1]

    assert said(4, 50).endswith("mục tiêu của kế hoạch (III.2.2) là 50\u00a0%, còn thiếu 1 cơ sở.")
    assert said(5, 50).endswith("mục tiêu của kế hoạch (III.2.2) là 50\u00a0%, đã đạt.")
    assert said(5, None).endswith("xã chưa ghi mục tiêu của kế hoạch (III.2.2).")
    assert "Ghi mục tiêu của kế hoạch để theo dõi." in next_tasks(figures(november(10, 4), (10, 4), None))


def test_an_empty_commune_claims_nothing() -> None:
    told = figures(november(0, 0), (0, 0))
    assert "chưa có hộ kinh doanh, hợp tác xã nào đang hoạt động, nên chưa tính được tỷ lệ" in results(told)[0]
    assert not any("%" in sentence for sentence in results(told))
    assert next_tasks(told) == ["Lập sổ hộ kinh doanh, hợp tác xã của xã để có mẫu số."]
    row = indicator_rows(CODE, told)[0]
    assert (row.before, row.now, row.reached, row.change) == ("-", "-", "-", "-")
    first_time = " ".join(results(figures(november(10, 4), (0, 0))))
    assert "khi đó sổ chưa có cơ sở nào để tính, nên chưa so sánh được tỷ lệ" in first_time


def test_the_best_hamlet_and_those_without_are_named() -> None:
    parts = [
        PartTally(word=f"thôn {name}", share=Share(part=part, whole=4), hamlet_id=at)
        for at, (name, part) in enumerate([("A", 1), ("B", 3), *((name, 0) for name in "CDEFGH")])
    ]
    said = " ".join(results(figures(replace(november(32, 4), parts=tuple(parts)), (32, 4))))
    assert "Cao nhất là thôn B: 3/4 cơ sở, 75,0\u00a0%; chưa có cơ sở nào được tính: thôn C, thôn D" in said
    assert "thôn G và 1 thôn khác. Số của từng thôn ở Phụ lục II." in said


def test_the_offices_own_words_stand_in_their_sections() -> None:
    own = OwnWords(limits=["Mạng yếu ở bãi rươi."], tasks=["Mở 1 lớp."], proposals=["Cấp máy in tem."])
    told = {one.heading[:3].strip(". "): one.paragraphs for one in sections(figures(november(10, 10), (10, 10)), own)}
    assert told["II"] == ["Mọi cơ sở trong sổ đều đã được tính.", "Mạng yếu ở bãi rươi."]
    assert told["III"][-1] == "Mở 1 lớp."
    assert told["IV"] == ["Cấp máy in tem."]
    empty = sections(figures(november(10, 4), (10, 4)), OwnWords())
    assert empty[3].paragraphs == ["Không có đề xuất, kiến nghị trong kỳ này."]


@pytest.mark.parametrize(
    ("signatory", "organ", "symbol", "lines"),
    [
        (Signatory.HEAD, ["Phòng Kinh tế"], "BC-PKT", ["TRƯỞNG PHÒNG"]),
        (Signatory.DEPUTY_HEAD, ["Phòng Kinh tế"], "BC-PKT", ["KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"]),
        (Signatory.ACTING_HEAD, ["Phòng Kinh tế"], "BC-PKT", ["Q. TRƯỞNG PHÒNG"]),
        (Signatory.CHAIR, ["Ủy ban nhân dân", "xã Đại Sơn"], "BC-UBND", ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]),
        (
            Signatory.DEPUTY_CHAIR,
            ["Ủy ban nhân dân", "xã Đại Sơn"],
            "BC-UBND",
            ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
        ),
        (
            Signatory.HEAD_BY_ORDER,
            ["Ủy ban nhân dân", "xã Đại Sơn"],
            "BC-UBND",
            ["TL. CHỦ TỊCH", "TRƯỞNG PHÒNG KINH TẾ"],
        ),
    ],
)
def test_who_signs_says_whose_paper_it_is(
    signatory: Signatory, organ: list[str], symbol: str, lines: list[str]
) -> None:
    issuer = Issuer(kind=ReportKind.ECONOMY, signatory=signatory, commune=DAI_SON)
    assert (list(issuer.organ), issuer.symbol, list(issuer.lines)) == (organ, symbol, lines)
    assert issuer.superior == (None if issuer.is_committee else "UBND xã Đại Sơn")


def test_an_offices_letters_are_its_words_first() -> None:
    assert letters_of_office("Phòng Văn hóa - Xã hội") == "PVHXH"
    assert letters_of_office("Phòng Kinh tế, Hạ tầng và Đô thị") == "PKTHTĐT"
    assert bare_office("Phòng Kinh tế xã Đại Sơn", "xã Đại Sơn") == "Phòng Kinh tế"


def test_each_paper_goes_to_who_stands_above_its_organ() -> None:
    def whom(kind: ReportKind, signatory: Signatory) -> list[str]:
        return list(Issuer(kind=kind, signatory=signatory, commune=DAI_SON).addressed_to)

    science = "Sở Khoa học và Công nghệ thành phố Hải Phòng"
    assert whom(ReportKind.ECONOMY, Signatory.HEAD) == ["Ủy ban nhân dân xã Đại Sơn"]
    assert whom(ReportKind.SYNTHESIS, Signatory.HEAD) == ["Ủy ban nhân dân xã Đại Sơn", science]
    assert whom(ReportKind.SYNTHESIS, Signatory.CHAIR) == [science]
    assert "Ủy ban nhân dân xã Đại Sơn" not in whom(ReportKind.ECONOMY, Signatory.CHAIR)


def content(told: ReportFigures, kind: ReportKind = ReportKind.ECONOMY) -> ReportContent:
    issuer = Issuer(kind=kind, signatory=Signatory.HEAD, commune=DAI_SON)
    recipients = (ReportRecipient.SCIENCE, ReportRecipient.PARTY)
    paper = ReportPaper(
        code=CODE, issuer=issuer, signer="Vũ Thị Huệ", number=None, dated_on=None, recipients=recipients
    )
    return report_content(told, paper)


def test_a_draft_says_so_and_a_locked_one_names_the_ledgers_head() -> None:
    told = figures(november(10, 4), (10, 4))
    draft = content(told)
    assert draft.mark == "DỰ THẢO"
    assert draft.stamps == [f"Dự thảo {CODE}: số liệu lấy lúc 08:02:03 ngày 15/11/2026, chưa chốt. Cách tính: bản 3."]
    locked = content(replace(told, lock=ReportLock(locked_at=KNOWN_AT, head="ab12" * 16)))
    assert locked.mark == ""
    assert "chưa chốt" not in " ".join(locked.stamps)
    assert locked.stamps[0].endswith("số liệu chốt lúc 08:02:03 ngày 15/11/2026. Cách tính: bản 3.")
    assert locked.stamps[1].endswith("ab12" * 16)


def test_who_is_addressed_is_not_told_twice() -> None:
    assert content(figures(november(1, 1), (1, 1))).recipients == [
        "- Như trên;",
        "- TT. Đảng ủy xã;",
        "- Sở Khoa học và Công nghệ thành phố Hải Phòng;",
        "- Lưu: VT, PKT.",
    ]
    both = content(figures(november(1, 1), (1, 1)), ReportKind.SYNTHESIS)
    assert both.recipients == ["- Như trên;", "- TT. Đảng ủy xã;", "- Lưu: VT, PVHXH."]
    assert both.subject.startswith("Tổng hợp kết quả")
    assert both.closing.endswith("./.")


def test_a_period_that_is_not_over_is_said_to_be_cut_short() -> None:
    told = results(figures(tally(date(2026, 11, 2), 10, 4), (10, 4)))
    assert told[-1] == "Kỳ báo cáo chưa hết: số liệu tính đến ngày 02/11/2026."
    assert format_date(MONTH.days.end) not in told[0]


@pytest.mark.parametrize(
    "code",
    [
        FigureCode(report=CODE, counted=ReportCount.PLAN),
        FigureCode(report=CODE, counted=ReportCount.TO_REVIEW, is_before=True),
        FigureCode(report=CODE, counted=ReportCount.BASE, hamlet_id=12),
        FigureCode(report=CODE, counted=ReportCount.PLAN, kind="hop_tac_xa"),
    ],
)
def test_a_code_reads_back_however_it_is_typed(code: FigureCode) -> None:
    assert FigureCode.read(str(code)) == code
    assert FigureCode.read(f" {str(code).lower()} ") == code


def test_what_no_report_prints_is_no_code() -> None:
    good = new_report_code()
    assert FigureCode.read(f"{good}-KD").report == good
    other = f"{good[:-1]}{'0' if good[-1] != '0' else '2'}"
    for text in (
        good,
        f"{other}-KD",
        f"{good}-XX",
        f"{good}-TK-T1",
        f"{good}-KD-T",
        f"{good}-KD-T1-T2",
        f"{good}-TR-KD-T1",
    ):
        with pytest.raises(ValueError):
            FigureCode.read(text)


def test_goods_of_one_name_are_one_sentence_that_can_be_remembered() -> None:
    goods = [SeasonalGood("rươi tươi" if at else "Rươi tươi", f"Gian {at}", "thôn Mỗ Đoạn") for at in range(6)]
    told = bulletin("xã Đại Sơn", week_of_day(date(2026, 11, 24)), goods)
    assert len(told.sentences) == 3
    assert told.sentences[1].count("thôn Mỗ Đoạn") == MOST_STALLS
    assert told.sentences[1].endswith("và 3 gian hàng nữa.")
    assert all(len(sentence) < 200 for sentence in told.sentences)
