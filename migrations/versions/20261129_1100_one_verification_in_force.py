"""One verification of a business is in force; what ends one, a member's place or a stall says why.

Of several in force the newest stays; the others end as it began, so that no figure as of a day changes. Whose paper a
verification is, is found where the claim was decided in the same moment by the same officer.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1100"
down_revision = "20261129_1050"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_FORCE = sa.text("state = 'da_xac_thuc' AND ended_at IS NULL")
STATES = ("cho", "da_xac_thuc", "tu_choi", "het_han", "thu_hoi")
SEVERAL = "Có nhiều xác nhận cùng lúc, chợ giữ bản mới nhất."
END_OLDER = """
UPDATE verification SET state = 'het_han', ended_reason = :reason, ended_at = (
    SELECT MIN(newer.verified_at) FROM verification newer
    WHERE newer.business_id = verification.business_id AND newer.id > verification.id
    AND (newer.ended_reason = :reason OR (newer.state = 'da_xac_thuc' AND newer.ended_at IS NULL))
)
WHERE id IN (
    SELECT older.id FROM verification older JOIN verification newer ON newer.business_id = older.business_id
    WHERE older.state = 'da_xac_thuc' AND older.ended_at IS NULL
    AND newer.state = 'da_xac_thuc' AND newer.ended_at IS NULL AND newer.id > older.id
)
"""
NAME_THE_MEMBER = """
UPDATE verification SET member_id = (
    SELECT MIN(m.id) FROM business_member m WHERE m.business_id = verification.business_id
    AND m.decided_by = verification.verified_by AND m.decided_at = verification.verified_at
)
"""


def _know_states(*more: str) -> None:
    name, known = op.f("ck_verification_verificationstate"), ", ".join(f"'{state}'" for state in (*STATES, *more))
    with op.batch_alter_table("verification") as verification:
        verification.drop_constraint(name, type_="check")
    with op.batch_alter_table("verification") as verification:
        verification.create_check_constraint(name, f"state IN ({known})")


def upgrade() -> None:
    with op.batch_alter_table("verification") as verification:
        verification.add_column(sa.Column("member_id", ID, nullable=True))
        verification.add_column(sa.Column("ended_reason", sa.Text(), nullable=True))
        verification.add_column(sa.Column("warnings", sa.Text(), nullable=True))
        verification.add_column(sa.Column("warnings_reason", sa.Text(), nullable=True))
    op.execute(sa.text(END_OLDER).bindparams(reason=SEVERAL))
    op.execute(NAME_THE_MEMBER)
    _know_states("them_nguoi")
    with op.batch_alter_table("verification") as verification:
        verification.create_foreign_key(op.f("fk_verification_member_id"), "business_member", ["member_id"], ["id"])
        verification.create_index(op.f("ix_verification_member_id"), ["member_id"])
        verification.create_index(
            "uq_verification_in_force",
            ["business_id"],
            unique=True,
            postgresql_where=IN_FORCE,
            sqlite_where=IN_FORCE,
        )
    with op.batch_alter_table("business_member") as member:
        member.add_column(sa.Column("ended_reason", sa.Text(), nullable=True))
    with op.batch_alter_table("stall") as stall:
        stall.add_column(sa.Column("closed_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("stall") as stall:
        stall.drop_column("closed_reason")
    with op.batch_alter_table("business_member") as member:
        member.drop_column("ended_reason")
    op.execute("UPDATE verification SET state = 'het_han', ended_at = verified_at WHERE state = 'them_nguoi'")
    with op.batch_alter_table("verification") as verification:
        verification.drop_index("uq_verification_in_force")
        verification.drop_index(op.f("ix_verification_member_id"))
        verification.drop_constraint(op.f("fk_verification_member_id"), type_="foreignkey")
        for column in ("warnings_reason", "warnings", "ended_reason", "member_id"):
            verification.drop_column(column)
    _know_states()
