"""What the pages of long tasks share, the office's and the stalls': asking with a file, the words, the result."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Response

from market.adoption.exporting import KPI_LIST
from market.base import clock
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.base.jobs.long_tasks import LongTask, LongTaskState, NewTask, ask_for, long_task, start_task
from market.base.storage import storage
from market.channels.exporting import CHANNEL_EXPORT
from market.channels.formats import labels
from market.payments.previews import STATEMENT_LOOK, STATEMENT_TAKE
from market.sellers.importing import REGISTER_IMPORT
from market.sellers.previews import REGISTER_PREVIEW
from market.trace.sheets import STAMP_PRINT, STAMP_SHEET
from market.web.base.blueprint import blueprint

WORDS: Mapping[str, str] = {
    CHANNEL_EXPORT: "Điền mẫu của sàn",
    KPI_LIST: "Làm danh sách chỉ tiêu",
    REGISTER_IMPORT: "Ghi sổ hộ từ tệp",
    REGISTER_PREVIEW: "Đọc tệp sổ hộ",
    STAMP_PRINT: "Làm tem",
    STATEMENT_LOOK: "Đọc sao kê",
    STATEMENT_TAKE: "Ghi sao kê",
    STAMP_SHEET: "Làm tờ tem",
}
STOPPED_WORDS: Mapping[str, str] = {
    REGISTER_IMPORT: "Dừng thì những gì đã ghi vẫn giữ, phần còn lại không làm nữa.",
    STATEMENT_LOOK: "Dừng thì chợ không đọc nữa, chưa ghi gì cả.",
    STATEMENT_TAKE: "Dừng thì những gì đã ghi vẫn giữ, phần còn lại không làm nữa.",
    STAMP_PRINT: "Dừng trước khi xong thì chưa có tem nào được làm.",
}
STATE_WORDS: Mapping[LongTaskState, str] = {
    LongTaskState.WAITING: "đang chờ",
    LongTaskState.RUNNING: "đang làm",
    LongTaskState.DONE: "xong",
    LongTaskState.CANCELLED: "đã dừng",
    LongTaskState.FAILED: "chưa xong được",
}
SLOW_TO_START = timedelta(minutes=2)


@blueprint.app_template_global()
def task_words(task: LongTask) -> str:
    """What it does, and with what where a stall may have several, in the person's words."""
    return WORDS.get(task.kind, "Việc dài") + _with_what(task)


def _with_what(task: LongTask) -> str:
    asks = task.asks
    if task.kind == STAMP_SHEET:
        return f" lô {asks['lot']}, số {asks['first']} đến {asks['last']}"
    if task.kind == STAMP_PRINT:
        return f" lô {asks['lot']}, {asks['count']} tem"
    if task.kind == CHANNEL_EXPORT:
        return f" {labels()[str(asks['channel'])]}"
    return ""


@blueprint.app_template_global()
def task_unit(task: LongTask) -> str:
    """What its progress counts."""
    return "tem" if task.kind in (STAMP_PRINT, STAMP_SHEET) else "dòng"


@blueprint.app_template_global()
def task_stop_words(task: LongTask) -> str:
    """What is left of it when it is stopped."""
    return STOPPED_WORDS.get(task.kind, "Dừng thì không có tệp nào được làm ra. Muốn có lại thì bấm làm lần nữa.")


@blueprint.app_template_global()
def task_state(task: LongTask) -> str:
    if task.state is LongTaskState.CANCELLED and not task.is_over:
        return "đang dừng"
    return STATE_WORDS[task.state]


@blueprint.app_template_global()
def is_slow_to_start(task: LongTask) -> bool:
    """Whether it has waited longer than a jobs process that is alive would let it."""
    return task.state is LongTaskState.WAITING and task.asked_at < clock.now() - SLOW_TO_START


def ask_with_file(actor: Actor, new: NewTask, raw: bytes) -> int:
    """Ask for something that is done with a file; returns the task's id.

    Its key is in the task's row before the file is there, so that no file is ever left behind. The same form again
    brings the file of a task that has not begun: who sent it first may have been ended before it was kept.
    """
    with transaction() as writing:
        task_id = ask_for(writing, actor, new, clock=clock.now)
    task = long_task(reading(), task_id)
    if task.input_key is not None and task.state is LongTaskState.WAITING:
        storage().put(task.input_key, raw)
        with transaction() as writing:
            start_task(writing, task_id)
    return task_id


def result_of(task: LongTask) -> Response:
    """The file to download. NotFound where there is none."""
    if not task.result_name:
        raise NotFound
    return Response(
        storage().get(task.result_key),
        content_type=task.result_type,
        headers={"Content-Disposition": f'attachment; filename="{task.result_name}"'},
    )
