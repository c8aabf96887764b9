"""Several proposals are looked at on one page and entered together, each by itself (office 15: 12 page loads)."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.sellers.models import Business, BusinessProposal, ClaimState
from market.values.text import fold
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden
from tests.web.office.approvals.test_proposal import propose

LIST = "/van-phong/duyet/ghi-so"


def test_they_are_looked_at_together_and_who_cannot_be_entered_is_named(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    three = [propose(cast, now, name) for name in ("Chè xanh cô Mận", "Bún ông Tám", "Cá kho bà Bé")]
    assert all(f'value="{one}"' in hung.get("/van-phong/duyet/co-so").text for one in three)
    page = hung.get(LIST, query_string={"chon": three}).text
    assert all(name in page for name in ("Chè xanh cô Mận", "Bún ông Tám", "Cá kho bà Bé", "Vũ Thị Mai"))
    loaded = hidden(page, f"{LIST}/ghi")
    with transaction() as writing:
        writing.get_one(BusinessProposal, three[1]).name = "Bún ông Tám Già"

    said = hung.post(f"{LIST}/ghi", data=loaded | {"chon": three}, follow_redirects=True).text

    assert "Đã ghi 2 cơ sở vào sổ." in said
    assert "Chưa được: Bún ông Tám Già: Từ lúc bạn mở trang đã có thay đổi" in said
    entered = set(session.scalars(select(Business.name).where(Business.owner_name == "Vũ Thị Mai")))
    assert entered == {"Chè xanh cô Mận", "Cá kho bà Bé"}
    assert session.get_one(BusinessProposal, three[1]).state is ClaimState.PENDING


def test_one_that_the_register_has_already_keeps_none_of_the_others_back(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    two = [propose(cast, now, name) for name in ("Chè xanh cô Mận", "Cá kho bà Bé")]
    loaded = hidden(hung.get(LIST, query_string={"chon": two}).text, f"{LIST}/ghi")
    first = hung.post(f"{LIST}/ghi", data=loaded | {"chon": two[:1]}, follow_redirects=True).text
    assert "Đã ghi 1 cơ sở" in first
    again = hung.post(f"{LIST}/ghi", data=loaded | {"chon": two}, follow_redirects=True).text
    assert "Đã ghi 2 cơ sở" in again, "the first is done already, the second now"
    assert len(session.scalars(select(Business).where(Business.folded == fold("Chè xanh cô Mận"))).all()) == 1


def test_none_ticked_says_so_and_another_commune_s_is_not_found(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Chưa chọn đề nghị nào" in hung.get(LIST).text
    assert "Chưa ghi cơ sở nào" in hung.post(f"{LIST}/ghi", follow_redirects=True).text
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        hamlet = make.make_hamlet(session, far, "thôn Xa")
        other = BusinessProposal(
            commune_id=far.id,
            person_id=cast.mai,
            hamlet_id=hamlet.id,
            kind="ho_kinh_doanh",
            name="X",
            proposed_at=now(),
        )
        session.add(other)
        session.flush()
        number = other.id
    assert hung.get(f"{LIST}?chon={number}").status_code == 404
    assert hung.post(f"{LIST}/ghi", data={"chon": number, f"seen-{number}": "x"}).status_code == 404


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, LIST, [cast.lan.person, cast.vy])
    assert keeps_out(app, f"{LIST}/ghi", [cast.lan.person, cast.vy], method="POST")
