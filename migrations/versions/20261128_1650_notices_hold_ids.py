"""Notices hold the ids of what they are about; `path` stays, empty from now on, for a later revision to drop."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "20261128_1650"
down_revision = "20261128_1641"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOTICE = sa.table(
    "notice",
    sa.column("id", ID),
    sa.column("dedupe_key", sa.Text()),
    sa.column("purchase_id", ID),
    sa.column("product_id", ID),
    sa.column("path", sa.Text()),
)


def upgrade() -> None:
    with op.batch_alter_table("notice") as notice:
        notice.add_column(sa.Column("purchase_id", ID, nullable=True))
        notice.add_column(sa.Column("product_id", ID, nullable=True))
        notice.create_foreign_key(op.f("fk_notice_purchase_id"), "purchase", ["purchase_id"], ["id"])
        notice.create_foreign_key(op.f("fk_notice_product_id"), "product", ["product_id"], ["id"])
        notice.alter_column("path", existing_type=sa.Text(), nullable=True)
    for subject in ("purchase", "product"):
        _fill(subject)


def _fill(subject: str) -> None:
    """`dedupe_key` begins with what a notice is about: `product:17:...`."""
    connection = op.get_bind()
    told = sa.select(NOTICE.c.id, NOTICE.c.dedupe_key).where(NOTICE.c.dedupe_key.startswith(f"{subject}:"))
    found = {row.id: int(row.dedupe_key.split(":")[1]) for row in connection.execute(told)}
    there = sa.table(subject, sa.column("id", ID))
    kept = set(connection.scalars(sa.select(there.c.id))) if found else set()
    _write(subject, ((number, about) for number, about in found.items() if about in kept))


def _write(subject: str, pairs: Iterable[tuple[int, int]]) -> None:
    rows = [{"row": number, "about": about} for number, about in pairs]
    if rows:
        which = NOTICE.c.id == sa.bindparam("row")
        op.get_bind().execute(sa.update(NOTICE).where(which).values({f"{subject}_id": sa.bindparam("about")}), rows)


def downgrade() -> None:
    op.execute(sa.update(NOTICE).where(NOTICE.c.path.is_(None)).values(path="/"))
    with op.batch_alter_table("notice") as notice:
        notice.drop_constraint(op.f("fk_notice_product_id"), type_="foreignkey")
        notice.drop_constraint(op.f("fk_notice_purchase_id"), type_="foreignkey")
        notice.drop_column("product_id")
        notice.drop_column("purchase_id")
        notice.alter_column("path", existing_type=sa.Text(), nullable=False)
