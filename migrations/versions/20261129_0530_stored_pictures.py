"""Whose picture a stored file is: a row for each upload, from which a stall's quota is counted. Every listing's
pictures come along, and those taken off a listing whose files wait for their end."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_0530"
down_revision = "20261129_0500"
branch_labels = None
depends_on = None
phase = "expand"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FORGET_PHOTO = "forget_photo"

photo = sa.table("photo", sa.column("key"), sa.column("stall_id"), sa.column("created_at", sa.DateTime(timezone=True)))
product = sa.table("product", sa.column("id"), sa.column("stall_id"))
job = sa.table(
    "job",
    sa.column("kind"),
    sa.column("state"),
    sa.column("payload", sa.JSON()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    new = op.create_table(
        "stored_picture",
        sa.Column("id", ID, nullable=False),
        sa.Column("stall_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_stored_picture_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_picture")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_picture_key")),
    )
    with op.batch_alter_table("stored_picture") as stored:
        stored.create_index(op.f("ix_stored_picture_stall_id_stored_at"), ["stall_id", "stored_at"])
    shown = sa.select(photo.c.stall_id, photo.c.key, photo.c.created_at)
    op.execute(sa.insert(new).from_select(["stall_id", "key", "stored_at"], shown))
    op.bulk_insert(new, _removed())


def _removed() -> list[dict[str, object]]:
    """Pictures taken off a listing: the job that will drop their files names the listing."""
    connection = op.get_bind()
    stalls = {row.id: row.stall_id for row in connection.execute(sa.select(product.c.id, product.c.stall_id))}
    shown = set(connection.scalars(sa.select(photo.c.key)))
    waiting = sa.select(job.c.payload, job.c.created_at).where(job.c.kind == FORGET_PHOTO, job.c.state == "waiting")
    removed: dict[str, dict[str, object]] = {}
    for payload, created_at in connection.execute(waiting):
        stall_id = stalls.get(payload.get("product_id"))
        if stall_id and payload["key"] not in shown:
            removed[payload["key"]] = {"stall_id": stall_id, "key": payload["key"], "stored_at": created_at}
    return list(removed.values())


def downgrade() -> None:
    op.drop_table("stored_picture")
