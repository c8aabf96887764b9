"""What sellers change of approved goods and of their stalls waits beside the public version until an officer looks."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.catalog.actions.listing import VariantRef
from market.catalog.actions.photos import add_photo
from market.catalog.models import Photo, ProposedPhoto
from market.notices.models import Notice
from market.sellers.models import BusinessMember, ChangeRequest, ClaimState, RequestState, Stall
from market.web.office.approvals.changes import field_change
from tests.access import keeps_out
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.elsewhere import far_stall
from tests.factories import make_product, sign_in
from tests.pages import hidden, send
from tests.queries import counting
from tests.web.base.world import plain_row

QUEUE = "/van-phong/duyet/sua"
WHY = {"reason": "Tên chưa rõ là món gì"}


def rewrite(app: Flask, cast: Cast, now: Clock, **said: str) -> int:
    """Bà Lan changes her beans; returns what waits."""
    lan, product = app.test_client(), shelf.product_id(cast.dau_xanh)
    sign_in(lan, cast.lan.person, now())
    page = f"{shelf.goods_of(cast.lan)}/{product}"
    typed = {"name": "Đậu xanh", "price": "45.000", "unit": "kg", "pack_unit": "kg"}
    assert send(lan, page, typed | said).status_code == 303
    waiting = shelf.waiting(product)
    assert waiting
    return waiting.id


@pytest.fixture
def renamed(app: Flask, cast: Cast, now: Clock) -> int:
    return rewrite(app, cast, now, name="Đậu xanh lòng vàng")


def press(client: FlaskClient, request: int, button: str = "duyet", **typed: str) -> int:
    return send(client, QUEUE, typed, f"{QUEUE}/{request}/{button}").status_code


def public_page(app: Flask, cast: Cast) -> str:
    return app.test_client().get(f"/san-pham/{shelf.product_id(cast.dau_xanh)}-x", follow_redirects=True).text


def test_both_versions_stand_side_by_side_and_what_differs_is_marked(hung: FlaskClient, renamed: int) -> None:
    page = hung.get(QUEUE).text
    assert "Tên đang hiện" in page
    assert re.search(r"Đậu xanh\s*<ins>.*lòng vàng</ins>", page)
    assert "thôn Nghĩa Dũng" in page
    assert 'Bản sửa <span class="count">1</span>' in page


def test_the_public_version_stays_until_the_office_has_looked(
    app: Flask, hung: FlaskClient, cast: Cast, renamed: int, session: Session, now: Clock
) -> None:
    assert "lòng vàng" not in public_page(app, cast)
    assert "lòng vàng" not in app.test_client().get("/tim?q=long+vang").text
    assert [press(hung, renamed)] == [303]
    assert "Đậu xanh lòng vàng" in public_page(app, cast)
    assert "Đậu xanh lòng vàng" in app.test_client().get("/tim?q=long+vang").text
    decided = session.get_one(ChangeRequest, renamed)
    assert (decided.state, decided.decided_by, decided.decided_at) == (RequestState.APPROVED, cast.hung, now())
    assert [one.kind for one in session.scalars(select(Notice))] == ["sua_duoc_duyet"]


def test_a_refused_version_tells_why_and_the_public_one_stays(
    app: Flask, hung: FlaskClient, cast: Cast, renamed: int, session: Session, now: Clock
) -> None:
    assert press(hung, renamed, "tu-choi") == 422
    assert press(hung, renamed, "tu-choi", **WHY) == 303
    assert "lòng vàng" not in public_page(app, cast)
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now())
    page = lan.get(f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}").text
    assert "Xã chưa duyệt bản sửa: Tên chưa rõ là món gì" in page
    assert [one.kind for one in session.scalars(select(Notice))] == ["sua_tu_choi"]


def test_the_same_answer_twice_is_one_and_another_is_told(hung: FlaskClient, renamed: int, session: Session) -> None:
    loaded = hidden(hung.get(QUEUE).text, f"{QUEUE}/{renamed}/duyet")
    assert [hung.post(f"{QUEUE}/{renamed}/duyet", data=loaded).status_code for _ in range(2)] == [303, 303]
    answer = hung.post(f"{QUEUE}/{renamed}/tu-choi", data=loaded | WHY)
    assert answer.status_code == 422
    assert "đã có người xử lý" in answer.text
    assert len(session.scalars(select(Notice)).all()) == 1


def test_what_was_not_seen_is_not_approved(app: Flask, hung: FlaskClient, cast: Cast, renamed: int, now: Clock) -> None:
    """First the seller sends another version, then the public one changes beneath it."""
    loaded = hidden(hung.get(QUEUE).text, f"{QUEUE}/{renamed}/duyet")
    newer = rewrite(app, cast, now, name="Vàng miếng 9999")
    answer = hung.post(f"{QUEUE}/{renamed}/duyet", data=loaded)
    assert answer.status_code == 422
    assert "Người bán vừa gửi bản khác" in answer.text
    loaded = hidden(answer.text, f"{QUEUE}/{newer}/duyet")
    shelf.change(cast.dau_xanh, name="Đậu đen")
    for button, typed in (("duyet", {}), ("tu-choi", WHY)):
        assert hung.post(f"{QUEUE}/{newer}/{button}", data=loaded | typed).status_code == 409
    assert shelf.read(cast.dau_xanh)[0].name == "Đậu đen"


def test_a_picture_added_after_the_look_is_not_approved_with_it(
    hung: FlaskClient, cast: Cast, renamed: int, now: Clock, session: Session
) -> None:
    loaded = hidden(hung.get(QUEUE).text, f"{QUEUE}/{renamed}/duyet")
    which = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))
    with transaction() as writing:
        add_photo(writing, Actor(person_id=cast.lan.person), which, shelf.kept(), clock=now)
    answer = hung.post(f"{QUEUE}/{renamed}/duyet", data=loaded)
    assert answer.status_code == 409
    assert "ảnh thêm (nay là 1 ảnh)" in answer.text
    assert "Ảnh thêm 1 của Đậu xanh" in answer.text
    assert press(hung, renamed) == 303
    assert session.scalars(select(ProposedPhoto)).all() == []
    assert len(session.scalars(select(Photo).where(Photo.product_id == which.product_id)).all()) == 2


def test_several_are_approved_from_one_list_each_as_it_was_seen(
    app: Flask, hung: FlaskClient, cast: Cast, renamed: int, now: Clock, session: Session
) -> None:
    lan, settings = app.test_client(), f"/ban-hang/{cast.lan.slug}/cai-dat"
    sign_in(lan, cast.lan.person, now())
    send(lan, settings, {"name": "Rau bà Lan", "intro": "Rau hái sớm", "delivers_in_commune": "y"})
    waiting = session.scalars(select(ChangeRequest.id).order_by(ChangeRequest.id)).all()
    page = hung.get(QUEUE).text
    assert "Gian hàng Rau bà Lan" in page
    loaded = hidden(page, f"{QUEUE}/duyet")
    assert "Chưa duyệt bản nào" in hung.post(f"{QUEUE}/duyet", data=loaded, follow_redirects=True).text
    shelf.change(cast.dau_xanh, name="Đậu đen")
    said = hung.post(f"{QUEUE}/duyet", data=loaded | {"chon": waiting}, follow_redirects=True).text
    assert "Đã duyệt 1 bản sửa." in said
    assert "Chưa được: Đậu đen: Từ lúc bạn mở trang đã có thay đổi" in said, "it is named"
    assert session.get_one(Stall, cast.lan.stall).intro == "Rau hái sớm"
    assert shelf.waiting(shelf.product_id(cast.dau_xanh))


def test_with_goods_taken_down_goes_what_waits_of_them(
    hung: FlaskClient, cast: Cast, renamed: int, session: Session
) -> None:
    product = shelf.product_id(cast.dau_xanh)
    hung.post(f"/van-phong/duyet/{product}/go", data={"why": "Món này không được phép bán"})
    refused = session.get_one(ChangeRequest, renamed)
    assert (refused.state, refused.refusal) == (RequestState.REFUSED, "Món này không được phép bán")


def test_a_seller_takes_back_what_waits(app: Flask, cast: Cast, renamed: int, now: Clock, session: Session) -> None:
    lan, product = app.test_client(), shelf.product_id(cast.dau_xanh)
    sign_in(lan, cast.lan.person, now())
    page = lan.get(f"{shelf.goods_of(cast.lan)}/{product}").text
    assert "Bản mới của bạn" in page
    assert 'value="Đậu xanh lòng vàng"' in page
    for _ in range(2):
        assert lan.post(f"{shelf.goods_of(cast.lan)}/{product}/ban-moi/bo", data={"tu": "sua"}).status_code == 303
    assert session.get_one(ChangeRequest, renamed).state is RequestState.WITHDRAWN
    assert 'value="Đậu xanh"' in lan.get(f"{shelf.goods_of(cast.lan)}/{product}").text
    tu = f"{shelf.goods_of(cast.tu)}/{product}/ban-moi/bo"
    sign_in(lan, cast.tu.person, now())
    assert lan.post(tu).status_code == 404


def test_a_stall_asks_for_so_many_changes_a_day(app: Flask, cast: Cast, now: Clock) -> None:
    product = shelf.product_id(cast.dau_xanh)
    with transaction() as session:
        asked = {"stall_id": cast.lan.stall, "product_id": product, "state": RequestState.REPLACED, "asked_at": now()}
        session.add_all(ChangeRequest(**asked, fields={"description": f"Đậu {number}"}) for number in range(30))
    lan, page = app.test_client(), f"{shelf.goods_of(cast.lan)}/{product}"
    sign_in(lan, cast.lan.person, now())
    typed = {"name": "Đậu xanh", "price": "45.000", "unit": "kg", "pack_unit": "kg", "description": "Thêm nữa"}
    answer = send(lan, page, typed)
    assert answer.status_code == 422
    assert "đã gửi xã xem 30 lần sửa" in answer.text
    assert "Thêm nữa</textarea>" in answer.text
    now.move(days=1)
    assert send(lan, page, typed).status_code == 303


def test_an_officer_leaves_their_own_stall_to_another(hung: FlaskClient, cast: Cast, renamed: int, now: Clock) -> None:
    loaded = hidden(hung.get(QUEUE).text, f"{QUEUE}/{renamed}/duyet")
    with transaction() as session:
        stall = session.get_one(Stall, cast.lan.stall)
        own = {"business_id": stall.business_id, "person_id": cast.hung, "claimed_at": now()}
        session.add(BusinessMember(state=ClaimState.CONFIRMED, **own))
    for button, typed in (("duyet", {}), ("tu-choi", WHY)):
        answer = hung.post(f"{QUEUE}/{renamed}/{button}", data=loaded | typed)
        assert answer.status_code == 422
        assert "Mời cán bộ khác xem" in answer.text


def test_the_page_asks_the_database_as_often_for_many_as_for_one(
    app: Flask, hung: FlaskClient, cast: Cast, renamed: int, now: Clock
) -> None:
    hung.get(QUEUE)
    with counting() as few:
        hung.get(QUEUE)
    with transaction() as session:
        stall = session.get_one(Stall, cast.htx.stall)
        for number in range(5):
            product = make_product(session, stall, f"Gạo {number}", now()).product_id
            fields = {"name": f"Nếp {number}"}
            session.add(ChangeRequest(stall_id=stall.id, product_id=product, fields=fields, asked_at=now()))
    with counting() as many:
        assert "Nếp 4" in hung.get(QUEUE).text.replace("<ins>", "").replace("</ins>", "")
    assert len(many) == len(few) <= 10


def test_an_empty_list_says_so(hung: FlaskClient) -> None:
    assert "Không có bản sửa nào đang chờ" in hung.get(QUEUE).text


def test_others_find_nothing(app: Flask, cast: Cast, renamed: int) -> None:
    people = [cast.lan.person, cast.vy, cast.stranger]
    assert keeps_out(app, QUEUE, people)
    for button in (f"{renamed}/duyet", f"{renamed}/tu-choi", "duyet"):
        assert keeps_out(app, f"{QUEUE}/{button}", people, method="POST")


def test_another_communes_change_is_not_there(hung: FlaskClient, cast: Cast, renamed: int, now: Clock) -> None:
    loaded = hidden(hung.get(QUEUE).text, f"{QUEUE}/{renamed}/duyet")
    far = far_stall(now())
    with transaction() as session:
        product = make_product(session, session.get_one(Stall, far), "Chè xanh", now()).product_id
        said = {"stall_id": far, "product_id": product, "fields": {"name": "Chè xanh búp vàng"}}
        theirs = plain_row(session, ChangeRequest, now(), **said).id
    assert "búp vàng" not in hung.get(QUEUE).text
    for button, typed in ((f"{theirs}/duyet", {}), (f"{theirs}/tu-choi", WHY), ("duyet", {"chon": theirs})):
        assert hung.post(f"{QUEUE}/{button}", data=loaded | typed).status_code == 404


@pytest.mark.parametrize(
    ("shown", "wanted", "gone", "come"),
    [
        ("Đậu xanh", "Đậu đen", ["xanh"], ["đen"]),
        ("", "Rau sạch", [], ["Rau sạch"]),
        ("Rau sạch", "", ["Rau sạch"], []),
        ("Rau", "Rau", [], []),
    ],
)
def test_what_differs_is_cut_by_whole_words(shown: str, wanted: str, gone: list[str], come: list[str]) -> None:
    change = field_change("tên", shown, wanted)
    assert "".join(piece.text for piece in change.shown) == shown
    assert "".join(piece.text for piece in change.wanted) == wanted
    assert [piece.text for piece in change.shown if piece.differs] == gone
    assert [piece.text for piece in change.wanted if piece.differs] == come
