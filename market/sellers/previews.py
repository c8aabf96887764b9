"""What a spreadsheet would do to the register, as it is shown to people and kept until they have said yes."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from market.base import clock
from market.base.errors import NotFound
from market.base.jobs.long_tasks import FILE_KIND as TASK_FILE
from market.base.jobs.long_tasks import LongTask, NewTask
from market.base.seen import Facts, seen_of
from market.base.spreadsheets.writing import workbook_of
from market.base.storage import new_key, storage
from market.sellers import queries
from market.sellers.actions import register_file, register_rows
from market.sellers.queries import Question
from market.sellers.rules import (
    AccountLine,
    Decision,
    ImportReport,
    KnownBusiness,
    RegisterFile,
    RowOutcome,
    TypedRow,
    row_words,
)
from market.values.period import local_day

REGISTER_PREVIEW = "register_preview"
SHOWN = 200
OLD_EXCEL = (
    "Tệp .xls (Excel cũ) không cho chợ biết ô nào báo lỗi (#N/A, #REF!), dòng nào đang ẩn. Muốn chắc, mở bằng Excel, "
    "lưu lại dạng .xlsx rồi gửi."
)
READ, NOT_READ = "chợ vẫn đọc", "chợ không đọc"
KEPT_CELLS = "giữ lại ô chưa đọc được"
SHOWN_LEFT = 500
"""Lines of the account of what was left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingBusiness:
    """A business of the register that a file lacks."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """A row as the preview shows it: why it is not taken, or what becomes of it and what it overwrites."""

    number: int
    name: str
    reason: str = ""
    outcome: str = ""
    changed: str = ""

    @property
    def place(self) -> str:
        """Where in the file it is: `5`, on a sheet after the first `trang 2, dòng 5`."""
        return row_words(self.number).removeprefix("dòng ")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What a file would do: `counts` by outcome, every row that is not taken whole, the first of the `changing`;
    what of its `cells` was `read`, what was left and why; which businesses it lacks; what is to be answered."""

    counts: Mapping[str, int]
    changing: int
    refused: Sequence[PreviewRow]
    partly_read: Sequence[PreviewRow]
    changes: Sequence[PreviewRow]
    asked: Sequence[PreviewRow] = ()
    cells: int = 0
    read: int = 0
    account: Sequence[AccountLine] = ()
    notes: Sequence[str] = ()
    missing: Sequence[MissingBusiness] = ()
    questions: Sequence[Question] = ()

    @property
    def more(self) -> int:
        """How many changes are not shown."""
        return self.changing - len(self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A file beside the register as it is now."""

    file: RegisterFile
    report: ImportReport
    facts: Facts
    changes: Mapping[int, str]
    missing: Sequence[KnownBusiness]
    questions: Sequence[Question]

    def to_fix(self) -> bytes:
        """The rows that are not taken whole, as an .xlsx with the reason beside each, to be put right and resent."""
        not_whole = (*self.report.refused, *self.report.asked, *self.report.partly_read)
        return workbook_of(self.file.to_fix({one.number: one.reason for one in not_whole}))


def look_at(session: Session, commune_id: int, raw: bytes) -> Look:
    """What a file would do to a commune's register. Nothing is written. Refused where it is no register."""
    register = queries.beside(session, commune_id)
    file = register_file(raw, register.vocabulary)
    report = queries.plan_beside(register, file.rows, today=local_day(clock.now()))
    overwritten, changes = queries.overwritten_and_changed(session, commune_id, report)
    return Look(
        file=file,
        report=report,
        facts=queries.import_facts(report, overwritten),
        changes=changes,
        missing=queries.missing_from(register, file.rows, report),
        questions=queries.questions_about(register, file, report),
    )


def rows_of(session: Session, commune_id: int, raw: bytes) -> list[TypedRow]:
    """A file's rows as a commune reads them. Refused where it is no register."""
    return register_rows(raw, queries.beside(session, commune_id).vocabulary)


def preview_of(look: Look) -> ImportPreview:
    report, file = look.report, look.file
    changes = sorted(report.changes, key=lambda one: one.number)
    return ImportPreview(
        counts={outcome.value: report.count(outcome) for outcome in RowOutcome},
        changing=len(changes),
        refused=[_row(one) for one in report.refused],
        partly_read=[_row(one) for one in report.partly_read],
        changes=[_row(one, look.changes.get(one.number, "") or _kept(one)) for one in changes[:SHOWN]],
        asked=[_row(one) for one in report.asked],
        cells=file.cells,
        read=file.read,
        account=file.account()[:SHOWN_LEFT],
        notes=_notes(file),
        missing=[MissingBusiness(id=one.id, name=one.said.name) for one in look.missing],
        questions=look.questions,
    )


def _notes(file: RegisterFile) -> list[str]:
    old = [] if all(table.tells_errors for table in file.tables) else [OLD_EXCEL]
    told = ", ".join(f"“{title[:60]}” ({READ if is_read else NOT_READ})" for title, is_read in file.hidden_columns)
    return [*old, *([f"Cột đang ẩn trong tệp: {told}."] if told else [])]


def _kept(one: Decision) -> str:
    """Of a row that changes nothing but brings a cell that nobody can read."""
    return KEPT_CELLS if one.outcome is RowOutcome.UPDATED else ""


def _row(one: Decision, changed: str = "") -> PreviewRow:
    return PreviewRow(number=one.number, name=one.name, reason=one.reason, outcome=one.outcome.value, changed=changed)


def kept_of(look: Look) -> dict[str, object]:
    """The preview as its page will show it, what each row that changes something was shown to do, the file to fix."""
    seen = {one.number: row_seen(one, look.facts) for one in look.report.changes}
    return {"preview": asdict(preview_of(look)), "seen": seen, "fix": b64encode(look.to_fix()).decode()}


def fix_file_at(task: LongTask) -> bytes:
    """The rows of a preview that are to be put right. NotFound as for `preview_at`."""
    return b64decode(_kept_at(task).get("fix", ""))


def row_seen(one: Decision, facts: Mapping[str, str]) -> str:
    label = queries.fact_label(one.number)
    return seen_of({label: facts[label]})


def preview_at(task: LongTask) -> ImportPreview:
    """What the page of a preview shows. NotFound for another task, and for one that has come to nothing."""
    shown = _kept_at(task)["preview"]
    lists = {name: [kind(**one) for one in shown.get(name, ())] for name, kind in _LISTS.items()}
    plain = {name: shown[name] for name in ("counts", "changing", "cells", "read", "notes") if name in shown}
    return ImportPreview(**(plain | lists))


def look_again_of(preview: LongTask, answers: Sequence[str]) -> NewTask:
    """What looks at a preview's file anew once it was answered so: one for the same answers, however often."""
    said = sha256("|".join([preview.result_key, *answers]).encode()).hexdigest()
    return NewTask(
        commune_id=preview.commune_id,
        kind=REGISTER_PREVIEW,
        asks=preview.asks,
        input_key=new_key(TASK_FILE, "bin"),
        client_key=f"{REGISTER_PREVIEW}:{said}",
    )


_LISTS: Mapping[str, type[Any]] = {
    **dict.fromkeys(("refused", "partly_read", "changes", "asked"), PreviewRow),
    "account": AccountLine,
    "missing": MissingBusiness,
    "questions": Question,
}


def seen_at(task: LongTask) -> dict[int, str]:
    return {int(number): seen for number, seen in _kept_at(task)["seen"].items()}


def _kept_at(task: LongTask) -> dict[str, Any]:
    if task.kind != REGISTER_PREVIEW or not task.result_name:
        raise NotFound
    kept: dict[str, Any] = json.loads(storage().get(task.result_key))
    return kept
