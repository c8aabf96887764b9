"""The long tasks of a seller's statement: it is looked at, then the rows of her orders are taken, share by share."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby

from sqlalchemy import select

from market.base import clock
from market.base.db import reading
from market.base.errors import NotFound, Refused
from market.base.jobs.long_tasks import Checkpoint, LongTask, LongWork, TaskResult, TaskRun
from market.base.storage import storage
from market.payments.actions import match_credit
from market.payments.actions.statements import take_lines
from market.payments.previews import (
    LOOK_KEPT_FOR,
    STATEMENT_LOOK,
    STATEMENT_TAKE,
    check_account,
    look_at_statement,
    read_statement,
)
from market.payments.rules.statements import StatementLine
from market.values.period import VIETNAM

INPUT_GONE = "Tệp đã gửi không còn nữa. Mời gửi lại tệp."


@dataclass(slots=True, kw_only=True)
class _Taken:
    """How far it has come: the rows gone through, how many were taken, and why the others were not."""

    gone: int = 0
    taken: int = 0
    waiting: int = 0
    left: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "_Taken":
        return cls(**json.loads(str(checkpoint.get("taken", "{}"))))

    def note(self, task: LongTask) -> None:
        task.checkpoint = {"taken": json.dumps(asdict(self), ensure_ascii=False)}
        task.done, task.said = self.gone, self.sentence

    @property
    def sentence(self) -> str:
        waits = f" {self.waiting} khoản nghi trùng, mời xem ở trang Tiền." if self.waiting else ""
        return f"Đã ghi {self.taken} khoản vào sổ tiền.{waits}"


def take_statement(run: TaskRun) -> TaskResult:
    """Take the rows of a file that was looked at and match them, share by share. Goes on after the last share."""
    groups = _groups(run)
    with run.step() as (_session, task):
        done = _Taken.of(task.checkpoint)
        task.total = sum(map(len, groups))
        done.note(task)
    for share in run.pace.shares(_after(groups, done.gone)):
        lines = [line for group in share for line in group]
        with run.step() as (session, task):
            done = _Taken.of(task.checkpoint)
            found = take_lines(session, run.actor, run.stall_id or 0, lines, clock=clock.now)
            done.gone, done.waiting = done.gone + len(lines), done.waiting + found.waiting
            done.taken += len(found.credits) + found.waiting
            for why in found.left.values():
                done.left[why] = done.left.get(why, 0) + 1
            done.note(task)
        for credit_id in found.credits:  # each under locks of its own; what is left here, "match bank notices" finds
            with run.step() as (session, _task):
                match_credit(session, credit_id, clock=clock.now)
    return _summed_up(_Taken.of(run.checkpoint()))


def _groups(run: TaskRun) -> list[list[StatementLine]]:
    """The rows by day and amount: a notice stands for one of those that are alike, so that they go together."""
    query = select(LongTask).where(
        LongTask.stall_id == run.stall_id, LongTask.kind == STATEMENT_LOOK, LongTask.result_key == run.asks["look"]
    )
    looked = reading().scalar(query)
    try:
        raw = storage().get((looked.input_key if looked else None) or "")
    except NotFound as error:
        raise Refused("input_gone", INPUT_GONE) from error
    read = read_statement(reading(), run.stall_id or 0, raw)
    check_account(reading(), run.stall_id or 0, read.accounts)
    lines = sorted(read.lines, key=lambda line: (*_alike(line), line.number))
    return [list(group) for _, group in groupby(lines, key=_alike)]


def _alike(line: StatementLine) -> tuple[str, int]:
    day = f"{line.occurred_at.astimezone(VIETNAM):%Y%m%d}" if line.occurred_at else ""
    return day, line.amount


def _after(groups: Sequence[list[StatementLine]], gone: int) -> list[list[StatementLine]]:
    """Those behind so many rows."""
    left = []
    for group in groups:
        if gone <= 0:
            left.append(group)
        gone -= len(group)
    return left


def sum_up_statement(run: TaskRun) -> TaskResult:
    """What a cancelled one has done."""
    done = _Taken.of(run.checkpoint())
    said = f"Đã dừng theo yêu cầu. {done.sentence} Gửi lại tệp này thì chợ chỉ ghi những dòng còn lại."
    return TaskResult(said=said)


def _summed_up(done: _Taken) -> TaskResult:
    left = " ".join(f"{count} dòng: {why}" for why, count in sorted(done.left.items(), key=lambda one: -one[1]))
    not_taken = f" Không lấy {sum(done.left.values())} dòng. {left}" if done.left else ""
    return TaskResult(said=f"{done.sentence}{not_taken}")


LONG_WORKS: Mapping[str, LongWork] = {
    STATEMENT_LOOK: LongWork(do=look_at_statement, is_kept_for=LOOK_KEPT_FOR, keeps_input=True),
    STATEMENT_TAKE: LongWork(do=take_statement, sum_up=sum_up_statement),
}
