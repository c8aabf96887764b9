"""A notice that its provider is asked about, and what a seller grants for it."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.secrets import vault
from market.base.seen import seen_of
from market.payments import actions
from market.payments.models import BankAccess, BankCredit, BankCreditCheck, WebhookDelivery
from market.payments.queries import facts_of_access
from market.payments.rules.checks import AskProblem, ToldTransfer
from market.sellers.models import BankAccount, BankConnection
from tests import factories as make
from tests.cast import LAN_ACCOUNT, LAN_HOOK, Cast
from tests.payments.steps import BANK
from tests.races.aggregates.orders import EXACT, Sale, sale_picture
from tests.races.aggregates.register import Register
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

OLD, OTHER, RENEWED = ({"token": f"token-{one}-0123456789"} for one in ("cu", "khac", "moi"))


class AskedSale(Sale):
    """An order that a bank's notice names; SePay has not been asked about it for a month."""

    def waited(self) -> int:
        at = self.start()
        with transaction() as session:
            credit = session.get_one(BankCredit, self.credit)
            credit.received_at = running_now() - timedelta(days=31)
        return at

    def tell(self, amount: int | None) -> Move:
        """SePay was asked when it had told of it no time yet: it told of this amount, or knows none."""

        def act(session: Session, _at: int) -> object:
            credit = session.get_one(BankCredit, self.credit)
            answer = actions.ProviderAnswer(times=0, told=self.transfer(credit, amount) if amount else None)
            return actions.note_answer(session, self.credit, answer, clock=running_now)

        return writing(act)

    def transfer(self, credit: BankCredit, amount: int) -> ToldTransfer:
        return ToldTransfer(
            provider_txn_id=credit.provider_txn_id,
            accounts=(LAN_ACCOUNT,),
            is_incoming=True,
            amount=amount,
            memo=credit.memo,
            occurred_at=credit.occurred_at,
            payer=None,
        )

    def give_up(self, session: Session, _at: int) -> None:
        actions.give_up(session, self.credit, clock=running_now)

    def picture(self, session: Session, at: int) -> object:
        told = select(BankCreditCheck).where(BankCreditCheck.credit_id == self.credit).order_by(BankCreditCheck.number)
        checks = [(one.number, one.outcome, one.differs) for one in session.scalars(told)]
        return checks, session.get_one(BankCredit, self.credit).ask_at is None, sale_picture(session, at)


class KeptCall(Sale):
    """An order that a bank's call names; the call is kept, and was told of over two addresses of the account."""

    def kept(self) -> int:
        at = self.start()
        with transaction() as session:
            session.execute(delete(BankCredit).where(BankCredit.id == self.credit))
            live = session.scalars(select(BankConnection).where(BankConnection.key == LAN_HOOK)).one()
            other = make.make_connection(session, live.bank_account, f"hai-{at}", "whsec_hai", running_now())
            raw = BANK.send(700_000 + at, EXACT, self.code, running_now()).body
            self.calls = [
                actions.keep_delivery(
                    session, actions.NewDelivery(provider="sepay", connection_id=one, raw=raw), now=running_now()
                )
                for one in (live.id, other.id)
            ]
        return at

    def read(self, which: int) -> Move:
        """Read one of the two calls, and match what it brought, as its own request or the jobs process does."""

        def act(_at: int) -> object:
            with transaction() as session:
                brought = actions.read_delivery(session, self.calls[which])
            for credit_id in brought.credits:
                with transaction() as session:
                    actions.match_credit(session, credit_id, clock=running_now)
            return len(brought.credits)

        return act

    def picture(self, session: Session, at: int) -> object:
        calls = select(WebhookDelivery.unread).where(WebhookDelivery.id.in_(self.calls)).order_by(WebhookDelivery.id)
        reasons = select(BankCredit.unmatched_reason).order_by(BankCredit.id)
        return session.scalars(calls).all(), session.scalars(reasons).all(), sale_picture(session, at)


def kept_calls(cast: Cast) -> Aggregate:
    sale = KeptCall(cast)
    return Aggregate(
        start=sale.kept,
        moves={"read": sale.read(0), "read the other": sale.read(1), "confirm": sale.confirm},
        picture=sale.picture,
        tables=["bank_connection"],
        spare={"webhook_delivery": "what a call brings a second time is known by the number of its transaction"},
    )


def credit_checks(cast: Cast) -> Aggregate:
    sale = AskedSale(cast)
    return Aggregate(
        start=sale.waited,
        moves={
            "confirm": sale.tell(EXACT),
            "tell otherwise": sale.tell(EXACT - 1),
            "know none": sale.tell(None),
            "give up": writing(sale.give_up),
            "match": sale.pay,
        },
        picture=sale.picture,
        tables=["bank_credit"],
    )


class Granting(Register):
    """A business whose feed is connected, before or after its token was entered."""

    access: int
    access_seen: str
    granted_at: datetime

    def connected(self) -> int:
        at = self.paid_by_transfer()
        self.look(at)
        return at

    def granted(self) -> int:
        at = self.connected()
        self.grant(OLD)(at)
        with transaction() as session:
            access = session.scalars(select(BankAccess).order_by(BankAccess.id.desc()).limit(1)).one()
            self.access, self.granted_at = access.id, access.granted_at
        self.look(at)
        return at

    def look(self, at: int) -> None:
        with transaction() as session:
            self.access_seen = seen_of(facts_of_access(session, at))

    @property
    def actor(self) -> Actor:
        return Actor(person_id=self.cast.lan.person)

    def grant(self, access: Mapping[str, str]) -> Move:
        def act(session: Session, at: int) -> None:
            new = actions.NewAccess(business_id=at, access=access, seen=self.access_seen)
            actions.grant_access(session, self.actor, new, now=running_now())

        return writing(act)

    def withdraw(self, session: Session, at: int) -> None:
        actions.withdraw_access(session, self.actor, at, seen=self.access_seen, now=running_now())

    def note(self, problem: AskProblem | None) -> Move:
        def act(session: Session, _at: int) -> None:
            done = actions.AskRound(granted_at=self.granted_at, problem=problem)
            actions.note_round(session, self.access, done, clock=running_now)

        return writing(act)

    def search(self, session: Session, _at: int) -> None:
        """A round of asking for whole days has ended."""
        done = actions.SearchRound(granted_at=self.granted_at, until=running_now())
        actions.note_searched(session, self.access, done)

    def renew(self, session: Session, _at: int) -> None:
        actions.keep_renewed(session, self.access, RENEWED, granted_at=self.granted_at)

    @staticmethod
    def picture(session: Session, at: int) -> object:
        rows = session.execute(
            select(BankAccess, BankConnection.ended_at)
            .join(BankConnection, BankConnection.id == BankAccess.connection_id)
            .join(BankAccount, BankAccount.id == BankConnection.bank_account_id)
            .where(BankAccount.business_id == at)
        )
        return [
            (json.loads(vault().decrypt(one.access_cipher)), one.problem, one.failures, ended is None)
            for one, ended in rows
        ], verbs_of(session, "business", at)


def bank_accesses(cast: Cast) -> Aggregate:
    asked = Granting(cast)
    return Aggregate(
        start=asked.granted,
        moves={
            "grant": asked.grant(OTHER),
            "withdraw": writing(asked.withdraw),
            "note a refusal": asked.note(AskProblem.REFUSED),
            "note an answer": asked.note(None),
            "renew": writing(asked.renew),
            "search": writing(asked.search),
            "disconnect": writing(asked.disconnect),
        },
        picture=asked.picture,
        tables=["business", "bank_access"],
        spare={
            "bank_account": "an account is opened and closed under its business's lock",
            "bank_connection": "a feed begins and ends under its business's lock",
        },
    )


def new_bank_accesses(cast: Cast) -> Aggregate:
    asked = Granting(cast)
    return Aggregate(
        start=asked.connected,
        moves={"grant": asked.grant(OLD), "grant other": asked.grant(OTHER), "disconnect": writing(asked.disconnect)},
        picture=asked.picture,
        tables=["business"],
    )
