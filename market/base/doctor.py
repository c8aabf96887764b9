"""What is wrong with an installation and how to mend it: one check a thing, each answers with a sentence."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from market.base import clock
from market.base.audit import Event
from market.base.backup import migration_of
from market.base.config import Settings
from market.base.db import db, migrate, reading
from market.base.jobs import Job, JobState, count_dead
from market.base.storage import storage

CLOCK_MAY_DIFFER = timedelta(seconds=60)
JOB_MAY_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found; `mend` says what to do where it is not well."""

    name: str
    is_well: bool
    says: str
    mend: str = ""


Check = Callable[[], Finding]
Checks = list[tuple[str, Check]]
"""Checks by name, in their order. Each slice that has some offers `checks(settings)`; the application gathers them."""
CHECKS = "choso_checks"
"""Under this name the application keeps them."""


def well(name: str, says: str) -> Finding:
    return Finding(name=name, is_well=True, says=says)


def ill(name: str, says: str, mend: str) -> Finding:
    return Finding(name=name, is_well=False, says=says, mend=mend)


def examine(asked: Iterable[tuple[str, Check]]) -> list[Finding]:
    """Every finding, in order. What needs the tables is not asked where they are not there."""
    findings: list[Finding] = []
    for name, check in asked:
        try:
            findings.append(check())
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            findings.append(ill(name, f"Cơ sở dữ liệu báo lỗi {type(cause).__name__}.", "Sửa các lỗi nêu trước đã."))
        if name in ("database", "migrations") and not findings[-1].is_well:
            break
    return findings


def checks(settings: Settings) -> Checks:
    """The checks of the house itself; slices add theirs."""
    return [
        ("settings", lambda: _settings(settings)),
        ("storage", lambda: _storage(settings)),
        ("database", _database),
        ("migrations", _migrations),
        ("clock", _clock),
        ("jobs", _jobs),
    ]


def _settings(settings: Settings) -> Finding:
    if settings.is_production and not settings.proxy_hops:
        mend = "Đặt CHOSO_PROXY_HOPS=1 khi có một máy chủ đứng trước (nginx, Caddy)."
        return ill(
            "settings", "Chạy thật nhưng chưa khai máy chủ đứng trước: mọi khách sẽ mang chung một địa chỉ.", mend
        )
    return well("settings", f"Chế độ {settings.env}, địa chỉ {settings.base_url}.")


def _storage(settings: Settings) -> Finding:
    try:
        storage().check()
    except OSError as error:
        mend = "Cho người chạy dịch vụ quyền ghi thư mục này, hoặc đổi CHOSO_STORAGE_URL."
        return ill("storage", f"Không ghi được vào {settings.storage_url}: {error.strerror}.", mend)
    return well("storage", f"Ghi được vào {settings.storage_url}.")


def _database() -> Finding:
    try:
        reading().execute(text("SELECT 1"))
        if db.engine.dialect.name == "sqlite":
            return _sqlite_file()
    except SQLAlchemyError as error:
        mend = "Xem máy chủ cơ sở dữ liệu có chạy không, và CHOSO_DATABASE_URL có đúng không."
        return ill("database", f"Không mở được cơ sở dữ liệu ({type(error).__name__}).", mend)
    return well("database", "PostgreSQL trả lời.")


def _sqlite_file() -> Finding:
    verdict = reading().scalar(text("PRAGMA quick_check(1)"))
    if verdict != "ok":
        mend = "Dừng dịch vụ và khôi phục bản sao lưu gần nhất: flask --app wsgi restore TỆP --replace."
        return ill("database", "Tệp SQLite bị hỏng.", mend)
    return well("database", "Tệp SQLite mở được và lành.")


def _migrations() -> Finding:
    head = ScriptDirectory.from_config(migrate.get_config()).get_current_head()
    current = migration_of(db.engine)
    if current != head:
        return ill(
            "migrations",
            f"Cơ sở dữ liệu ở bản {current or 'trống'}, chương trình cần bản {head}.",
            "Sao lưu, rồi chạy: flask --app wsgi db upgrade.",
        )
    return well("migrations", f"Cơ sở dữ liệu ở bản {head}.")


def _database_clock() -> datetime:
    if db.engine.dialect.name == "sqlite":
        return datetime.fromtimestamp(reading().scalar(text("SELECT CAST(strftime('%s', 'now') AS INTEGER)")) or 0, UTC)
    moment: datetime = reading().scalars(text("SELECT clock_timestamp()")).one()
    return moment


def _clock() -> Finding:
    now = clock.now()
    apart = abs(now - _database_clock())
    newest = reading().scalar(select(func.max(Event.at)))
    mend = "Bật đồng bộ giờ: timedatectl set-ntp true."
    if apart > CLOCK_MAY_DIFFER:
        return ill("clock", f"Đồng hồ máy này và máy cơ sở dữ liệu lệch {round(apart.total_seconds())} giây.", mend)
    if newest is not None and newest > now + CLOCK_MAY_DIFFER:
        return ill("clock", "Đồng hồ máy chạy lùi: đã có việc ghi ở giờ sau giờ này.", mend)
    return well("clock", f"Đồng hồ chỉ {now:%Y-%m-%d %H:%M:%S} UTC, khớp cơ sở dữ liệu.")


def _jobs() -> Finding:
    dead = count_dead(reading())
    if dead:
        mend = "Xem cột error của bảng job (state = 'dead'), sửa nguyên nhân rồi đổi state về 'waiting'."
        return ill("jobs", f"{dead} việc nền đã thử nhiều lần không xong.", mend)
    late = Job.state == JobState.WAITING, Job.run_at < clock.now() - JOB_MAY_WAIT
    waiting = reading().scalar(select(func.count()).where(*late)) or 0
    if waiting:
        return ill("jobs", f"{waiting} việc nền đã quá giờ mà chưa ai làm.", "Chạy tiến trình: flask --app wsgi work.")
    return well("jobs", "Không có việc nền nào bị kẹt.")
