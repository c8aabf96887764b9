"""Goods sold by what they weigh, and deposits: what a listing and a stall ask, what an order froze of it.

A contract, though nothing is lost: an older program hands over what is not weighed yet, and gives back a deposit that
its terms leave the stall. The bounds are dated facts; a market that has them keeps them, an empty one is given them
with its seeds.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "20261130_1920"
down_revision = "20261130_1910"
branch_labels = None
depends_on = None
phase = "contract"

WHOLE = sa.BigInteger()
FACT = sa.table(
    "dated_fact",
    sa.column("commune_id", sa.BigInteger),
    sa.column("key", sa.Text),
    sa.column("value", sa.Text),
    sa.column("valid_from", sa.Date),
    sa.column("source", sa.Text),
)
REQUEST = sa.table("payment_request", sa.column("owed_back", sa.BigInteger))
SINCE = date(2026, 11, 30)
FACTS = {
    "weigh.most_percent": (
        "20",
        "Quy ước của chợ: hàng cân thực tế lệch nhiều nhất chừng này phần trăm so với số khách đặt",
    ),
    "deposit.most_percent": ("50", "Quy ước của chợ: tiền cọc nhiều nhất là chừng này phần trăm tiền đơn"),
    "deposit.kept_percent": (
        "100",
        "Quy ước của chợ, theo Bộ luật Dân sự 2015, Điều 328: khách không đến lấy thì người bán giữ chừng này phần "
        "trăm tiền cọc",
    ),
}
COUNT_ON = """SELECT setval(
    pg_get_serial_sequence('dated_fact', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM dated_fact), false
)"""
"""Rows that were put back with their ids may have left PostgreSQL's counter behind."""

ORDER_CHECKS = {
    "to_weigh_whole": "to_weigh = CAST(to_weigh AS BIGINT)",
    "deposit_whole": "deposit = CAST(deposit AS BIGINT)",
    "deposit_kept_whole": "deposit_kept = CAST(deposit_kept AS BIGINT)",
    "deposit_terms_whole": "deposit_terms = CAST(deposit_terms AS BIGINT)",
    "weighed_before_packed": "to_weigh >= 0 AND (to_weigh = 0 OR status NOT IN ('san_sang', 'da_giao'))",
    "deposit_kept_within": "deposit >= 0 AND deposit_kept >= 0 AND deposit_kept <= deposit",
    "deposit_has_terms": "(deposit > 0) = (deposit_terms IS NOT NULL)",
    "deposit_on_receipt": "deposit = 0 OR pay_choice = 'khi_nhan'",
}
LINE_CHECKS = {
    "weighed_within_whole": "weighed_within = CAST(weighed_within AS BIGINT)",
    "estimate_whole": "estimate = CAST(estimate AS BIGINT)",
    "estimate_of_weighed": "estimate IS NULL OR (weighed_within IS NOT NULL AND estimate > 0)",
}
VARIANT_CHECKS = {
    "weighed_within_whole": "weighed_within = CAST(weighed_within AS BIGINT)",
    "weighed": "weighed_within IS NULL OR (weighed_within BETWEEN 1 AND 50 AND unit = 'kg')",
}
STALL_CHECKS = {
    "deposit_percent_whole": "deposit_percent = CAST(deposit_percent AS BIGINT)",
    "deposit_from_whole": "deposit_from = CAST(deposit_from AS BIGINT)",
    "deposit_bounded": "deposit_percent BETWEEN 0 AND 100 AND deposit_from >= 0",
}
GIVE_BACK = (
    "(CASE WHEN closed_at IS NOT NULL THEN received - kept WHEN received > amount THEN received - amount ELSE 0 END)"
)
GAVE_BACK = "(CASE WHEN closed_at IS NOT NULL THEN received WHEN received > amount THEN received - amount ELSE 0 END)"
KEPT_CHECKS = {
    "kept_whole": "kept = CAST(kept AS BIGINT)",
    "kept_of_what_came": "kept >= 0 AND kept <= received AND (kept = 0 OR closed_at IS NOT NULL)",
}


def upgrade() -> None:
    _add("order", ORDER_CHECKS, "deposit_terms", counted=("to_weigh", "deposit", "deposit_kept"), zero=sa.text("0"))
    _add("order_line", LINE_CHECKS, "weighed_within", "estimate")
    _add("variant", VARIANT_CHECKS, "weighed_within")
    _add("stall", STALL_CHECKS, counted=("deposit_percent", "deposit_from"))
    with op.batch_alter_table("payment_request") as request:
        request.add_column(sa.Column("kept", WHOLE, server_default="0", nullable=False))
        request.drop_constraint(op.f("ck_payment_request_owed_back_adds_up"), type_="check")
        request.create_check_constraint(
            op.f("ck_payment_request_owed_back_adds_up"), f"owed_back = {GIVE_BACK} - refunded"
        )
        for name, check in KEPT_CHECKS.items():
            request.create_check_constraint(op.f(f"ck_payment_request_{name}"), check)
    op.add_column("line_change", sa.Column("is_weighed", sa.Boolean(), server_default=sa.false(), nullable=False))
    _enter_facts()


def _add(
    name: str,
    checks: dict[str, str],
    *columns: str,
    counted: tuple[str, ...] = (),
    zero: str | sa.TextClause = "0",
) -> None:
    """Columns that may be empty, and such as begin at nothing, with what holds of them."""
    with op.batch_alter_table(name) as table:
        for column in counted:
            table.add_column(sa.Column(column, WHOLE, server_default=zero, nullable=False))
        for column in columns:
            table.add_column(sa.Column(column, WHOLE, nullable=True))
        for check, words in checks.items():
            table.create_check_constraint(op.f(f"ck_{name}_{check}"), words)


def _enter_facts() -> None:
    is_empty = sa.select(~sa.exists().select_from(sa.table("commune")))
    if op.get_bind().scalar(is_empty):
        return
    known = set(op.get_bind().scalars(sa.select(FACT.c.key).where(FACT.c.commune_id.is_(None))))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(COUNT_ON)
    rows = [
        {"commune_id": None, "key": key, "value": value, "valid_from": SINCE, "source": source}
        for key, (value, source) in FACTS.items()
        if key not in known
    ]
    if rows:
        op.bulk_insert(FACT, rows)


def downgrade() -> None:
    ours = FACT.c.commune_id.is_(None) & FACT.c.key.in_(list(FACTS)) & (FACT.c.valid_from == SINCE)
    op.execute(FACT.delete().where(ours))
    op.drop_column("line_change", "is_weighed")
    with op.batch_alter_table("payment_request") as request:
        for name in (*KEPT_CHECKS, "owed_back_adds_up"):
            request.drop_constraint(op.f(f"ck_payment_request_{name}"), type_="check")
        request.drop_column("kept")
    op.execute(sa.update(REQUEST).values(owed_back=sa.text(f"{GAVE_BACK} - refunded")))
    with op.batch_alter_table("payment_request") as request:
        request.create_check_constraint(
            op.f("ck_payment_request_owed_back_adds_up"), f"owed_back = {GAVE_BACK} - refunded"
        )
    _drop("stall", STALL_CHECKS, "deposit_percent", "deposit_from")
    _drop("variant", VARIANT_CHECKS, "weighed_within")
    _drop("order_line", LINE_CHECKS, "weighed_within", "estimate")
    _drop("order", ORDER_CHECKS, "to_weigh", "deposit", "deposit_kept", "deposit_terms")


def _drop(name: str, checks: dict[str, str], *columns: str) -> None:
    with op.batch_alter_table(name) as table:
        for check in checks:
            table.drop_constraint(op.f(f"ck_{name}_{check}"), type_="check")
        for column in columns:
            table.drop_column(column)
