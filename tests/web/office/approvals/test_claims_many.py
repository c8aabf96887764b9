"""Several people with their papers are verified from one page, each by itself; who is not is named (office 15)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.sellers.actions import claim_business
from market.sellers.models import Business, Verification
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden

PATH = "/van-phong/duyet/co-so/nhieu"
NAMES = ("Phạm Thị Một", "Phạm Thị Hai", "Phạm Thị Ba")


@pytest.fixture
def claims(cast: Cast, now: Clock) -> list[int]:
    """Three people who say that three businesses are theirs."""
    found = []
    with transaction() as session:
        hamlet = session.get_one(make.Hamlet, cast.mo_doan)
        for number, name in enumerate(NAMES):
            person = make.make_person(session, hamlet_commune(session, cast), name, f"0911 000 10{number}", now())
            business = make.make_business(session, hamlet, f"Hàng {name}", now())
            business.owner_name = name
            actor = Actor(person_id=person.id)
            found.append(claim_business(session, actor, cast.commune, business.id, now=now()))
    return found


def hamlet_commune(session: Session, cast: Cast) -> make.Commune:
    return session.get_one(make.Commune, cast.commune)


def row(claim: int, name: str, number: str, born: str = "1963-05-01") -> dict[str, str]:
    typed = {"full_name": name, "paper": "Căn cước công dân", "citizen_id": number, "birth_date": born}
    return {f"c{claim}-{field}": text for field, text in typed.items()}


def verified(session: Session) -> set[str]:
    names = select(Business.name).join(Verification, Verification.business_id == Business.id)
    return set(session.scalars(names.where(Business.name.startswith("Hàng "))))


def loaded(client: FlaskClient, claims: list[int]) -> dict[str, object]:
    return {**hidden(client.get(PATH).text, PATH), "nguoi": claims}


def test_those_filled_in_are_verified_and_the_others_wait_still(
    hung: FlaskClient, session: Session, claims: list[int]
) -> None:
    first, second, _third = claims
    typed = row(first, NAMES[0], "030163000004") | row(second, NAMES[1], "030163000005")
    said = hung.post(PATH, data=loaded(hung, claims) | typed, follow_redirects=True).text
    assert f"Đã xác nhận 2: Hàng {NAMES[0]}, Hàng {NAMES[1]}." in said
    assert verified(session) == {f"Hàng {NAMES[0]}", f"Hàng {NAMES[1]}"}
    assert f"Hàng {NAMES[2]}</h2>" in said


def test_one_that_cannot_be_keeps_none_of_the_others_back_and_says_why(
    hung: FlaskClient, session: Session, claims: list[int]
) -> None:
    """The same number for two people is a warning; a number that is none is wrong."""
    first, second, third = claims
    typed = row(first, NAMES[0], "030163000004") | row(second, NAMES[1], "030163000004") | row(third, NAMES[2], "12")
    page = hung.post(PATH, data=loaded(hung, claims) | typed)
    assert page.status_code == 422
    assert verified(session) == {f"Hàng {NAMES[0]}"}
    assert f"Hàng {NAMES[1]}: Chưa xác nhận: có điều cần xem lại" in page.text
    assert f"Hàng {NAMES[2]}: còn ô cần sửa." in page.text
    assert "030163000004" not in page.text, "a number is shown to nobody again"
    assert "1963-05-01" in page.text, "the rest of what was typed stays"


def test_who_was_answered_meanwhile_is_named(hung: FlaskClient, session: Session, claims: list[int]) -> None:
    first = claims[0]
    data = loaded(hung, claims) | row(first, NAMES[0], "030163000004")
    refusal = {"reason": "Mang giấy khác"}
    address = f"/van-phong/duyet/co-so/{first}"
    hung.post(f"{address}/tu-choi", data=hidden(hung.get(address).text, f"{address}/tu-choi") | refusal)
    page = hung.post(PATH, data=data)
    assert page.status_code in (409, 422)
    assert f"Hàng {NAMES[0]}:" in page.text
    assert verified(session) == set()


def test_nothing_filled_in_says_so(hung: FlaskClient, claims: list[int]) -> None:
    assert "Chưa xác nhận ai" in hung.post(PATH, data=loaded(hung, claims), follow_redirects=True).text


def test_without_anybody_waiting_the_page_says_so(hung: FlaskClient) -> None:
    assert "Không có ai chờ xem giấy tờ" in hung.get(PATH).text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    for method in ("GET", "POST"):
        assert keeps_out(app, PATH, [cast.lan.person, cast.vy], method=method)
