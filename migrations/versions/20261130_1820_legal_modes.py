"""What a commune's market does has a history: from when on, by whose word, on which registration of its operator; and
what one officer asks for until another agrees.

What a market does now is written down as what it did since the first that is known of it: nobody's word is made up. An
older program goes on with the commune's own column, and a switch of it leaves no history.
"""

import sqlalchemy as sa
from alembic import op

from market.base.ddl import forbid_change

revision = "20261130_1820"
down_revision = "20261130_1810"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHOLE = "(operator_name IS NULL) = (registration_no IS NULL) AND (operator_name IS NULL) = (registration_on IS NULL)"
MODES = ("ordering_matched", "ordering", "showcase")


def mode() -> sa.Column[str]:
    kind = sa.Enum(*MODES, name="communemode", native_enum=False, create_constraint=True, length=32)
    return sa.Column("mode", kind, nullable=False)


def source() -> sa.Column[str]:
    sources = ("nguoi_van_hanh", "can_bo", "co_tu_truoc", "minh_hoa")
    kind = sa.Enum(*sources, name="modesource", native_enum=False, create_constraint=True, length=32)
    return sa.Column("source", kind, nullable=False)


def registration() -> list[sa.Column[str]]:
    return [
        sa.Column("operator_name", sa.Text(), nullable=True),
        sa.Column("registration_no", sa.Text(), nullable=True),
        sa.Column("registration_on", sa.Date(), nullable=True),
    ]


def person(table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_{table}_{name}"))


def commune(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f(f"fk_{table}_commune_id"))


def check(table: str, rule: str, name: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    table = "market_mode"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        mode(),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        source(),
        sa.Column("asked_by", ID, nullable=True),
        sa.Column("confirmed_by", ID, nullable=True),
        sa.Column("is_made_up", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *registration(),
        check(table, "confirmed_by IS NULL OR confirmed_by <> asked_by", "two_people"),
        check(table, "(source = 'can_bo') = (asked_by IS NOT NULL)", "asked_by_officers"),
        check(table, "confirmed_by IS NULL OR asked_by IS NOT NULL", "asked_before"),
        check(table, WHOLE, "registration_whole"),
        check(table, "confirmed_by IS NULL OR mode = 'showcase' OR registration_no IS NOT NULL", "registered"),
        commune(table),
        person(table, "asked_by"),
        person(table, "confirmed_by"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f("ix_market_mode_commune_id_begins_at"), table, ["commune_id", "begins_at"])
    forbid_change(op.get_bind(), table)
    _requests("mode_request")
    op.execute(
        "INSERT INTO market_mode (commune_id, mode, begins_at, source, is_made_up, recorded_at) "
        "SELECT commune.id, commune.mode, "
        "COALESCE((SELECT min(event.at) FROM event WHERE event.commune_id = commune.id), CURRENT_TIMESTAMP), "
        "'co_tu_truoc', false, CURRENT_TIMESTAMP FROM commune ORDER BY commune.id"
    )


def _requests(table: str) -> None:
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        mode(),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", ID, nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", ID, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        *registration(),
        check(table, "confirmed_by IS NULL OR confirmed_by <> asked_by", "two_people"),
        check(table, "(confirmed_by IS NULL) = (confirmed_at IS NULL)", "confirmed_by_one"),
        check(table, "confirmed_at IS NULL OR withdrawn_at IS NULL", "one_end"),
        check(table, WHOLE, "registration_whole"),
        commune(table),
        person(table, "asked_by"),
        person(table, "confirmed_by"),
        person(table, "withdrawn_by"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f("ix_mode_request_commune_id"), table, ["commune_id"])


def downgrade() -> None:
    op.drop_table("mode_request")
    op.drop_table("market_mode")
