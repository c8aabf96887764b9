"""A lot's sheet of stamps, as pages and commands print it at once, and as a long task where it has many."""

from collections.abc import Mapping

from market.base.commands import links
from market.base.db import reading
from market.base.errors import NotFound
from market.base.jobs.long_tasks import LongWork, ResultFile, TaskResult, TaskRun
from market.places.queries import commune_with_id
from market.trace import queries
from market.trace.models import Lot
from market.trace.printing import Label, stamp_sheet
from market.values.period import format_date

STAMP_SHEET = "stamp_sheet"
PDF = "application/pdf"


def label_of(lot: Lot) -> Label:
    best_before = format_date(lot.best_before) if lot.best_before else ""
    address = links(commune_with_id(reading(), lot.commune_id).host)
    return Label(product=lot.product.name, lot=lot.code, link=address.stamp, host=address.host, best_before=best_before)


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


LONG_WORKS: Mapping[str, LongWork] = {STAMP_SHEET: LongWork(do=make_sheet)}
