"""The long tasks of the register: a large spreadsheet is looked at, then taken in, share by share."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from sqlalchemy import select

from market.base import clock
from market.base.db import reading
from market.base.errors import NotFound, Refused
from market.base.jobs.long_tasks import Checkpoint, LongTask, LongWork, NewTask, ResultFile, TaskResult, TaskRun
from market.base.spreadsheets.csv_file import csv_text
from market.base.storage import storage
from market.sellers import queries
from market.sellers.actions import TakenIn, import_rows, left_out
from market.sellers.previews import REGISTER_PREVIEW, kept_of, look_at, row_seen, rows_of, seen_at
from market.sellers.rules import (
    Decision,
    ImportReport,
    RowOutcome,
    row_words,
    rows_words,
)
from market.values.period import local_day
from market.values.ranges import numbers_in, ranges_of

REGISTER_IMPORT = "register_import"
PREVIEW_KEPT_FOR = timedelta(days=1)
"""A file with names and phones that was only looked at is forgotten within a day."""
JSON, CSV = "application/json", "text/csv; charset=utf-8"
CSV_HEAD = ("Dòng", "Cơ sở", "Kết quả", "Vì sao")


def look_at_register(run: TaskRun) -> TaskResult:
    """Plan what the file that was sent would do. Refused where it is no register."""
    look = look_at(reading(), run.commune_id, run.input())
    rows = look.file.rows
    with run.step() as (_session, task):
        task.total = len(rows)
    with run.step() as (_session, task):
        task.done = len(rows)
    said = f"Đã đọc {len(rows)} dòng, chưa ghi gì. Mời xem trước rồi mới ghi."
    content = json.dumps(kept_of(look), ensure_ascii=False).encode()
    return TaskResult(said=said, file=ResultFile(name="xem-truoc.json", media_type=JSON, content=content))


# --- taking in ------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Taken:
    """What the shares have done so far: the numbers of rows, and why rows stayed out."""

    created: set[int] = field(default_factory=set)
    updated: set[int] = field(default_factory=set)
    left: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "_Taken":
        kept = json.loads(str(checkpoint.get("taken", "{}")))
        left = {int(number): reason for number, reason in kept.get("left", {}).items()}
        created, updated = numbers_in(kept.get("created", ())), numbers_in(kept.get("updated", ()))
        return cls(created=created, updated=updated, left=left)

    def add(self, share: TakenIn) -> None:
        self.created |= set(share.created)
        self.updated |= set(share.updated)
        self.left |= share.left

    @property
    def written(self) -> set[int]:
        return self.created | self.updated

    @property
    def gone_through(self) -> set[int]:
        return self.written | self.left.keys()

    @property
    def sentence(self) -> str:
        if not self.written:
            return "Chưa ghi dòng nào vào sổ."
        return f"Đã ghi {len(self.written)} dòng vào sổ: {rows_words(self.written)} của tệp."

    def note(self, task: LongTask) -> None:
        """Write it down with the step that did it."""
        kept = {"created": ranges_of(self.created), "updated": ranges_of(self.updated), "left": self.left}
        task.checkpoint = {"taken": json.dumps(kept, ensure_ascii=False)}
        task.done, task.said = len(self.gone_through), self.sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What the file does to the register as it is now, and what of it was seen."""

    report: ImportReport
    facts: Mapping[str, str]
    seen: Mapping[int, str]

    def changes_after(self, taken: _Taken) -> list[Decision]:
        """What is left to do, in the order in which it can be done."""
        gone = taken.gone_through
        return [one for one in self.report.changes if one.number not in gone]

    def changed_since_seen(self, taken: _Taken) -> dict[int, str]:
        """Why of these rows some stay out: they would do something else than was seen."""
        return {
            one.number: left_out(one)
            for one in self.changes_after(taken)
            if self.seen.get(one.number) != row_seen(one, self.facts)
        }


def _plan_of(run: TaskRun) -> _Plan:
    """Refused where the preview or its file is no longer there."""
    return _planned(str(run.asks["preview"]), run.commune_id)


@lru_cache(maxsize=2)
def _planned(preview: str, commune_id: int) -> _Plan:
    """Kept between the turns of an import, of which a worker does two at a time: to plan 10,000 rows takes seconds.
    What the register says by then is compared with each share, under its lock."""
    try:
        looked = _preview_under(preview, commune_id)
        seen, raw = seen_at(looked), storage().get(looked.input_key or "")
    except NotFound as error:
        raise Refused("input_gone", "Tệp đã gửi không còn nữa. Mời gửi lại tệp để ghi tiếp.") from error
    rows = rows_of(reading(), commune_id, raw)
    report = queries.plan_import(reading(), commune_id, rows, today=local_day(clock.now()))
    facts = queries.import_facts(report, queries.overwritten_by(reading(), commune_id, report))
    return _Plan(report=report, facts=facts, seen=seen)


def _preview_under(key: str, commune_id: int) -> LongTask:
    same = LongTask.commune_id == commune_id, LongTask.result_key == key
    found = reading().scalar(select(LongTask).where(*same))
    if found is None:
        raise NotFound
    return found


def import_of(preview: LongTask) -> NewTask:
    """What has taken in what a preview showed: one import of each, by the preview's own key."""
    return NewTask(
        commune_id=preview.commune_id,
        kind=REGISTER_IMPORT,
        asks={"preview": preview.result_key},
        client_key=f"{REGISTER_IMPORT}:{preview.result_key}",
    )


def take_in_register(run: TaskRun) -> TaskResult:
    """Take in what a preview showed, share by share: each row as it was seen, or not at all.

    Goes on after the last share that was written. Refused where the file is no longer there.
    """
    plan = _plan_of(run)
    taken = _Taken.of(run.checkpoint())
    changed = plan.changed_since_seen(taken)
    with run.step() as (_session, task):
        taken = _Taken.of(task.checkpoint)
        taken.left |= {number: why for number, why in changed.items() if number not in taken.written}
        to_do = plan.changes_after(taken)
        task.total = len(taken.gone_through) + len(to_do)
        taken.note(task)
    for share in run.pace.shares(to_do):
        with run.step() as (session, task):
            taken = _Taken.of(task.checkpoint)
            still = [one for one in share if one.number not in taken.gone_through]
            taken.add(import_rows(session, run.actor, run.commune_id, still, clock=clock.now))
            taken.note(task)
    return _result(taken, plan.report)


def sum_up_import(run: TaskRun) -> TaskResult:
    """Which rows are in, of an import that was cancelled."""
    taken = _Taken.of(run.checkpoint())
    result = _result(taken, _plan_of(run).report)
    said = f"Đã dừng theo yêu cầu. {taken.sentence} Gửi lại tệp này thì chợ chỉ ghi những dòng còn lại."
    return TaskResult(said=said, file=result.file)


def _result(taken: _Taken, report: ImportReport) -> TaskResult:
    rows = [_outcome(one, taken) for one in report.decisions]
    count = Counter(outcome for _number, _name, outcome, _reason in rows)
    said = (
        f"Đã ghi vào sổ: thêm mới {len(taken.created)}, cập nhật {len(taken.updated)}. Không đổi {count[UNCHANGED]}, "
        f"chưa nhận {count[REFUSED] + count[LEFT] + count[ASKED]}."
    )
    content = csv_text([CSV_HEAD, *rows]).encode()
    return TaskResult(said=said, file=ResultFile(name="ket-qua-nhap-so.csv", media_type=CSV, content=content))


ASKED = queries.OUTCOME_WORDS[RowOutcome.ASKED]
UNCHANGED, REFUSED = queries.OUTCOME_WORDS[RowOutcome.UNCHANGED], queries.OUTCOME_WORDS[RowOutcome.REFUSED]
LEFT, NOT_REACHED = "chưa ghi", "Đã dừng trước dòng này."


def _outcome(one: Decision, taken: _Taken) -> tuple[str, str, str, str]:
    """A line of the result: number, name, what became of the row, why."""
    outcome, reason = queries.OUTCOME_WORDS[one.outcome], one.reason
    if one.number in taken.created:
        outcome = queries.OUTCOME_WORDS[RowOutcome.CREATED]
    elif one.number in taken.updated:
        outcome = queries.OUTCOME_WORDS[RowOutcome.UPDATED]
    elif one.number in taken.left:
        outcome, reason = LEFT, taken.left[one.number]
    elif one.outcome in (RowOutcome.CREATED, RowOutcome.UPDATED):
        outcome, reason = LEFT, NOT_REACHED
    return row_words(one.number).removeprefix("dòng "), one.name, outcome, reason


LONG_WORKS: Mapping[str, LongWork] = {
    REGISTER_PREVIEW: LongWork(do=look_at_register, is_kept_for=PREVIEW_KEPT_FOR, keeps_input=True),
    REGISTER_IMPORT: LongWork(do=take_in_register, sum_up=sum_up_import),
}
