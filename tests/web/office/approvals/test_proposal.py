"""A business nobody had written down: an officer enters it, or says why not."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.places.models import Hamlet
from market.sellers import queries
from market.sellers.actions import NewProposal, propose_business
from market.sellers.models import Business, BusinessKind, BusinessMember, BusinessProposal, ClaimState
from market.values.taxid import TaxId
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import make_business, sign_in
from tests.pages import hidden

REFUSAL = {"reason": "Đã có tên khác trong sổ."}


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


def test_names_alike_in_the_register_are_shown_beside_it(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    page = hung.get(path(propose(cast, now, "Rau"))).text

    assert "Trong sổ đã có tên giống vậy" in page
    assert "Rau bà Lan" in page


def test_an_accepted_one_stands_in_the_register_claimed_by_who_proposed_it(
    hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    proposal = propose(cast, now)
    loaded = hidden(hung.get(path(proposal)).text, f"{path(proposal)}/ghi")
    assert hung.post(f"{path(proposal)}/ghi", data=loaded).location == "/van-phong/duyet/co-so"

    business = session.scalars(select(Business).where(Business.name == "Rau sạch chị Mai")).one()
    member = session.scalars(select(BusinessMember).where(BusinessMember.business_id == business.id)).one()
    assert (business.kind, business.phone, business.owner_name) == ("ho_nong_dan", "+84900000021", "Vũ Thị Mai")
    assert (member.person_id, member.state) == (cast.mai, ClaimState.PENDING)
    assert len(queries.history_of(session, business.id)) == 1
    assert hung.post(f"{path(proposal)}/ghi", data=loaded).status_code == 303
    assert len(session.scalars(select(Business).where(Business.name == "Rau sạch chị Mai")).all()) == 1


def test_what_the_register_got_meanwhile_is_shown_before_it_is_entered(
    hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    proposal = propose(cast, now, "Rau")
    pages = {end: hidden(hung.get(path(proposal)).text, f"{path(proposal)}/{end}") for end in ("ghi", "tu-choi")}
    with transaction() as writing:
        make_business(writing, writing.get_one(Hamlet, cast.mo_doan), "Rau chị Mai", now())

    for end, loaded in pages.items():
        answer = hung.post(f"{path(proposal)}/{end}", data=loaded | REFUSAL)
        assert answer.status_code == 409
        assert "Rau chị Mai (thôn Mỗ Đoạn)" in answer.text
        assert hidden(answer.text, f"{path(proposal)}/{end}") != loaded
    assert session.get_one(BusinessProposal, proposal).state is ClaimState.PENDING


def test_an_answer_that_does_not_say_what_was_seen_is_none(
    hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    proposal = propose(cast, now)
    for end in ("ghi", "tu-choi"):
        answer = hung.post(f"{path(proposal)}/{end}", data=REFUSAL)
        assert answer.status_code == 422
        assert "bạn đã xem gì" in answer.text
    assert session.get_one(BusinessProposal, proposal).state is ClaimState.PENDING


def test_the_same_refusal_twice_is_one(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    address = f"{path(propose(cast, now))}/tu-choi"
    loaded = hidden(hung.get(address.removesuffix("/tu-choi")).text, address) | REFUSAL

    assert [hung.post(address, data=loaded).status_code for _ in range(2)] == [303, 303]
    assert hung.post(address, data=loaded | {"reason": "Thiếu giấy"}).status_code == 409


def test_a_tax_code_already_in_the_register_is_told(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.lan.business).tax_id = TaxId("099161000002")

    address = path(propose(cast, now, tax_id=TaxId("099161000002")))
    answer = hung.post(f"{address}/ghi", data=hidden(hung.get(address).text, f"{address}/ghi"))
    assert answer.status_code == 409
    assert "đã có trong sổ hộ" in answer.text


def test_a_refusal_needs_its_reason_and_the_person_reads_it(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    proposal = propose(cast, now)
    assert hung.post(f"{path(proposal)}/tu-choi", data={"reason": ""}).status_code == 422
    loaded = hidden(hung.get(path(proposal)).text, f"{path(proposal)}/tu-choi")
    assert hung.post(f"{path(proposal)}/tu-choi", data=loaded | REFUSAL).status_code == 303

    mai = app.test_client()
    sign_in(mai, cast.mai, now())
    assert "Xã chưa ghi vào sổ: Đã có tên khác trong sổ." in mai.get("/ban-hang").text


def test_others_find_nothing(app: Flask, cast: Cast, now: Clock) -> None:
    proposal = propose(cast, now)
    people = [cast.lan.person, cast.vy, cast.mai]

    assert keeps_out(app, path(proposal), people)
    for end in ("ghi", "tu-choi"):
        assert keeps_out(app, f"{path(proposal)}/{end}", people, method="POST")
