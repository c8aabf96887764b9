"""What is wrong with an installation and how to fix it: one check a thing, each answers with a sentence."""

import pyexpat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from market.base import clock
from market.base.audit import Event
from market.base.config import Settings
from market.base.db import db, reading
from market.base.db_time import time_there
from market.base.jobs.models import TaskLease, WorkerHeartbeat
from market.base.jobs.periodic import OVERDUE_AFTER, troubled_tasks
from market.base.jobs.queue import count_dead, count_late
from market.base.jobs.worker import CLOCK_MAY_DIFFER, count_workers
from market.base.logs import database_message
from market.base.outages import Outage, outage_of
from market.base.revisions import UPDATE_PROGRAM, Fit, standing_of, words_for
from market.base.schema import listed, missing_from
from market.base.storage import storage

JOB_MAY_WAIT = timedelta(minutes=10)

OLDEST_EXPAT = (2, 4, 9)
"""Below: memory is used after it is given back (CVE-2022-40674), or an entity unfolds without bound (before 2.4.0)."""
WHOLE_EXPAT = (2, 7, 2)
"""From here on nothing is known (CVE-2024-8176, CVE-2025-59375); Debian 12 patches its 2.5.0 under that number."""
UPDATE_EXPAT = "Cập nhật máy: apt update && apt upgrade (gói libexpat1), rồi khởi động lại dịch vụ."


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found; `fix` says what to do where it is not ok."""

    name: str
    is_ok: bool
    says: str
    fix: str = ""


Check = Callable[[], Finding]
Checks = list[tuple[str, Check]]
"""Checks by name, in their order. Each slice that has some offers `checks(settings)`; the application gathers them."""
CHECKS = "choso_checks"
"""Under this name the application keeps them."""


def ok(name: str, says: str) -> Finding:
    return Finding(name=name, is_ok=True, says=says)


def failed(name: str, says: str, fix: str) -> Finding:
    return Finding(name=name, is_ok=False, says=says, fix=fix)


def examine(asked: Iterable[tuple[str, Check]]) -> list[Finding]:
    """Every finding, in order. What needs the tables is not asked where they are not there."""
    findings: list[Finding] = []
    for name, check in asked:
        try:
            findings.append(check())
        except SQLAlchemyError as error:
            says = f"Cơ sở dữ liệu báo lỗi: {database_message(error) or type(error).__name__}."
            findings.append(failed(name, says, _fix_of(error)))
        except OSError as error:
            findings.append(failed(name, f"Máy báo lỗi: {error.strerror or type(error).__name__}.", CANNOT_READ))
        if name in ("database", "migrations") and not findings[-1].is_ok:
            break
    return findings


CANNOT_READ = "Xem thư mục và ổ đĩa trong cấu hình có ở đó không, và người chạy dịch vụ có quyền đọc ghi không."
CANNOT_WRITE = (
    "Cơ sở dữ liệu không nhận gì mới: xem ổ đĩa có đầy không (df -h), và tệp hoặc máy chủ cơ sở dữ liệu có đang ở chế "
    "độ chỉ đọc không."
)


def _fix_of(error: SQLAlchemyError) -> str:
    return CANNOT_WRITE if outage_of(error) is Outage.UNWRITABLE else "Sửa các lỗi nêu trước đã."


def checks(settings: Settings) -> Checks:
    """The checks of the house itself; slices add theirs."""
    return [
        ("settings", lambda: _settings(settings)),
        ("xml", _xml),
        ("storage", lambda: _storage(settings)),
        ("database", _database),
        ("migrations", _migrations),
        ("clock", _clock),
        ("jobs", _jobs),
        ("workers", _workers),
        ("tasks", _tasks),
    ]


def _settings(settings: Settings) -> Finding:
    if settings.is_production and not settings.proxy_hops:
        fix = "Đặt CHOSO_PROXY_HOPS=1 khi có một máy chủ đứng trước (nginx, Caddy)."
        return failed(
            "settings", "Chạy thật nhưng chưa khai máy chủ đứng trước: mọi khách sẽ mang chung một địa chỉ.", fix
        )
    return ok("settings", f"Chế độ {settings.env}, địa chỉ {settings.base_url}.")


def _xml() -> Finding:
    """The reader of XML is the machine's own: what people upload goes through it. Distributions repair an older one
    under its old number, so only those fail that lie behind what every kept distribution builds on."""
    known = ".".join(map(str, pyexpat.version_info))
    if pyexpat.version_info < OLDEST_EXPAT:
        return failed("xml", f"Thư viện đọc XML (expat {known}) quá cũ, có lỗ hổng đã biết.", UPDATE_EXPAT)
    if pyexpat.version_info < WHOLE_EXPAT:
        says = f"Thư viện đọc XML: expat {known}, bản cũ mà hệ điều hành tự vá; nhớ cập nhật máy thường xuyên."
        return ok("xml", says)
    return ok("xml", f"Thư viện đọc XML: expat {known}.")


def _storage(settings: Settings) -> Finding:
    try:
        storage().check()
    except OSError as error:
        fix = "Cho người chạy dịch vụ quyền ghi thư mục này, hoặc đổi CHOSO_STORAGE_URL."
        return failed("storage", f"Không ghi được vào {settings.storage_url}: {error.strerror}.", fix)
    return ok("storage", f"Ghi thử một tệp vào {settings.storage_url}, đọc lại đúng, đã xóa.")


def _database() -> Finding:
    try:
        reading().execute(text("SELECT 1"))
        if db.engine.dialect.name == "sqlite":
            return _sqlite_file()
    except SQLAlchemyError as error:
        fix = "Xem máy chủ cơ sở dữ liệu có chạy không, và CHOSO_DATABASE_URL có đúng không."
        return failed("database", f"Không mở được cơ sở dữ liệu ({type(error).__name__}).", fix)
    return ok("database", "PostgreSQL trả lời.")


def _sqlite_file() -> Finding:
    verdict = reading().scalar(text("PRAGMA quick_check(1)"))
    if verdict != "ok":
        fix = "Dừng dịch vụ và khôi phục bản sao lưu gần nhất: flask --app wsgi restore TỆP --replace."
        return failed("database", "Tệp SQLite bị hỏng.", fix)
    return ok("database", "Tệp SQLite mở được và lành.")


def _migrations() -> Finding:
    standing = standing_of(db.engine)
    if standing.fit is Fit.TOO_NEW:
        return failed("migrations", words_for(standing), UPDATE_PROGRAM)
    if standing.fit is Fit.NEWER:
        says = f"Cơ sở dữ liệu ở bản {standing.revision}, mới hơn chương trình (bản {standing.head}) nhưng vẫn hợp."
        return ok("migrations", says)
    missing = _missing() if standing.revision else []
    if standing.fit is Fit.OLDER:
        says = f"{words_for(standing)} {listed(missing)}".strip()
        return failed("migrations", says, "Sao lưu, rồi chạy: flask --app wsgi db upgrade.")
    if missing:
        says = f"Cơ sở dữ liệu mang số bản {standing.head} nhưng không đúng như bản đó. {listed(missing)}"
        return failed("migrations", says, RESTORE_SCHEMA)
    return ok("migrations", f"Cơ sở dữ liệu ở bản {standing.head}, đủ bảng, cột, ràng buộc và chỉ mục.")


def _missing() -> list[str]:
    with db.engine.connect() as connection:
        return missing_from(connection)


RESTORE_SCHEMA = (
    "Khôi phục bản sao lưu gần nhất: flask --app wsgi restore TỆP --replace. Nếu không có, đừng sửa tay: sao lưu, rồi "
    "báo người phát triển kèm các tên trên."
)


def _database_clock() -> datetime:
    moment: datetime = reading().scalars(select(time_there())).one()
    return moment


def _clock() -> Finding:
    now = clock.now()
    apart = abs(now - _database_clock())
    newest = reading().scalar(select(func.max(Event.at)))
    fix = "Bật đồng bộ giờ: timedatectl set-ntp true."
    if apart > CLOCK_MAY_DIFFER:
        return failed("clock", f"Đồng hồ máy này và máy cơ sở dữ liệu lệch {round(apart.total_seconds())} giây.", fix)
    if newest is not None and newest > now + CLOCK_MAY_DIFFER:
        return failed("clock", "Đồng hồ máy chạy lùi: đã có việc ghi ở giờ sau giờ này.", fix)
    return ok("clock", f"Đồng hồ chỉ {now:%Y-%m-%d %H:%M:%S} UTC, khớp cơ sở dữ liệu.")


def _jobs() -> Finding:
    dead = count_dead(reading())
    if dead:
        fix = (
            "Xem vì sao: flask --app wsgi jobs list --state dead. Sửa nguyên nhân rồi làm lại: flask --app wsgi jobs "
            "retry SỐ, hoặc bỏ hẳn: flask --app wsgi jobs drop SỐ."
        )
        return failed("jobs", f"{dead} việc nền đã thử nhiều lần không xong.", fix)
    waiting = count_late(reading(), JOB_MAY_WAIT)
    if waiting:
        return failed(
            "jobs", f"{waiting} việc nền đã quá giờ mà chưa ai làm.", "Chạy tiến trình: flask --app wsgi work."
        )
    return ok("jobs", "Không có việc nền nào bị kẹt.")


def _workers() -> Finding:
    alive = count_workers(reading())
    if not alive:
        fix = "Chạy tiến trình: flask --app wsgi work (máy chạy thật: systemctl enable --now choso-work)."
        return failed("workers", f"Không có tiến trình việc nền nào đang chạy; {_seen_before()}.", fix)
    return ok("workers", f"Có {alive} tiến trình việc nền đang chạy.")


def _seen_before() -> str:
    """When a jobs process last showed itself: one that ended takes its heartbeat away, what it did stays."""
    seen = reading().scalar(select(func.max(WorkerHeartbeat.seen_at)))
    did = reading().scalar(select(func.max(TaskLease.done_at)))
    known = [one for one in (seen, did) if one]
    return f"lần cuối thấy lúc {max(known):%Y-%m-%d %H:%M} UTC" if known else "chưa từng thấy tiến trình nào"


def _hanging_tasks() -> list[str]:
    """Those whose worker holds them past their limit: it hangs, or it died and no other has taken over."""
    is_past = TaskLease.held_until < time_there(-OVERDUE_AFTER)
    query = select(TaskLease.name).where(TaskLease.holder.is_not(None), is_past).order_by(TaskLease.name)
    return list(reading().scalars(query))


def _tasks() -> Finding:
    troubled = troubled_tasks(reading())
    if hanging := _hanging_tasks():
        fix = "Chạy lại tiến trình việc nền: systemctl restart choso-work (hoặc dừng rồi chạy flask --app wsgi work)."
        return failed("tasks", f"Việc định kỳ làm mãi không xong: {', '.join(hanging)}.", fix)
    if failing := [one for one in troubled if one.error]:
        told = "; ".join(f"{one.name} ({one.error})" for one in failing)
        return failed("tasks", f"Việc định kỳ gặp lỗi: {told}.", "Xem nhật ký của flask --app wsgi work quanh lúc đó.")
    if troubled:
        names = ", ".join(one.name for one in troubled)
        fix = "Chạy lại tiến trình việc nền: flask --app wsgi work (máy chạy thật: systemctl restart choso-work)."
        return failed("tasks", f"Việc định kỳ đã quá giờ mà chưa ai làm: {names}.", fix)
    return ok("tasks", "Việc định kỳ nào cũng đúng giờ.")
