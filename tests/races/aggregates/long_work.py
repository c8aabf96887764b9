"""A large spreadsheet that is taken in row by row as a long task, and stopped meanwhile."""

from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import Conflict
from market.base.jobs.long_tasks import LongTask, LongTaskState, NewTask, Stopped, TaskRun, ask_for, cancel_task
from market.sellers import actions, queries
from market.sellers.models import Business
from market.sellers.rules import Decision
from market.values.period import local_day
from tests.cast import Cast
from tests.races.harness import Aggregate, running_now, writing

_numbers = count(1)


def long_tasks(cast: Cast) -> Aggregate:
    planned: dict[int, list[Decision]] = {}

    def start() -> int:
        name = f"Bún {next(_numbers)}"
        rows = [f"{name} lần {number},HKD,thôn Mỗ Đoạn" for number in range(3)]
        sheet = "\n".join(["Tên cơ sở,Loại hình,Thôn", *rows]).encode()
        today = local_day(running_now())
        report = queries.plan_import(reading(), cast.commune, actions.register_rows(sheet), today=today)
        with transaction() as session:
            new = NewTask(commune_id=cast.commune, kind="register_import")
            at = ask_for(session, Actor(person_id=cast.hung), new, clock=running_now)
            task = session.get_one(LongTask, at)
            task.state, task.begun_at, task.total = LongTaskState.RUNNING, running_now(), len(rows)
        planned[at] = report.changes
        return at

    def take_in(at: int) -> None:
        """The next row."""
        with transaction() as session:
            run = TaskRun(session.get_one(LongTask, at))
        try:
            with run.step() as (session, task):
                share = planned[at][task.done : task.done + 1]
                taken = actions.import_rows(session, run.actor, cast.commune, share, clock=running_now)
                task.done += len(taken.created)
        except Stopped as error:
            raise Conflict("stopped", "Đã dừng.") from error

    def picture(session: Session, at: int) -> object:
        task = session.get_one(LongTask, at)
        names = [one.name for one in planned[at]]
        entered = session.scalar(select(func.count(Business.id)).where(Business.name.in_(names)))
        return task.state, task.done, entered

    return Aggregate(
        start=start,
        moves={
            "take in": take_in,
            "cancel": writing(lambda session, at: cancel_task(session, at, clock=running_now)),
        },
        picture=picture,
        tables=["long_task"],
        spare={"commune": "two shares of one task wait for its row"},
    )
