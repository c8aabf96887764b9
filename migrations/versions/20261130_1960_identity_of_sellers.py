"""Sellers' accounts are linked to their electronic identity: what was said of it, and from which days the law asks
it. And the tokens of the installation's Zalo account.

The days are the country's rows. A market that has them already keeps them, and an empty one is given them with its
seeds, as its commune is given what it does while it is connected to nobody.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "20261130_1960"
down_revision = "20261130_1950"
branch_labels = None
depends_on = None
phase = "expand"

TABLE, TOKENS = "identity_event", "zalo_token"
STATES = ("dang_cho", "da_xac_thuc_dien_tu", "het_han", "thu_hoi", "loi")
AUTHENTICATED = sa.text("state = 'da_xac_thuc_dien_tu'")
FACT = sa.table(
    "dated_fact",
    sa.column("commune_id", sa.BigInteger),
    sa.column("key", sa.Text),
    sa.column("value", sa.Text),
    sa.column("valid_from", sa.Date),
    sa.column("source", sa.Text),
)
IN_FORCE = date(2026, 9, 28)
DECREE = "Nghị định 320/2026/NĐ-CP sửa Nghị định 69/2024/NĐ-CP"
DAYS = {
    "identity.link_from": (
        "2026-09-28",
        f"{DECREE}: tài khoản bán hàng mở từ ngày này phải liên kết, xác thực bằng tài khoản định danh điện tử rồi mới "
        "đăng bán",
    ),
    "identity.link_until": (
        "2026-12-31",
        f"{DECREE}: tài khoản mở trước 28/09/2026 phải liên kết xong trước ngày này (hết 30/12/2026)",
    ),
}
COUNT_ON = """SELECT setval(
    pg_get_serial_sequence('dated_fact', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM dated_fact), false
)"""
"""Rows that were put back with their ids may have left PostgreSQL's counter behind."""


def _ours(key: str) -> sa.ColumnElement[bool]:
    return FACT.c.commune_id.is_(None) & (FACT.c.key == key)


def upgrade() -> None:
    _make_table()
    _make_tokens()
    missing = [key for key in DAYS if not op.get_bind().scalar(sa.select(sa.exists().where(_ours(key))))]
    if not missing or op.get_bind().scalar(sa.select(~sa.exists().select_from(sa.table("commune")))):
        return
    if op.get_bind().dialect.name == "postgresql":
        op.execute(COUNT_ON)
    op.bulk_insert(
        FACT,
        [
            {"commune_id": None, "key": key, "value": value, "valid_from": IN_FORCE, "source": source}
            for key, (value, source) in DAYS.items()
            if key in missing
        ],
    )


def _make_table() -> None:
    number, moment = sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.DateTime(timezone=True)
    state = sa.Enum(*STATES, name="linkstate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        TABLE,
        sa.Column("id", number, nullable=False),
        sa.Column("member_id", number, nullable=False),
        sa.Column("attempt", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("told_at", moment),
        sa.Column("subject_digest", sa.Text()),
        sa.Column("valid_to", moment),
        sa.Column("challenge_cipher", sa.Text()),
        sa.Column("challenge_ends_at", moment),
        sa.Column("reason", sa.Text()),
        sa.Column("asked_by", number),
        sa.CheckConstraint(
            "state <> 'da_xac_thuc_dien_tu' OR "
            "(reference IS NOT NULL AND told_at IS NOT NULL AND subject_digest IS NOT NULL AND asked_by IS NULL)",
            name="authenticated_by_its_provider",
        ),
        sa.CheckConstraint("asked_by IS NULL OR state = 'dang_cho'", name="nobody_answers_for_it"),
        sa.ForeignKeyConstraint(["member_id"], ["business_member.id"], name=op.f(f"fk_{TABLE}_member_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f(f"fk_{TABLE}_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    for columns in (["member_id", "id"], ["attempt", "id"], ["subject_digest"], ["asked_by"]):
        op.create_index(op.f(f"ix_{TABLE}_{'_'.join(columns)}"), TABLE, columns)
    for name, columns in (("answer", ["attempt"]), ("reference", ["provider", "reference"])):
        where = {"postgresql_where": AUTHENTICATED, "sqlite_where": AUTHENTICATED}
        op.create_index(f"uq_{TABLE}_{name}", TABLE, columns, unique=True, **where)


def _make_tokens() -> None:
    number, moment = sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.DateTime(timezone=True)
    states = ("dung_duoc", "dang_doi", "bi_tu_choi")
    op.create_table(
        TOKENS,
        sa.Column("id", number, nullable=False),
        sa.Column("refresh_cipher", sa.Text(), nullable=False),
        sa.Column("access_cipher", sa.Text()),
        sa.Column("ends_at", moment),
        sa.Column(
            "state",
            sa.Enum(*states, name="tokenstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("asked_at", moment),
        sa.Column("entered_at", moment, nullable=False),
        sa.Column("trouble", sa.Text()),
        sa.CheckConstraint("(access_cipher IS NULL) = (ends_at IS NULL)", name="access_ends"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TOKENS}")),
    )


def downgrade() -> None:
    op.drop_table(TOKENS)
    op.drop_table(TABLE)
    for key, (value, _source) in DAYS.items():
        op.execute(FACT.delete().where(_ours(key) & (FACT.c.value == value) & (FACT.c.valid_from == IN_FORCE)))
