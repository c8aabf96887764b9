"""Writes the ledger of evidence: an entry in the transaction of each fact, sealed onto the one before it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from market.adoption.models import LedgerEntry, LedgerHead
from market.adoption.queries.chain import Head
from market.adoption.queries.standing import completed_after, standings_of
from market.adoption.rules import FIRST, EntryKind, EvidenceEntry
from market.base.conditions import is_among
from market.base.db import Locked, insert_once, locked, said
from market.base.row_query import RowQuery

AN_INSTANT = timedelta(microseconds=1)
SALES_AT_ONCE = 1_000
"""So many are entered by one statement where all of a commune's are."""
_NEWEST = RowQuery(
    select(LedgerEntry.order_id, LedgerEntry.level, LedgerEntry.finding).where(
        LedgerEntry.kind == said(EntryKind.SALE),
        is_among(LedgerEntry.order_id, "ids"),
        LedgerEntry.replaced_at.is_(None),
    )
)
_TABLE = cast(Table, LedgerEntry.__table__)
_REPLACE = (
    update(_TABLE)
    .where(
        LedgerEntry.kind == said(EntryKind.SALE),
        LedgerEntry.order_id == bindparam("of_order"),
        LedgerEntry.replaced_at.is_(None),
        LedgerEntry.number < bindparam("by_number"),
    )
    .values(replaced_at=bindparam("at"))
)


def enter_sales(session: Session, commune_id: int, order_ids: Collection[int]) -> int:
    """Enter where some completed sales of a commune stand now, as far as the ledger does not say so; returns how many
    entries there are more. What is written of others waits until this transaction ends: it is the last that one takes
    a lock for. NotFound for no such commune.
    """
    head = _locked_head(session, commune_id)
    return _enter(session, head, _unsaid(session, order_ids, standings_of(session, order_ids)))


def enter_entries(session: Session, commune_id: int, entries: Sequence[EvidenceEntry]) -> int:
    """Enter what is about no sale; their numbers are given here. NotFound for no such commune."""
    if not entries:
        return 0
    return _enter(session, _locked_head(session, commune_id), [(one, None) for one in entries])


def close_ledger(session: Session, commune_id: int, at: datetime) -> Head:
    """Say that a figure is locked as of a moment: the head that it is locked with. Whatever is entered later is
    recorded later. It holds up all facts of the commune until the transaction ends. NotFound for no
    such commune."""
    head = _locked_head(session, commune_id).row
    head.closed_at = max(at, head.closed_at or at)
    session.flush()
    return Head(number=head.number, seal=head.seal)


def enter_commune(session: Session, commune_id: int, after: int = 0) -> int:
    """Enter the next of a commune's completed sales behind an order's id, of a database that was filled past the
    market's own doors; returns the last id that was looked at, 0 where none is left. NotFound for no such
    commune."""
    ids = completed_after(session, commune_id, after, SALES_AT_ONCE)
    if not ids:
        return 0
    enter_sales(session, commune_id, ids)
    return ids[-1]


def _locked_head(session: Session, commune_id: int) -> Locked[LedgerHead]:
    session.flush()
    new = {"commune_id": commune_id, "number": 0, "seal": FIRST}
    scope = LedgerHead.commune_id == commune_id
    if session.scalar(select(LedgerHead.id).where(scope)) is None:
        session.execute(insert_once(session, LedgerHead).values(**new))
    return locked(session, LedgerHead, scope)


_Unsaid = list[tuple[EvidenceEntry, datetime | None]]
"""Entries with the moment from which each replaces the one before it about the same sale."""


def _unsaid(session: Session, order_ids: Collection[int], standings: Iterable[EvidenceEntry]) -> _Unsaid:
    """Of what is known of sales, the first first, what the ledger does not say. Of a sale that it knows already only
    how it stands now: what was written late, of a moment of before, holds from the newest one on. Of one that it does
    not know, which was put into the tables by somebody else, every moment."""
    rows = _NEWEST.rows(session.connection(), {"ids": order_ids})
    newest = {order_id: (level, finding) for order_id, level, finding in rows}
    found: _Unsaid = []
    for one in _moments(standings, newest.keys()):
        is_known = one.order_id in newest
        if not is_known or newest[one.order_id] != (one.level, one.finding):
            newest[one.order_id] = one.level, one.finding
            found.append((one, one.recorded_at if is_known else None))
    return found


def _moments(standings: Iterable[EvidenceEntry], known: Collection[int | None]) -> list[EvidenceEntry]:
    """One standing of each moment, the first named of several; of the `known` orders that of the last moment alone."""
    by_moment: dict[tuple[int | None, datetime], EvidenceEntry] = {}
    last: dict[int | None, EvidenceEntry] = {}
    for one in standings:
        last[one.order_id] = by_moment.setdefault((one.order_id, one.recorded_at), one)
    return [one for one in by_moment.values() if one.order_id not in known or one is last[one.order_id]]


def _behind(closed_at: datetime | None, unsaid: _Unsaid) -> Iterator[tuple[EvidenceEntry, datetime | None]]:
    """Entries recorded behind the moment up to which the ledger is closed."""
    first = closed_at + AN_INSTANT if closed_at else None
    for entry, replaces_at in unsaid:
        if first is None or entry.recorded_at >= first:
            yield entry, replaces_at
        else:
            yield replace(entry, recorded_at=first), first if replaces_at else None


def _enter(session: Session, head: Locked[LedgerHead], unsaid: _Unsaid) -> int:
    if not unsaid:
        return 0
    rows, replaced = list[Mapping[str, object]](), list[Mapping[str, object]]()
    open_rows: dict[int, dict[str, object]] = {}
    for entry, replaces_at in _behind(head.row.closed_at, unsaid):
        head.row.number += 1
        numbered = replace(entry, number=head.row.number)
        head.row.seal = numbered.sealed(head.row.seal)
        row: dict[str, object] = asdict(numbered) | {"seal": head.row.seal, "replaced_at": None}
        rows.append(row)
        if replaces_at is None or entry.order_id is None:
            pass
        elif entry.order_id in open_rows:
            open_rows[entry.order_id]["replaced_at"] = replaces_at
        else:
            replaced.append({"of_order": entry.order_id, "by_number": numbered.number, "at": replaces_at})
        if entry.order_id is not None:
            open_rows[entry.order_id] = row
    if replaced:
        session.connection().execute(_REPLACE, replaced)
    session.connection().execute(insert(_TABLE), rows)
    session.flush()
    return len(rows)
