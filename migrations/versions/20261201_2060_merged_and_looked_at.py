"""Businesses of the register that are one are merged and taken apart again; who looked each year who is still there."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_2060"
down_revision = "20261201_2050"
branch_labels = None
depends_on = None
phase = "expand"

MERGE, CHECK = "business_merge", "register_check"
FINDINGS = ("van_hoat_dong", "tam_ngung", "da_nghi", "chuyen_thon", "doi_khac")
IN_FORCE, UNSETTLED = sa.text("undone_at IS NULL"), sa.text("settled_at IS NULL")


def upgrade() -> None:
    number, moment = sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.DateTime(timezone=True)
    _make_merges(number, moment)
    _make_checks(number, moment)


def _make_merges(number: sa.types.TypeEngine[int], moment: sa.DateTime) -> None:
    op.create_table(
        MERGE,
        sa.Column("id", number, nullable=False),
        sa.Column("commune_id", number, nullable=False),
        sa.Column("merged_id", number, nullable=False),
        sa.Column("into_id", number, nullable=False),
        sa.Column("merged_said", sa.JSON(), nullable=False),
        sa.Column("into_said", sa.JSON(), nullable=False),
        sa.Column("along", sa.JSON(), nullable=False),
        sa.Column("merged_at", moment, nullable=False),
        sa.Column("merged_by", number),
        sa.Column("undone_at", moment),
        sa.Column("undone_by", number),
        sa.CheckConstraint("merged_id <> into_id", name="two_businesses"),
        _of_same_commune(MERGE, "merged_id"),
        _of_same_commune(MERGE, "into_id"),
        *(_of_person(MERGE, column) for column in ("merged_by", "undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{MERGE}")),
    )
    where = {"postgresql_where": IN_FORCE, "sqlite_where": IN_FORCE}
    op.create_index(f"uq_{MERGE}_in_force", MERGE, ["merged_id"], unique=True, **where)
    for columns in (["commune_id", "merged_at"], ["merged_id"], ["into_id"]):
        op.create_index(op.f(f"ix_{MERGE}_{'_'.join(columns)}"), MERGE, columns)


def _make_checks(number: sa.types.TypeEngine[int], moment: sa.DateTime) -> None:
    finding = sa.Enum(*FINDINGS, name="checkfinding", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        CHECK,
        sa.Column("id", number, nullable=False),
        sa.Column("commune_id", number, nullable=False),
        sa.Column("business_id", number, nullable=False),
        sa.Column("hamlet_id", number, nullable=False),
        sa.Column("finding", finding, nullable=False),
        sa.Column("to_hamlet_id", number),
        sa.Column("since", sa.Date()),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("looked_at", moment, nullable=False),
        sa.Column("looked_by", number, nullable=False),
        sa.Column("settled_at", moment),
        sa.Column("settled_by", number),
        sa.Column("was_written", sa.Boolean()),
        sa.CheckConstraint("(finding = 'chuyen_thon') = (to_hamlet_id IS NOT NULL)", name="moved_where"),
        sa.CheckConstraint("finding <> 'van_hoat_dong' OR settled_at IS NOT NULL", name="still_there_is_settled"),
        _of_same_commune(CHECK, "business_id"),
        *(
            sa.ForeignKeyConstraint([column], ["hamlet.id"], name=op.f(f"fk_{CHECK}_{column}"))
            for column in ("hamlet_id", "to_hamlet_id")
        ),
        *(_of_person(CHECK, column) for column in ("looked_by", "settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CHECK}")),
    )
    for columns in (
        ["business_id", "looked_on"],
        ["commune_id", "looked_on"],
        ["hamlet_id"],
        ["to_hamlet_id"],
        ["looked_by"],
    ):
        op.create_index(op.f(f"ix_{CHECK}_{'_'.join(columns)}"), CHECK, columns)
    op.create_index(f"ix_{CHECK}_unsettled", CHECK, ["commune_id"], postgresql_where=UNSETTLED, sqlite_where=UNSETTLED)


def _of_same_commune(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_commune_id")
    return sa.ForeignKeyConstraint([column, "commune_id"], ["business.id", "business.commune_id"], name=name)


def _of_person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    op.drop_table(CHECK)
    op.drop_table(MERGE)
