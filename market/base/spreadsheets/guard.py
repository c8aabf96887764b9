"""What an uploaded workbook must be before anything in it is opened: judged from the directory of its zip."""

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

# A 728 KB workbook was measured to cost 900 MB of memory: nothing unpacks before these hold.
MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 24 * 1024 * 1024
MAX_MEMBERS = 200
MAX_RATIO = 100

NOT_XLSX = "Tệp này không phải bảng tính Excel (.xlsx) đọc được."
TOO_BIG = "Tệp lớn hơn 5 MB nên chợ không nhận."
TOO_MUCH = "Tệp này bung ra quá lớn nên chợ không mở."
CARRIES_MORE = "Tệp này có macro, liên kết hoặc tệp nhúng nên chợ không mở."
_FOREIGN = re.compile(r"vbaProject|macrosheets/|externalLinks/|embeddings/|activeX/", re.IGNORECASE)
_ENCRYPTED = 0x1


class BadSpreadsheet(ValueError):
    """The file cannot be taken; its text says why, and the one who asked for the file adds what to do about it."""


@dataclass(frozen=True, slots=True)
class Package:
    """A whole zip whose directory was judged before anything unpacked."""

    raw: bytes
    archive: ZipFile
    names: frozenset[str]

    def member(self, path: str) -> bytes:
        """The unpacked bytes of one member; never more than the directory declared. BadSpreadsheet where absent."""
        with _refusing_damage():
            return self.archive.read(path)


def open_package(raw: bytes) -> Package:
    """Opens a zip once, its directory judged before anything unpacks; BadSpreadsheet says what is wrong."""
    if len(raw) > MAX_BYTES:
        raise BadSpreadsheet(TOO_BIG)
    with _refusing_damage():
        archive = ZipFile(BytesIO(raw))
        _guard_members(archive.infolist())
        if archive.testzip() is not None:
            raise BadSpreadsheet(NOT_XLSX)
        return Package(raw, archive, frozenset(archive.namelist()))


@contextmanager
def _refusing_damage() -> Iterator[None]:
    try:
        yield
    except (BadZipFile, KeyError, EOFError, NotImplementedError, struct.error, zlib.error) as error:
        raise BadSpreadsheet(NOT_XLSX) from error


def _guard_members(members: Sequence[ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1):
        raise BadSpreadsheet(TOO_MUCH)
    if any(_FOREIGN.search(member.filename) for member in members):
        raise BadSpreadsheet(CARRIES_MORE)
    if any(not _is_plain(member) for member in members) or len({m.filename for m in members}) < len(members):
        raise BadSpreadsheet(NOT_XLSX)


def _is_plain(member: ZipInfo) -> bool:
    return not member.flag_bits & _ENCRYPTED and member.compress_type in (ZIP_STORED, ZIP_DEFLATED)
