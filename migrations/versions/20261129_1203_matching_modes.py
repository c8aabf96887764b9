"""A commune that takes orders says whether bank notices are matched for it; those that took orders until now had them
matched, and go on so. Older programs do not know the mode."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1203"
down_revision = "20261129_1202"
branch_labels = None
depends_on = None
phase = "contract"

NAME = "ck_commune_communemode"


def upgrade() -> None:
    _allow("'ordering_matched', 'ordering', 'showcase'")
    op.execute("UPDATE commune SET mode = 'ordering_matched' WHERE mode = 'ordering'")


def downgrade() -> None:
    op.execute("UPDATE commune SET mode = 'ordering' WHERE mode = 'ordering_matched'")
    _allow("'ordering', 'showcase'")


def _allow(modes: str) -> None:
    with op.batch_alter_table("commune") as commune:
        commune.drop_constraint(op.f(NAME), type_="check")
    with op.batch_alter_table("commune") as commune:
        commune.create_check_constraint(op.f(NAME), sa.text(f"mode IN ({modes})"))
