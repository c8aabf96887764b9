"""A transfer that seems to be told twice, and what else a seller says of her account: statements and their columns."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.base.seen import seen_of
from market.payments import actions
from market.payments.actions.statements import say_columns, take_lines
from market.payments.models import BankCredit, StatementLayout
from market.payments.queries import facts_to_allocate
from market.payments.rules.matching import Unmatched
from market.payments.rules.statements import StatementLine
from market.values.money import Dong
from tests.cast import Cast
from tests.races.aggregates.orders import EXACT, Sale, sale_picture
from tests.races.harness import Aggregate, running_now, verbs_of, writing


class ToldTwice(Sale):
    """An order that a notice has paid, and a second notice that may be of the same transfer."""

    def told(self) -> int:
        at = self.start()
        first = self.credit
        self.match(first)
        self.credit = self.notice(EXACT, self.code)
        with transaction() as session:
            second = session.get_one(BankCredit, self.credit)
            second.unmatched_reason, second.twin_of_id = Unmatched.TOLD_TWICE, first
        self.allocate_seen = seen_of(facts_to_allocate(Dong(EXACT), Unmatched.TOLD_TWICE))
        return at

    def tell_apart(self, session: Session, _at: int) -> None:
        which = actions.SetAside(credit_id=self.credit, seen=self.allocate_seen)
        actions.tell_apart(session, self.lan, self.stall, which, clock=running_now)

    def take(self, session: Session, _at: int) -> object:
        """A row of a statement that names the order, under a reference of its own."""
        now = running_now()
        line = StatementLine(
            number=1, amount=EXACT, memo=self.code, bank_ref=f"FT{self.code}", occurred_at=now, key=f"ref:{self.code}:1"
        )
        return take_lines(session, self.lan, self.stall, [line], clock=running_now).waiting

    def say(self, session: Session, _at: int) -> None:
        say_columns(session, self.lan, self.stall, "head", {"hom": "ngay", "thu": "co"}, clock=running_now)

    def picture(self, session: Session, at: int) -> object:
        kept = session.execute(
            select(BankCredit.unmatched_reason, func.count())
            .group_by(BankCredit.unmatched_reason)
            .order_by(func.count())
        ).all()
        layouts = session.scalar(select(func.count(StatementLayout.id)))
        return sale_picture(session, at), verbs_of(session, "bank_credit", self.credit), sorted(map(str, kept)), layouts


def told_twice(cast: Cast) -> Aggregate:
    sale = ToldTwice(cast)
    return Aggregate(
        start=sale.told,
        moves={
            "tell apart": writing(sale.tell_apart),
            "say it is the same": sale.dismiss,
            "take a statement": writing(sale.take),
            "say columns": writing(sale.say),
        },
        picture=sale.picture,
        tables=["bank_credit"],
    )
