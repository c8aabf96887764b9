"""The market is switched on hamlet by hamlet, a hamlet has a shape, the city has officers, and each commune's figures
are kept for them.

Nothing is switched on by it: a commune that has said of no hamlet yet that the market is on there sells everywhere, as
before. When a hamlet counts as active is the country's rule, which a commune may set otherwise; an empty market is
given it with its seeds.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "20261201_2070"
down_revision = "20261201_2060"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPENING, POST, FIGURE = "hamlet_opening", "city_post", "commune_figure"
STILL_ON = sa.text("closed_on IS NULL")
COUNTS = (
    *("definition", "base", "counted", "with_account", "annex_part", "annex_whole", "farms_part", "farms_whole"),
    *("target", "hamlets", "hamlets_on", "hamlets_active", "stalls"),
)
FACT = sa.table(
    "dated_fact",
    sa.column("commune_id", sa.BigInteger),
    sa.column("key", sa.Text),
    sa.column("value", sa.Text),
    sa.column("valid_from", sa.Date),
    sa.column("source", sa.Text),
)
IN_FORCE = date(2026, 11, 1)
SOURCE = "Quy ước của chợ, xã tự đặt khác được:"
RULES = {
    "hamlet.active_stalls": ("10", f"{SOURCE} thôn hoạt động khi có từ chừng này gian có đơn giao xong"),
    "hamlet.active_orders": ("30", f"{SOURCE} thôn hoạt động khi có từ chừng này đơn giao xong"),
    "hamlet.active_days": ("30", f"{SOURCE} xét thôn hoạt động trong chừng này ngày gần nhất"),
}
COUNT_ON = """SELECT setval(
    pg_get_serial_sequence('dated_fact', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM dated_fact), false
)"""
"""Rows that were put back with their ids may have left PostgreSQL's counter behind."""


def upgrade() -> None:
    op.add_column("hamlet", sa.Column("outline", sa.Text()))
    _make_openings()
    _make_posts()
    _make_figures()
    _enter_rules()


def _make_openings() -> None:
    op.create_table(
        OPENING,
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("hamlet_id", ID, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("said_by", ID),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("closed_on", sa.Date()),
        sa.Column("closed_source", sa.Text()),
        sa.Column("closed_by", ID),
        sa.Column("closed_at", MOMENT),
        sa.CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name=op.f(f"ck_{OPENING}_ends_after_start")),
        sa.CheckConstraint(
            "(closed_on IS NULL) = (closed_source IS NULL)", name=op.f(f"ck_{OPENING}_closed_by_a_paper")
        ),
        sa.CheckConstraint("(closed_on IS NULL) = (closed_at IS NULL)", name=op.f(f"ck_{OPENING}_closed_at_a_moment")),
        sa.ForeignKeyConstraint(
            ["hamlet_id", "commune_id"],
            ["hamlet.id", "hamlet.commune_id"],
            name=op.f(f"fk_{OPENING}_hamlet_id_commune_id"),
        ),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f(f"fk_{OPENING}_said_by")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f(f"fk_{OPENING}_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{OPENING}")),
    )
    for columns in (["hamlet_id"], ["commune_id", "hamlet_id"]):
        op.create_index(op.f(f"ix_{OPENING}_{'_'.join(columns)}"), OPENING, columns)
    op.create_index(
        f"uq_{OPENING}_on", OPENING, ["hamlet_id"], unique=True, postgresql_where=STILL_ON, sqlite_where=STILL_ON
    )


def _make_posts() -> None:
    op.create_table(
        POST,
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{POST}_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{POST}")),
    )
    op.create_index(op.f(f"ix_{POST}_person_id"), POST, ["person_id"])


def _make_figures() -> None:
    op.create_table(
        FIGURE,
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("reckoned_at", MOMENT, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=name == "target") for name in COUNTS),
        *(
            sa.CheckConstraint(f"{name} = CAST({name} AS BIGINT)", name=op.f(f"ck_{FIGURE}_{name}_whole"))
            for name in COUNTS
        ),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f(f"fk_{FIGURE}_commune_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{FIGURE}")),
        sa.UniqueConstraint("commune_id", "as_of", name=op.f(f"uq_{FIGURE}_commune_id_as_of")),
    )


def _ours(key: str) -> sa.ColumnElement[bool]:
    return FACT.c.commune_id.is_(None) & (FACT.c.key == key)


def _enter_rules() -> None:
    missing = [key for key in RULES if not op.get_bind().scalar(sa.select(sa.exists().where(_ours(key))))]
    if not missing or op.get_bind().scalar(sa.select(~sa.exists().select_from(sa.table("commune")))):
        return
    if op.get_bind().dialect.name == "postgresql":
        op.execute(COUNT_ON)
    rows = [
        {"commune_id": None, "key": key, "value": value, "valid_from": IN_FORCE, "source": source}
        for key, (value, source) in RULES.items()
        if key in missing
    ]
    op.bulk_insert(FACT, rows)


def downgrade() -> None:
    for key, (value, _source) in RULES.items():
        op.execute(FACT.delete().where(_ours(key) & (FACT.c.value == value) & (FACT.c.valid_from == IN_FORCE)))
    for table in (FIGURE, POST, OPENING):
        op.drop_table(table)
    op.drop_column("hamlet", "outline")
