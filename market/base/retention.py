"""How long each table's rows are kept, why, and what becomes of them then.

Each slice says it of its own tables in its `retention`; the commands gather the rules, the jobs process applies them
once a day, `flask retention --dry-run` and the doctor show them. A table without a rule fails a test.

Rows go in small batches (`base.batch.change_old`). A table that is only appended to (`base.ddl`) has no rule that
forgets: its triggers refuse it, and that is so on purpose, because it holds ids, names of fields and sums, and what is
counted rests on it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, delete, func, select, update
from sqlalchemy.orm import Session

from market.base.attempts import TryWindow
from market.base.audit import Event
from market.base.backup_record import BackupRecord
from market.base.batch import change_old
from market.base.client_keys import ClientKey
from market.base.db import Base
from market.base.ddl import APPEND_ONLY, APPEND_ONLY_BUT, APPEND_ONLY_SINCE
from market.base.health import HealthRecord
from market.base.jobs.long_tasks import LOOK_AFTER_TASKS, LongTask
from market.base.jobs.models import Job, TaskLease, WorkerHeartbeat
from market.values.period import local_day

MAY_WAIT = timedelta(days=2)

IsOld = Callable[[datetime], ColumnElement[bool]]
"""Which rows have had their time, at a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What becomes of a table's rows. `says` tells people how long they are kept and why, `source` by which law.

    Neither `is_old` nor `task`: they stay. With `task` the periodic task of that name forgets them. Otherwise old rows
    are deleted, or, where there are `cleared` values, have these put in place of what they say of a person, and the
    moment in `cleared_at` where that is named: without it `is_old` knows what is cleared already.
    """

    model: type[Base]
    says: str
    source: str = ""
    task: str = ""
    is_old: IsOld | None = None
    cleared: Mapping[str, object] = field(default_factory=dict)
    cleared_at: str = ""

    def __post_init__(self) -> None:
        if self.is_old is not None and self.table in {*APPEND_ONLY, *APPEND_ONLY_SINCE, *APPEND_ONLY_BUT}:
            raise ValueError(f"{self.table} is only appended to: its triggers would refuse this rule")

    @property
    def table(self) -> str:
        return cast(Table, self.model.__table__).name

    @property
    def key(self) -> ColumnElement[int]:
        return cast(Table, self.model.__table__).c.id

    @property
    def action(self) -> str:
        if self.is_old is None:
            return f"việc định kỳ: {self.task}" if self.task else "giữ"
        return f"xóa trống cột {', '.join(self.cleared)}" if self.cleared else "xóa dòng"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalPeriod:
    """How long a law has something kept, from a day on."""

    days: int
    valid_from: date
    source: str


ORDERS_BY_LAW = (
    LegalPeriod(
        days=3 * 365,
        valid_from=date(2022, 1, 1),
        source="Nghị định 52/2013/NĐ-CP, 85/2021/NĐ-CP: dữ liệu hợp đồng giữ ít nhất 3 năm",
    ),
    LegalPeriod(
        days=3 * 365,
        valid_from=date(2026, 7, 1),
        source="Luật Thương mại điện tử 122/2025/QH15, Điều 16 và 17: dữ liệu hợp đồng giữ ít nhất 3 năm",
    ),
)
"""Contracts, which orders are. A law that changes is a row more; what is older stays as it was."""


def in_force(periods: Sequence[LegalPeriod], day: date) -> LegalPeriod:
    """The period that holds on a day: the last that has begun."""
    return max((one for one in periods if one.valid_from <= day), key=lambda one: one.valid_from)


def legal_end(periods: Sequence[LegalPeriod], now: datetime) -> datetime:
    """Before this moment the law lets go."""
    return now - timedelta(days=in_force(periods, local_day(now)).days)


RULES = (
    Rule(model=TryWindow, says="Lượt thử: xóa khi hết giờ đếm. Chỉ là mã băm.", task="forget tries"),
    Rule(model=Job, says="Việc nền đã xong: vài ngày. Việc hỏng chờ người xem.", task="forget done jobs"),
    Rule(model=WorkerHeartbeat, says="Tiến trình việc nền: một ngày sau lần thấy cuối.", task="forget done jobs"),
    Rule(
        model=LongTask,
        says="Việc dài và tệp của nó: một tuần sau khi xong, tệp sổ hộ chỉ để xem trước một ngày; chưa xong thì hai "
        "tuần từ lúc nhờ.",
        task=LOOK_AFTER_TASKS.name,
    ),
    Rule(model=TaskLease, says="Mỗi việc định kỳ một dòng, ghi đè."),
    Rule(model=HealthRecord, says="Mỗi khóa dữ liệu một dòng; dòng ghi thử thì xóa ngay."),
    Rule(model=BackupRecord, says="Ba dòng: lần sao lưu, lần thử và lần hỏng gần nhất."),
    Rule(
        model=ClientKey,
        says="Khóa chống gửi hai lần: 180 ngày, lâu hơn mọi trang còn mở.",
        is_old=lambda now: ClientKey.used_at < now - timedelta(days=180),
    ),
    Rule(
        model=Event,
        says="Nhật ký việc làm: giữ hẳn, chỉ ghi thêm. Chỉ có số hiệu và tên ô, không có dữ liệu cá nhân; là bằng "
        "chứng ai làm gì thay ai.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A rule and how many rows it would take now."""

    rule: Rule
    rows: int


def due_now(session: Session, rules: Iterable[Rule], now: datetime) -> list[Due]:
    """Every rule, in the order of the tables' names."""
    in_order = sorted(rules, key=lambda rule: rule.table)
    return [Due(rule=rule, rows=_count(session, rule, now)) for rule in in_order]


def _count(session: Session, rule: Rule, now: datetime) -> int:
    if rule.is_old is None:
        return 0
    return session.scalar(select(func.count()).select_from(rule.model).where(rule.is_old(now))) or 0


def overdue(session: Session, rules: Iterable[Rule], now: datetime) -> list[str]:
    """The tables whose rows nobody has forgotten for two days longer than they were to be kept."""
    due = ((rule.table, rule.is_old(now - MAY_WAIT)) for rule in rules if rule.is_old is not None)
    models = {rule.table: rule.model for rule in rules}
    return [
        table for table, is_old in due if session.scalar(select(1).select_from(models[table]).where(is_old).limit(1))
    ]


def apply_rules(rules: Iterable[Rule], now: datetime) -> dict[str, int]:
    """Forget what has had its time; returns the rows by table. Idempotent; another process may do the same."""
    return {rule.table: _apply(rule, rule.is_old, now) for rule in rules if rule.is_old is not None}


def _apply(rule: Rule, is_old: IsOld, now: datetime) -> int:
    values = {**rule.cleared, rule.cleared_at: now} if rule.cleared_at else rule.cleared
    change = update(rule.model).values(values) if rule.cleared else delete(rule.model)
    return change_old(change, rule.key, is_old(now))
