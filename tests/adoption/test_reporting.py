"""A report of a random village: every printed figure opens the businesses that it is the number of, as they were known
when it was made, whatever comes later."""

from datetime import date, timedelta
from io import BytesIO
from random import Random

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from market.adoption import queries
from market.adoption.models import OfficialReport
from market.adoption.papers.report_docx import report_docx
from market.adoption.papers.report_xlsx import report_xlsx
from market.adoption.queries import FigureRows, board_of, rows_of_figure
from market.adoption.rules import State
from market.adoption.rules.reporting.codes import FigureCode
from market.adoption.rules.reporting.content import ReportContent
from market.adoption.rules.reporting.signing import ReportKind, Signatory
from market.adoption.rules.reporting.spans import ReportSpan, SpanKind
from market.adoption.rules.reporting.tallies import ReportCount
from market.base.audit import Event
from market.base.client_keys import SentOtherwise
from market.base.db import transaction
from market.base.errors import NotFound, Refused
from market.places.models import DatedFact
from market.sellers.models import Business, BusinessHistory, BusinessStatus
from market.values.period import day_start
from tests import factories as make
from tests.adoption import periods
from tests.adoption.figures import look_everywhere
from tests.adoption.reports import DECEMBER, address_of, content_of, file_of, made
from tests.adoption.sales import Sold, sell
from tests.adoption.village import Village
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on

TODAY = date(2026, 11, 24)
QUARTER = ReportSpan(kind=SpanKind.QUARTER, year=2026, number=4, by_decree=True)


@pytest.fixture
def village(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        Village(cast, TODAY, businesses=60, orders=260).enter(session)
    look_everywhere(cast.commune)


def opened(session: Session, cast: Cast, code: str, page: int = 1) -> FigureRows:
    return rows_of_figure(session, cast.commune, FigureCode.read(code), page)


def printed(paper: Document) -> dict[str, int]:
    """By code, the figure that stands before it in a row of the annex's tables."""
    found = {}
    for table in paper.tables[3:]:
        for row in table.rows[1:]:
            cells = row.cells
            for at, cell in enumerate(cells):
                for link in cell._tc.iter(qn("w:hyperlink")):
                    code = "".join(part.text for part in link.iter(qn("w:t")))
                    assert paper.part.rels[link.get(qn("r:id"))].target_ref == address_of(code)
                    found[code] = int(cells[at - 1].text)
    return found


@pytest.mark.usefixtures("village")
def test_ten_figures_of_the_file_taken_at_random_open_their_rows(cast: Cast, now: Clock, session: Session) -> None:
    paper = docx.Document(BytesIO(file_of(cast, made(cast, now, span=QUARTER))))
    figures = printed(paper)
    assert len(figures) == 2 * len(ReportCount) + 2 * 4
    assert sum(map(bool, figures.values())) > 20
    for code in Random(20261124).sample(sorted(figures), 10):
        rows = opened(session, cast, code)
        assert rows.page.total == figures[code]
        pages = [opened(session, cast, code, page + 1).page for page in range(rows.page.pages)]
        shown = [one.standing.business_id for page in pages for one in page.rows]
        assert len(set(shown)) == len(shown) == figures[code]


@by_day_on("sqlite")
@pytest.mark.usefixtures("village")
def test_figures_are_those_of_the_kpis_page_and_each_counted_one_has_its_proof(
    cast: Cast, now: Clock, session: Session
) -> None:
    code = made(cast, now, span=QUARTER)
    told = content_of(cast, code, session)
    figure = board_of(session, cast.commune, TODAY, known_at=now()).figure
    numbers = {one.code.counted.name: one.value for one in told.figures}
    assert numbers["PLAN"] == figure.counted > 0
    assert numbers["BASE"] == figure.base
    assert (numbers["HOUSEHOLD_ACCOUNTS"], numbers["HOUSEHOLDS"]) == (figure.annex.part, figure.annex.whole)
    assert (numbers["DIGITAL_FARMS"], numbers["FARMS"]) == (figure.farms.part, figure.farms.whole)
    assert numbers["OPENING"] + numbers["ADDED"] - numbers["REMOVED"] == numbers["BASE"]
    states = ("PLAN", "TO_REVIEW", "DECLARED", "NO_ORDER", "NO_ACCOUNT")
    assert sum(numbers[one] for one in states) == figure.base
    hamlets = {one.words: one.value for one in told.parts if one.code.hamlet_id}
    assert sum(value for words, value in hamlets.items() if words.endswith("được tính")) == figure.counted
    for counted in (ReportCount.PLAN, ReportCount.IN_PERIOD):
        rows = opened(session, cast, f"{code}-{counted.value}")
        assert rows.page.rows
        for one in rows.page.rows:
            assert one.standing.state is State.COUNTED
            assert one.standing.proof is not None
            assert one.standing.proof.completed_on in rows.days
            assert one.standing.proof.evidence.is_counted


@by_day_on("sqlite")
@pytest.mark.usefixtures("village")
def test_a_year_of_later_changes_alters_no_byte_and_no_row(cast: Cast, now: Clock, session: Session) -> None:
    code = made(cast, now, span=QUARTER)
    before = file_of(cast, code)
    rows = {one: _ids(opened(session, cast, f"{code}-{one.value}")) for one in ReportCount}
    at = now.move(days=370)
    with transaction() as writing:
        sell(writing, cast.commune, cast.lan, Sold(on=TODAY + timedelta(days=300), is_known=True))
        for business in writing.scalars(select(Business).where(Business.commune_id == cast.commune)):
            line = {"kind": business.kind, "hamlet_id": business.hamlet_id, "source": "đóng cửa"}
            closed = {"status": BusinessStatus.TERMINATED, "valid_from": TODAY, "recorded_at": at}
            writing.add(BusinessHistory(business_id=business.id, **line, **closed))
    look_everywhere(cast.commune)
    session.expire_all()
    assert board_of(session, cast.commune, TODAY, known_at=at).figure.base == 0
    assert file_of(cast, code) == before
    assert {one: _ids(opened(session, cast, f"{code}-{one.value}")) for one in ReportCount} == rows


def _ids(rows: FigureRows) -> list[tuple[int, str]]:
    return [(one.standing.business_id, one.standing.proof.code if one.standing.proof else "") for one in rows.page.rows]


@by_day_on("sqlite")
def test_rows_come_a_page_at_a_time(
    cast: Cast, now: Clock, session: Session, village: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.adoption.queries.reporting.PAGE", 3)
    code = made(cast, now, span=QUARTER)
    total = opened(session, cast, f"{code}-MS").page.total
    pages = [opened(session, cast, f"{code}-MS", page).page for page in range(1, -(-total // 3) + 1)]
    names = [one.named.name for page in pages for one in page.rows]
    assert len(names) == total == len(set(names))
    assert [len(page.rows) for page in pages[:-1]] == [3] * (len(pages) - 1)


def test_a_code_opens_nothing_in_another_commune(cast: Cast, now: Clock, session: Session) -> None:
    code = made(cast, now)
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test").id
    with pytest.raises(NotFound):
        rows_of_figure(session, far, FigureCode.read(f"{code}-MS"), 1)
    with pytest.raises(NotFound):
        queries.report_with_code(session, far, code)


@by_day_on("sqlite")
def test_another_communes_hamlet_in_a_code_counts_nobody(cast: Cast, now: Clock, session: Session) -> None:
    assert opened(session, cast, f"{made(cast, now)}-KD-T999999").page.total == 0


def test_sent_twice_it_is_one_report_and_the_log_has_it_once(cast: Cast, now: Clock, session: Session) -> None:
    first, again = (made(cast, now, client_key="once") for _ in range(2))
    assert first == again
    report = session.scalars(select(OfficialReport)).one()
    assert (report.code, report.known_at, report.made_by) == (first, now(), cast.hung)
    events = session.scalars(select(Event).where(Event.verb == "make_report")).all()
    assert [(one.subject_id, one.commune_id) for one in events] == [(report.id, cast.commune)]
    with pytest.raises(SentOtherwise, match="lập báo cáo tháng 11 năm 2026"):
        made(cast, now, client_key="once", signer="Người khác")


def test_a_period_that_has_not_begun_is_refused(cast: Cast, now: Clock) -> None:
    january = ReportSpan(kind=SpanKind.MONTH, year=2027, number=1, by_decree=True)
    with pytest.raises(Refused, match="Kỳ này bắt đầu từ 15/12/2026"):
        made(cast, now, span=january)


@by_day_on("sqlite")
def test_a_report_of_a_locked_period_is_of_its_locks_moment_and_prints_the_ledgers_head(
    cast: Cast, now: Clock, session: Session
) -> None:
    """Whenever it is made, and what is replaced since changes no report."""
    now.at = day_start(DECEMBER.days.end + timedelta(days=1)) + timedelta(hours=9)
    draft = made(cast, now, span=DECEMBER)
    now.move(hours=1)
    period_id = periods.opened(cast, now)
    periods.lock_as_shown(cast, period_id, now)
    head = queries.head_of(session, cast.commune).seal
    now.move(days=2)
    with transaction() as writing:
        sell(writing, cast.commune, cast.lan, Sold(on=date(2026, 12, 2), is_known=True))
    look_everywhere(cast.commune)
    code = made(cast, now, span=DECEMBER)
    assert content_of(cast, code).figures[0].value == 0
    paper = docx.Document(BytesIO(file_of(cast, code)))
    told = " ".join(one.text for one in paper.element.body.iter(qn("w:t")))
    assert "DỰ THẢO" not in told
    assert f"Báo cáo {code}: số liệu chốt lúc 10:00:00 ngày 15/12/2026." in told
    assert (len(head), head in told) == (64, True)
    assert head != queries.head_of(session, cast.commune).seal, "more was entered since"
    assert "DỰ THẢO" in " ".join(
        one.text for one in docx.Document(BytesIO(file_of(cast, draft))).element.body.iter(qn("w:t"))
    )
    periods.lock_as_shown(cast, period_id, now, replaces=1, reason="ghi thiếu một đơn")
    again = made(cast, now, span=DECEMBER)
    assert [content_of(cast, one).figures[0].value for one in (code, again)] == [0, 1]


def test_a_report_is_never_changed(cast: Cast, now: Clock) -> None:
    made(cast, now)
    for statement in ("UPDATE official_report SET signer = 'Ai đó'", "DELETE FROM official_report"):
        with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
            session.execute(text(statement))


@by_day_on("sqlite")
def test_the_file_reads_as_what_was_chosen(cast: Cast, now: Clock) -> None:
    name = "Công Tằng Tôn Nữ Nguyễn Thị Thanh Phương Thảo"
    code = made(
        cast,
        now,
        kind=ReportKind.SYNTHESIS,
        signatory=Signatory.DEPUTY_CHAIR,
        signer=name,
        document_number=7,
        dated_on=date(2026, 11, 5),
        other_recipients="Tổ công nghệ số cộng đồng các thôn",
        grounds="Căn cứ Kế hoạch số 48/KH-UBND",
        proposals="Cấp thêm máy in tem.",
    )
    paper = docx.Document(BytesIO(file_of(cast, code)))
    head = [one.text for row in paper.tables[0].rows for cell in row.cells for one in cell.paragraphs]
    for words in ("ỦY BAN NHÂN DÂN", "XÃ ĐẠI SƠN", "Số: 07/BC-UBND", "DỰ THẢO", "Đại Sơn, ngày 05 tháng 11 năm 2026"):
        assert words in head
    to, signer = paper.tables[1].rows[0].cells
    assert [one.text for one in signer.paragraphs] == ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", name]
    assert to.paragraphs[-2].text == "- Tổ công nghệ số cộng đồng các thôn;"
    assert to.paragraphs[-1].text == "- Lưu: VT, PVHXH."
    body = [one.text for one in paper.paragraphs]
    order = (
        *("Căn cứ Kế hoạch số 48/KH-UBND.", "I. KẾT QUẢ", "II. TỒN TẠI", "III. NHIỆM VỤ", "IV. ĐỀ XUẤT"),
        *("Cấp thêm máy", "Trên đây"),
    )
    places = [next(at for at, line in enumerate(body) if line.startswith(words)) for words in order]
    assert places == sorted(places)
    assert sum(line.endswith("./.") for line in body) == 1
    assert body[places[-1]].endswith("./.")
    assert "Biểu này chưa đối chiếu mẫu của cấp trên." in body
    assert any(
        line.startswith(f"Dự thảo {code}: số liệu lấy lúc 09:00:00 ngày 24/11/2026, chưa chốt.") for line in body
    )


@by_day_on("sqlite")
@pytest.mark.usefixtures("village")
def test_the_workbook_says_the_same_in_numbers(cast: Cast, now: Clock) -> None:
    content = content_of(cast, made(cast, now, span=QUARTER))
    book = load_workbook(BytesIO(report_xlsx(content, address_of)))
    words, table, codes = book.worksheets
    lines = [row[0].value for row in words.rows]
    assert content.subject in lines
    assert set(_sentences(content)) <= set(lines)
    printed_in_file = printed(docx.Document(BytesIO(report_docx(content, address_of))))
    told = {row[3].value: row[2].value for row in codes.iter_rows(min_row=2) if row[3].value}
    told |= {row[5].value: row[4].value for row in codes.iter_rows(min_row=2) if row[5].value}
    assert told == printed_in_file
    assert [cell.value for cell in table[1]][:4] == ["STT", "Chỉ tiêu", "ĐVT", "Mục tiêu"]
    assert [row[1].value for row in table.iter_rows(min_row=2, max_row=1 + len(content.table))] == [
        one.words for one in content.table
    ]
    assert report_xlsx(content, address_of) == report_xlsx(content, address_of)


def _sentences(content: ReportContent) -> list[str]:
    return [line for section in content.sections for line in (section.heading, *section.paragraphs)]


@by_day_on("sqlite")
def test_the_kpi_table_compares_with_the_period_before(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        target = {"key": "kpi.target.plan", "value": "50", "valid_from": date(2025, 1, 1), "source": "kế hoạch"}
        session.add(DatedFact(commune_id=cast.commune, **target))
        sell(session, cast.commune, cast.lan, Sold(on=date(2026, 11, 24), is_known=True))
    look_everywhere(cast.commune)
    first = content_of(cast, made(cast, now, span=DECEMBER)).table[0]
    assert (first.target, first.before, first.now, first.reached, first.change) == (
        "50",
        "0,0",
        "33,3",
        "66,7",
        "+33,3",
    )
    assert first.note == "1/3"
