"""What people tell their commune (tickets, ideas) with what was answered, and stories of people who sell, with their
consent.

The clocks of tickets are dated facts, and so are the plan's numbers of stories and ideas: another number is a row more.
A market that has them already keeps them, an empty one is given them with its seeds.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "20261201_2050"
down_revision = "20261201_2040"
branch_labels = None
depends_on = None
phase = "expand"

WHOLE, TEXT, TIME = sa.BigInteger(), sa.Text(), sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("hang_hoa", "lua_dao", "ung_xu", "kho_khan", "khac")
ABOUT = ("khong_ai", "co_so", "nguoi_giup", "can_bo")
DESKS = ("phong_vhxh", "cong_an", "to_cong_nghe")
STATES = ("cho_tra_loi", "da_tra_loi")
STEPS = ("gui", "chuyen", "qua_han", "tra_loi", "hai_long", "chua_hai_long")
IDEAS = ("moi", "dang_xem", "lam", "khong_lam")
GROUNDS = ("ban_don_dau", "tu_lam_duoc", "ban_deu_mua", "co_chung_nhan", "khac")

TICKET_CHECKS = {
    "waits_by_a_clock": "(state = 'cho_tra_loi') = (due_at IS NOT NULL)",
    "answered_at_a_time": "state = 'cho_tra_loi' OR answered_at IS NOT NULL",
    "about_a_business": "(about = 'co_so') = (about_business_id IS NOT NULL)",
    "about_an_officer": "(about = 'can_bo') = (about_person_id IS NOT NULL)",
    "helpers_have_a_hamlet": "hamlet_id IS NOT NULL OR (desk <> 'to_cong_nghe' AND about <> 'nguoi_giup')",
    "never_to_helpers_about_them": "desk <> 'to_cong_nghe' OR about NOT IN ('nguoi_giup', 'can_bo')",
}

FACT = sa.table(
    "dated_fact",
    sa.column("commune_id", sa.BigInteger),
    sa.column("key", sa.Text),
    sa.column("value", sa.Text),
    sa.column("valid_from", sa.Date),
    sa.column("source", sa.Text),
)
SINCE, PLAN_SINCE = date(2026, 12, 1), date(2025, 7, 1)
RULE, PLAN = "Quy ước của chợ: ", "Kế hoạch của xã, "
FACTS = {
    "ticket.helper_days": ("2", f"{RULE}Tổ công nghệ số trả lời phản ánh đến 20 giờ, sau chừng này ngày"),
    "ticket.office_days": (
        "5",
        f"{RULE}Phòng Văn hóa - Xã hội, Công an xã trả lời phản ánh đến 20 giờ, sau chừng này ngày",
    ),
    "ticket.again_days": (
        "2",
        f"{RULE}phản ánh quá hạn hoặc người gửi chưa hài lòng thì trả lời đến 20 giờ, sau chừng này ngày",
    ),
}
PLAN_FACTS = {
    "story.year": ("4", f"{PLAN}mục IV.5.3 và VI.23: mỗi năm từ 4 gương đổi mới sáng tạo"),
    "idea.total": ("5", f"{PLAN}mục III.2.3 và VI.17: đến năm 2030 từ 5 ý tưởng khởi nghiệp sáng tạo"),
}
OF_THE_PLAN = "kpi.target.plan"
"""Who has set this keeps to the plan, and is given the plan's other numbers."""
COUNT_ON = """SELECT setval(
    pg_get_serial_sequence('dated_fact', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM dated_fact), false
)"""
"""Rows that were put back with their ids may have left PostgreSQL's counter behind."""


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _whole(table: str, *names: str) -> list[sa.Column[int] | sa.CheckConstraint]:
    columns = [sa.Column(name, WHOLE, nullable=False) for name in names]
    checks = [
        sa.CheckConstraint(f"{name} = CAST({name} AS BIGINT)", name=op.f(f"ck_{table}_{name}_whole")) for name in names
    ]
    return [*columns, *checks]


def _base(table: str) -> list[sa.Column[int] | sa.Constraint]:
    return [
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _of_commune(table: str) -> list[sa.Column[int] | sa.Constraint]:
    """The id and the commune of a row that has no other parent."""
    return [
        *_base(table),
        sa.Column("commune_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["commune_id"], ["commune.id"], name=op.f(f"fk_{table}_commune_id")),
    ]


def _of(table: str, parent: str) -> list[sa.Column[int] | sa.Constraint]:
    """The id, the commune and the parent of the same commune."""
    return [
        *_base(table),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column(f"{parent}_id", ID, nullable=False),
        _same_commune(table, parent, f"{parent}_id"),
    ]


def _same_commune(table: str, parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column, "commune_id"], [f"{parent}.id", f"{parent}.commune_id"], name=op.f(f"fk_{table}_{column}_commune_id")
    )


def _person(table: str, column: str, *, nullable: bool = True) -> list[sa.Column[int] | sa.Constraint]:
    return [
        sa.Column(column, ID, nullable=nullable),
        sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}")),
    ]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _maybe_texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=True) for name in names]


def _times(*names: str) -> list[sa.Column[sa.DateTime]]:
    return [sa.Column(name, TIME, nullable=True) for name in names]


def _checks(table: str, checks: dict[str, str]) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(check, name=op.f(f"ck_{table}_{name}")) for name, check in checks.items()]


def _where(condition: str) -> dict[str, sa.TextClause]:
    return {name: sa.text(condition) for name in ("postgresql_where", "sqlite_where")}


def upgrade() -> None:
    _create_tickets()
    _create_parts_of_tickets()
    _create_seats()
    _create_ideas()
    _create_stories()
    _add_facts()


def _create_tickets() -> None:
    table = "ticket"
    op.create_table(
        table,
        *_of_commune(table),
        *_texts("code", "words"),
        *_maybe_texts("client_key", "page", "about_said"),
        sa.Column("kind", _enum("ticketkind", KINDS), nullable=False),
        sa.Column("about", _enum("aboutkind", ABOUT), nullable=False),
        sa.Column("about_business_id", ID, nullable=True),
        _same_commune(table, "business", "about_business_id"),
        *_person(table, "about_person_id"),
        sa.Column("hamlet_id", ID, nullable=True),
        _same_commune(table, "hamlet", "hamlet_id"),
        sa.Column("desk", _enum("desk", DESKS), nullable=False),
        sa.Column("state", _enum("ticketstate", STATES), nullable=False),
        sa.Column("sent_at", TIME, nullable=False),
        *_times("due_at", "answered_at", "escalated_at", "reopened_at"),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        *_checks(table, TICKET_CHECKS),
        sa.UniqueConstraint("code", name=op.f("uq_ticket_code")),
        sa.UniqueConstraint("commune_id", "client_key", name=op.f("uq_ticket_commune_id_client_key")),
    )
    op.create_index("uq_ticket_id_commune_id", table, ["id", "commune_id"], unique=True)
    op.create_index(op.f("ix_ticket_about_business_id"), table, ["about_business_id"])
    op.create_index(op.f("ix_ticket_about_person_id"), table, ["about_person_id"])
    op.create_index("ix_ticket_waiting", table, ["commune_id", "due_at"], **_where("state = 'cho_tra_loi'"))
    op.create_index("ix_ticket_clock", table, ["due_at"], **_where("state = 'cho_tra_loi'"))
    op.create_index(op.f("ix_ticket_commune_id_answered_at"), table, ["commune_id", "answered_at"])
    op.create_index(op.f("ix_ticket_hamlet_id_desk_state_due_at"), table, ["hamlet_id", "desk", "state", "due_at"])


def _create_parts_of_tickets() -> None:
    table = "ticket_contact"
    op.create_table(
        table,
        *_of(table, "ticket"),
        *_maybe_texts("name", "phone"),
        *_person(table, "person_id"),
        *_checks(table, {"says_something": "name IS NOT NULL OR phone IS NOT NULL OR person_id IS NOT NULL"}),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_ticket_contact_ticket_id")),
    )
    op.create_index(op.f("ix_ticket_contact_person_id"), table, ["person_id"])
    table = "ticket_photo"
    op.create_table(
        table,
        *_of(table, "ticket"),
        *_texts("key"),
        *_whole(table, "width", "height"),
        sa.Column("sent_at", TIME, nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_ticket_photo_key")),
    )
    op.create_index(op.f("ix_ticket_photo_ticket_id"), table, ["ticket_id"])
    table = "ticket_step"
    op.create_table(
        table,
        *_of(table, "ticket"),
        *_whole(table, "number"),
        sa.Column("kind", _enum("ticketstepkind", STEPS), nullable=False),
        sa.Column("desk", _enum("desk", DESKS), nullable=False),
        *_maybe_texts("words"),
        *_person(table, "actor_id"),
        sa.Column("at", TIME, nullable=False),
        *_checks(table, {"number_positive": "number >= 1"}),
        sa.UniqueConstraint("ticket_id", "number", name=op.f("uq_ticket_step_ticket_id_number")),
    )


def _create_seats() -> None:
    table = "desk_seat"
    op.create_table(
        table,
        *_of_commune(table),
        sa.Column("desk", _enum("desk", DESKS), nullable=False),
        *_person(table, "person_id", nullable=False),
        sa.Column("since", TIME, nullable=False),
        *_times("ended_at"),
        *_checks(table, {"of_the_office": "desk <> 'to_cong_nghe'"}),
    )
    taken = ["commune_id", "desk", "person_id"]
    op.create_index("uq_desk_seat_taken", table, taken, unique=True, **_where("ended_at IS NULL"))
    op.create_index(op.f("ix_desk_seat_person_id"), table, ["person_id"])


def _create_ideas() -> None:
    table = "idea"
    op.create_table(
        table,
        *_of_commune(table),
        *_texts("code", "title", "words"),
        *_maybe_texts("client_key", "signed", "phone", "reason"),
        *_person(table, "person_id"),
        sa.Column("may_publish", sa.Boolean(), nullable=False),
        sa.Column("state", _enum("ideastate", IDEAS), nullable=False),
        sa.Column("sent_at", TIME, nullable=False),
        *_times("decided_at", "published_at", "forgotten_at"),
        *_checks(
            table,
            {
                "published_by_wish": "published_at IS NULL OR may_publish",
                "not_doing_has_a_reason": "state <> 'khong_lam' OR reason IS NOT NULL",
            },
        ),
        sa.UniqueConstraint("code", name=op.f("uq_idea_code")),
        sa.UniqueConstraint("commune_id", "client_key", name=op.f("uq_idea_commune_id_client_key")),
    )
    op.create_index(op.f("ix_idea_person_id"), table, ["person_id"])
    op.create_index(op.f("ix_idea_commune_id_state_id"), table, ["commune_id", "state", "id"])
    op.create_index("ix_idea_published", table, ["commune_id", "published_at"], **_where("published_at IS NOT NULL"))


def _create_stories() -> None:
    table = "story"
    op.create_table(
        table,
        *_of(table, "business"),
        *_texts("slug", "title", "words", "bulletin", "digest"),
        *_maybe_texts("client_key"),
        sa.Column("ground", _enum("storyground", GROUNDS), nullable=False),
        sa.Column("written_at", TIME, nullable=False),
        *_times("published_at"),
        sa.UniqueConstraint("commune_id", "slug", name=op.f("uq_story_commune_id_slug")),
        sa.UniqueConstraint("commune_id", "client_key", name=op.f("uq_story_commune_id_client_key")),
    )
    op.create_index("uq_story_id_commune_id", table, ["id", "commune_id"], unique=True)
    op.create_index(op.f("ix_story_business_id"), table, ["business_id"])
    op.create_index(op.f("ix_story_commune_id_id"), table, ["commune_id", "id"])
    op.create_index("ix_story_published", table, ["commune_id", "published_at"], **_where("published_at IS NOT NULL"))
    table = "story_consent"
    op.create_table(
        table,
        *_of(table, "story"),
        *_texts("digest"),
        *_maybe_texts("paper"),
        *_person(table, "given_by"),
        *_person(table, "witness_id"),
        sa.Column("given_at", TIME, nullable=False),
        *_times("withdrawn_at"),
        *_checks(
            table,
            {
                "by_person_or_paper": "(given_by IS NULL) = (paper IS NOT NULL)",
                "paper_was_seen": "(paper IS NULL) = (witness_id IS NULL)",
                "withdrawn_after": "withdrawn_at IS NULL OR withdrawn_at >= given_at",
            },
        ),
    )
    op.create_index("uq_story_consent_holds", table, ["story_id"], unique=True, **_where("withdrawn_at IS NULL"))
    op.create_index(op.f("ix_story_consent_story_id"), table, ["story_id"])
    op.create_index(op.f("ix_story_consent_given_by"), table, ["given_by"])


def _add_facts() -> None:
    ask = op.get_bind()
    if ask.scalar(sa.select(~sa.exists().select_from(sa.table("commune")))):
        return
    if ask.dialect.name == "postgresql":
        op.execute(COUNT_ON)
    known = {(row.commune_id, row.key) for row in ask.execute(sa.select(FACT.c.commune_id, FACT.c.key).distinct())}
    keeps_to_plan = sorted(commune for commune, key in known if commune is not None and key == OF_THE_PLAN)
    wanted = [(None, key, SINCE, *told) for key, told in FACTS.items()]
    wanted += [(commune, key, PLAN_SINCE, *told) for commune in keeps_to_plan for key, told in PLAN_FACTS.items()]
    rows = [
        {"commune_id": commune, "key": key, "value": value, "valid_from": since, "source": source}
        for commune, key, since, value, source in wanted
        if (commune, key) not in known
    ]
    if rows:
        op.bulk_insert(FACT, rows)


def downgrade() -> None:
    ours = FACT.c.commune_id.is_(None) & FACT.c.key.in_(list(FACTS)) & (FACT.c.valid_from == SINCE)
    of_plan = FACT.c.key.in_(list(PLAN_FACTS)) & (FACT.c.valid_from == PLAN_SINCE)
    op.execute(FACT.delete().where(ours | of_plan))
    tables = ("story_consent", "story", "idea", "desk_seat", "ticket_step", "ticket_photo", "ticket_contact", "ticket")
    for table in tables:
        op.drop_table(table)
