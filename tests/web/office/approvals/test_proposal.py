"""A business nobody had written down: an officer enters it, or says why not."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.sellers import queries
from market.sellers.actions import NewProposal, propose_business
from market.sellers.models import Business, BusinessKind, BusinessMember, ClaimState
from market.values.taxid import TaxId
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def path(proposal: int) -> str:
    return f"/van-phong/duyet/ghi-so/{proposal}"


def propose(cast: Cast, now: Clock, name: str = "Rau sạch chị Mai", tax_id: TaxId | None = None) -> int:
    new = NewProposal(
        commune_id=cast.commune,
        hamlet_id=cast.mo_doan,
        kind=BusinessKind.FARM_HOUSEHOLD,
        name=name,
        trade="Rau",
        tax_id=tax_id,
    )
    with transaction() as writing:
        return propose_business(writing, Actor(person_id=cast.mai), new, now=now())


@pytest.fixture
def hung(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.hung, now())
    return client


def test_names_alike_in_the_register_are_shown_beside_it(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    page = hung.get(path(propose(cast, now, "Rau"))).text

    assert "Trong sổ đã có tên giống vậy" in page
    assert "Rau bà Lan" in page


def test_an_accepted_one_stands_in_the_register_claimed_by_who_proposed_it(
    hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    proposal = propose(cast, now)
    assert hung.post(f"{path(proposal)}/ghi").location == "/van-phong/duyet/co-so"

    business = session.scalars(select(Business).where(Business.name == "Rau sạch chị Mai")).one()
    member = session.scalars(select(BusinessMember).where(BusinessMember.business_id == business.id)).one()
    assert (business.kind, business.phone, business.owner_name) == ("ho_nong_dan", "+84900000021", "Vũ Thị Mai")
    assert (member.person_id, member.state) == (cast.mai, ClaimState.PENDING)
    assert len(queries.history_of(session, business.id)) == 1
    assert hung.post(f"{path(proposal)}/ghi").status_code == 409


def test_a_tax_code_already_in_the_register_is_told(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.lan.business).tax_id = TaxId("099161000002")

    answer = hung.post(f"{path(propose(cast, now, tax_id=TaxId('099161000002')))}/ghi")
    assert answer.status_code == 409
    assert "đã có trong sổ hộ" in answer.text


def test_a_refusal_needs_its_reason_and_the_person_reads_it(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    proposal = propose(cast, now)
    assert hung.post(f"{path(proposal)}/tu-choi", data={"reason": ""}).status_code == 422
    assert hung.post(f"{path(proposal)}/tu-choi", data={"reason": "Đã có tên khác trong sổ."}).status_code == 303

    mai = app.test_client()
    sign_in(mai, cast.mai, now())
    assert "Xã chưa ghi vào sổ: Đã có tên khác trong sổ." in mai.get("/ban-hang").text


def test_others_find_nothing(app: Flask, cast: Cast, now: Clock) -> None:
    proposal = propose(cast, now)
    people = [cast.lan.person, cast.vy, cast.mai]

    assert keeps_out(app, path(proposal), people)
    for end in ("ghi", "tu-choi"):
        assert keeps_out(app, f"{path(proposal)}/{end}", people, method="POST")
