"""A seller's statement as it is looked at: what its columns are, which rows would be taken, why others would not."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import reading
from market.base.errors import NotFound, Refused
from market.base.jobs.long_tasks import (
    FILE_KIND,
    LongTask,
    NewTask,
    ResultFile,
    TaskResult,
    TaskRun,
)
from market.base.spreadsheets.csv_file import csv_text
from market.base.spreadsheets.intake import CellFate, Table, row_place, take_in
from market.base.storage import new_key, storage
from market.payments.queries.statements import layout_of, plan_lines
from market.payments.rules.statements import (
    StatementLine,
    accounts_named,
    head_hash,
    lines_of,
    vocabulary,
)
from market.sellers.models import Stall
from market.sellers.queries import account_number, live_bank_account
from market.values.money import format_dong
from market.values.period import VIETNAM

STATEMENT_LOOK, STATEMENT_TAKE = "statement_look", "statement_take"
LOOK_KEPT_FOR = timedelta(days=1)
"""A statement that was only looked at is forgotten within a day."""
SHOWN = 100
CSV = "text/csv; charset=utf-8"
CSV_HEAD = ("Dòng", "Ngày", "Số tiền", "Nội dung", "Kết quả")
NOT_A_STATEMENT = (
    "Chưa tìm thấy bảng giao dịch có cột ngày và cột tiền vào. Chưa ghi gì cả, mời tải lại sao kê dạng Excel từ ngân "
    "hàng."
)
OTHER_ACCOUNT = (
    "Sao kê này ghi số tài khoản đuôi {}, không phải tài khoản đuôi {} mà gian hàng đang nhận tiền. Chưa ghi gì cả, "
    "mời chọn đúng tệp."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """A column as the preview asks about it: its title, what it is read as, its first text."""

    title: str
    field: str
    sample: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedRow:
    """A row as the preview shows it: why it is not taken, nothing where it is."""

    place: str
    day: str
    amount: str
    memo: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLook:
    """What a statement would do: its columns, how many rows it has and how many would be taken, why the others are not
    and how many of each, all rows, and what of the file is no row. `has_account`: it names the account."""

    head: str
    is_guessed: bool
    columns: Sequence[SheetColumn]
    rows: Sequence[LookedRow]
    taken: int
    why: Mapping[str, int]
    has_account: bool
    unread: Sequence[str] = ()

    @property
    def shown(self) -> Sequence[LookedRow]:
        """Those that are taken first."""
        return sorted(self.rows, key=lambda row: bool(row.why))[:SHOWN]


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStatement:
    """A file as a stall's people read it."""

    table: Table
    lines: Sequence[StatementLine]
    accounts: Sequence[str]


def read_statement(session: Session, stall_id: int, raw: bytes) -> ReadStatement:
    """The table of a file that has most rows. Refused where it has none."""
    from market.base.spreadsheets.tables import read_tables  # here, since what reads tables is 1 MB of a process

    try:
        sheets = list(read_tables(raw))
    except ValueError as error:
        raise Refused("bad_file", str(error)) from error
    first = _largest(take_in(sheets, vocabulary({})))
    said = layout_of(session, stall_id, head_hash(first.titles))
    table = _largest(take_in(sheets, vocabulary(said))) if said else first
    titles = [left.text for left in table.left if left.fate is CellFate.TITLE]
    return ReadStatement(
        table=table,
        lines=lines_of(table.lines, knows_numbers=bool(table.sheet)),
        accounts=accounts_named(titles),
    )


def _largest(tables: Sequence[Table]) -> Table:
    found = max(tables, key=lambda one: (len(one.lines), len(one.columns)), default=None)
    if found is None or not found.columns:
        raise Refused("no_header", NOT_A_STATEMENT)
    return found


def check_account(session: Session, stall_id: int, accounts: Sequence[str]) -> bool:
    """Whether the file names the stall's account. Refused where it names others alone."""
    account = live_bank_account(session, session.get_one(Stall, stall_id).business_id)
    if account is None:
        raise Refused("no_bank_account", "Chưa có tài khoản nhận tiền. Mời đặt tài khoản trước rồi gửi sao kê.")
    if accounts and account_number(account) not in accounts:
        raise Refused("other_account", OTHER_ACCOUNT.format(accounts[0][-4:], account.number_last4))
    return bool(accounts)


# --- looking --------------------------------------------------------------------------------------------------------


def look_at_statement(run: TaskRun) -> TaskResult:
    """What the file that was sent would do. Refused where it is no statement, or one of another account."""
    read = read_statement(reading(), run.stall_id or 0, run.input())
    has_account = check_account(reading(), run.stall_id or 0, read.accounts)
    with run.step() as (_session, task):
        task.total = len(read.lines)
    look = _look(run.stall_id or 0, read, has_account=has_account)
    with run.step() as (_session, task):
        task.done = task.total
    content = json.dumps(asdict(look), ensure_ascii=False).encode()
    said = f"Đã đọc {len(read.lines)} dòng, chưa ghi gì. Mời xem trước rồi mới ghi."
    return TaskResult(said=said, file=ResultFile(name="xem-truoc.json", media_type="application/json", content=content))


def _look(stall_id: int, read: ReadStatement, *, has_account: bool) -> StatementLook:
    rows = [_looked(one.line, one.why) for one in plan_lines(reading(), stall_id, read.lines, now=clock.now())]
    why: dict[str, int] = {}
    for row in rows:
        if row.why:
            why[row.why] = why.get(row.why, 0) + 1
    return StatementLook(
        head=head_hash(read.table.titles),
        is_guessed=read.table.is_guessed,
        columns=[SheetColumn(title=one.title, field=one.field, sample=one.sample) for one in read.table.columns],
        rows=rows,
        taken=sum(1 for row in rows if not row.why),
        why=dict(sorted(why.items(), key=lambda one: -one[1])),
        has_account=has_account,
        unread=[left.text for left in read.table.left if left.fate is CellFate.FOOT and left.text][:20],
    )


def _looked(line: StatementLine, why: str) -> LookedRow:
    return LookedRow(
        place=str(row_place(line.number)[1]),
        day=f"{line.occurred_at.astimezone(VIETNAM):%d/%m/%Y}" if line.occurred_at else "",
        amount=format_dong(line.amount) if line.amount else "",
        memo=line.memo,
        why=why,
    )


def look_kept(task: LongTask) -> StatementLook:
    """What a task that has looked at a file kept. NotFound where it has not, or is another."""
    if task.kind != STATEMENT_LOOK or not task.result_name:
        raise NotFound
    kept = json.loads(storage().get(task.result_key))
    columns = [SheetColumn(**one) for one in kept.pop("columns")]
    rows = [LookedRow(**one) for one in kept.pop("rows")]
    return StatementLook(columns=columns, rows=rows, **kept)


def left_out_csv(look: StatementLook) -> str:
    """Every row that is not taken, with why."""
    rows = [(row.place, row.day, row.amount, row.memo, row.why) for row in look.rows if row.why]
    return csv_text([CSV_HEAD, *rows])


def new_look(commune_id: int, stall_id: int, client_key: str | None) -> NewTask:
    return NewTask(
        commune_id=commune_id,
        stall_id=stall_id,
        kind=STATEMENT_LOOK,
        input_key=new_key(FILE_KIND, "bin"),
        client_key=client_key,
    )


def look_again_of(looked: LongTask, fields: Mapping[str, str]) -> NewTask:
    """What looks at a file anew once its columns were said: one for the same answers, however often."""
    said = sha256("|".join([looked.result_key, *(f"{name}={fields[name]}" for name in sorted(fields))]).encode())
    return new_look(looked.commune_id, looked.stall_id or 0, f"{STATEMENT_LOOK}:{said.hexdigest()}")


def take_of(looked: LongTask) -> NewTask:
    """What takes the rows of a file that was looked at: once for each look."""
    return NewTask(
        commune_id=looked.commune_id,
        stall_id=looked.stall_id,
        kind=STATEMENT_TAKE,
        asks={"look": looked.result_key},
        client_key=f"{STATEMENT_TAKE}:{looked.result_key}",
    )
