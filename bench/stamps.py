"""Budget 7: 10,000 stamps on A4 sheets: seconds of CPU, megabytes of memory, megabytes of PDF."""

import os
import time
from collections.abc import Iterator
from multiprocessing import get_context

from bench.figures import Figure, at_most
from bench.resident import is_readable, peak_mb
from market.trace.printing import Label, stamp_sheet
from market.values.codes import new_stamp_code

COUNT = 10_000
SECONDS, MEMORY, SIZE = 15.0, 120.0, 5.0


def address_of(code: str) -> str:
    return f"HTTPS://CHO.DAISON.VN/T/{code}"


LABEL = Label(
    product="Gạo nếp cái hoa vàng", lot="L261113A", host="cho.daison.vn", link=address_of, best_before="20/10/2027"
)


def measure() -> tuple[float, float | None, float]:
    """CPU seconds, peak memory of this process and size of the PDF, both in megabytes."""
    stamps = [(serial, new_stamp_code()) for serial in range(1, COUNT + 1)]
    started = time.process_time()
    pdf = stamp_sheet(LABEL, stamps)
    spent = time.process_time() - started
    return spent, peak_mb(os.getpid()) if is_readable() else None, len(pdf) / 1e6


def run() -> Iterator[Figure | str]:
    """One line for each figure, in a process of its own so that its memory is its own."""
    with get_context("spawn").Pool(1) as pool:
        seconds, memory, size = pool.apply(measure)
    yield at_most(f"{COUNT:,} stamps on A4: CPU", seconds, "s", SECONDS)
    if memory is not None:
        yield at_most(f"{COUNT:,} stamps on A4: memory", memory, "MB", MEMORY, note="the whole process at its peak")
    yield at_most(f"{COUNT:,} stamps on A4: PDF", size, "MB", SIZE)
