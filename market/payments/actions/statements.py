"""A seller's own statement: what she says of its columns, and the rows that may be of her orders. It is her word,
however much it looks like the bank's."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, record
from market.base.clock import Clock
from market.base.db import Locked, locked, locked_all
from market.base.errors import Refused
from market.base.secrets import random_key, vault
from market.payments.actions.events import change_at
from market.payments.models import BankCredit, StatementLayout
from market.payments.queries.modes import of_stall, require
from market.payments.queries.payers import account_digest
from market.payments.queries.statements import PlannedLine, plan_lines
from market.payments.rules.matching import Unmatched
from market.payments.rules.statements import STATEMENT, StatementLine
from market.places.rules.modes import Feature
from market.sellers.actions import refuse_helper
from market.sellers.models import BankAccount, BankConnection, Business, Stall
from market.sellers.queries import live_bank_account, rows_of_number
from market.values.money import Dong

NO_ACCOUNT = "Chưa có tài khoản nhận tiền nên chưa biết sao kê là của tài khoản nào. Mời đặt tài khoản trước."


def say_columns(
    session: Session, actor: Actor, stall_id: int, head: str, fields: Mapping[str, str], *, clock: Clock
) -> None:
    """Keep what a stall's people say of the columns of statements with this head. Idempotent. NotAllowed for a
    helper, NotFound for no such stall."""
    refuse_helper(actor)
    stall = locked(session, Stall, Stall.id == stall_id).row
    query = select(StatementLayout).where(StatementLayout.stall_id == stall_id, StatementLayout.head_hash == head)
    layout = session.scalar(query)
    if layout is not None and layout.fields == dict(fields):
        return
    if layout is None:
        layout = StatementLayout(stall_id=stall_id, head_hash=head)
        session.add(layout)
    layout.fields, layout.said_at = dict(fields), clock()
    session.flush()
    record(session, actor, change_at(stall, "say_columns", "statement_layout", layout.id, "fields"), now=clock())


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLines:
    """What became of a share of a statement: the ids of its new credits that are to be matched apart, how many wait as
    told twice, and why rows stayed out, by their number."""

    credits: Sequence[int]
    waiting: int
    left: Mapping[int, str]


def take_lines(
    session: Session, actor: Actor, stall_id: int, lines: Sequence[StatementLine], *, clock: Clock
) -> TakenLines:
    """Put the rows of a statement that may be of the stall's orders into its books; each once, in whichever file it
    comes. The rows of one day and amount come together: a notice stands for one of them.

    NotAllowed for a helper, Refused where the stall has no account or its market takes no statements, NotFound for no
    such business.
    """
    refuse_helper(actor)
    require(session, of_stall(stall_id), Feature.STATEMENTS)
    stall = session.get_one(Stall, stall_id)
    business = locked(session, Business, Business.id == stall.business_id)
    connection = _own_feed(session, business, clock)
    planned = plan_lines(session, stall_id, lines, now=clock())
    taken = [_credit(stall, connection, one, clock) for one in planned if not one.why]
    session.add_all(taken)
    session.flush()
    if taken:
        record(session, actor, change_at(stall, "take_statement", "stall", stall.id, "bank_credit"), now=clock())
    return TakenLines(
        credits=[one.id for one in taken if one.unmatched_reason == Unmatched.IN_PROGRESS],
        waiting=sum(1 for one in taken if one.unmatched_reason == Unmatched.TOLD_TWICE),
        left={one.line.number: one.why for one in planned if one.why},
    )


def _own_feed(session: Session, business: Locked[Business], clock: Clock) -> BankConnection:
    """What stands for the seller's own files among the feeds of her account, made when it is first needed: ended from
    the first, since nobody calls there. All feeds of the account are locked with it."""
    account = live_bank_account(session, business.row.id)
    if account is None:
        raise Refused("no_bank_account", NO_ACCOUNT)
    feeds = _feeds(session, account)
    own = next((one.row for one in feeds if one.row.provider == STATEMENT), None)
    if own is None:
        now = clock()
        own = BankConnection(
            bank_account_id=account.id,
            provider=STATEMENT,
            key=random_key(),
            secret_cipher="",
            created_at=now,
            ended_at=now,
        )
        session.add(own)
        session.flush()
    return own


def _feeds(session: Session, account: BankAccount) -> Sequence[Locked[BankConnection]]:
    rows = rows_of_number(session, account.id)
    return locked_all(session, BankConnection, BankConnection.bank_account_id.in_(rows))


def _credit(stall: Stall, connection: BankConnection, planned: PlannedLine, clock: Clock) -> BankCredit:
    line, now = planned.line, clock()
    raw = {"memo": line.memo, "reference": line.bank_ref, "amount": line.amount, "row": line.number}
    return BankCredit(
        commune_id=stall.commune_id,
        connection_id=connection.id,
        stall_id=stall.id,
        provider_txn_id=line.key,
        amount=Dong(line.amount),
        allocated=Dong(0),
        memo=line.memo,
        bank_ref=line.bank_ref,
        occurred_at=line.occurred_at or now,
        received_at=now,
        unmatched_reason=Unmatched.TOLD_TWICE if planned.twin_of else Unmatched.IN_PROGRESS,
        raw_cipher=vault().encrypt(json.dumps(raw, ensure_ascii=False)),
        twin_of_id=planned.twin_of,
        payer_digest=account_digest(line.payer) if line.payer else None,
    )
