"""When a backup was last made, when one was last tried, and what went wrong: apart from the making itself, because a
web process asks for it and does without Alembic."""

import enum
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from market.base.db import Base, upsert


class BackupStep(enum.StrEnum):
    MADE = "made"
    CHECKED = "checked"
    FAILED = "failed"


class BackupRecord(Base):
    """The last time of each step: the archive's file name, and what went wrong ("" for nothing)."""

    __tablename__ = "backup_record"

    step: Mapped[BackupStep] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    archive: Mapped[str]
    problem: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBackup:
    """The last archive that was made (`made_at`, `archive`), the last that was restored into a scratch database and
    compared (`checked_at`), and the last failure of either (`failed_at`, `problem`). None: never."""

    made_at: datetime | None = None
    archive: str | None = None
    checked_at: datetime | None = None
    failed_at: datetime | None = None
    problem: str = ""

    @property
    def failed_since(self) -> bool:
        """Whether the newest try was a failure."""
        newest = max((at for at in (self.made_at, self.checked_at) if at), default=None)
        return self.failed_at is not None and (newest is None or self.failed_at > newest)


def last_backup(session: Session) -> LastBackup:
    """What the doctor tells of backups."""
    known = {record.step: record for record in session.scalars(select(BackupRecord))}
    made, checked, failed = (known.get(step) for step in BackupStep)
    return LastBackup(
        made_at=made.at if made else None,
        archive=made.archive if made else None,
        checked_at=checked.at if checked else None,
        failed_at=failed.at if failed else None,
        problem=failed.problem if failed else "",
    )


def record_backup(session: Session, step: BackupStep, archive: str, *, at: datetime, problem: str = "") -> None:
    """Write down a step in place of the last one of its kind."""
    row = {"step": step, "at": at, "archive": archive, "problem": problem}
    new = upsert(session, BackupRecord)
    session.execute(new.on_conflict_do_update(index_elements=["step"], set_=row), row)
