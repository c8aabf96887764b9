"""The ledger of evidence: an entry for each fact that the KPI is counted from, sealed onto the one before it in its
commune. A market that has sold is given an entry about each sale as it stands, from its hand-over on, so that its
figure stays what it was, and one about each line of the register, account, certificate and declared sale.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

from market.base.ddl import forbid_change

revision = "20261201_2000"
down_revision = "20261130_1960"
branch_labels = None
depends_on = None
phase = "expand"

TABLE, HEAD = "evidence", "evidence_head"
KINDS = (
    *("ban_hang", "tai_khoan", "het_tai_khoan", "giay_chung_nhan", "het_giay_chung_nhan"),
    *("tu_khai", "so_ho"),
)
FINDINGS = ("chua_xet", "sach", "can_xem", "xa_tinh", "xa_bo")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OF_SALE = sa.text("kind = 'ban_hang'")
GOOD = sa.text("kind = 'ban_hang' AND level > 1 AND finding IN ('sach', 'xa_tinh')")
AT_ONCE = 5_000
OFF = 7 * 60 * 60
"""Days are Vietnam's: seven hours before UTC."""

SALES = """
SELECT o.commune_id, o.business_id, b.hamlet_id, b.kind AS business_kind, o.id AS order_id, o.completed_on AS day,
  o.completed_at,
  CASE
    WHEN (SELECT coalesce(sum(f.amount), 0) FROM refund f JOIN payment_request r ON r.id = f.request_id
            WHERE r.order_id = o.id)
       + (SELECT coalesce(sum(c.by_hand), 0) FROM complaint c
            WHERE c.order_id = o.id AND c.returned_at IS NOT NULL) >= o.total
      OR ((SELECT coalesce(sum(a.amount), 0) FROM allocation a JOIN payment_request r ON r.id = a.request_id
             WHERE r.order_id = o.id AND a.card_refund_id IS NOT NULL) < 0
        AND (SELECT coalesce(sum(a.amount), 0) FROM allocation a JOIN payment_request r ON r.id = a.request_id
             WHERE r.order_id = o.id) <= 0)
      OR EXISTS (SELECT 1 FROM purchase p JOIN contact t ON t.id = p.contact_id
             JOIN business_member m ON m.person_id = t.person_id
             WHERE p.id = o.purchase_id AND m.business_id = o.business_id AND m.state = 'da_xac_nhan') THEN 0
    WHEN (SELECT coalesce(sum(a.amount), 0) FROM allocation a JOIN payment_request r ON r.id = a.request_id
            WHERE r.order_id = o.id AND a.kind = 'ngan_hang' AND EXISTS (SELECT 1 FROM bank_credit_check k
              WHERE k.credit_id = a.credit_id AND k.outcome = 'khop')) > 0 THEN 4
    WHEN (SELECT coalesce(sum(a.amount), 0) FROM allocation a JOIN payment_request r ON r.id = a.request_id
            WHERE r.order_id = o.id AND a.kind = 'the') > 0 THEN 3
    WHEN o.buyer_confirmed_at IS NOT NULL AND EXISTS (SELECT 1 FROM sale_check s
            WHERE s.order_id = o.id AND s.ended_at IS NULL AND s.vouch IS NOT NULL) THEN 2
    ELSE 1
  END AS level,
  CASE
    WHEN (SELECT v.verdict FROM evidence_review v WHERE v.order_id = o.id ORDER BY v.id DESC LIMIT 1) = 'khong_tinh'
      THEN 'xa_bo'
    WHEN EXISTS (SELECT 1 FROM raised_flag g WHERE g.order_id = o.id AND g.ended_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM evidence_review v
              WHERE v.order_id = o.id AND v.reviewed_at >= g.found_at)) THEN 'can_xem'
    WHEN (SELECT v.verdict FROM evidence_review v WHERE v.order_id = o.id ORDER BY v.id DESC LIMIT 1) = 'tinh'
      THEN 'xa_tinh'
    WHEN NOT EXISTS (SELECT 1 FROM sale_check s WHERE s.order_id = o.id AND s.ended_at IS NULL) THEN 'chua_xet'
    ELSE 'sach'
  END AS finding
FROM "order" o JOIN business b ON b.id = o.business_id
WHERE o.status = 'da_giao' AND o.id > :after ORDER BY o.id LIMIT :most
"""
PLATFORM_HERE = "cho_so"
OF_BUSINESS = """
SELECT b.commune_id, b.id AS business_id, b.hamlet_id, b.kind AS business_kind, '{table}' AS about, w.id AS about_id,
  {day} AS day, w.{at} AS at, {platform} AS platform, NULL AS state
FROM {table} w JOIN business b ON b.id = w.business_id WHERE w.{at} IS NOT NULL ORDER BY w.id
"""
OTHERS = (
    (
        "so_ho",
        "SELECT b.commune_id, h.business_id, h.hamlet_id, h.kind AS business_kind, 'business_history' AS about, "
        "h.id AS about_id, h.valid_from AS day, h.recorded_at AS at, NULL AS platform, h.status AS state "
        "FROM business_history h JOIN business b ON b.id = h.business_id ORDER BY h.id",
    ),
    *(
        (kind, OF_BUSINESS.format(table=table, at=at, day=day, platform=platform))
        for kind, table, at, day, platform in (
            ("tai_khoan", "stall", "opened_at", "NULL", f"'{PLATFORM_HERE}'"),
            ("tai_khoan", "verification", "verified_at", "NULL", f"'{PLATFORM_HERE}'"),
            ("het_tai_khoan", "verification", "ended_at", "NULL", f"'{PLATFORM_HERE}'"),
            ("tai_khoan", "platform_account", "checked_at", "NULL", "w.platform"),
            ("het_tai_khoan", "platform_account", "ended_at", "NULL", "w.platform"),
            ("giay_chung_nhan", "certificate", "checked_at", "NULL", "NULL"),
            ("tu_khai", "declared_sale", "declared_at", "w.sold_on", "w.platform"),
        )
    ),
)


def upgrade() -> None:
    _make_tables()
    ledger = _Ledger(op.get_bind())
    for kind, statement in OTHERS:
        ledger.enter(_others(kind, statement))
    ledger.enter(_sales())
    ledger.close()
    forbid_change(op.get_bind(), TABLE, but="replaced_at")


def _make_tables() -> None:
    choice = {"native_enum": False, "create_constraint": True, "length": 32}
    op.create_table(
        TABLE,
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="entrykind", **choice), nullable=False),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("hamlet_id", ID, nullable=False),
        sa.Column("business_kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", ID),
        sa.Column("level", sa.BigInteger()),
        sa.Column("finding", sa.Enum(*FINDINGS, name="evidencestate", **choice)),
        sa.Column("platform", sa.Text()),
        sa.Column("state", sa.Text()),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("replaced_at", MOMENT),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.CheckConstraint("(kind = 'ban_hang') = (order_id IS NOT NULL)", name="sales_are_orders"),
        sa.CheckConstraint("(kind = 'ban_hang') = (level IS NOT NULL)", name="sales_have_a_level"),
        sa.CheckConstraint("(kind = 'ban_hang') = (finding IS NOT NULL)", name="sales_have_a_finding"),
        sa.CheckConstraint("level BETWEEN 0 AND 5", name="level_known"),
        sa.CheckConstraint("replaced_at >= recorded_at", name="replaced_after"),
        *(_whole(TABLE, column) for column in ("number", "about_id", "level")),
        *(_points_at(TABLE, one) for one in ("commune", "business", "hamlet", "order")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("commune_id", "number", name=op.f(f"uq_{TABLE}_commune_id_number")),
    )
    op.create_index(op.f(f"ix_{TABLE}_business_id"), TABLE, ["business_id"])
    for name, columns, where in (
        ("good", ["business_id", "day", "order_id"], GOOD),
        ("sales", ["business_id", "day", "order_id"], OF_SALE),
        ("order_id", ["order_id"], OF_SALE),
    ):
        op.create_index(f"ix_{TABLE}_{name}", TABLE, columns, postgresql_where=where, sqlite_where=where)
    op.create_table(
        HEAD,
        sa.Column("id", ID, nullable=False),
        sa.Column("commune_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("closed_at", MOMENT),
        _whole(HEAD, "number"),
        _points_at(HEAD, "commune"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{HEAD}")),
        sa.UniqueConstraint("commune_id", name=op.f(f"uq_{HEAD}_commune_id")),
    )


def _whole(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} = CAST({column} AS BIGINT)", name=op.f(f"ck_{table}_{column}_whole"))


def _points_at(table: str, at: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([f"{at}_id"], [f"{at}.id"], name=op.f(f"fk_{table}_{at}_id"))


class _Ledger:
    """Seals entries of each commune one onto the other."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._heads: dict[int, tuple[int, str]] = defaultdict(lambda: (0, ""))
        self._table = sa.Table(TABLE, sa.MetaData(), autoload_with=connection)

    def enter(self, entries: Iterator[dict[str, Any]]) -> None:
        rows = []
        for entry in entries:
            rows.append(self._sealed(entry))
            if len(rows) == AT_ONCE:
                self._connection.execute(self._table.insert(), rows)
                rows = []
        if rows:
            self._connection.execute(self._table.insert(), rows)

    def _sealed(self, entry: dict[str, Any]) -> dict[str, Any]:
        number, before = self._heads[entry["commune_id"]]
        row = {"order_id": None, "level": None, "finding": None, "platform": None, "state": None} | entry
        row["number"] = number + 1
        written = [
            *(row[one] for one in ("commune_id", "number", "kind", "business_id", "hamlet_id", "business_kind")),
            *(row["about"], row["about_id"], row["day"].isoformat()),
            row["recorded_at"].astimezone(UTC).isoformat(timespec="microseconds"),
            *(row[one] for one in ("order_id", "level", "finding", "platform", "state")),
        ]
        text = "\n".join([before, *("" if one is None else str(one) for one in written)])
        row["seal"] = sha256(text.encode()).hexdigest()
        self._heads[row["commune_id"]] = row["number"], row["seal"]
        if self._connection.dialect.name == "sqlite":
            row["recorded_at"] = row["recorded_at"].replace(tzinfo=None)
        return row

    def close(self) -> None:
        head = sa.table(HEAD, sa.column("commune_id"), sa.column("number"), sa.column("seal"))
        rows = [
            {"commune_id": commune_id, "number": number, "seal": seal}
            for commune_id, (number, seal) in sorted(self._heads.items())
        ]
        if rows:
            op.bulk_insert(head, rows)


def _sales() -> Iterator[dict[str, Any]]:
    typed = sa.text(SALES).columns(day=sa.Date(), completed_at=MOMENT)
    after = 0
    while rows := op.get_bind().execute(typed, {"after": after, "most": AT_ONCE}).mappings().all():
        for row in rows:
            entry = {one: row[one] for one in ("commune_id", "business_id", "hamlet_id", "business_kind", "order_id")}
            entry |= {"day": row["day"], "level": row["level"], "finding": row["finding"], "kind": "ban_hang"}
            yield entry | {"about": "order", "about_id": row["order_id"], "recorded_at": _utc(row["completed_at"])}
        after = rows[-1]["order_id"]


def _others(kind: str, statement: str) -> Iterator[dict[str, Any]]:
    typed = sa.text(statement).columns(day=sa.Date(), at=MOMENT)
    for row in op.get_bind().execute(typed).mappings().all():
        entry = {
            one: row[one] for one in ("commune_id", "business_id", "hamlet_id", "business_kind", "about", "about_id")
        }
        at = _utc(row["at"])
        entry |= {"platform": row["platform"], "state": row["state"], "kind": kind}
        yield entry | {"day": row["day"] or _local_day(at), "recorded_at": at}


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _local_day(moment: datetime) -> date:
    return datetime.fromtimestamp(moment.timestamp() + OFF, UTC).date()


def downgrade() -> None:
    op.drop_table(HEAD)
    op.drop_table(TABLE)
