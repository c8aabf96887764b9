"""The house's guard of uploaded workbooks, its refusals ending in what a seller does about a marketplace's template."""

from collections.abc import Iterator
from contextlib import contextmanager

from market.base import workbook

_AGAIN = "Hãy tải lại mẫu từ kênh người bán của sàn và gửi nguyên tệp."
NOT_XLSX = f"{workbook.NOT_XLSX} {_AGAIN}"
TOO_MUCH = f"{workbook.TOO_MUCH} {_AGAIN}"


def guarded_names(raw: bytes) -> frozenset[str]:
    """The members of a whole zip, its directory judged before anything unpacks; ValueError says what is wrong."""
    with _advising():
        return workbook.guarded_names(raw)


def member(raw: bytes, path: str) -> bytes:
    """The unpacked bytes of one member; never more than the directory declared."""
    with _advising():
        return workbook.member(raw, path)


@contextmanager
def _advising() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{error} {_AGAIN}") from error
