"""What buyers say of goods that were not right, with their pictures, what was answered, and what became of it.

What an order asks for may fall to nothing by it: all of its money goes back then. The clocks are dated facts: another
number is a row more. A market that has them already keeps them, an empty one is given them with its seeds.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "20261130_1930"
down_revision = "20261130_1920"
branch_labels = None
depends_on = None
phase = "expand"

WHOLE, TEXT, TIME = sa.BigInteger(), sa.Text(), sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = {name: sa.text("closed_at IS NULL") for name in ("postgresql_where", "sqlite_where")}
AT_OFFICE = {name: sa.text("state = 'cho_xa'") for name in ("postgresql_where", "sqlite_where")}
REMEDIES = ("tra_tien", "doi_hang", "ghi_nhan")
STATES = ("cho_nguoi_ban", "cho_khach", "cho_xa", "dang_lam", "xong", "rut_lai")
REASONS = ("khac_mo_ta", "hong", "thieu_can", "nham_hang", "khac")
WISHES = ("tra_tien", "doi_hang", "chi_bao")
STEPS = (
    *("bao", "dong_y", "de_nghi", "tu_choi", "khach_dong_y", "nho_xa", "khong_tra_loi", "chua_lam"),
    *("xa_dung", "xa_mot_phan", "xa_khong_dung", "tu_thoa_thuan", "nhan_lai_hang", "da_lam"),
    *("khach_da_nhan", "khach_chua_nhan", "khach_khong_tra_loi", "rut_lai", "nhap_lai_kho"),
)
CHECKS = {
    "number_positive": "number >= 1",
    "asked_within_most": "most > 0 AND asked >= 0 AND asked <= most",
    "amount_within_most": "amount >= 0 AND amount <= most",
    "money_has_an_amount": "(remedy IS NOT NULL AND remedy = 'tra_tien') = (amount > 0)",
    "conceded_within_most": "conceded >= 0 AND conceded <= most",
    "by_hand_within_conceded": "by_hand >= 0 AND by_hand <= conceded",
    "over_has_a_time": "(state IN ('xong', 'rut_lai')) = (closed_at IS NOT NULL)",
    "open_has_a_clock": "(closed_at IS NULL) = (due_at IS NOT NULL)",
}

FACT = sa.table(
    "dated_fact",
    sa.column("commune_id", sa.BigInteger),
    sa.column("key", sa.Text),
    sa.column("value", sa.Text),
    sa.column("valid_from", sa.Date),
    sa.column("source", sa.Text),
)
SINCE = date(2026, 11, 30)
RULE = "Quy ước của chợ: "
FACTS = {
    "complaint.fresh_days": ("2", f"{RULE}hàng tươi sống thì báo hàng không đúng trong chừng này ngày từ lúc giao"),
    "complaint.days": ("7", f"{RULE}hàng khác thì báo hàng không đúng trong chừng này ngày từ lúc giao"),
    "complaint.answer_hours": ("12", f"{RULE}người bán trả lời trong chừng này giờ, không tính giờ yên tĩnh"),
    "complaint.reply_days": ("3", f"{RULE}khách trả lời, người bán làm như đã hứa trong chừng này ngày"),
    "complaint.office_days": ("5", f"{RULE}xã kết luận trong chừng này ngày"),
}
OURS = FACT.c.commune_id.is_(None) & FACT.c.key.in_(list(FACTS))
COUNT_ON = """SELECT setval(
    pg_get_serial_sequence('dated_fact', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM dated_fact), false
)"""
"""Rows that were put back with their ids may have left PostgreSQL's counter behind."""


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _numbers(table: str, *names: str, default: str | None = None) -> list[sa.Column[int] | sa.CheckConstraint]:
    columns = [sa.Column(name, WHOLE, nullable=False, server_default=default) for name in names]
    checks = [
        sa.CheckConstraint(f"{name} = CAST({name} AS BIGINT)", name=op.f(f"ck_{table}_{name}_whole")) for name in names
    ]
    return [*columns, *checks]


def _base(table: str, parent: str) -> list[sa.Column[int] | sa.Constraint]:
    """The id, the commune and the parent of the same commune."""
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column(f"{parent}_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _same_commune(table, parent, f"{parent}_id"),
    ]


def _same_commune(table: str, parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column, "commune_id"], [f"{parent}.id", f"{parent}.commune_id"], name=op.f(f"fk_{table}_{column}_commune_id")
    )


def _checks(table: str, checks: dict[str, str]) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(check, name=op.f(f"ck_{table}_{name}")) for name, check in checks.items()]


def upgrade() -> None:
    _create_complaint()
    _create_lines_and_photos()
    _create_steps()
    with op.batch_alter_table("payment_request") as request:
        request.drop_constraint(op.f("ck_payment_request_amount_positive"), type_="check")
        request.create_check_constraint(op.f("ck_payment_request_amount_not_negative"), "amount >= 0")
    _add_facts()


def _create_complaint() -> None:
    table = "complaint"
    op.create_table(
        table,
        *_base(table, "order"),
        sa.Column("stall_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_complaint_stall_id")),
        *_numbers(table, "number", "most", "asked", "amount", "conceded", "by_hand"),
        sa.Column("state", _enum("complaintstate", STATES), nullable=False),
        sa.Column("reason", _enum("complaintreason", REASONS), nullable=False),
        sa.Column("wish", _enum("complaintwish", WISHES), nullable=False),
        sa.Column("remedy", _enum("remedy", REMEDIES), nullable=True),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("goods_back", sa.Boolean(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        *(
            sa.Column(name, TIME, nullable=True)
            for name in ("goods_back_at", "due_at", "fulfilled_at", "returned_at", "restocked_at", "closed_at")
        ),
        *_checks(table, CHECKS),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_complaint_order_id_number")),
    )
    op.create_index("uq_complaint_id_commune_id", table, ["id", "commune_id"], unique=True)
    op.create_index("uq_complaint_open", table, ["order_id"], unique=True, **OPEN)
    op.create_index("ix_complaint_of_stall", table, ["stall_id", "due_at"], **OPEN)
    op.create_index("ix_complaint_clock", table, ["due_at"], **OPEN)
    op.create_index("ix_complaint_at_office", table, ["commune_id", "due_at"], **AT_OFFICE)


def _create_lines_and_photos() -> None:
    table = "complaint_line"
    op.create_table(
        table,
        *_base(table, "complaint"),
        sa.Column("line_id", ID, nullable=False),
        _same_commune(table, "order_line", "line_id"),
        *_numbers(table, "amount", "value", "restocked"),
        *_checks(
            table,
            {
                "positive": "amount > 0 AND value >= 0",
                "restocked_within_amount": "restocked >= 0 AND restocked <= amount",
            },
        ),
        sa.UniqueConstraint("complaint_id", "line_id", name=op.f("uq_complaint_line_complaint_id_line_id")),
    )
    op.create_index(op.f("ix_complaint_line_line_id"), table, ["line_id"])
    op.create_table(
        "complaint_photo",
        *_base("complaint_photo", "complaint"),
        sa.Column("key", TEXT, nullable=False),
        *_numbers("complaint_photo", "width", "height"),
        sa.Column("sent_at", TIME, nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_complaint_photo_key")),
    )
    op.create_index(op.f("ix_complaint_photo_complaint_id"), "complaint_photo", ["complaint_id"])


def _create_steps() -> None:
    table = "complaint_step"
    op.create_table(
        table,
        *_base(table, "complaint"),
        *_numbers(table, "number", "amount"),
        sa.Column("kind", _enum("stepkind", STEPS), nullable=False),
        sa.Column("remedy", _enum("remedy", REMEDIES), nullable=True),
        sa.Column("goods_back", sa.Boolean(), nullable=False),
        sa.Column("words", TEXT, nullable=True),
        sa.Column("actor_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_complaint_step_actor_id")),
        sa.Column("at", TIME, nullable=False),
        *_checks(table, {"number_positive": "number >= 1", "amount_not_negative": "amount >= 0"}),
        sa.UniqueConstraint("complaint_id", "number", name=op.f("uq_complaint_step_complaint_id_number")),
    )


def _add_facts() -> None:
    is_empty = sa.select(~sa.exists().select_from(sa.table("commune")))
    if op.get_bind().scalar(is_empty):
        return
    if op.get_bind().dialect.name == "postgresql":
        op.execute(COUNT_ON)
    known = set(op.get_bind().scalars(sa.select(FACT.c.key).where(OURS)))
    rows = [
        {"commune_id": None, "key": key, "value": value, "valid_from": SINCE, "source": source}
        for key, (value, source) in FACTS.items()
        if key not in known
    ]
    if rows:
        op.bulk_insert(FACT, rows)


def downgrade() -> None:
    op.execute(FACT.delete().where(OURS & (FACT.c.valid_from == SINCE)))
    for table in ("complaint_step", "complaint_photo", "complaint_line", "complaint"):
        op.drop_table(table)
    with op.batch_alter_table("payment_request") as request:
        request.drop_constraint(op.f("ck_payment_request_amount_not_negative"), type_="check")
        request.create_check_constraint(op.f("ck_payment_request_amount_positive"), "amount > 0")
