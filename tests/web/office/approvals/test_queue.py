"""How much waits for the office: what is pending in its own commune, and nothing that has been answered or ended."""

from sqlalchemy.orm import Session

from market.base.db import transaction
from market.catalog.models import Product, ProductState, Variant
from market.sellers.models import BusinessMember, BusinessProposal, ClaimState
from market.web.office.approvals.queries import waiting_for
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.base.world import World


def test_what_waits_is_counted_for_each_commune(cast: Cast, now: Clock, session: Session) -> None:
    world = World.make(cast, now())
    with transaction() as writing:
        for variant in (cast.rau_muong, cast.dau_xanh, cast.gao_nep):
            writing.get_one(Variant, variant).product.state = ProductState.PENDING
        for things in (world.lan, world.elsewhere):
            writing.get_one(BusinessProposal, things["proposal_id"]).state = ClaimState.REFUSED
        writing.add(BusinessMember(business_id=cast.theu, person_id=cast.mai, claimed_at=now(), ended_at=now()))
        far = writing.get_one(Product, world.elsewhere["product_id"]).commune_id

    here, there = waiting_for(session, cast.commune), waiting_for(session, far)
    assert (here.goods, here.sellers, here.changes, here.all) == (3, 2 + 1, 2, 8)
    assert (there.goods, there.sellers, there.changes, there.all) == (0, 1 + 0, 1, 2)
