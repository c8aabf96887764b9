"""Whether the installation can do its work: it is made to do it. What stands around it, the machine's disk and its
services, is looked at too."""

import shutil
import subprocess  # nosec B404 # systemd is asked, with no word of anybody's
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, and_, func, not_, or_, select

from market.base import clock, health
from market.base.backup_record import LastBackup, last_backup
from market.base.config import Settings
from market.base.db import Base, reading
from market.base.doctor import Checks, Finding, failed, ok
from market.base.rekey import PLAIN
from market.base.seals import seal_opens
from market.base.secrets import BRING_BACK, vault

LEAST_FREE = 1024**3
"""Bytes below which there is still time to make room."""
PLACES = {"storage": "kho tệp", "database": "cơ sở dữ liệu"}
BACKUP_MAY_BE = timedelta(hours=36)
"""One is made every night."""
WATCHED = "choso-*"
NOT_WATCHED = ("choso-doctor.service", "choso-failed@")
"""They tell of the others."""
SYSTEMD = Path("/run/systemd/system")
"""There where systemd runs the machine (sd_booted(3))."""


def checks(settings: Settings) -> Checks:
    return [
        ("writing", lambda: _writing(settings)),
        ("disk", lambda: _disk(settings)),
        ("keys", _keys),
        ("services", _services),
        ("backup", lambda: backup_finding(last_backup(reading()), settings)),
    ]


def _writing(settings: Settings) -> Finding:
    try:
        health.prove_database()
    except health.NotKept:
        fix = "Dừng dịch vụ, xem ổ đĩa và nhật ký của cơ sở dữ liệu, rồi khôi phục bản sao lưu gần nhất."
        return failed("writing", "Cơ sở dữ liệu trả lại khác với những gì vừa ghi.", fix)
    return ok("writing", "Ghi thử một dòng xuống cơ sở dữ liệu, đọc lại đúng, đã xóa.")


def _disk(settings: Settings) -> Finding:
    free = {name: health.free_bytes(folder) for name, folder in health.places(settings).items()}
    said = ", ".join(f"{PLACES[name]} còn {left / 1024**3:.1f} GB" for name, left in free.items())
    if min(free.values()) < LEAST_FREE:
        fix = "Dọn bớt tệp (bản sao lưu cũ, nhật ký) hoặc gắn thêm ổ đĩa. Đầy hẳn thì chợ không ghi được gì nữa."
        return failed("disk", f"Ổ đĩa sắp đầy: {said}.", fix)
    return ok("disk", f"Chỗ trống trên ổ đĩa: {said}.")


# --- data keys ------------------------------------------------------------------------------------------------------


def _keys() -> Finding:
    """Every kept value that names a data key must name one that is here; the oldest and the newest of each sealed
    column, and the word kept for each key, must open."""
    shut = [f"{column.table.name}.{column.name}" for column in _keyed_columns() if _is_shut(column)]
    if not seal_opens():
        shut.append("dấu riêng của khóa")
    if shut:
        return failed("keys", f"Khóa dữ liệu hiện nay không mở được: {', '.join(shut)}.", BRING_BACK)
    return ok("keys", "Khóa dữ liệu mở được mọi thứ đã khóa.")


def _keyed_columns() -> "Iterator[Column[Any]]":
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if _is_sealed(column) or PLAIN in column.info:
                yield column


def _is_sealed(column: "Column[Any]") -> bool:
    return column.name.endswith("_cipher")


def _is_shut(column: "Column[Any]") -> bool:
    named_here = or_(*(column.startswith(f"{name}:", autoescape=True) for name in vault().names))
    names_another = and_(column.contains(":"), not_(named_here))
    if reading().scalar(select(column).where(names_another).limit(1)) is not None:
        return True
    return _is_sealed(column) and not all(_opens(one) for one in _ends(column))


def _ends(column: "Column[Any]") -> list[str]:
    """The oldest and the newest value."""
    key = column.table.primary_key.columns[0]
    ends = [select(end(key)).where(column.is_not(None)).scalar_subquery() for end in (func.min, func.max)]
    return list(reading().scalars(select(column).where(key.in_(ends))))


def _opens(sealed: str) -> bool:
    try:
        vault().decrypt(sealed)
    except ValueError:
        return False
    return True


# --- what stands around it ------------------------------------------------------------------------------------------


def _services() -> Finding:
    """systemd knows which of its units failed, until one runs well again or is forgiven (`reset-failed`)."""
    systemctl = shutil.which("systemctl")
    if systemctl is None or not SYSTEMD.exists():
        return ok("services", "Máy này không chạy dịch vụ bằng systemd.")
    asked = [systemctl, "list-units", "--failed", "--plain", "--no-legend", "--full", WATCHED]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True)  # noqa: S603 # nosec B603
    except subprocess.SubprocessError:
        return ok("services", "Không hỏi được systemd ở đây.")
    names = [line.split()[0] for line in answer.stdout.splitlines() if line.strip()]
    if wrong := [name for name in names if not name.startswith(NOT_WATCHED)]:
        fix = f"Xem vì sao: journalctl -u {wrong[0]} -e. Sửa xong: systemctl restart {wrong[0]}."
        return failed("services", f"Dịch vụ đã dừng vì lỗi: {', '.join(wrong)}.", fix)
    return ok("services", "Dịch vụ nào của chợ cũng chạy, hoặc lần chạy gần nhất đã xong.")


def backup_finding(last: LastBackup, settings: Settings) -> Finding:
    """Whether there is a backup to fall back on: a failed one is told everywhere, none at all where it counts."""
    fix = "Xem vì sao: journalctl -u choso-backup -e. Sao lưu ngay: systemctl start choso-backup."
    if last.failed_since:
        return failed("backup", f"Lần sao lưu gần nhất bị lỗi: {last.problem}", fix)
    if last.made_at is None:
        says = "Chưa có bản sao lưu nào."
        return failed("backup", says, fix) if settings.is_production else ok("backup", says)
    hours = round((clock.now() - last.made_at).total_seconds() / 3600)
    says = f"Bản sao lưu gần nhất đã được {hours} giờ."
    if settings.is_production and clock.now() - last.made_at > BACKUP_MAY_BE:
        return failed("backup", says, fix)
    return ok("backup", says)
