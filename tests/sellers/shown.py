"""Businesses, stalls, claims, proposals and bank accounts as their pages show them now."""

from sqlalchemy.orm import Session

from market.base.db import db
from market.base.seen import seen_of
from market.sellers import queries
from market.sellers.actions import SeenRequest, StallSettings
from market.sellers.models import Business, BusinessMember, BusinessProposal, Stall
from market.values.money import Dong

SETTINGS = StallSettings(
    name="",
    intro="",
    is_paused=False,
    accepts_by_itself=False,
    confirms_strangers=False,
    hold_days=3,
    delivers_in_commune=True,
    delivery_fee=Dong(0),
    ships_outside=False,
    shipping_fee=Dong(0),
)
"""A stall that is only named."""


def claim(commune_id: int, member_id: int) -> SeenRequest:
    with Session(db.engine) as session:
        facts = queries.claim_facts(session, session.get_one(BusinessMember, member_id))
    return SeenRequest(commune_id=commune_id, id=member_id, seen=seen_of(facts))


def proposal(commune_id: int, proposal_id: int) -> SeenRequest:
    with Session(db.engine) as session:
        facts = queries.proposal_facts(session, session.get_one(BusinessProposal, proposal_id))
    return SeenRequest(commune_id=commune_id, id=proposal_id, seen=seen_of(facts))


def bank_feed(business_id: int) -> str:
    with Session(db.engine) as session:
        return seen_of(queries.bank_feed_facts(session, business_id))


def bank_account(business_id: int) -> str:
    with Session(db.engine) as session:
        return seen_of(queries.bank_account_facts(session, business_id))


def business(business_id: int) -> str:
    with Session(db.engine) as session:
        return seen_of(queries.business_facts(session.get_one(Business, business_id)))


def stall(stall_id: int) -> str:
    with Session(db.engine) as session:
        return seen_of(queries.stall_facts(session.get_one(Stall, stall_id)))
