"""A lot's sheet of stamps, as pages and commands print it at once; as long tasks many stamps, and a sheet of many."""

from collections.abc import Mapping

from market.base import clock
from market.base.commands import links
from market.base.db import reading
from market.base.errors import NotFound
from market.base.jobs.long_tasks import Checkpoint, LongWork, ResultFile, TaskResult, TaskRun
from market.places.queries import commune_with_id
from market.trace import actions, queries
from market.trace.actions import LotRef, Printing, Serials
from market.trace.models import Lot
from market.trace.printing import Label, stamp_sheet
from market.trace.rules import JournalKind
from market.values.period import format_date
from market.values.quantity import format_quantity, unit

STAMP_SHEET, STAMP_PRINT = "stamp_sheet", "stamp_print"
PDF = "application/pdf"


def label_of(lot: Lot) -> Label:
    best_before = format_date(lot.best_before) if lot.best_before else ""
    address = links(commune_with_id(reading(), lot.commune_id).host)
    return Label(
        product=lot.product.name,
        lot=lot.code,
        link=address.stamp,
        host=address.host,
        stall=lot.stall.name,
        hamlet=lot.stall.business.hamlet.name,
        weight=format_quantity(lot.pack_amount, unit(lot.pack_unit)),
        made_on=_made_on(lot),
        best_before=best_before,
    )


def _made_on(lot: Lot) -> str:
    """When it was packed last, or else harvested, as its journal says; nothing before that."""
    lines = queries.journal_lines(queries.journal_of(reading(), lot.id))
    done = {line.entry.kind: line.entry.happened_on for line in reversed(lines) if line.withdrawal is None}
    for kind, words in ((JournalKind.PACKING, "Đóng gói"), (JournalKind.HARVEST, "Thu hoạch")):
        if kind in done:
            return f"{words} {format_date(done[kind])}"
    return ""


def sheet_of(lot: Lot, first: int, last: int) -> ResultFile:
    """The PDF of these of a lot's stamps, both ends included. NotFound where there are none."""
    stamps = queries.stamps_between(reading(), lot.id, first, last)
    if not stamps:
        raise NotFound("Lô này chưa có tem nào trong khoảng đó.")
    name = f"tem-{lot.code}-{stamps[0][0]}-{stamps[-1][0]}.pdf"
    return ResultFile(name=name, media_type=PDF, content=stamp_sheet(label_of(lot), stamps))


def make_sheet(run: TaskRun) -> TaskResult:
    """NotFound where the lot or its stamps are not there."""
    lot = queries.lot_of_stall(reading(), run.stall_id or 0, str(run.asks["lot"]))
    first, last = int(str(run.asks["first"])), int(str(run.asks["last"]))
    with run.step() as (_session, task):
        task.total = last - first + 1
    file = sheet_of(lot, first, last)
    with run.step() as (_session, task):
        task.done = task.total
    return TaskResult(said=f"Tờ tem của lô {lot.code}, số {first} đến {last}, đã xong.", file=file)


def print_many(run: TaskRun) -> TaskResult:
    """Print so many stamps of a lot and make their sheet. Conflict where the lot was recalled meanwhile, NotFound where
    it is not there."""
    lot = queries.lot_of_stall(reading(), run.stall_id or 0, str(run.asks["lot"]))
    which = LotRef(stall_id=lot.stall_id, lot_id=lot.id)
    serials = _printed(run, Printing(lot=which, count=int(str(run.asks["count"])), began_at=run.begun_at))
    said = f"Đã làm {run.asks['count']} tem của lô {lot.code}, số {serials.first} đến {serials.last}. Tải tờ tem để in."
    return TaskResult(said=said, file=sheet_of(lot, serials.first, serials.last))


def _printed(run: TaskRun, printing: Printing) -> Serials:
    """Print them in steps: once, however often it is begun anew."""
    while True:
        with run.step() as (session, task):
            if known := _serials_of(task.checkpoint):
                return known
            step = actions.print_step(session, run.actor, printing, most=run.pace.size, clock=clock.now)
            task.total, task.done = printing.count, printing.count - step.lacking
            if step.serials:
                task.checkpoint = {"first": step.serials.first, "last": step.serials.last}
                return step.serials
        run.pace.adjust()


def _serials_of(checkpoint: Checkpoint) -> Serials | None:
    """The stamps that the task has printed; None before it has."""
    if not checkpoint:
        return None
    return Serials(first=int(str(checkpoint["first"])), last=int(str(checkpoint["last"])))


def sum_up_print(run: TaskRun) -> TaskResult:
    """Either all stamps are printed or none: those that were made until then wait behind the lot's last number."""
    serials = _serials_of(run.checkpoint())
    if serials is None:
        return TaskResult(said="Đã dừng theo yêu cầu. Chưa làm tem nào, số tem của lô vẫn như trước.")
    kept = f"Tem số {serials.first} đến {serials.last} đã làm xong trước đó và vẫn dùng được"
    return TaskResult(said=f"Đã dừng, chưa làm tờ tem. {kept}: mở trang của lô, bấm Làm tờ tem để in.")


LONG_WORKS: Mapping[str, LongWork] = {
    STAMP_SHEET: LongWork(do=make_sheet),
    STAMP_PRINT: LongWork(do=print_many, sum_up=sum_up_print),
}
