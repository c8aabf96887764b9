"""The law's days, a stand-in for the provider, and an account that goes through it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from sqlalchemy import select

from market.base import clock
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.places.models import DatedFact
from market.sellers import identity
from market.sellers.actions.identity import ask_link, keep_answer, keep_challenge
from market.sellers.identity.stand_in import SIGNATURE, StandIn, signature_of, yes
from market.sellers.models import BusinessMember, IdentityEvent
from market.sellers.ports import IdentityAnswer
from market.sellers.queries.identity_links import LinkStanding, link_standing
from market.sellers.rules.identity import LINK_FROM, LINK_UNTIL, UNCONNECTED, LinkState
from tests.cast import Seller

SECRET = "khoa-cua-ben-gia-lap"
LAW = {LINK_FROM: "2026-09-28", LINK_UNTIL: "2026-12-31"}


def pass_the_law(**own: str) -> None:
    """The country's days, as the seeds bring them."""
    with transaction() as session:
        for key, value in LAW.items():
            session.add(
                DatedFact(key=key, value=value, valid_from=date(2026, 9, 28), source="Nghị định 320/2026/NĐ-CP")
            )


def leave_unconnected(commune: int, value: str = "cho đăng") -> None:
    with transaction() as session:
        said = {"key": UNCONNECTED, "value": value, "source": "Thông báo 7/TB-UBND"}
        session.add(DatedFact(commune_id=commune, valid_from=date(2026, 10, 1), **said))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """The provider that the market is connected to; nobody answers unless told to."""
    provider = StandIn(answers_by_itself=False)
    monkeypatch.setitem(identity.IDENTITY_PROVIDERS, provider.name, provider)
    monkeypatch.setenv("CHOSO_IDENTITY", provider.name)
    monkeypatch.setenv("CHOSO_IDENTITY_SECRET", SECRET)
    return provider


def member_of(seller: Seller) -> BusinessMember:
    reading().expire_all()
    mine = BusinessMember.business_id == seller.business, BusinessMember.person_id == seller.person
    return reading().scalars(select(BusinessMember).where(*mine)).one()


def since(seller: Seller, at: datetime) -> None:
    """Her account is there since then."""
    with transaction() as session:
        session.get_one(BusinessMember, member_of(seller).id).claimed_at = at


def ask(seller: Seller, provider: str = "gia-lap") -> str:
    with transaction() as session:
        return ask_link(session, Actor(person_id=seller.person), seller.business, provider, clock=clock.now)


def begun(seller: Seller, provider: StandIn) -> str:
    """An attempt that the provider has begun."""
    attempt = ask(seller, provider.name)
    challenge = provider.begin(attempt, {}, now=clock.now())
    with transaction() as session:
        keep_challenge(session, attempt, challenge, clock=clock.now)
    return attempt


def link(seller: Seller, provider: StandIn | None = None) -> str:
    """Her account, authenticated by the provider's own answer."""
    attempt = begun(seller, provider or StandIn())
    with transaction() as session:
        keep_answer(session, "gia-lap", yes(attempt, told_at=clock.now()), clock=clock.now)
    return attempt


def standing(seller: Seller) -> LinkStanding:
    member = member_of(seller)
    return link_standing(reading(), member.id, now=clock.now())


def states() -> list[LinkState]:
    reading().expire_all()
    return list(reading().scalars(select(IdentityEvent.state).order_by(IdentityEvent.id)))


@contextmanager
def down(provider: StandIn) -> Iterator[None]:
    provider.is_down = True
    yield
    provider.is_down = False


def call_of(answer: IdentityAnswer, secret: str) -> tuple[dict[str, str], bytes]:
    """The signed call that brings an answer: its headers and its body."""
    told = {
        "attempt": answer.attempt,
        "reference": answer.reference,
        "outcome": answer.outcome.name,
        "told_at": answer.told_at.isoformat(),
        "subject": answer.subject,
        "citizen_id": answer.citizen_id,
        "valid_to": answer.valid_to.isoformat() if answer.valid_to else None,
    }
    body = json.dumps(told).encode()
    return {SIGNATURE: signature_of(secret, body)}, body
