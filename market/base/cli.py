"""Commands of the house: one archive out, one archive in, data keys that change."""

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from market.base import backup, clock
from market.base.backup_record import BackupStep, record_backup
from market.base.commands import as_json, command, say
from market.base.db import transaction
from market.base.errors import Refused
from market.base.logs import fault_of
from market.base.rekey import Rekeyed, rekey
from market.base.secrets import BRING_BACK
from market.values.text import first_of

log = logging.getLogger(__name__)


@command("backup")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@as_json
def back_up(out: Path, *, as_json: bool) -> None:
    """Write the database and the files into one archive (.tar.gz). The data keys are not in it."""
    now = clock.now()
    with _tidied_when_stopped(), _failure_noted(out):
        manifest = backup.back_up(out, now=now)
    _note(BackupStep.MADE, out, at=now)
    said = f"Đã sao lưu {sum(manifest.rows.values())} dòng và {len(manifest.stored)} tệp vào {out}."
    if manifest.vanished:
        said += f" {len(manifest.vanished)} tệp vừa bị xóa trong lúc sao lưu nên không có: {_named(manifest.vanished)}."
    say(asdict(manifest) | {"out": str(out)}, said, as_json=as_json)


@command("restore")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Drop what is there first.")
@as_json
def restore(archive: Path, *, replace: bool, as_json: bool) -> None:
    """Fill the database and the files from an archive. Stop the web and jobs processes first."""
    with _tidied_when_stopped():
        manifest = backup.restore(archive, replace=replace)
    _note(BackupStep.MADE, archive, at=datetime.fromisoformat(manifest.made_at))
    rows = sum(manifest.rows.values())
    say(asdict(manifest), f"Đã khôi phục {rows} dòng, sao lưu lúc {manifest.made_at}.", as_json=as_json)


@command("backup-check")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def check_backup(archive: Path, *, as_json: bool) -> None:
    """Restore an archive into a scratch database and compare it, table by table. The market's own stays as it is."""
    with _tidied_when_stopped(), _failure_noted(archive):
        checked = backup.check_backup(archive)
    answer = asdict(checked) | {"is_ok": not checked.differing}
    say(answer, _checked(checked), as_json=as_json)
    with _failure_noted(archive):
        _refuse_differing(checked)
    _note(BackupStep.CHECKED, archive, at=clock.now())


def _refuse_differing(checked: backup.CheckedBackup) -> None:
    if checked.differing:
        raise Refused(
            "backup_differs",
            f"Khôi phục thử {checked.archive} ra khác với lúc sao lưu: {_named(checked.differing)}. "
            "Đừng dựa vào bản này: sao lưu lại ngay.",
        )


@contextmanager
def _failure_noted(archive: Path) -> Iterator[None]:
    """Write down for the doctor what was refused."""
    try:
        yield
    except Refused as refusal:
        _note(BackupStep.FAILED, archive, at=clock.now(), problem=refusal.sentence)
        raise


def _note(step: BackupStep, archive: Path, *, at: datetime, problem: str = "") -> None:
    """Write down a step for the doctor. A database that takes no row, or has no table for it yet, does not undo what
    was done: the log says so."""
    try:
        with transaction() as session:
            record_backup(session, step, archive.name, at=at, problem=problem)
    except SQLAlchemyError as error:
        log.warning("a backup is not written down", extra={"kind": step.value, "fault": fault_of(error)})


def _checked(checked: backup.CheckedBackup) -> str:
    said = f"Đã khôi phục thử {checked.archive} (sao lưu lúc {checked.made_at}) vào một cơ sở dữ liệu tạm"
    return f"{said}: {checked.rows} dòng trong {len(checked.tables)} bảng, {checked.files} tệp."


MOST_NAMED = 8


def _named(names: list[str]) -> str:
    return first_of(names, MOST_NAMED, "thứ")


@contextmanager
def _tidied_when_stopped() -> Iterator[None]:
    """Let SIGTERM end the work as an exception, so that what is half written goes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@command("rekey")
@as_json
def rekey_data(*, as_json: bool) -> None:
    """Bring what older data keys sealed to the first of CHOSO_DATA_KEYS, and say which older ones are still needed."""
    done = rekey()
    say(asdict(done), _rekeyed(done), as_json=as_json)
    if done.unopened:
        raise Refused("unopened", f"Có dữ liệu mà khóa hiện nay không mở được: {_listed(done.unopened)}. {BRING_BACK}")


def _rekeyed(done: Rekeyed) -> str:
    said = f"Đã chuyển {done.renewed} giá trị sang khóa đang dùng (khóa đứng đầu CHOSO_DATA_KEYS)."
    if done.older:
        return f"{said} Giữ lại các khóa cũ: chỉ chúng tra được {_listed(done.older)}."
    return said if done.unopened else f"{said} Không còn gì cần khóa cũ."


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} giá trị {name}" for name, count in counts.items())


COMMANDS = (back_up, restore, check_backup, rekey_data)
