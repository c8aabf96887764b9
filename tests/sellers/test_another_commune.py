"""An officer's decision reaches their own commune alone, and an address in one commune says nothing in another."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import NotFound
from market.places.models import Commune
from market.sellers import actions, queries
from market.sellers.models import Business, BusinessKind, OldStallSlug, Stall
from market.sellers.queries import Reach
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.sellers import shown
from tests.web.base.world import World

pytestmark = by_day_on("sqlite")

TODAY = date(2026, 11, 24)
PAPER = {"kind": "vietgap", "number": "TT-9", "issuer": "Cục", "scope": "Rau", "valid_from": TODAY, "valid_to": None}


class Decisions:
    """Anh Hùng's decisions about one business of a commune that he says is his own."""

    def __init__(self, world: World, now: Clock) -> None:
        self.commune, self.now, self.theirs = world.cast.commune, now, world.elsewhere
        self.officer, self.business = Actor(person_id=world.cast.hung), int(str(world.elsewhere["business_id"]))

    def id_of(self, name: str) -> int:
        return int(str(self.theirs[name]))

    def claim(self, session: Session) -> object:
        return actions.claim_business(session, self.officer, self.commune, self.business, now=self.now())

    def verify(self, session: Session) -> object:
        verify = shown.paper(self.commune, self.id_of("member_id"))
        return actions.verify_claim(session, self.officer, verify, now=self.now())

    def refuse(self, session: Session) -> object:
        seen = shown.claim(self.commune, self.id_of("member_id"))
        return actions.refuse_claim(session, self.officer, seen, "Không đúng người", now=self.now())

    def record_paper(self, session: Session) -> object:
        new = actions.NewCertificate(commune_id=self.commune, business_id=self.business, **PAPER)
        return actions.record_certificate(session, self.officer, new, now=self.now())

    def end_paper(self, session: Session) -> object:
        paper = self.id_of("certificate_id")
        return actions.end_certificate(session, self.officer, self.commune, self.business, paper, clock=self.now)

    def edit(self, session: Session) -> object:
        known = session.get_one(Business, self.business)
        new = actions.NewBusiness(
            commune_id=self.commune,
            hamlet_id=known.hamlet_id,
            kind=BusinessKind.COOPERATIVE,
            name=known.name,
            valid_from=TODAY,
            source="sổ",
        )
        return actions.update_business(session, self.officer, self.business, new, now=self.now())

    def open_stall(self, session: Session) -> object:
        return actions.open_stall(session, self.officer, self.commune, self.business, now=self.now())

    def end_post(self, session: Session) -> object:
        post = self.id_of("post_id")
        return actions.end_post(session, self.officer, self.commune, post, TODAY, now=self.now())

    def dismiss(self, session: Session) -> object:
        return actions.dismiss(session, self.officer, self.commune, self.id_of("post_id"), clock=self.now)

    def accept(self, session: Session) -> object:
        seen = shown.proposal(self.commune, self.id_of("proposal_id"))
        return actions.accept_proposal(session, self.officer, seen, now=self.now())


DECISIONS = [name for name in vars(Decisions) if not name.startswith("_") and name != "id_of"]


def test_what_is_another_commune_s_is_not_there_to_decide_on(cast: Cast, now: Clock) -> None:
    decisions = Decisions(World.make(cast, now()), now)
    for name in DECISIONS:
        print(name)
        decide: Callable[[Session], object] = getattr(decisions, name)
        with pytest.raises(NotFound), transaction() as session:
            decide(session)


def open_as(session: Session, commune: Commune, name: str, now: Clock) -> str:
    """A business of this name in a hamlet of its own; the address of its new stall."""
    hamlet = make.make_hamlet(session, commune, f"thôn {name}")
    business = make.make_business(session, hamlet, name, now())
    stall = actions.open_stall(session, Actor(), commune.id, business.id, now=now())
    return session.get_one(Stall, stall).slug


def test_an_address_that_only_another_commune_has_or_had_is_free(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        own = session.get_one(Commune, cast.commune)
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        session.add(OldStallSlug(commune_id=cast.commune, stall_id=cast.lan.stall, slug="rau-cu"))
        session.flush()
        assert open_as(session, far, "Rau bà Lan", now) == cast.lan.slug
        assert open_as(session, far, "Rau cũ", now) == "rau-cu"
        assert open_as(session, own, "Rau cũ", now) == "rau-cu-2"


def test_an_old_address_leads_nowhere_in_another_commune(cast: Cast, session: Session) -> None:
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test").id
        writing.add(OldStallSlug(commune_id=cast.commune, stall_id=cast.lan.stall, slug="rau-cu"))
    assert queries.slug_now(session, cast.commune, "rau-cu") == cast.lan.slug
    assert queries.slug_now(session, far, "rau-cu") is None


def test_a_helper_of_two_communes_sees_in_each_what_is_its_own(cast: Cast, session: Session, now: Clock) -> None:
    """Under mandates of both: each commune's pages list the one that is given there."""
    world = World.make(cast, now())
    theirs = int(str(world.elsewhere["business_id"]))
    with transaction() as writing:
        vy, hung = writing.get_one(Person, cast.vy), writing.get_one(Person, cast.hung)
        make.make_mandate(writing, writing.get_one(Business, theirs), vy, hung, now())
        far = writing.get_one(Business, theirs).commune_id
    today = local_day(now())
    here, there = (
        {
            one.id
            for one in queries.helped_businesses(
                session, Reach(commune_id=commune, hamlet_ids=(), helper_id=cast.vy, today=today)
            )
        }
        for commune in (cast.commune, far)
    )
    assert here == {cast.lan.business, cast.htx.business}
    assert there == {theirs}
