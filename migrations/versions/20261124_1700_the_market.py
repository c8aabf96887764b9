"""The first schema of the market."""

import sqlalchemy as sa
from alembic import op

from market.base.ddl import APPEND_ONLY, drop_index, forbid_change, index_names

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "category",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("ocop_set", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("level = CAST(level AS BIGINT)", name=op.f("ck_category_level_whole")),
        sa.CheckConstraint("ocop_set = CAST(ocop_set AS BIGINT)", name=op.f("ck_category_ocop_set_whole")),
        sa.CheckConstraint("position = CAST(position AS BIGINT)", name=op.f("ck_category_position_whole")),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name=op.f("fk_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("code", name=op.f("uq_category_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_category_slug")),
    )
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_category_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "commune",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("province_name", sa.Text(), nullable=False),
        sa.Column("office_name", sa.Text(), nullable=False),
        sa.Column("office_phone", sa.Text(), nullable=True),
        sa.Column("letters", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column(
            "mode",
            sa.Enum("ordering", "showcase", name="communemode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commune")),
        sa.UniqueConstraint("code", name=op.f("uq_commune_code")),
        sa.UniqueConstraint("host", name=op.f("uq_commune_host")),
        sa.UniqueConstraint("letters", name=op.f("uq_commune_letters")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("waiting", "done", "dead", name="jobstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempts = CAST(attempts AS BIGINT)", name=op.f("ck_job_attempts_whole")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_job_dedupe_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_state_run_at"), ["state", "run_at"], unique=False)

    op.create_table(
        "search_bigram",
        sa.Column("a", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("b", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("n = CAST(n AS BIGINT)", name=op.f("ck_search_bigram_n_whole")),
        sa.PrimaryKeyConstraint("a", "b", name=op.f("pk_search_bigram")),
    )
    op.create_table(
        "search_delete",
        sa.Column("deletion", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("deletion", "term", name=op.f("pk_search_delete")),
    )
    op.create_table(
        "search_term",
        sa.Column("term", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("df", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("df = CAST(df AS BIGINT)", name=op.f("ck_search_term_df_whole")),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_search_term")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phone_digest", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_attempt_phone_digest_at"), ["phone_digest", "at"], unique=False)

    op.create_table(
        "cart",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("changes = CAST(changes AS BIGINT)", name=op.f("ck_cart_changes_whole")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_cart_commune_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_cart_key_hash")),
    )
    op.create_table(
        "dated_fact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_dated_fact_commune_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_fact")),
    )
    with op.batch_alter_table("dated_fact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dated_fact_key_valid_from"), ["key", "valid_from"], unique=False)

    op.create_table(
        "hamlet",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("old_commune", sa.Text(), nullable=True),
        sa.Column(
            "certainty",
            sa.Enum(
                "confirmed",
                "high",
                "medium",
                "unknown",
                name="certainty",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_hamlet_commune_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hamlet")),
        sa.UniqueConstraint("commune_id", "slug", name=op.f("uq_hamlet_commune_id_slug")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_person_commune_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_phone"), ["phone"], unique=False)

    op.create_table(
        "business",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.Column(
            "status",
            sa.Enum(
                "dang_hoat_dong",
                "tam_ngung",
                "cham_dut",
                name="businessstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("tax_id", sa.Text(), nullable=True),
        sa.Column("trade", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_business_commune_id")),
        sa.ForeignKeyConstraint(["hamlet_id"], ["hamlet.id"], name=op.f("fk_business_hamlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business")),
    )
    with op.batch_alter_table("business", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_business_commune_id_folded"), ["commune_id", "folded"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_business_commune_id_hamlet_id_kind"), ["commune_id", "hamlet_id", "kind"], unique=False
        )
        batch_op.create_index("uq_business_tax_id", ["commune_id", "tax_id"], unique=True)

    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_phone"), ["phone"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("visitor", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_login_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_login_session_key_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_session_visitor"), ["visitor"], unique=False)

    op.create_table(
        "old_place",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hamlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("old_name", sa.Text(), nullable=False),
        sa.Column("old_code", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_old_place_commune_id")),
        sa.ForeignKeyConstraint(["hamlet_id"], ["hamlet.id"], name=op.f("fk_old_place_hamlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_place")),
        sa.UniqueConstraint(
            "commune_id", "old_code", "old_name", name=op.f("uq_old_place_commune_id_old_code_old_name")
        ),
    )
    op.create_table(
        "pickup_point",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hamlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("keeper_name", sa.Text(), nullable=False),
        sa.Column("keeper_phone", sa.Text(), nullable=False),
        sa.Column("opening_hours", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hamlet_id"], ["hamlet.id"], name=op.f("fk_pickup_point_hamlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_point")),
    )
    with op.batch_alter_table("pickup_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pickup_point_hamlet_id"), ["hamlet_id"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "officer", "helper", "admin", name="postrole", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("hamlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_post_commune_id")),
        sa.ForeignKeyConstraint(["hamlet_id"], ["hamlet.id"], name=op.f("fk_post_hamlet_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_post_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_person_id_role"), ["person_id", "role"], unique=False)

    op.create_table(
        "business_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.Column(
            "status",
            sa.Enum(
                "dang_hoat_dong",
                "tam_ngung",
                "cham_dut",
                name="businessstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("hamlet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_business_history_business_id")),
        sa.ForeignKeyConstraint(["hamlet_id"], ["hamlet.id"], name=op.f("fk_business_history_hamlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_history")),
    )
    with op.batch_alter_table("business_history", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_business_history_business_id_valid_from_recorded_at"),
            ["business_id", "valid_from", "recorded_at"],
            unique=False,
        )

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
    with op.batch_alter_table("business_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_business_proposal_commune_id_state"), ["commune_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_business_proposal_person_id"), ["person_id"], unique=False)

    op.create_table(
        "business_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum("owner", "staff", name="memberrole", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "cho", "da_xac_nhan", "tu_choi", name="claimstate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_business_member_business_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_business_member_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_business_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_member")),
        sa.UniqueConstraint("business_id", "person_id", name=op.f("uq_business_member_business_id_person_id")),
    )
    with op.batch_alter_table("business_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_business_member_person_id_state"), ["person_id", "state"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_certificate_business_id")),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_certificate_checked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_business_id"), ["business_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "purpose",
            sa.Enum(
                "terms", "family_account", name="consentpurpose", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("witness_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_consent_business_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["person.id"], name=op.f("fk_consent_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_business_id"), ["business_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_person_id"), ["person_id"], unique=False)

    op.create_table(
        "declared_sale",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("declared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_declared_sale_business_id")),
        sa.ForeignKeyConstraint(["declared_by"], ["person.id"], name=op.f("fk_declared_sale_declared_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_sale")),
    )
    with op.batch_alter_table("declared_sale", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declared_sale_business_id"), ["business_id"], unique=False)

    op.create_table(
        "mandate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("helper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column(
            "method",
            sa.Enum("giay", "ma", name="mandatemethod", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("paper", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_mandate_ends_after_start")),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_mandate_business_id")),
        sa.ForeignKeyConstraint(["helper_id"], ["person.id"], name=op.f("fk_mandate_helper_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_mandate_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mandate_business_id"), ["business_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mandate_helper_id_ends_on"), ["helper_id", "ends_on"], unique=False)

    op.create_table(
        "one_time_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "reset_password",
                "grant_mandate",
                name="codepurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("grants_until", sa.Date(), nullable=True),
        sa.Column("code_digest", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("tries = CAST(tries AS BIGINT)", name=op.f("ck_one_time_code_tries_whole")),
        sa.CheckConstraint("tries >= 0 AND tries <= 5", name=op.f("ck_one_time_code_tries_capped")),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_one_time_code_business_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_one_time_code_created_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_code_person_id"), ["person_id"], unique=False)

    op.create_table(
        "platform_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_platform_account_business_id")),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_platform_account_checked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_account")),
        sa.UniqueConstraint("business_id", "platform", name=op.f("uq_platform_account_business_id_platform")),
    )
    op.create_table(
        "purchase",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_key", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_purchase_commune_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_purchase_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase")),
        sa.UniqueConstraint("client_key", name=op.f("uq_purchase_client_key")),
        sa.UniqueConstraint("code", name=op.f("uq_purchase_code")),
    )
    op.create_table(
        "stall",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("intro", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("mo", "nghi", "dong", name="stallstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepts_by_itself", sa.Boolean(), nullable=False),
        sa.Column("delivers_in_commune", sa.Boolean(), nullable=False),
        sa.Column("delivery_fee", sa.BigInteger(), nullable=False),
        sa.Column("ships_outside", sa.Boolean(), nullable=False),
        sa.Column("shipping_fee", sa.BigInteger(), nullable=False),
        sa.Column("accepts_card", sa.Boolean(), nullable=False),
        sa.CheckConstraint("delivery_fee = CAST(delivery_fee AS BIGINT)", name=op.f("ck_stall_delivery_fee_whole")),
        sa.CheckConstraint("delivery_fee >= 0 AND shipping_fee >= 0", name=op.f("ck_stall_fees")),
        sa.CheckConstraint("shipping_fee = CAST(shipping_fee AS BIGINT)", name=op.f("ck_stall_shipping_fee_whole")),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_stall_business_id")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_stall_commune_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stall")),
        sa.UniqueConstraint("business_id", name=op.f("uq_stall_business_id")),
        sa.UniqueConstraint("commune_id", "slug", name=op.f("uq_stall_commune_id_slug")),
    )
    op.create_table(
        "verification",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "cho",
                "da_xac_thuc",
                "tu_choi",
                "het_han",
                "thu_hoi",
                name="verificationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("id_digest", sa.Text(), nullable=True),
        sa.Column("id_last4", sa.Text(), nullable=True),
        sa.Column("birth_date_cipher", sa.Text(), nullable=True),
        sa.Column("verified_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_verification_business_id")),
        sa.ForeignKeyConstraint(["verified_by"], ["person.id"], name=op.f("fk_verification_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verification_business_id"), ["business_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_verification_id_digest"), ["id_digest"], unique=False)

    op.create_table(
        "bank_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bin", sa.Text(), nullable=False),
        sa.Column("number_cipher", sa.Text(), nullable=False),
        sa.Column("number_digest", sa.Text(), nullable=False),
        sa.Column("number_last4", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "chinh_chu", "nguoi_nha", name="holderrelation", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("consent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "relation = 'chinh_chu' OR consent_id IS NOT NULL", name=op.f("ck_bank_account_family_consent")
        ),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_bank_account_business_id")),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_bank_account_consent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
    )
    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_account_number_digest"), ["number_digest"], unique=False)
        batch_op.create_index(
            "uq_bank_account_live",
            ["business_id"],
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "channel_template",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("shopee", "tiktok", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("shop_id", sa.Text(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_channel_template_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_template")),
    )
    with op.batch_alter_table("channel_template", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_channel_template_stall_id_channel_id"), ["stall_id", "channel", "id"], unique=False
        )

    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("on_behalf_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("mandate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.CheckConstraint("subject_id = CAST(subject_id AS BIGINT)", name=op.f("ck_event_subject_id_whole")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_event_actor_id")),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_event_business_id")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_event_commune_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_event_mandate_id")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["business.id"], name=op.f("fk_event_on_behalf_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_business_id"), ["business_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_commune_id_at"), ["commune_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_on_behalf_of_at"), ["on_behalf_of", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_subject_subject_id"), ["subject", "subject_id"], unique=False)

    op.create_table(
        "old_stall_slug",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_old_stall_slug_commune_id")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_old_stall_slug_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_stall_slug")),
        sa.UniqueConstraint("commune_id", "slug", name=op.f("uq_old_stall_slug_commune_id_slug")),
    )
    op.create_table(
        "order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "cho_nhan",
                "da_nhan",
                "san_sang",
                "da_giao",
                "tu_choi",
                "qua_han",
                "da_huy",
                name="orderstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "pay_choice",
            sa.Enum("khi_nhan", "chuyen_khoan", name="paychoice", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "delivery",
            sa.Enum(
                "diem_nhan", "trong_xa", "gui_xa", name="delivery", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("pickup_point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("goods_total", sa.BigInteger(), nullable=False),
        sa.Column("delivery_fee", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("buyer_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'da_giao') = (completed_on IS NOT NULL)", name=op.f("ck_order_completed_has_a_day")
        ),
        sa.CheckConstraint("delivery_fee = CAST(delivery_fee AS BIGINT)", name=op.f("ck_order_delivery_fee_whole")),
        sa.CheckConstraint("discount = CAST(discount AS BIGINT)", name=op.f("ck_order_discount_whole")),
        sa.CheckConstraint("goods_total = CAST(goods_total AS BIGINT)", name=op.f("ck_order_goods_total_whole")),
        sa.CheckConstraint(
            "goods_total >= 0 AND delivery_fee >= 0 AND discount >= 0 AND total >= 0",
            name=op.f("ck_order_not_negative"),
        ),
        sa.CheckConstraint("total = CAST(total AS BIGINT)", name=op.f("ck_order_total_whole")),
        sa.CheckConstraint("total = goods_total + delivery_fee - discount", name=op.f("ck_order_total_adds_up")),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_order_business_id")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_order_commune_id")),
        sa.ForeignKeyConstraint(["pickup_point_id"], ["pickup_point.id"], name=op.f("fk_order_pickup_point_id")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_order_purchase_id")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_order_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("code", name=op.f("uq_order_code")),
    )
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_business_id"), ["business_id"], unique=False)
        batch_op.create_index(
            "ix_order_clock",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("status IN ('cho_nhan', 'da_nhan')"),
            sqlite_where=sa.text("status IN ('cho_nhan', 'da_nhan')"),
        )
        batch_op.create_index(
            "ix_order_completed",
            ["commune_id", "completed_on", "business_id"],
            unique=False,
            postgresql_where=sa.text("status = 'da_giao'"),
            sqlite_where=sa.text("status = 'da_giao'"),
        )
        batch_op.create_index(batch_op.f("ix_order_purchase_id"), ["purchase_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_stall_id_status_id"), ["stall_id", "status", "id"], unique=False)

    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("marked", sa.Text(), nullable=False),
        sa.Column("indexed", sa.Text(), nullable=True),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "cho_duyet",
                "da_duyet",
                "tu_choi",
                "da_go",
                name="productstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("tax_group", sa.Text(), nullable=True),
        sa.Column("season_from", sa.BigInteger(), nullable=True),
        sa.Column("season_to", sa.BigInteger(), nullable=True),
        sa.Column("client_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("season_from = CAST(season_from AS BIGINT)", name=op.f("ck_product_season_from_whole")),
        sa.CheckConstraint(
            "season_from BETWEEN 1 AND 12 AND season_to BETWEEN 1 AND 12", name=op.f("ck_product_season_months")
        ),
        sa.CheckConstraint("season_to = CAST(season_to AS BIGINT)", name=op.f("ck_product_season_to_whole")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_product_category_id")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_product_commune_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_product_decided_by")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_product_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("stall_id", "client_key", name=op.f("uq_product_stall_id_client_key")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_product_commune_id_category_id_state_id"),
            ["commune_id", "category_id", "state", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_product_commune_id_state_id"), ["commune_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_stall_id_id"), ["stall_id", "id"], unique=False)

    op.create_table(
        "bank_connection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bank_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("secret_cipher", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["bank_account_id"], ["bank_account.id"], name=op.f("fk_bank_connection_bank_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_connection")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_connection_key")),
    )
    with op.batch_alter_table("bank_connection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_connection_bank_account_id"), ["bank_account_id"], unique=False)

    op.create_table(
        "channel_category",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("shopee", "tiktok", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_channel_category_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_category")),
        sa.UniqueConstraint("product_id", "channel", name=op.f("uq_channel_category_product_id_channel")),
    )
    op.create_table(
        "evidence_review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum("tinh", "khong_tinh", name="verdict", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_evidence_review_order_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_evidence_review_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_review")),
    )
    with op.batch_alter_table("evidence_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_review_order_id_id"), ["order_id", "id"], unique=False)

    op.create_table(
        "export_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("shopee", "tiktok", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("refused = CAST(refused AS BIGINT)", name=op.f("ck_export_run_refused_whole")),
        sa.CheckConstraint("rows = CAST(rows AS BIGINT)", name=op.f("ck_export_run_rows_whole")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_export_run_stall_id")),
        sa.ForeignKeyConstraint(["template_id"], ["channel_template.id"], name=op.f("fk_export_run_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_run")),
    )
    with op.batch_alter_table("export_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_export_run_stall_id"), ["stall_id"], unique=False)

    op.create_table(
        "lot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commune_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("mo", "chot", "thu_hoi", name="lotstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("plot", sa.Text(), nullable=False),
        sa.Column("yield_permille", sa.BigInteger(), nullable=False),
        sa.Column("pack_amount", sa.BigInteger(), nullable=False),
        sa.Column("pack_unit", sa.Text(), nullable=False),
        sa.Column("best_before", sa.Date(), nullable=True),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("stamps_printed", sa.BigInteger(), nullable=False),
        sa.Column("stamps_activated", sa.BigInteger(), nullable=False),
        sa.Column("stamps_allowed", sa.BigInteger(), nullable=True),
        sa.Column("client_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recall_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "stamps_activated = CAST(stamps_activated AS BIGINT)", name=op.f("ck_lot_stamps_activated_whole")
        ),
        sa.CheckConstraint(
            "stamps_activated >= 0 AND stamps_activated <= stamps_printed", name=op.f("ck_lot_activated_within_printed")
        ),
        sa.CheckConstraint("stamps_printed = CAST(stamps_printed AS BIGINT)", name=op.f("ck_lot_stamps_printed_whole")),
        sa.CheckConstraint("yield_permille = CAST(yield_permille AS BIGINT)", name=op.f("ck_lot_yield_permille_whole")),
        sa.CheckConstraint("yield_permille BETWEEN 1 AND 5000", name=op.f("ck_lot_yield_permille")),
        sa.CheckConstraint(
            "stamps_allowed IS NULL OR stamps_activated <= stamps_allowed", name=op.f("ck_lot_activated_within_packed")
        ),
        sa.CheckConstraint("stamps_allowed = CAST(stamps_allowed AS BIGINT)", name=op.f("ck_lot_stamps_allowed_whole")),
        sa.CheckConstraint("pack_amount > 0", name=op.f("ck_lot_pack_amount_positive")),
        sa.CheckConstraint("pack_amount = CAST(pack_amount AS BIGINT)", name=op.f("ck_lot_pack_amount_whole")),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f("fk_lot_commune_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_lot_product_id")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_lot_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("commune_id", "code", name=op.f("uq_lot_commune_id_code")),
        sa.UniqueConstraint("stall_id", "client_key", name=op.f("uq_lot_stall_id_client_key")),
    )
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lot_stall_id"), ["stall_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_notice_business_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_notice_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_notice_dedupe_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_business_id_seen_at"), ["business_id", "seen_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_person_id_seen_at"), ["person_id", "seen_at"], unique=False)

    op.create_table(
        "payment_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("bank_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f("ck_payment_request_amount_whole")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_request_amount_positive")),
        sa.CheckConstraint("received = CAST(received AS BIGINT)", name=op.f("ck_payment_request_received_whole")),
        sa.CheckConstraint("received >= 0", name=op.f("ck_payment_request_received_not_negative")),
        sa.ForeignKeyConstraint(
            ["bank_account_id"], ["bank_account.id"], name=op.f("fk_payment_request_bank_account_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_payment_request_order_id")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_payment_request_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_request")),
        sa.UniqueConstraint("order_id", name=op.f("uq_payment_request_order_id")),
    )
    with op.batch_alter_table("payment_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_request_stall_id_id"), ["stall_id", "id"], unique=False)

    op.create_table(
        "photo",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("is_illustration", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("height = CAST(height AS BIGINT)", name=op.f("ck_photo_height_whole")),
        sa.CheckConstraint("position = CAST(position AS BIGINT)", name=op.f("ck_photo_position_whole")),
        sa.CheckConstraint("width = CAST(width AS BIGINT)", name=op.f("ck_photo_width_whole")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_photo_product_id")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_photo_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("key", name=op.f("uq_photo_key")),
    )
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_product_id"), ["product_id"], unique=False)

    op.create_table(
        "variant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("pack_amount", sa.BigInteger(), nullable=True),
        sa.Column("pack_unit", sa.Text(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=True),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("is_sold_out", sa.Boolean(), nullable=False),
        sa.Column("weight_grams", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("on_hand = CAST(on_hand AS BIGINT)", name=op.f("ck_variant_on_hand_whole")),
        sa.CheckConstraint("on_hand IS NULL OR on_hand >= 0", name=op.f("ck_variant_stock_not_negative")),
        sa.CheckConstraint("pack_amount = CAST(pack_amount AS BIGINT)", name=op.f("ck_variant_pack_amount_whole")),
        sa.CheckConstraint("price = CAST(price AS BIGINT)", name=op.f("ck_variant_price_whole")),
        sa.CheckConstraint("price > 0", name=op.f("ck_variant_price_positive")),
        sa.CheckConstraint("reserved = CAST(reserved AS BIGINT)", name=op.f("ck_variant_reserved_whole")),
        sa.CheckConstraint(
            "removed_at IS NULL OR (is_sold_out AND reserved = 0)", name=op.f("ck_variant_removed_holds_nothing")
        ),
        sa.CheckConstraint(
            "reserved >= 0 AND (on_hand IS NULL OR reserved <= on_hand)", name=op.f("ck_variant_reserved_within_stock")
        ),
        sa.CheckConstraint("weight_grams = CAST(weight_grams AS BIGINT)", name=op.f("ck_variant_weight_grams_whole")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_variant_product_id")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_variant_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint("stall_id", "sku", name=op.f("uq_variant_stall_id_sku")),
    )
    with op.batch_alter_table("variant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_variant_product_id"), ["product_id"], unique=False)

    op.create_table(
        "bank_credit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_txn_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("allocated", sa.BigInteger(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("bank_ref", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unmatched_reason", sa.Text(), nullable=True),
        sa.Column("raw_cipher", sa.Text(), nullable=False),
        sa.CheckConstraint("allocated = CAST(allocated AS BIGINT)", name=op.f("ck_bank_credit_allocated_whole")),
        sa.CheckConstraint(
            "allocated >= 0 AND allocated <= amount", name=op.f("ck_bank_credit_allocated_within_amount")
        ),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f("ck_bank_credit_amount_whole")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bank_credit_amount_positive")),
        sa.ForeignKeyConstraint(["connection_id"], ["bank_connection.id"], name=op.f("fk_bank_credit_connection_id")),
        sa.ForeignKeyConstraint(["stall_id"], ["stall.id"], name=op.f("fk_bank_credit_stall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_credit")),
        sa.UniqueConstraint(
            "connection_id", "provider_txn_id", name=op.f("uq_bank_credit_connection_id_provider_txn_id")
        ),
    )
    with op.batch_alter_table("bank_credit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bank_credit_stall_id_occurred_at"), ["stall_id", "occurred_at"], unique=False
        )
        batch_op.create_index(
            "ix_bank_credit_waiting",
            ["stall_id"],
            unique=False,
            postgresql_where=sa.text("unmatched_reason IS NOT NULL"),
            sqlite_where=sa.text("unmatched_reason IS NOT NULL"),
        )

    op.create_table(
        "cart_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cart_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f("ck_cart_line_amount_whole")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_cart_line_amount_positive")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_cart_line_cart_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_cart_line_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_line")),
        sa.UniqueConstraint("cart_id", "variant_id", name=op.f("uq_cart_line_cart_id_variant_id")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "gieo_trong",
                "bon_phan",
                "phun_thuoc",
                "thu_hoach",
                "so_che",
                "dong_goi",
                name="journalkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("on_behalf_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("substance", sa.Text(), nullable=True),
        sa.Column("phi_days", sa.BigInteger(), nullable=True),
        sa.Column("phi_source", sa.Text(), nullable=True),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_withdrawal", sa.Boolean(), nullable=False),
        sa.Column("client_key", sa.Text(), nullable=True),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f("ck_journal_entry_amount_whole")),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_journal_entry_amount_positive")),
        sa.CheckConstraint("phi_days = CAST(phi_days AS BIGINT)", name=op.f("ck_journal_entry_phi_days_whole")),
        sa.CheckConstraint("phi_days IS NULL OR phi_days >= 0", name=op.f("ck_journal_entry_phi_not_negative")),
        sa.CheckConstraint(
            "corrects_id IS NOT NULL OR NOT is_withdrawal", name=op.f("ck_journal_entry_withdrawal_of_a_line")
        ),
        sa.ForeignKeyConstraint(["corrects_id"], ["journal_entry.id"], name=op.f("fk_journal_entry_corrects_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_journal_entry_lot_id")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["business.id"], name=op.f("fk_journal_entry_on_behalf_of")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_journal_entry_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_journal_entry_corrects_id")),
        sa.UniqueConstraint("lot_id", "client_key", name=op.f("uq_journal_entry_lot_id_client_key")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entry_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("variant_label", sa.Text(), nullable=False),
        sa.Column("stall_name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("tax_group", sa.Text(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("line_total", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f("ck_order_line_amount_whole")),
        sa.CheckConstraint("amount > 0 AND price > 0 AND line_total >= 0", name=op.f("ck_order_line_positive")),
        sa.CheckConstraint("line_total = CAST(line_total AS BIGINT)", name=op.f("ck_order_line_line_total_whole")),
        sa.CheckConstraint("price = CAST(price AS BIGINT)", name=op.f("ck_order_line_price_whole")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_order_line_lot_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_line_order_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_order_line_product_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_order_line_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_line_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_line_variant_id"), ["variant_id"], unique=False)

    op.create_table(
        "reservation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "ban", "tra", "qua_han", name="reservationend", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f("ck_reservation_amount_whole")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_reservation_amount_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_reservation_order_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_reservation_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reservation_live",
            ["variant_id", "held_until"],
            unique=False,
            postgresql_where=sa.text("released_at IS NULL"),
            sqlite_where=sa.text("released_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_reservation_order_id"), ["order_id"], unique=False)

    op.create_table(
        "stamp",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "da_in", "da_kich_hoat", "huy", name="stampstate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("serial = CAST(serial AS BIGINT)", name=op.f("ck_stamp_serial_whole")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stamp_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp")),
        sa.UniqueConstraint("code", name=op.f("uq_stamp_code")),
    )
    with op.batch_alter_table("stamp", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stamp_lot_id_serial"), ["lot_id", "serial"], unique=True)

    op.create_table(
        "stock_move",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delta", sa.BigInteger(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "dem_lai", "ban", "tra_lai", name="movereason", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("delta = CAST(delta AS BIGINT)", name=op.f("ck_stock_move_delta_whole")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_stock_move_actor_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_stock_move_order_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_stock_move_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_move")),
    )
    with op.batch_alter_table("stock_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_move_variant_id"), ["variant_id"], unique=False)

    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_signed", sa.Boolean(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("status = CAST(status AS BIGINT)", name=op.f("ck_webhook_delivery_status_whole")),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["bank_connection.id"], name=op.f("fk_webhook_delivery_connection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_delivery_connection_id"), ["connection_id"], unique=False)

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
    with op.batch_alter_table("card_payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_payment_request_id"), ["request_id"], unique=False)
        batch_op.create_index(
            "uq_card_payment_open",
            ["request_id"],
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "allocation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("card_payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "ngan_hang",
                "nguoi_ban",
                "the",
                name="allocationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("undoes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'ngan_hang') = (credit_id IS NOT NULL)", name=op.f("ck_allocation_bank_has_credit")
        ),
        sa.CheckConstraint(
            "(kind = 'the') = (card_payment_id IS NOT NULL)", name=op.f("ck_allocation_card_has_payment")
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_allocation_amount_not_zero")),
        sa.CheckConstraint("amount = CAST(amount AS BIGINT)", name=op.f("ck_allocation_amount_whole")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_allocation_actor_id")),
        sa.ForeignKeyConstraint(["card_payment_id"], ["card_payment.id"], name=op.f("fk_allocation_card_payment_id")),
        sa.ForeignKeyConstraint(["credit_id"], ["bank_credit.id"], name=op.f("fk_allocation_credit_id")),
        sa.ForeignKeyConstraint(["request_id"], ["payment_request.id"], name=op.f("fk_allocation_request_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["allocation.id"], name=op.f("fk_allocation_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_allocation_undoes_id")),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_card_payment_id"), ["card_payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_credit_id"), ["credit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_request_id"), ["request_id"], unique=False)

    op.create_table(
        "scan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stamp_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visitor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["stamp_id"], ["stamp.id"], name=op.f("fk_scan_stamp_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
        sa.UniqueConstraint("stamp_id", "visitor", name=op.f("uq_scan_stamp_id_visitor")),
    )

    connection = op.get_bind()
    index_names(connection)
    for table in APPEND_ONLY:
        forbid_change(connection, table)


def downgrade() -> None:
    drop_index(op.get_bind())
    op.drop_table("scan")
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_request_id"))
        batch_op.drop_index(batch_op.f("ix_allocation_credit_id"))
        batch_op.drop_index(batch_op.f("ix_allocation_card_payment_id"))

    op.drop_table("allocation")
    with op.batch_alter_table("card_payment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_card_payment_open",
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_card_payment_request_id"))

    op.drop_table("card_payment")
    op.drop_table("card_account")
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhook_delivery_connection_id"))

    op.drop_table("webhook_delivery")
    with op.batch_alter_table("stock_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_move_variant_id"))

    op.drop_table("stock_move")
    with op.batch_alter_table("stamp", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stamp_lot_id_serial"))

    op.drop_table("stamp")
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reservation_order_id"))
        batch_op.drop_index(
            "ix_reservation_live",
            postgresql_where=sa.text("released_at IS NULL"),
            sqlite_where=sa.text("released_at IS NULL"),
        )

    op.drop_table("reservation")
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_line_variant_id"))
        batch_op.drop_index(batch_op.f("ix_order_line_order_id"))

    op.drop_table("order_line")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_entry_lot_id"))

    op.drop_table("journal_entry")
    op.drop_table("cart_line")
    with op.batch_alter_table("bank_credit", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_bank_credit_waiting",
            postgresql_where=sa.text("unmatched_reason IS NOT NULL"),
            sqlite_where=sa.text("unmatched_reason IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_bank_credit_stall_id_occurred_at"))

    op.drop_table("bank_credit")
    with op.batch_alter_table("variant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_variant_product_id"))

    op.drop_table("variant")
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photo_product_id"))

    op.drop_table("photo")
    with op.batch_alter_table("payment_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_request_stall_id_id"))

    op.drop_table("payment_request")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_person_id_seen_at"))
        batch_op.drop_index(batch_op.f("ix_notice_business_id_seen_at"))

    op.drop_table("notice")
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_stall_id"))
        batch_op.drop_index(batch_op.f("ix_lot_product_id"))

    op.drop_table("lot")
    with op.batch_alter_table("export_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_export_run_stall_id"))

    op.drop_table("export_run")
    with op.batch_alter_table("evidence_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_review_order_id_id"))

    op.drop_table("evidence_review")
    op.drop_table("channel_category")
    with op.batch_alter_table("bank_connection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_connection_bank_account_id"))

    op.drop_table("bank_connection")
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_stall_id_id"))
        batch_op.drop_index(batch_op.f("ix_product_commune_id_state_id"))
        batch_op.drop_index(batch_op.f("ix_product_commune_id_category_id_state_id"))

    op.drop_table("product")
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_stall_id_status_id"))
        batch_op.drop_index(batch_op.f("ix_order_purchase_id"))
        batch_op.drop_index(
            "ix_order_completed",
            postgresql_where=sa.text("status = 'da_giao'"),
            sqlite_where=sa.text("status = 'da_giao'"),
        )
        batch_op.drop_index(
            "ix_order_clock",
            postgresql_where=sa.text("status IN ('cho_nhan', 'da_nhan')"),
            sqlite_where=sa.text("status IN ('cho_nhan', 'da_nhan')"),
        )
        batch_op.drop_index(batch_op.f("ix_order_business_id"))

    op.drop_table("order")
    op.drop_table("old_stall_slug")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_subject_subject_id"))
        batch_op.drop_index(batch_op.f("ix_event_on_behalf_of_at"))
        batch_op.drop_index(batch_op.f("ix_event_commune_id_at"))
        batch_op.drop_index(batch_op.f("ix_event_business_id"))

    op.drop_table("event")
    with op.batch_alter_table("channel_template", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channel_template_stall_id_channel_id"))

    op.drop_table("channel_template")
    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bank_account_live",
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_bank_account_number_digest"))

    op.drop_table("bank_account")
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verification_id_digest"))
        batch_op.drop_index(batch_op.f("ix_verification_business_id"))

    op.drop_table("verification")
    op.drop_table("stall")
    op.drop_table("purchase")
    op.drop_table("platform_account")
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_code_person_id"))

    op.drop_table("one_time_code")
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mandate_helper_id_ends_on"))
        batch_op.drop_index(batch_op.f("ix_mandate_business_id"))

    op.drop_table("mandate")
    with op.batch_alter_table("declared_sale", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declared_sale_business_id"))

    op.drop_table("declared_sale")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_person_id"))
        batch_op.drop_index(batch_op.f("ix_consent_business_id"))

    op.drop_table("consent")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_business_id"))

    op.drop_table("certificate")
    with op.batch_alter_table("business_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_business_member_person_id_state"))

    op.drop_table("business_member")
    with op.batch_alter_table("business_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_business_proposal_person_id"))
        batch_op.drop_index(batch_op.f("ix_business_proposal_commune_id_state"))

    op.drop_table("business_proposal")
    with op.batch_alter_table("business_history", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_business_history_business_id_valid_from_recorded_at"))

    op.drop_table("business_history")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_person_id_role"))

    op.drop_table("post")
    with op.batch_alter_table("pickup_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pickup_point_hamlet_id"))

    op.drop_table("pickup_point")
    op.drop_table("old_place")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_visitor"))
        batch_op.drop_index(batch_op.f("ix_login_session_person_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_phone"))
        batch_op.drop_index(batch_op.f("ix_contact_person_id"))

    op.drop_table("contact")
    with op.batch_alter_table("business", schema=None) as batch_op:
        batch_op.drop_index("uq_business_tax_id")
        batch_op.drop_index(batch_op.f("ix_business_commune_id_hamlet_id_kind"))
        batch_op.drop_index(batch_op.f("ix_business_commune_id_folded"))

    op.drop_table("business")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_phone"))

    op.drop_table("person")
    op.drop_table("hamlet")
    with op.batch_alter_table("dated_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dated_fact_key_valid_from"))

    op.drop_table("dated_fact")
    op.drop_table("cart")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_phone_digest_at"))

    op.drop_table("sign_in_attempt")
    op.drop_table("search_term")
    op.drop_table("search_delete")
    op.drop_table("search_bigram")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_run_at"))

    op.drop_table("job")
    op.drop_table("commune")
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_category_parent_id"))

    op.drop_table("category")
