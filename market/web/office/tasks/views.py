"""The office's long tasks: all of the last week, one with its progress, its result, and the button that stops it."""

from flask import redirect, render_template, url_for
from sqlalchemy import ColumnElement

from market.base import clock
from market.base.db import reading, transaction
from market.base.jobs.long_tasks import LongTask, cancel_task, long_task, long_tasks
from market.sellers.previews import REGISTER_PREVIEW
from market.web.base.access import OfficeDesk, office_page
from market.web.base.long_tasks import result_of
from market.web.base.web import Page
from market.web.office.blueprint import blueprint


def _scope(desk: OfficeDesk) -> tuple[ColumnElement[bool], ...]:
    return LongTask.commune_id == desk.commune_id, LongTask.stall_id.is_(None)


@blueprint.get("/van-phong/viec")
@office_page
def tasks(desk: OfficeDesk) -> Page:
    return render_template("office/tasks/tasks.html", tasks=long_tasks(reading(), *_scope(desk)))


@blueprint.get("/van-phong/viec/<int:office_task_id>")
@office_page
def task(desk: OfficeDesk, office_task_id: int) -> Page:
    found = long_task(reading(), office_task_id, *_scope(desk))
    return render_template("office/tasks/task.html", task=found, preview_kind=REGISTER_PREVIEW)


@blueprint.get("/van-phong/viec/<int:office_task_id>/tep")
@office_page
def task_file(desk: OfficeDesk, office_task_id: int) -> Page:
    return result_of(long_task(reading(), office_task_id, *_scope(desk), LongTask.kind != REGISTER_PREVIEW))


@blueprint.post("/van-phong/viec/<int:office_task_id>/dung")
@office_page
def task_stop(desk: OfficeDesk, office_task_id: int) -> Page:
    with transaction() as writing:
        cancel_task(writing, office_task_id, *_scope(desk), clock=clock.now)
    return redirect(url_for("office.task", office_task_id=office_task_id), 303)
