"""Workbooks of Excel 97-2003 (.xls), read in a process of their own with little memory: such a file names its cells
freely, and the reader lays every sheet out as a full rectangle before anything can be looked at."""

import json
import subprocess  # nosec B404 # it starts this program's own reader
import sys
from collections.abc import Iterator
from pathlib import Path

from market.base.spreadsheets.excel import sheet_of
from market.base.spreadsheets.sheet import AGAIN, TOO_WIDE, Sheet

OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
NOT_OLD_EXCEL = f"Tệp này không phải bảng tính Excel cũ (.xls) đọc được. {AGAIN}"
_PROCESS = Path(__file__).with_name("old_excel_process.py")
_SECONDS = 15
_MOST_ANSWERED = 32 * 1024 * 1024
_TOO_WIDE = 2


def read_old_workbook(raw: bytes) -> Iterator[Sheet]:
    """The sheets of an .xls; ValueError where it cannot be read within bounds, or is another old document."""
    try:
        done = subprocess.run(  # noqa: S603 # nosec B603 # our own file, by the Python that runs this
            [sys.executable, "-I", str(_PROCESS)], input=raw, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError(NOT_OLD_EXCEL) from error
    if done.returncode or len(done.stdout) > _MOST_ANSWERED:
        raise ValueError(TOO_WIDE if done.returncode == _TOO_WIDE else NOT_OLD_EXCEL)
    for one in json.loads(done.stdout):
        merged = [((first[0], first[1]), (last[0], last[1])) for first, last in one["merged"]]
        yield sheet_of(one["name"], one["grid"], None, merged=merged, is_hidden=one["is_hidden"])
