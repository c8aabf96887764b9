"""What somebody prepares while the commune looks at their papers: goods and pictures."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_1675"
down_revision = "20261129_1670"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.create_table(
        "drafted_listing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=True),
        sa.Column("pack_amount", sa.BigInteger(), nullable=True),
        sa.Column("pack_unit", sa.Text(), nullable=True),
        sa.Column("photo_key", sa.Text(), nullable=False),
        sa.Column("photo_width", sa.BigInteger(), nullable=False),
        sa.Column("photo_height", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("on_hand = CAST(on_hand AS BIGINT)", name=op.f("ck_drafted_listing_on_hand_whole")),
        sa.CheckConstraint("on_hand IS NULL OR on_hand >= 0", name=op.f("ck_drafted_listing_stock_not_negative")),
        sa.CheckConstraint(
            "pack_amount = CAST(pack_amount AS BIGINT)", name=op.f("ck_drafted_listing_pack_amount_whole")
        ),
        sa.CheckConstraint(
            "photo_height = CAST(photo_height AS BIGINT)", name=op.f("ck_drafted_listing_photo_height_whole")
        ),
        sa.CheckConstraint(
            "photo_width = CAST(photo_width AS BIGINT)", name=op.f("ck_drafted_listing_photo_width_whole")
        ),
        sa.CheckConstraint("price = CAST(price AS BIGINT)", name=op.f("ck_drafted_listing_price_whole")),
        sa.CheckConstraint("price > 0", name=op.f("ck_drafted_listing_price_positive")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_drafted_listing_category_id")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_drafted_listing_commune_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_drafted_listing_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafted_listing")),
        sa.UniqueConstraint("photo_key", name=op.f("uq_drafted_listing_photo_key")),
    )
    op.create_index(op.f("ix_drafted_listing_commune_id_person_id"), "drafted_listing", ["commune_id", "person_id"])

    op.create_table(
        "private_picture",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("giay_to", "hang", name="picturepurpose", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_private_picture_commune_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_private_picture_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_picture")),
        sa.UniqueConstraint("key", name=op.f("uq_private_picture_key")),
    )
    op.create_index(op.f("ix_private_picture_commune_id_person_id"), "private_picture", ["commune_id", "person_id"])


def downgrade() -> None:
    for table in ("private_picture", "drafted_listing"):
        op.drop_table(table)
