"""A reporting period's figure is locked with every business that it counts, sent, and replaced where it was wrong.

How many days after a period its report leaves, and how many people lock and send it, are the country's rows until a
commune says otherwise. A market that has them already keeps them, and an empty one is given them with its seeds.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "20261201_2010"
down_revision = "20261201_2000"
branch_labels = None
depends_on = None
phase = "expand"

WHOLE, TEXT, DAY, MOMENT = sa.BigInteger(), sa.Text(), sa.Date(), sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PERIOD, LOCK, NUMBER, BUSINESS, TARGET, SENDING = (
    "report_period",
    "period_lock",
    "locked_number",
    "locked_business",
    "locked_target",
    "period_sending",
)
KINDS = ("thang", "quy", "sau_thang", "chin_thang", "nam")
CUTS = ("nd_09_2019", "theo_lich")
MEASURES = ("ke_hoach", "phu_luc", "ho_nong_dan", "trong_ky", "co_tai_khoan", "thon", "loai_hinh", "tinh_trang")

FACT = sa.table(
    "dated_fact",
    sa.column("commune_id", sa.BigInteger),
    sa.column("key", sa.Text),
    sa.column("value", sa.Text),
    sa.column("valid_from", sa.Date),
    sa.column("source", sa.Text),
)
SINCE = date(2025, 7, 1)
RULE = "Quy ước của chợ: "
FACTS = {
    "kpi.report_days": (
        "1",
        f"{RULE}báo cáo gửi đi chừng này ngày sau ngày cuối kỳ; kỳ chốt ngày 14 (Nghị định 09/2019/NĐ-CP, Điều 12) thì "
        "gửi ngày 15",
    ),
    "kpi.lock_people": ("1", f"{RULE}chốt số và gửi báo cáo cần chừng này người; 2 là người chốt không tự gửi"),
}
COUNT_ON = """SELECT setval(
    pg_get_serial_sequence('dated_fact', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM dated_fact), false
)"""
"""Rows that were put back with their ids may have left PostgreSQL's counter behind."""


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _whole(table: str, *names: str) -> list[sa.Column[int] | sa.CheckConstraint]:
    columns = [sa.Column(name, WHOLE, nullable=False) for name in names]
    checks = [
        sa.CheckConstraint(f"{name} = CAST({name} AS BIGINT)", name=op.f(f"ck_{table}_{name}_whole")) for name in names
    ]
    return [*columns, *checks]


def _same_commune(table: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [f"{parent}_id", "commune_id"],
        [f"{parent}.id", f"{parent}.commune_id"],
        name=op.f(f"fk_{table}_{parent}_id_commune_id"),
    )


def _points(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"))


def _base(table: str, parent: str) -> list[sa.Column[int] | sa.Constraint]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column(f"{parent}_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _same_commune(table, parent),
    ]


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def upgrade() -> None:
    _make_period()
    _make_lock()
    _make_rows()
    _add_facts()


def _make_period() -> None:
    op.create_table(
        PERIOD,
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("kind", _enum("periodkind", KINDS), nullable=False),
        sa.Column("cut", _enum("periodcut", CUTS), nullable=False),
        *_whole(PERIOD, "year", "number"),
        sa.Column("starts_on", DAY, nullable=False),
        sa.Column("ends_on", DAY, nullable=False),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        _check(PERIOD, "ends_after_start", "starts_on <= ends_on"),
        _points(PERIOD, "commune_id", "commune"),
        _points(PERIOD, "opened_by", "person"),
        _unique(PERIOD, "commune_id", "kind", "cut", "year", "number"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{PERIOD}")),
    )
    op.create_index(f"uq_{PERIOD}_id_commune_id", PERIOD, ["id", "commune_id"], unique=True)
    op.create_index(op.f(f"ix_{PERIOD}_commune_id_ends_on"), PERIOD, ["commune_id", "ends_on"])


def _make_lock() -> None:
    op.create_table(
        LOCK,
        *_base(LOCK, PERIOD),
        *_whole(LOCK, "version"),
        sa.Column("replaces_id", ID),
        sa.Column("reason", TEXT),
        sa.Column("locked_by", ID, nullable=False),
        sa.Column("locked_at", MOMENT, nullable=False),
        *_whole(LOCK, "definitions_version"),
        sa.Column("ledger_head", TEXT, nullable=False, server_default=""),
        sa.Column("digest", TEXT, nullable=False),
        _check(LOCK, "replacement_says_why", "(replaces_id IS NULL) = (reason IS NULL)"),
        _check(LOCK, "reason_said", "reason <> ''"),
        _check(LOCK, "version_counts_up", "version > 0"),
        _points(LOCK, "locked_by", "person"),
        _unique(LOCK, "report_period_id", "version"),
        _points(LOCK, "replaces_id", LOCK),
    )
    op.create_index(f"uq_{LOCK}_replaces_id", LOCK, ["replaces_id"], unique=True)
    first = {name: sa.text("replaces_id IS NULL") for name in ("postgresql_where", "sqlite_where")}
    op.create_index(f"uq_{LOCK}_first", LOCK, ["report_period_id"], unique=True, **first)
    op.create_index(f"uq_{LOCK}_id_commune_id", LOCK, ["id", "commune_id"], unique=True)


def _make_rows() -> None:
    op.create_table(
        NUMBER,
        *_base(NUMBER, LOCK),
        sa.Column("measure", _enum("measure", MEASURES), nullable=False),
        sa.Column("of_what", TEXT, nullable=False),
        sa.Column("words", TEXT, nullable=False),
        *_whole(NUMBER, "part", "whole"),
        _check(NUMBER, "part_of_whole", "0 <= part AND part <= whole"),
        _unique(NUMBER, "period_lock_id", "measure", "of_what"),
    )
    op.create_table(
        BUSINESS,
        *_base(BUSINESS, LOCK),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("hamlet_id", ID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        *_whole(BUSINESS, "evidence"),
        sa.Column("platforms", TEXT, nullable=False),
        _check(BUSINESS, "proven", "evidence > 1"),
        _check(BUSINESS, "has_account", "platforms <> ''"),
        _same_commune(BUSINESS, "business"),
        _same_commune(BUSINESS, "order"),
        _points(BUSINESS, "hamlet_id", "hamlet"),
        _unique(BUSINESS, "period_lock_id", "business_id"),
    )
    for column in ("business_id", "order_id"):
        op.create_index(op.f(f"ix_{BUSINESS}_{column}"), BUSINESS, [column])
    op.create_table(
        TARGET,
        *_base(TARGET, LOCK),
        sa.Column("key", TEXT, nullable=False),
        *_whole(TARGET, "value"),
        sa.Column("valid_from", DAY, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        _unique(TARGET, "period_lock_id", "key"),
    )
    op.create_table(
        SENDING,
        *_base(SENDING, LOCK),
        sa.Column("sent_by", ID, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("document_no", TEXT, nullable=False),
        _points(SENDING, "sent_by", "person"),
        _unique(SENDING, "period_lock_id"),
    )


def _ours(key: str) -> sa.ColumnElement[bool]:
    return FACT.c.commune_id.is_(None) & (FACT.c.key == key)


def _add_facts() -> None:
    missing = [key for key in FACTS if not op.get_bind().scalar(sa.select(sa.exists().where(_ours(key))))]
    if not missing or op.get_bind().scalar(sa.select(~sa.exists().select_from(sa.table("commune")))):
        return
    if op.get_bind().dialect.name == "postgresql":
        op.execute(COUNT_ON)
    op.bulk_insert(
        FACT,
        [
            {"commune_id": None, "key": key, "value": value, "valid_from": SINCE, "source": source}
            for key, (value, source) in FACTS.items()
            if key in missing
        ],
    )


def downgrade() -> None:
    for table in (SENDING, TARGET, BUSINESS, NUMBER, LOCK, PERIOD):
        op.drop_table(table)
    for key, (value, source) in FACTS.items():
        op.execute(FACT.delete().where(_ours(key) & (FACT.c.value == value) & (FACT.c.source == source)))
