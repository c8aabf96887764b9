"""A stall's long tasks: all of the last week, one with its progress, its result, and the button that stops it."""

from flask import redirect, render_template, url_for
from sqlalchemy import ColumnElement

from market.base import clock
from market.base.db import reading, transaction
from market.base.jobs.long_tasks import LongTask, cancel_task, long_task, long_tasks
from market.channels.exporting import CHANNEL_EXPORT
from market.payments.previews import STATEMENT_LOOK, STATEMENT_TAKE
from market.web.base.access import StallContext, stall_page
from market.web.base.long_tasks import result_of
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint


def _scope(desk: StallContext) -> tuple[ColumnElement[bool], ...]:
    return LongTask.commune_id == desk.commune_id, LongTask.stall_id == desk.stall_id


@blueprint.get("/ban-hang/<gian>/viec")
@stall_page
def tasks(desk: StallContext) -> Page:
    return render_template("stall/tasks/tasks.html", desk=desk, tasks=long_tasks(reading(), *_scope(desk)))


@blueprint.get("/ban-hang/<gian>/viec/<int:task_id>")
@stall_page
def task(desk: StallContext, task_id: int) -> Page:
    found = long_task(reading(), task_id, *_scope(desk))
    kinds = {"export_kind": CHANNEL_EXPORT, "look_kind": STATEMENT_LOOK, "take_kind": STATEMENT_TAKE}
    return render_template("stall/tasks/task.html", desk=desk, task=found, **kinds)


@blueprint.get("/ban-hang/<gian>/viec/<int:task_id>/tep")
@stall_page
def task_file(desk: StallContext, task_id: int) -> Page:
    return result_of(long_task(reading(), task_id, *_scope(desk)))


@blueprint.post("/ban-hang/<gian>/viec/<int:task_id>/dung")
@stall_page
def task_stop(desk: StallContext, task_id: int) -> Page:
    with transaction() as writing:
        cancel_task(writing, task_id, *_scope(desk), clock=clock.now)
    return redirect(url_for("stall.task", gian=desk.slug, task_id=task_id), 303)
