"""Money that leaves a card payment again: refunds at the gateway, disputes, and the counter-rows of both.

What is owed back is no less than nothing where a card's money leaves after some went back by hand. An older program
knows no such rows and writes none.
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "20261130_1940"
down_revision = "20261130_1930"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TO_GIVE_BACK = (
    "(CASE WHEN closed_at IS NOT NULL THEN received - kept WHEN received > amount THEN received - amount ELSE 0 END)"
)
STILL_OWED = f"(CASE WHEN {TO_GIVE_BACK} > refunded THEN {TO_GIVE_BACK} - refunded ELSE 0 END)"
ADDS_UP = "ck_payment_request_owed_back_adds_up"
ANSWERS = ("nguoi_mua", "chua_nhan", "ngan_hang", "the")
LEFT_AGAIN = sa.text("card_refund_id IS NOT NULL OR card_dispute_id IS NOT NULL")
CAUSES = ("card_refund", "card_dispute")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _whole(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} = CAST({column} AS BIGINT)", name=op.f(f"ck_{table}_{column}_whole"))


def upgrade() -> None:
    with op.batch_alter_table("payment_request") as request:
        request.drop_constraint(op.f(ADDS_UP), type_="check")
        request.create_check_constraint(op.f(ADDS_UP), f"owed_back = {STILL_OWED}")
    with op.batch_alter_table("refund_answer") as answer:
        _allow(answer, ANSWERS)
    with op.batch_alter_table("card_payment") as payment:
        payment.add_column(sa.Column("taken_off", sa.BigInteger(), nullable=False, server_default="0"))
        payment.create_check_constraint(
            op.f("ck_card_payment_taken_off_whole"), "taken_off = CAST(taken_off AS BIGINT)"
        )
        payment.create_check_constraint(
            op.f("ck_card_payment_taken_off_within_received"), "taken_off >= 0 AND taken_off <= received"
        )
    _create_refund()
    _create_dispute()
    with op.batch_alter_table("allocation") as allocation:
        for cause in CAUSES:
            allocation.add_column(sa.Column(f"{cause}_id", ID, nullable=True))
            allocation.create_foreign_key(op.f(f"fk_allocation_{cause}_id"), cause, [f"{cause}_id"], ["id"])
            allocation.create_index(op.f(f"ix_allocation_{cause}_id"), [f"{cause}_id"])
        allocation.create_check_constraint(
            op.f("ck_allocation_left_for_one_reason"), "card_refund_id IS NULL OR card_dispute_id IS NULL"
        )
        allocation.create_check_constraint(
            op.f("ck_allocation_left_a_card"),
            "(card_refund_id IS NULL AND card_dispute_id IS NULL) OR card_payment_id IS NOT NULL",
        )
        allocation.create_index(
            "ix_allocation_left_again", ["stall_id"], postgresql_where=LEFT_AGAIN, sqlite_where=LEFT_AGAIN
        )


def _allow(answer: BatchOperations, kinds: tuple[str, ...]) -> None:
    name = op.f("ck_refund_answer_refundanswerkind")
    answer.drop_constraint(name, type_="check")
    answer.create_check_constraint(name, f"kind IN ({', '.join(map(repr, kinds))})")


def _create_refund() -> None:
    table, under_way = "card_refund", sa.text("state IN ('cho_gui', 'dang_tra')")
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("card_payment_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            _enum("cardrefundstate", "cho_gui", "dang_tra", "da_tra", "khong_tra_duoc", "da_thoi"),
            nullable=False,
        ),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("key", "gateway_id", "failure")),
        sa.Column("shows_word", sa.Boolean(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        _whole(table, "number"),
        _whole(table, "amount"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_card_refund_amount_positive")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_card_refund_number_positive")),
        sa.CheckConstraint("key IS NOT NULL OR gateway_id IS NOT NULL", name=op.f("ck_card_refund_known_by_something")),
        sa.ForeignKeyConstraint(["card_payment_id"], ["card_payment.id"], name=op.f("fk_card_refund_card_payment_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_card_refund_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_refund")),
        sa.UniqueConstraint("card_payment_id", "number", name=op.f("uq_card_refund_card_payment_id_number")),
        sa.UniqueConstraint("card_payment_id", "gateway_id", name=op.f("uq_card_refund_card_payment_id_gateway_id")),
        sa.UniqueConstraint("key", name=op.f("uq_card_refund_key")),
    )
    op.create_index(
        "ix_card_refund_under_way", table, ["card_payment_id"], postgresql_where=under_way, sqlite_where=under_way
    )


def _create_dispute() -> None:
    table, not_over = "card_dispute", sa.text("state IN ('hoi_lai', 'cho_tra_loi', 'dang_xet')")
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("card_payment_id", ID, nullable=False),
        sa.Column("gateway_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            _enum("carddisputestate", "hoi_lai", "cho_tra_loi", "dang_xet", "thang", "thua", "khep_lai"),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("opened_at", "told_at")),
        _whole(table, "amount"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_card_dispute_amount_positive")),
        sa.ForeignKeyConstraint(["card_payment_id"], ["card_payment.id"], name=op.f("fk_card_dispute_card_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_dispute")),
        sa.UniqueConstraint("card_payment_id", "gateway_id", name=op.f("uq_card_dispute_card_payment_id_gateway_id")),
    )
    op.create_index(
        "ix_card_dispute_not_over", table, ["card_payment_id"], postgresql_where=not_over, sqlite_where=not_over
    )


def downgrade() -> None:
    """Refused by the database where a card's money left again: that cannot be said without these tables."""
    with op.batch_alter_table("allocation") as allocation:
        allocation.drop_index("ix_allocation_left_again")
        for name in ("left_for_one_reason", "left_a_card"):
            allocation.drop_constraint(op.f(f"ck_allocation_{name}"), type_="check")
        for cause in CAUSES:
            allocation.drop_index(op.f(f"ix_allocation_{cause}_id"))
            allocation.drop_constraint(op.f(f"fk_allocation_{cause}_id"), type_="foreignkey")
            allocation.drop_column(f"{cause}_id")
    for table in reversed(CAUSES):
        op.drop_table(table)
    with op.batch_alter_table("card_payment") as payment:
        for name in ("taken_off_within_received", "taken_off_whole"):
            payment.drop_constraint(op.f(f"ck_card_payment_{name}"), type_="check")
        payment.drop_column("taken_off")
    with op.batch_alter_table("refund_answer") as answer:
        _allow(answer, ANSWERS[:-1])
    with op.batch_alter_table("payment_request") as request:
        request.drop_constraint(op.f(ADDS_UP), type_="check")
        request.create_check_constraint(op.f(ADDS_UP), f"owed_back = {TO_GIVE_BACK} - refunded")
