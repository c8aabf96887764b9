"""Accounts of businesses on other platforms; papers of a household that has no account here."""

from datetime import date, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.actions import NewAccount, end_account, record_account
from market.adoption.models import PlatformAccount
from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.places.models import Hamlet
from market.sellers import actions
from market.sellers.models import BusinessMember, Mandate, MandateMethod, Stall, Verification
from market.sellers.queries import Identity, paper_facts
from market.values.period import local_day
from market.values.taxid import CitizenId
from tests import factories as make
from tests.cast import Cast
from tests.races.aggregates.people import make_person
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

_numbers = count(1)


class Accounts:
    """A business with a shop elsewhere, and two that name one shop, or this one's."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.hung = cast, Actor(person_id=cast.hung)

    def start(self) -> int:
        number = next(_numbers)
        with transaction() as session:
            hamlet = session.get_one(Hamlet, self.cast.mo_doan)
            at, self.other, self.third = (
                make.make_business(session, hamlet, f"Hàng {word} {number}", running_now()).id
                for word in ("một", "hai", "ba")
            )
        self.shops = [f"gian-{number}", f"gian-nua-{number}"]
        with transaction() as session:
            self.account = record_account(session, self.hung, self.new(self.third, 0), clock=running_now)
        return at

    def new(self, business: int, shop: int) -> NewAccount:
        return NewAccount(
            commune_id=self.cast.commune,
            business_id=business,
            platform="lazada",
            shop=self.shops[shop],
            proof="Xem trên máy",
        )

    def record(self, shop: int, *, is_other: bool = False) -> Move:
        def act(session: Session, at: int) -> None:
            record_account(session, self.hung, self.new(self.other if is_other else at, shop), clock=running_now)

        return writing(act)

    def end(self, session: Session, _at: int) -> None:
        ending = actions.Ending(commune_id=self.cast.commune, business_id=self.third, id=self.account, reason="Đã đóng")
        end_account(session, self.hung, ending, clock=running_now)

    def picture(self, session: Session, at: int) -> object:
        three = [at, self.other, self.third]
        rows = session.scalars(select(PlatformAccount).where(PlatformAccount.business_id.in_(three)))
        told = [verbs_of(session, "business", one) for one in three]
        return sorted((three.index(one.business_id), one.shop, one.ended_at is None) for one in rows), told


def accounts(cast: Cast) -> Aggregate:
    held = Accounts(cast)
    return Aggregate(
        start=held.start,
        moves={
            "end": writing(held.end),
            "record": held.record(1),
            "record for another": held.record(1, is_other=True),
            "record the same for another": held.record(0, is_other=True),
        },
        picture=held.picture,
        tables=["commune", "business"],
    )


class Papers:
    """A household without an account whose owner signed a mandate, and brought papers."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.hung = cast, Actor(person_id=cast.hung)

    def start(self) -> int:
        number = next(_numbers)
        with transaction() as session:
            hamlet = session.get_one(Hamlet, self.cast.mo_doan)
            business = make.make_business(session, hamlet, f"Hộ không máy {number}", running_now())
            at, self.person = business.id, make_person(session, self.cast).id
            today = local_day(running_now())
            new = actions.NewMandate(
                business_id=at,
                helper_id=self.cast.vy,
                granted_by="Chủ hộ",
                method=MandateMethod.PAPER,
                paper="Giấy 7",
                starts_on=today,
                ends_on=today + timedelta(days=90),
            )
            self.mandate = actions.grant_mandate(session, self.hung, new, clock=running_now)
            self.seen = seen_of(paper_facts(session, business, today))
        self.number = number
        return at

    def verify(self, paper: str) -> Move:
        def act(session: Session, at: int) -> None:
            identity = Identity(
                full_name="Chủ Hộ", citizen_id=CitizenId(f"0301631{self.number:05d}"), birth_date=date(1963, 5, 1)
            )
            new = actions.VerifyOnPaper(
                commune_id=self.cast.commune, business_id=at, seen=self.seen, identity=identity, paper=paper
            )
            actions.verify_on_paper(session, self.hung, new, clock=running_now)

        return writing(act)

    def claim(self, session: Session, at: int) -> None:
        actions.claim_business(session, Actor(person_id=self.person), self.cast.commune, at, now=running_now())

    def revoke(self, session: Session, at: int) -> None:
        actions.revoke_mandate(session, self.hung, at, self.mandate, reason="Đổi ý", now=running_now())

    def picture(self, session: Session, at: int) -> object:
        papers = select(Verification.paper, Verification.state).where(Verification.business_id == at)
        members = select(BusinessMember.state).where(BusinessMember.business_id == at)
        return (
            sorted(tuple(row) for row in session.execute(papers)),
            session.scalars(members).all(),
            session.scalar(select(Stall.state).where(Stall.business_id == at)),
            session.get_one(Mandate, self.mandate).revoked_at is None,
            sorted(verbs_of(session, "business", at)),
        )


def papers(cast: Cast) -> Aggregate:
    held = Papers(cast)
    return Aggregate(
        start=held.start,
        moves={
            "verify": held.verify("Căn cước"),
            "verify by another paper": held.verify("Giấy đăng ký"),
            "claim": writing(held.claim),
            "revoke": writing(held.revoke),
        },
        picture=held.picture,
        tables=["business"],
        spare={"commune": "a paper is looked at under its business's lock"},
    )
