"""Budget 7: 10,000 stamps on A4 sheets: seconds of CPU, megabytes of memory, megabytes of PDF."""

import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from resource import RUSAGE_SELF, getrusage

from market.trace.printing import Label, stamp_sheet
from market.values.codes import new_stamp_code

COUNT = 10_000
SECONDS, MEMORY, SIZE = 15.0, 120.0, 5.0
LABEL = Label(product="Gạo nếp cái hoa vàng", lot="L261113A", address="https://cho.daison.vn", best_before="20/10/2027")
_BYTES_A_UNIT = 1 if sys.platform == "darwin" else 1024


def measure() -> tuple[float, float, float]:
    """CPU seconds, peak memory of this process and size of the PDF, both in megabytes."""
    stamps = [(serial, new_stamp_code()) for serial in range(1, COUNT + 1)]
    started = time.process_time()
    pdf = stamp_sheet(LABEL, stamps)
    spent = time.process_time() - started
    peak = getrusage(RUSAGE_SELF).ru_maxrss * _BYTES_A_UNIT
    return spent, peak / 1e6, len(pdf) / 1e6


def run() -> Iterator[str]:
    """One line for each figure, in a process of its own so that its memory is its own."""
    with get_context("spawn").Pool(1) as pool:
        seconds, memory, size = pool.apply(measure)
    yield _line("CPU", seconds, SECONDS, "s")
    yield _line("memory", memory, MEMORY, "MB")
    yield _line("PDF", size, SIZE, "MB")


def _line(what: str, value: float, most: float, unit: str) -> str:
    verdict = "ok" if value <= most else "OVER"
    return f"stamps   {COUNT:,} on A4, {what:<7} {value:8.2f} {unit:<2} (budget {most:g} {unit}) {verdict}"


if __name__ == "__main__":
    print("\n".join(run()))
