"""What waits to change: an account, a family member's account, a further member; it begins, is stopped or replaced."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.notices.models import Notice
from market.sellers import actions, queries
from market.sellers.models import BusinessMember, WaitingChange
from tests.cast import Cast
from tests.factories import own_word
from tests.races.aggregates.register import Register, accounts_picture
from tests.races.harness import Aggregate, running_now, writing
from tests.sellers import shown


def a_day_ago() -> datetime:
    return running_now() - timedelta(hours=25)


class Waiting(Register):
    """A verified business with an account and one owner, and a change whose day is over."""

    change: actions.SeenChange
    relative: Actor
    relative_word: actions.OwnPassword

    def account_asked(self) -> int:
        at = self.paid_by_transfer()
        with transaction() as session:
            actions.set_bank_account(session, self.owner, self.account("0900000013"), self.word, clock=a_day_ago)
        return self.asked(at)

    def family_asked(self) -> int:
        """Of a person who has not answered yet."""
        at = self.paid_by_transfer()
        self.relative = Actor(person_id=self.people[1])
        with transaction() as session:
            phone = session.get_one(Person, self.people[1]).phone
            new = self.account("0900000077", holder="VU VAN MOI", is_family=True, family_phone=phone)
            actions.set_bank_account(session, self.owner, new, self.word, clock=a_day_ago)
            self.relative_word = own_word(session, self.people[1], running_now())
        return self.asked(at)

    def member_confirmed(self) -> int:
        at = self.paid_by_transfer()
        with transaction() as session:
            claim = actions.claim_business(session, self.newcomer, self.cast.commune, at, now=a_day_ago())
        with transaction() as session:
            actions.verify_claim(session, self.hung, shown.paper(self.cast.commune, claim), now=a_day_ago())
        return self.asked(at)

    def asked(self, at: int) -> int:
        with transaction() as session:
            change = session.scalars(select(WaitingChange).where(WaitingChange.business_id == at)).one()
            self.change = actions.SeenChange(id=change.id, seen=seen_of(queries.change_facts(change)))
        self.account_seen = shown.bank_account(at)
        return at

    # --- moves ---

    @property
    def newcomer(self) -> Actor:
        return Actor(person_id=self.people[2])

    def begin(self, session: Session, _at: int) -> object:
        return actions.begin_bank_account(session, self.change.id, clock=running_now)

    def begin_member(self, session: Session, _at: int) -> object:
        return actions.begin_member(session, self.change.id, clock=running_now)

    def stop(self, session: Session, at: int) -> None:
        actions.stop_change(session, self.owner, at, self.change, clock=running_now)

    def stop_by_office(self, session: Session, _at: int) -> object:
        return actions.stop_change_by_office(session, self.hung, self.cast.commune, self.change, clock=running_now)

    def agree(self, session: Session, _at: int) -> None:
        word, change = self.relative_word, self.change
        actions.give_family_consent(session, self.relative, change.id, word, seen=change.seen, clock=running_now)

    def refuse(self, session: Session, _at: int) -> None:
        actions.refuse_family_consent(session, self.relative, self.change.id, seen=self.change.seen, clock=running_now)

    def claim_again(self, session: Session, at: int) -> object:
        return actions.claim_business(session, self.newcomer, self.cast.commune, at, now=running_now())


def _told(session: Session, waiting: Waiting) -> int:
    """How many notices of the change were written: each to each, once."""
    about = Notice.dedupe_key.startswith(f"change:{waiting.change.id}:")
    return session.scalar(select(func.count(Notice.id)).where(about)) or 0


def account_changes(cast: Cast) -> Aggregate:
    waiting = Waiting(cast)
    return Aggregate(
        start=waiting.account_asked,
        moves={
            "begin": writing(waiting.begin),
            "stop": writing(waiting.stop),
            "stop by the office": writing(waiting.stop_by_office),
            "replace": waiting.save_account("0900000099"),
            "close": writing(waiting.close_account),
        },
        picture=lambda session, at: (accounts_picture(session, at), _told(session, waiting)),
        tables=["business"],
        spare={"bank_account": "an account is opened and closed under its business's lock"},
    )


def family_consents(cast: Cast) -> Aggregate:
    waiting = Waiting(cast)
    return Aggregate(
        start=waiting.family_asked,
        moves={
            "agree": writing(waiting.agree),
            "refuse": writing(waiting.refuse),
            "begin": writing(waiting.begin),
            "stop": writing(waiting.stop),
        },
        picture=lambda session, at: (accounts_picture(session, at), _told(session, waiting)),
        tables=["business"],
        spare={"bank_account": "an account is opened and closed under its business's lock"},
    )


def further_members(cast: Cast) -> Aggregate:
    waiting = Waiting(cast)

    def picture(session: Session, at: int) -> object:
        members = session.scalars(
            select(BusinessMember).where(BusinessMember.business_id == at).order_by(BusinessMember.person_id)
        )
        said = [(one.state, one.begins_at is None, one.refusal) for one in members]
        states = session.scalars(select(WaitingChange.state).where(WaitingChange.business_id == at)).all()
        return said, states, _told(session, waiting)

    return Aggregate(
        start=waiting.member_confirmed,
        moves={
            "begin": writing(waiting.begin_member),
            "stop": writing(waiting.stop),
            "stop by the office": writing(waiting.stop_by_office),
            "claim again": writing(waiting.claim_again),
        },
        picture=picture,
        tables=["business"],
        spare={"business_member": "a further member's place is decided under its business's lock"},
    )
