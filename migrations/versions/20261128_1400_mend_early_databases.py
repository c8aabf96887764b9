"""Mends databases that earlier edits of 0001 made, while it was not yet released; does nothing on any other.

What those edits lacked is added where a value for the rows that are there is certain. Where none is, the migration
refuses before it changes anything.
"""

import sqlalchemy as sa
from alembic import op

from market.base.ddl import drop_index, index_names
from market.base.errors import Refused
from market.values.text import marked_words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
phase = "expand"

UNTOUCHED = "Chưa có gì bị đổi."


def upgrade() -> None:
    refuse_what_has_no_certain_value()
    mend_search()
    mend_register()
    mend_lots()
    mend_cards()
    mend_money()
    mend_goods()


def downgrade() -> None:
    """A mended database is as 0001 makes one."""


# --- what is there ----------------------------------------------------------------------------------------------------


def has_table(table: str) -> bool:
    return sa.inspect(op.get_bind()).has_table(table)


def lacks(table: str, column: str) -> bool:
    """Whether the table is there without this column."""
    here = sa.inspect(op.get_bind())
    return here.has_table(table) and column not in {one["name"] for one in here.get_columns(table)}


def has_index(table: str, name: str) -> bool:
    return any(one["name"] == name for one in sa.inspect(op.get_bind()).get_indexes(table))


def is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def add_filled(table: str, column: sa.Column[object], value: str) -> None:
    """Add a column that must hold something: `value`, as SQL, in the rows that are there, and no default after."""
    column.server_default = sa.DefaultClause(sa.text(value))
    with op.batch_alter_table(table) as batch_op:
        batch_op.add_column(column)
    with op.batch_alter_table(table) as batch_op:
        batch_op.alter_column(column.name, server_default=None)


# --- what cannot be mended --------------------------------------------------------------------------------------------


def refuse_what_has_no_certain_value() -> None:
    bind = op.get_bind()
    if lacks("lot", "pack_amount"):
        code = bind.scalar(sa.text("SELECT code FROM lot WHERE stamps_printed > 0 ORDER BY id LIMIT 1"))
        if code:
            raise Refused(
                "schema_not_mendable",
                f"Không nâng cấp được: lô {code} đã in tem khi bảng lot chưa có cột pack_amount, nên không biết mỗi "
                f"tem là bao nhiêu hàng. {UNTOUCHED} Sao lưu, rồi báo người phát triển, hoặc bắt đầu từ cơ sở dữ liệu "
                "mới.",
            )
    if lacks("export_run", "storage_key") and bind.scalar(sa.text("SELECT count(*) FROM export_run")):
        raise Refused(
            "schema_not_mendable",
            "Không nâng cấp được: bảng export_run có lần xuất tệp từ khi chưa có cột storage_key, tệp ấy không được "
            f"giữ. {UNTOUCHED} Sao lưu, xóa các dòng của bảng ấy, rồi chạy lại.",
        )


# --- mending, slice by slice ------------------------------------------------------------------------------------------


def mend_search() -> None:
    """Marked words beside the folded ones; words sorted by their bytes; the index as searches now ask for it."""
    bind = op.get_bind()
    if lacks("product", "marked"):
        drop_index(bind)
        add_filled("product", sa.Column("marked", sa.Text(), nullable=False), "''")
        with op.batch_alter_table("product") as batch_op:
            batch_op.add_column(sa.Column("indexed", sa.Text(), nullable=True))
        # As a search splits what is typed today, so that it finds these names.
        for row in bind.execute(sa.text("SELECT id, name FROM product")).all():
            marked = {"id": row.id, "marked": marked_words(row.name)}
            bind.execute(sa.text("UPDATE product SET marked = :marked WHERE id = :id"), marked)
        # The word lists say no longer which names they count: `flask reindex`, which the doctor asks for, makes them.
        for words in ("search_delete", "search_bigram", "search_term"):
            bind.execute(sa.delete(sa.table(words)))
        index_names(bind)
    if is_postgres():
        mend_postgres_search()


def mend_postgres_search() -> None:
    bind = op.get_bind()
    index = bind.scalar(sa.text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_product_fts'")) or ""
    if "2048" not in index or "fastupdate" not in index:
        drop_index(bind)
        index_names(bind)
    for table, column in (("search_bigram", "a"), ("search_bigram", "b"), ("search_term", "term")):
        question = (
            "SELECT collation_name FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND table_name = :table AND column_name = :column"
        )
        if bind.scalar(sa.text(question), {"table": table, "column": column}) != "C":
            op.alter_column(table, column, type_=sa.Text(collation="C"))


def mend_register() -> None:
    if not has_table("business_proposal"):
        make_business_proposal()
    if lacks("one_time_code", "grants_until"):
        with op.batch_alter_table("one_time_code") as batch_op:
            batch_op.add_column(sa.Column("grants_until", sa.Date(), nullable=True))


def make_business_proposal() -> None:
    op.create_table(
        "business_proposal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hamlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ho_kinh_doanh",
                "hop_tac_xa",
                "to_hop_tac",
                "ho_nong_dan",
                "doanh_nghiep",
                "ca_nhan",
                name="businesskind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trade", sa.Text(), nullable=True),
        sa.Column("tax_id", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "cho", "da_xac_nhan", "tu_choi", name="claimstate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_business_proposal_business_id")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_business_proposal_commune_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_business_proposal_decided_by")),
        sa.ForeignKeyConstraint(["hamlet_id"], ["hamlet.id"], name=op.f("fk_business_proposal_hamlet_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_business_proposal_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_proposal")),
    )
    with op.batch_alter_table("business_proposal") as batch_op:
        batch_op.create_index("ix_business_proposal_commune_id_state", ["commune_id", "state"])
        batch_op.create_index("ix_business_proposal_person_id", ["person_id"])


def mend_lots() -> None:
    if lacks("lot", "pack_amount"):
        # What a new lot says of itself until its owner says otherwise: no stamp was printed for these yet.
        add_filled("lot", sa.Column("pack_amount", sa.BigInteger(), nullable=False), "1000")
        add_filled("lot", sa.Column("pack_unit", sa.Text(), nullable=False), "'kg'")
        with op.batch_alter_table("lot") as batch_op:
            batch_op.add_column(sa.Column("stamps_allowed", sa.BigInteger(), nullable=True))
        with op.batch_alter_table("lot") as batch_op:
            batch_op.drop_constraint(op.f("ck_lot_yield_permille"), type_="check")
        with op.batch_alter_table("lot") as batch_op:
            for name, rule in LOT_CHECKS.items():
                batch_op.create_check_constraint(op.f(f"ck_lot_{name}"), rule)
    if lacks("journal_entry", "is_withdrawal"):
        add_filled("journal_entry", sa.Column("is_withdrawal", sa.Boolean(), nullable=False), "false")
        with op.batch_alter_table("journal_entry") as batch_op:
            batch_op.create_check_constraint(
                op.f("ck_journal_entry_withdrawal_of_a_line"), "corrects_id IS NOT NULL OR NOT is_withdrawal"
            )


LOT_CHECKS = {
    "yield_permille": "yield_permille BETWEEN 1 AND 5000",
    "activated_within_packed": "stamps_allowed IS NULL OR stamps_activated <= stamps_allowed",
    "stamps_allowed_whole": "stamps_allowed = CAST(stamps_allowed AS BIGINT)",
    "pack_amount_positive": "pack_amount > 0",
    "pack_amount_whole": "pack_amount = CAST(pack_amount AS BIGINT)",
}


def mend_cards() -> None:
    if not has_table("card_account"):
        make_card_account()
    if not has_table("card_payment"):
        make_card_payment()
    elif lacks("card_payment", "session_id"):
        mend_card_payment()


def make_card_account() -> None:
    op.create_table(
        "card_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("secret_cipher", sa.Text(), nullable=False),
        sa.Column("hook_secret_cipher", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_card_account_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_account")),
        sa.UniqueConstraint("key", name=op.f("uq_card_account_key")),
        sa.UniqueConstraint("stall_id", name=op.f("uq_card_account_stall_id")),
    )


def make_card_payment() -> None:
    op.create_table(
        "card_payment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("card_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("intent_id", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(session_id IS NULL) = (url IS NULL)", name=op.f("ck_card_payment_session_has_url")),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f("ck_card_payment_amount_whole")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_card_payment_amount_positive")),
        sa.CheckConstraint("received = CAST(received AS BIGINT)", name=op.f("ck_card_payment_received_whole")),
        sa.CheckConstraint("received >= 0 AND received <= amount", name=op.f("ck_card_payment_received_within_amount")),
        sa.ForeignKeyConstraint(["card_account_id"], ["card_account.id"], name=op.f("fk_card_payment_card_account_id")),
        sa.ForeignKeyConstraint(["request_id"], ["payment_request.id"], name=op.f("fk_card_payment_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_payment")),
        sa.UniqueConstraint("card_account_id", "intent_id", name=op.f("uq_card_payment_card_account_id_intent_id")),
        sa.UniqueConstraint("card_account_id", "session_id", name=op.f("uq_card_payment_card_account_id_session_id")),
    )
    with op.batch_alter_table("card_payment") as batch_op:
        batch_op.create_index("ix_card_payment_request_id", ["request_id"])
    index_open_payments()


def index_open_payments() -> None:
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_card_payment_open",
        "card_payment",
        ["request_id"],
        unique=True,
        postgresql_where=is_open,
        sqlite_where=is_open,
    )


def mend_card_payment() -> None:
    """Payments of the former way had no page of the gateway that could still be open: they are closed ones."""
    with op.batch_alter_table("card_payment") as batch_op:
        batch_op.alter_column("intent_id", existing_type=sa.Text(), nullable=True)
        batch_op.add_column(sa.Column("session_id", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("url", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE card_payment SET expires_at = created_at, closed_at = created_at")
    with op.batch_alter_table("card_payment") as batch_op:
        batch_op.alter_column("expires_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_check_constraint(
            op.f("ck_card_payment_session_has_url"), "(session_id IS NULL) = (url IS NULL)"
        )
        batch_op.create_unique_constraint(
            op.f("uq_card_payment_card_account_id_session_id"), ["card_account_id", "session_id"]
        )
    index_open_payments()


def mend_money() -> None:
    if not has_index("bank_credit", "ix_bank_credit_waiting"):
        op.drop_index("ix_bank_credit_stall_id_id", "bank_credit")
        op.create_index("ix_bank_credit_stall_id_occurred_at", "bank_credit", ["stall_id", "occurred_at"])
        waits = sa.text("unmatched_reason IS NOT NULL")
        op.create_index(
            "ix_bank_credit_waiting", "bank_credit", ["stall_id"], postgresql_where=waits, sqlite_where=waits
        )
    if lacks("allocation", "card_payment_id"):
        card_payment_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
        with op.batch_alter_table("allocation") as batch_op:
            batch_op.add_column(sa.Column("card_payment_id", card_payment_id, nullable=True))
            batch_op.drop_constraint(op.f("ck_allocation_allocationkind"), type_="check")
        with op.batch_alter_table("allocation") as batch_op:
            batch_op.create_check_constraint(
                op.f("ck_allocation_allocationkind"), "kind IN ('ngan_hang', 'nguoi_ban', 'the')"
            )
            batch_op.create_check_constraint(
                op.f("ck_allocation_card_has_payment"), "(kind = 'the') = (card_payment_id IS NOT NULL)"
            )
            batch_op.create_foreign_key(
                op.f("fk_allocation_card_payment_id"), "card_payment", ["card_payment_id"], ["id"]
            )
            batch_op.create_index("ix_allocation_card_payment_id", ["card_payment_id"])


def mend_goods() -> None:
    if lacks("cart", "changes"):
        add_filled("cart", sa.Column("changes", sa.BigInteger(), nullable=False), "0")
        with op.batch_alter_table("cart") as batch_op:
            batch_op.create_check_constraint(op.f("ck_cart_changes_whole"), "changes = CAST(changes AS BIGINT)")
    if lacks("variant", "removed_at"):
        with op.batch_alter_table("variant") as batch_op:
            batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        with op.batch_alter_table("variant") as batch_op:
            batch_op.create_check_constraint(
                op.f("ck_variant_removed_holds_nothing"), "removed_at IS NULL OR (is_sold_out AND reserved = 0)"
            )
    if lacks("export_run", "storage_key"):
        with op.batch_alter_table("export_run") as batch_op:
            batch_op.add_column(sa.Column("storage_key", sa.Text(), nullable=False))
