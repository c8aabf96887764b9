"""What the office ends of a verified business with an open stall: its verification, a person's place, its selling."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.notices.models import Notice
from market.sellers import actions
from market.sellers.models import BusinessMember, Stall, Verification
from tests.cast import Cast
from tests.races.aggregates.register import Register
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing
from tests.sellers import shown


class Verified:
    """A business verified by its owner's paper, with somebody who joined it and somebody who asks to."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.register, self.hung = cast, Register(cast), Actor(person_id=cast.hung)

    def start(self) -> int:
        at = self.register.claimed()
        self.owner, self.joined = self.register.claims
        for member in self.register.claims:
            paper = shown.paper(self.cast.commune, member)
            with transaction() as session:
                actions.verify_claim(session, self.hung, paper, now=running_now())
        with transaction() as session:
            person = Actor(person_id=self.register.people[2])
            self.asking = actions.claim_business(session, person, self.cast.commune, at, now=running_now())
        self.paper = shown.paper(self.cast.commune, self.asking)
        with transaction() as session:
            of_it = Verification.business_id == at, Verification.is_in_force
            self.verification = session.scalars(select(Verification.id).where(*of_it)).one()
        return at

    def ending(self, at: int, which: int) -> actions.Ending:
        return actions.Ending(commune_id=self.cast.commune, business_id=at, id=which, reason="Nhầm người")

    def revoke(self, session: Session, at: int) -> None:
        actions.revoke_verification(session, self.hung, self.ending(at, self.verification), now=running_now())

    def remove(self, which: str) -> Move:
        def act(session: Session, at: int) -> None:
            actions.remove_member(session, self.hung, self.ending(at, getattr(self, which)), now=running_now())

        return writing(act)

    def verify(self, session: Session, _at: int) -> object:
        return actions.verify_claim(session, self.hung, self.paper, now=running_now())

    def close(self, session: Session, at: int) -> None:
        actions.close_stall(session, self.hung, self.cast.commune, at, "Hàng không rõ nguồn", now=running_now())

    def reopen(self, session: Session, at: int) -> None:
        actions.reopen_stall(session, self.hung, self.cast.commune, at, now=running_now())

    def picture(self, session: Session, at: int) -> object:
        members = session.scalars(select(BusinessMember).where(BusinessMember.business_id == at)).all()
        papers = session.scalars(select(Verification).where(Verification.business_id == at)).all()
        stall = session.scalars(select(Stall).where(Stall.business_id == at)).one()
        told = session.scalar(select(func.count(Notice.id)).where(Notice.business_id == at))
        return (
            sorted((one.person_id, one.role, one.state, one.ended_at is None) for one in members),
            sorted((one.full_name, one.state, one.ended_at is None) for one in papers),
            (stall.state, stall.closed_reason, told),
            sorted(verbs_of(session, "business", at)),
        )


def endings(cast: Cast) -> Aggregate:
    verified = Verified(cast)
    return Aggregate(
        start=verified.start,
        moves={
            "revoke": writing(verified.revoke),
            "remove owner": verified.remove("owner"),
            "remove who joined": verified.remove("joined"),
            "verify another": writing(verified.verify),
            "close": writing(verified.close),
            "reopen": writing(verified.reopen),
        },
        picture=verified.picture,
        tables=["business", "stall"],
        spare={
            "commune": "a paper is looked at under its business's lock",
            "business_member": "a person's place ends under their business's lock",
        },
    )
