"""`flask jobs`: what waits and what died, tried again or dropped by a person."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import click
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from market.base.commands import ROW_ID, as_json, command, say
from market.base.db import locked_all, reading, transaction
from market.base.errors import Refused
from market.base.jobs.models import Job, JobState
from market.base.jobs.queue import set_waiting

UNFINISHED = (JobState.WAITING, JobState.DEAD)
ids_argument = click.argument("ids", type=ROW_ID, nargs=-1, metavar="[ID]...")
kind_option = click.option("--kind", help="Those of this kind.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedJob:
    """A job as the command shows it; its payload stays where it is."""

    id: int
    kind: str
    state: str
    attempts: int
    run_at: str
    error: str | None

    @property
    def line(self) -> str:
        told = f"{self.id:>8}  {self.kind:<24} {self.state:<8} {self.attempts:>2}  {self.run_at}  {self.error or ''}"
        return told.rstrip()


@command("list")
@kind_option
@click.option("--state", type=click.Choice([one.value for one in JobState]), help="Unset: what waits and what died.")
@as_json
def list_jobs(*, kind: str | None, state: str | None, as_json: bool) -> None:
    """List jobs: kind, state, attempts, when it is due, and what it failed with."""
    states = (JobState(state),) if state else UNFINISHED
    query = select(Job).where(Job.state.in_(states), *_of_kind(kind)).order_by(Job.run_at, Job.id)
    jobs = [_listed(job) for job in reading().scalars(query)]
    say([asdict(job) for job in jobs], "\n".join(job.line for job in jobs) or "Không có việc nào.", as_json=as_json)


@command("retry")
@ids_argument
@kind_option
@as_json
def retry(*, ids: tuple[int, ...], kind: str | None, as_json: bool) -> None:
    """Set dead jobs waiting again: those named, or all of a kind."""
    done = _on_dead(ids, kind, set_waiting)
    say({"retried": done}, f"Đã xếp lại {len(done)} việc để làm tiếp.", as_json=as_json)


@command("drop")
@ids_argument
@kind_option
@as_json
def drop(*, ids: tuple[int, ...], kind: str | None, as_json: bool) -> None:
    """Remove dead jobs for good: those named, or all of a kind."""
    done = _on_dead(ids, kind, _delete)
    say({"dropped": done}, f"Đã bỏ hẳn {len(done)} việc.", as_json=as_json)


def _on_dead(ids: Sequence[int], kind: str | None, act: Callable[[Session, list[int]], None]) -> list[int]:
    """Lock the dead jobs that were named and act on them, on all or on none; returns their ids.

    UsageError where neither ids nor a kind were given, Refused where one that was named is not a dead job.
    """
    if not ids and not kind:
        raise click.UsageError("Cần số của việc, hoặc --kind.")
    named = (Job.id.in_(ids),) if ids else ()
    with transaction() as session:
        dead = locked_all(session, Job, Job.state == JobState.DEAD, *named, *_of_kind(kind))
        found = [one.row.id for one in dead]
        if missing := sorted(set(ids) - set(found)):
            numbers = ", ".join(str(number) for number in missing)
            raise Refused(
                "no_such_job", f"Không có việc nào đã thử nhiều lần không xong mang số {numbers}. Chưa đổi gì."
            )
        act(session, found)
    return found


def _delete(session: Session, ids: list[int]) -> None:
    session.execute(delete(Job).where(Job.id.in_(ids)))


def _of_kind(kind: str | None) -> tuple[ColumnElement[bool], ...]:
    return (Job.kind == kind,) if kind else ()


def _listed(job: Job) -> ListedJob:
    run_at = job.run_at.isoformat(timespec="seconds")
    return ListedJob(id=job.id, kind=job.kind, state=job.state, attempts=job.attempts, run_at=run_at, error=job.error)


JOBS = click.Group(
    "jobs", commands=[list_jobs, retry, drop], help="List the jobs that wait or died; retry or drop the dead."
)
