"""The KPI's list as a CSV file: made at once where it is short, and as a long task where it has many rows."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from market.adoption import queries
from market.adoption.queries import KpiBoard, Listed, ListFilter
from market.adoption.rules import EVIDENCE_WORDS, RISK_FLAG_WORDS, STATE_WORDS, State
from market.base import clock
from market.base.db import reading
from market.base.jobs.long_tasks import LongWork, Parameters, ResultFile, TaskResult, TaskRun
from market.base.spreadsheets.csv_file import csv_text
from market.sellers.rules import KIND_WORDS, BusinessKind
from market.values.period import format_date

KPI_LIST = "kpi_list"
LONG_LIST = 200
"""A list of more rows is a long task."""
CSV = "text/csv; charset=utf-8"
CSV_HEAD = (
    "Cơ sở",
    "Thôn",
    "Loại hình",
    "Tình trạng",
    "Tài khoản trên",
    "Đơn chứng minh",
    "Ngày giao",
    "Bằng chứng",
    "Cần kiểm tra vì",
    "Điện thoại",
)


def list_file(board: KpiBoard, listed: Iterable[Listed]) -> ResultFile:
    """These of a board's businesses as a table, with its head."""
    hamlets = queries.hamlet_names(reading(), board.sources.asked.commune_id)
    content = csv_text(_rows(listed, hamlets)).encode()
    return ResultFile(name=f"chi-tieu-{board.figure.as_of.isoformat()}.csv", media_type=CSV, content=content)


def _rows(listed: Iterable[Listed], hamlets: Mapping[int, str]) -> Iterator[tuple[str, ...]]:
    platforms = queries.platform_words()
    yield CSV_HEAD
    for one in listed:
        yield _row(one, hamlets[one.standing.hamlet_id], platforms)


def _row(one: Listed, hamlet: str, platforms: Mapping[str, str]) -> tuple[str, ...]:
    proof = one.standing.proof
    return (
        one.named.name,
        hamlet,
        KIND_WORDS[BusinessKind(one.standing.kind)],
        STATE_WORDS[one.standing.state],
        ", ".join(platforms.get(platform, platform) for platform in one.standing.platforms),
        proof.code if proof else "",
        format_date(proof.completed_on) if proof else "",
        EVIDENCE_WORDS[proof.evidence] if proof else "",
        "; ".join(RISK_FLAG_WORDS[flag] for flag in one.standing.risk_flags),
        one.named.phone.national if one.named.phone else "",
    )


def asks_for_list(as_of: date, shown: ListFilter) -> Parameters:
    """What a long task is told of the list: its day, and what of it to show."""
    state = shown.state.value if shown.state else None
    return {"as_of": as_of.isoformat(), "hamlet": shown.hamlet_id, "kind": shown.kind, "state": state}


def _filter_of(asks: Parameters) -> ListFilter:
    hamlet, kind, state = asks["hamlet"], asks["kind"], asks["state"]
    return ListFilter(
        hamlet_id=None if hamlet is None else int(hamlet),
        kind=None if kind is None else str(kind),
        state=State(str(state)) if state else None,
    )


def make_list(run: TaskRun) -> TaskResult:
    """Read the list as it is known now."""
    as_of, shown = date.fromisoformat(str(run.asks["as_of"])), _filter_of(run.asks)
    board = queries.board_of(reading(), run.commune_id, as_of, known_at=clock.now())
    with run.step() as (_session, task):
        task.total = queries.list_length(board, shown)
    listed = list(_counted(run, queries.whole_list(reading(), board, shown)))
    said = f"Danh sách chỉ tiêu đến ngày {format_date(as_of)} đã xong: {len(listed)} hộ, HTX."
    return TaskResult(said=said, file=list_file(board, listed))


def _counted(run: TaskRun, listed: Iterable[Listed]) -> Iterator[Listed]:
    """The same, written down as they come; Stopped where the task was cancelled."""
    number = 0
    for number, one in enumerate(listed, start=1):
        if number % LONG_LIST == 0:
            _note(run, number)
        yield one
    _note(run, number)


def _note(run: TaskRun, done: int) -> None:
    with run.step() as (_session, task):
        task.done = done


LONG_WORKS: Mapping[str, LongWork] = {KPI_LIST: LongWork(do=make_list)}
