"""Đăng nhập: by phone and password, in a house of several by name too; a long stay; tries counted at all that is known
of them."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.actions import NewPassword, change_password
from market.accounts.brakes import MOST_FAILURES
from market.accounts.models import LoginSession, Person
from market.accounts.queries import people_with_phone
from market.base.attempts import TryWindow
from market.base.audit import GUEST
from market.base.db import transaction
from market.base.secrets import hash_password, is_password
from market.places.models import Commune
from market.sellers.models import PostRole
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import PASSWORD
from tests.pages import without_token
from tests.queries import counting

LAN = {"phone": "0900 000 011", "password": PASSWORD}


def test_the_right_password_signs_in_and_leads_back(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/dang-nhap", data=LAN | {"tiep": f"/ban-hang/{cast.lan.slug}"})

    assert (answer.status_code, answer.location) == (303, f"/ban-hang/{cast.lan.slug}")
    assert "Phạm Thị Lan" in client.get("/tai-khoan").text


@pytest.mark.parametrize("typed", ["0900000011", "+84 900 000 011", "0900.000.011", "84900000011"])
def test_a_phone_is_known_however_it_is_typed(client: FlaskClient, cast: Cast, typed: str) -> None:
    assert client.post("/dang-nhap", data=LAN | {"phone": typed}).status_code == 303


def test_a_phone_that_the_number_plan_no_longer_has_still_signs_in(client: FlaskClient, cast: Cast) -> None:
    make.outdate_phone(Person, cast.lan.person)
    assert client.post("/dang-nhap", data=LAN | {"phone": make.GONE}).status_code == 303


def test_a_phone_that_the_number_plan_does_not_have_signs_nobody_up(client: FlaskClient, cast: Cast) -> None:
    new = {"name": "Nguyễn Thị Mới", "phone": make.GONE, "password": "mua-ruoi-chin", "agrees": "y"}
    answer = client.post("/dang-ky", data=new)
    assert answer.status_code == 422
    assert "Số điện thoại chưa đúng" in answer.text


def test_an_account_is_the_installation_s_and_its_rights_are_a_commune_s(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    """Growth 4: "an account belongs to one commune". Bà Lan sells here; there she signs in with the same password, is
    nobody's seller, and becomes an officer. A login is of the host it was made at, wherever its cookie is shown."""
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
        daughter = make.make_person(writing, far, "Cháu Hoa", LAN["phone"], now()).id
    assert [one.id for one in people_with_phone(session, Phone(LAN["phone"]))] == [cast.lan.person, daughter]
    there, lan = "http://khac.test", app.test_client()
    signed_in = lan.post("/dang-nhap", data={**LAN, "name": "Phạm Thị Lan"}, base_url=there)
    assert (signed_in.status_code, signed_in.location) == (303, "/tai-khoan")
    assert lan.get(f"/ban-hang/{cast.lan.slug}", base_url=there).status_code == 404
    assert lan.get("/van-phong", base_url=there).status_code == 404
    with transaction() as writing:
        post = make.make_post(writing, writing.get_one(Person, cast.lan.person), PostRole.OFFICER, None, now())
        post.commune_id = far.id
    assert lan.get("/van-phong/so-ho", base_url=there).status_code == 200
    with lan.session_transaction(base_url=there) as cookie:
        key = cookie["_user_id"]
    here = app.test_client()
    with here.session_transaction() as cookie:
        cookie["_user_id"] = key
    assert here.get("/tai-khoan").location.startswith("/dang-nhap")


def test_the_cookie_holds_a_random_key_of_which_only_a_fingerprint_is_kept(
    client: FlaskClient, cast: Cast, session: Session
) -> None:
    client.post("/dang-nhap", data=LAN)

    with client.session_transaction() as cookie:
        key = cookie["_user_id"]
    login = session.scalars(select(LoginSession)).one()
    assert len(key) >= 43
    assert key not in (login.key_hash, str(login.id), str(cast.lan.person))


def test_a_phone_stays_signed_in_for_half_a_year_of_use(client: FlaskClient, cast: Cast, now: Clock) -> None:
    """For a year at most, whatever its use: tests/journeys/test_a_session_ends.py."""
    client.post("/dang-nhap", data=LAN)
    for _ in range(2):
        now.move(days=90)
        assert client.get("/tai-khoan").status_code == 200

    now.move(days=181)
    assert client.get("/tai-khoan").status_code == 303


def test_a_wrong_password_says_so_and_keeps_the_phone(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/dang-nhap", data=LAN | {"password": "sai roi nhe"})

    assert answer.status_code == 422
    assert "Số điện thoại hoặc mật khẩu chưa đúng" in answer.text
    assert 'value="0900 000 011"' in answer.text
    assert "sai roi nhe" not in answer.text


def test_an_unknown_phone_is_told_nothing_more(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/dang-nhap", data=LAN | {"phone": "0900 000 099"})

    assert "Số điện thoại hoặc mật khẩu chưa đúng" in answer.text


def test_an_unknown_phone_and_a_wrong_password_take_the_same_work_until_both_are_closed(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same status, same page, as many statements and hashes, try after try: for a phone of several people too."""
    looked: list[str] = []

    def looking(password: str, known: str | None) -> bool:
        looked.append(password)
        return is_password(password, known)

    monkeypatch.setattr("market.accounts.queries.is_password", looking)
    share_the_phone("0900 000 012", cast, now)

    def answers(phone: str) -> list[tuple[int, str, int, int]]:
        given = []
        for _ in range(MOST_FAILURES + 1):
            looked.clear()
            with counting() as seen:
                answer = client.post("/dang-nhap", data={"phone": phone, "password": "doan mo"})
            given.append((answer.status_code, without_token(answer.text).replace(phone, ""), len(seen), len(looked)))
        return given

    client.get("/")  # the commune is read once in a while
    known, unknown, shared = answers("0900 000 011"), answers("0900 000 099"), answers("0900 000 012")
    assert known == unknown == shared
    assert [looks for *_, looks in known] == [1] * MOST_FAILURES + [0]


def share_the_phone(phone: str, cast: Cast, now: Clock) -> None:
    """Five more people of a house: nothing is known of them but a phone and a password."""
    with transaction() as writing:
        commune = writing.get_one(Commune, cast.commune)
        for name in ("Phạm Văn Bình", "Phạm Thị Cúc", "Phạm Văn Dũng", "Phạm Thị Lan Em", "Phạm Văn Giáp"):
            one = make.make_person(writing, commune, name, phone, now())
            one.password_hash = make.hash_of(name)


def test_in_a_house_of_several_a_name_says_who_it_is(app: Flask, cast: Cast, now: Clock) -> None:
    """However it is typed; without a name it is who has a stall, however many signed up with her phone."""
    share_the_phone(LAN["phone"], cast, now)

    def signs_in(name: str, password: str) -> str | None:
        client = app.test_client()
        answer = client.post("/dang-nhap", data={"phone": LAN["phone"], "password": password, "name": name})
        assert answer.status_code in (303, 422)
        found = re.search(r"Phạm (Thị|Văn) [\w ]+", client.get("/tai-khoan").text)
        return found[0].strip() if found else None

    assert signs_in("", PASSWORD) == signs_in("Lan", PASSWORD) == signs_in("bà LAN", PASSWORD) == "Phạm Thị Lan"
    assert signs_in("binh", "Phạm Văn Bình") == "Phạm Văn Bình"
    assert signs_in("", "Phạm Văn Bình") is None
    assert signs_in("Cúc", PASSWORD) is None


def test_a_device_of_several_asks_who_of_them_it_is_by_their_first_names(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    share_the_phone(LAN["phone"], cast, now)
    assert "Ai trong nhà" not in client.get("/dang-nhap").text
    for name, password in (("Lan", PASSWORD), ("Bình", "Phạm Văn Bình")):
        client.post("/dang-nhap", data={"phone": LAN["phone"], "password": password, "name": name})
        client.post("/dang-xuat")
    page = client.get("/dang-nhap").text
    asked = re.findall(r'name="who" value="(\d*)"[^>]*>\s*<span>([^<]+)', page)
    assert [text for _, text in asked] == ["Lan", "Bình", "Người khác"]
    assert "Phạm" not in page
    assert "Ai trong nhà" not in app.test_client().get("/dang-nhap").text

    chosen = {"phone": LAN["phone"], "password": PASSWORD, "who": asked[0][0]}
    assert client.post("/dang-nhap", data=chosen | {"who": asked[1][0]}).status_code == 422
    assert client.post("/dang-nhap", data=chosen).status_code == 303
    strange = app.test_client().post("/dang-nhap", data=chosen | {"who": asked[1][0]})
    assert strange.status_code == 303, "on a device that does not know them a choice says nothing"


def test_five_wrong_tries_close_a_phone_for_a_quarter_of_an_hour_from_any_browser(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    for _ in range(MOST_FAILURES):
        app.test_client().post("/dang-nhap", data=LAN | {"password": "doan mo"})

    now.move(minutes=4)
    right = app.test_client().post("/dang-nhap", data=LAN)
    assert (right.status_code, right.headers["Retry-After"], right.headers["X-Refused"]) == (
        429,
        "660",
        "too_many_tries",
    )
    assert "Mời chờ 11 phút" in right.text
    assert 'value="0900 000 011"' in right.text
    assert app.test_client().post("/dang-nhap", data=LAN | {"phone": "0900 000 012"}).status_code == 303

    now.move(minutes=16)
    assert app.test_client().post("/dang-nhap", data=LAN).status_code == 303


def test_strangers_who_guess_do_not_shut_the_owner_out_of_the_phone_they_use(app: Flask, cast: Cast) -> None:
    own = app.test_client()
    assert own.post("/dang-nhap", data=LAN).status_code == 303
    own.post("/dang-xuat")
    for _ in range(MOST_FAILURES):
        app.test_client().post("/dang-nhap", data=LAN | {"password": "doan mo"})

    assert "Mời chờ 15 phút" in app.test_client().post("/dang-nhap", data=LAN).text
    assert own.post("/dang-nhap", data=LAN).status_code == 303


def test_a_known_device_guesses_five_times_more_and_only_at_who_signed_in_on_it(app: Flask, cast: Cast) -> None:
    thief = {"name": "Kẻ Gian", "phone": LAN["phone"], "password": "cua toi day", "agrees": "y"}
    device = app.test_client()
    device.post("/dang-ky", data=thief)
    for _ in range(MOST_FAILURES):
        app.test_client().post("/dang-nhap", data=LAN | {"password": "doan mo"})

    assert "mật khẩu chưa đúng" in device.post("/dang-nhap", data=LAN).text
    for _ in range(MOST_FAILURES):
        answer = device.post("/dang-nhap", data=LAN)
    assert "thử sai nhiều lần" in answer.text
    assert answer.status_code == 429


def test_a_phone_that_was_found_guesses_twenty_times_a_day(app: Flask, cast: Cast, now: Clock) -> None:
    device = app.test_client()
    device.post("/dang-nhap", data=LAN)
    device.post("/dang-xuat")
    looked = 0
    for _ in range(30):
        looked += "mật khẩu chưa đúng" in device.post("/dang-nhap", data=LAN | {"password": "doan mo"}).text
        now.move(minutes=16)
    assert looked == 20
    assert app.test_client().post("/dang-nhap", data=LAN).status_code == 303, "who lost it signs in elsewhere"


def test_where_one_network_guesses_the_owner_signs_in_from_another(app: Flask, cast: Cast) -> None:
    for _ in range(MOST_FAILURES + 1):
        app.test_client().post("/dang-nhap", data=LAN | {"password": "doan mo"})
    assert app.test_client().post("/dang-nhap", data=LAN).status_code == 429
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert app.test_client().post("/dang-nhap", data=LAN, environ_base=elsewhere).status_code == 303


def test_one_password_tried_at_sixty_phones_is_stopped_and_neighbours_who_are_known_go_on(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One network, a new browser each time: what a carrier's address looks like, too."""
    neighbour = app.test_client()
    neighbour.post("/dang-nhap", data=LAN)
    neighbour.post("/dang-xuat")
    monkeypatch.setattr("market.accounts.queries.is_password", lambda password, _: password == PASSWORD)

    def spray(client: FlaskClient, number: int) -> int:
        return client.post("/dang-nhap", data={"phone": f"0901 000 0{number}", "password": "mua-ruoi-chin"}).status_code

    statuses = [spray(app.test_client(), number) for number in range(10, 70)]
    assert statuses == [422] * 40 + [429] * 20
    assert neighbour.post("/dang-nhap", data=LAN).status_code == 303


def test_one_browser_that_goes_through_phones_is_stopped_wherever_it_is(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.accounts.queries.is_password", lambda *_: False)
    client = app.test_client()
    client.get("/dang-nhap")
    answers = []
    for number in range(21):
        where = {"REMOTE_ADDR": f"203.0.113.{number}"}
        tried = {"phone": f"0901 000 0{number + 10}", "password": "mua-ruoi-chin"}
        answers.append(client.post("/dang-nhap", data=tried, environ_base=where).status_code)
    assert answers == [422] * 20 + [429]


def test_a_village_behind_one_address_signs_in(app: Flask, cast: Cast, now: Clock) -> None:
    """A right password closes nothing, however many come."""
    with transaction() as writing:
        people = writing.get_one(Commune, cast.commune)
        for number in range(100, 145):
            make.make_person(writing, people, f"Người {number}", f"0902 000 {number}", now())
    for number in range(100, 145):
        signed_in = {"phone": f"0902 000 {number}", "password": PASSWORD}
        assert app.test_client().post("/dang-nhap", data=signed_in).status_code == 303


def test_trying_on_while_closed_does_not_keep_it_closed(app: Flask, cast: Cast, now: Clock) -> None:
    for _ in range(MOST_FAILURES * 3):
        app.test_client().post("/dang-nhap", data=LAN | {"password": "doan mo"})
        now.move(minutes=1)
    now.move(minutes=3)

    assert app.test_client().post("/dang-nhap", data=LAN).status_code in (303, 422)
    now.move(minutes=13)
    assert app.test_client().post("/dang-nhap", data=LAN).status_code == 303


def test_an_own_account_on_the_same_phone_does_not_forgive_wrong_guesses(app: Flask, cast: Cast) -> None:
    thief = {"name": "Kẻ Gian", "phone": LAN["phone"], "password": "cua toi day", "agrees": "y"}
    app.test_client().post("/dang-ky", data=thief)

    answers = []
    for number in range(6):
        answers.append(app.test_client().post("/dang-nhap", data=LAN | {"password": f"doan {number}"}))
        app.test_client().post("/dang-nhap", data=LAN | {"password": "cua toi day"})

    assert "thử sai nhiều lần" in answers[-1].text


def test_of_many_tries_at_once_five_are_looked_at(app: Flask, cast: Cast, session: Session) -> None:
    def guess(number: int) -> str:
        with app.app_context():
            return app.test_client().post("/dang-nhap", data=LAN | {"password": f"doan {number}"}).text

    with transaction() as writing:  # looking at a guess takes as long as in the market: others come in meanwhile
        writing.get_one(Person, cast.lan.person).password_hash = hash_password(PASSWORD)
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(guess, range(24)))

    looked_at = [answer for answer in answers if "mật khẩu chưa đúng" in answer]
    assert len(looked_at) <= MOST_FAILURES
    assert all("thử sai nhiều lần" in answer for answer in answers if answer not in looked_at)


def test_tries_are_kept_without_the_phone(client: FlaskClient, cast: Cast, session: Session) -> None:
    client.post("/dang-nhap", data=LAN)

    windows = session.scalars(select(TryWindow)).all()
    assert len(windows) == 6
    assert not [one for one in windows if "900000011" in one.subject or "127.0.0.1" in one.subject]


def test_a_revoked_session_is_out_wherever_its_cookie_is(
    client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    client.post("/dang-nhap", data=LAN)
    with transaction() as writing:
        writing.scalars(select(LoginSession)).one().ended_at = now() - timedelta(seconds=1)

    assert client.get("/tai-khoan").status_code == 303


def test_a_password_changed_since_it_was_compared_lets_nobody_in(
    client: FlaskClient, cast: Cast, now: Clock, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_meanwhile(_counted: object) -> None:
        with transaction() as writing:
            change_password(writing, GUEST, NewPassword(person_id=cast.lan.person, password_hash="mot"), now=now())

    monkeypatch.setattr("market.web.account.views.succeed_try", change_meanwhile)
    answer = client.post("/dang-nhap", data=LAN)

    assert answer.status_code == 422
    assert "Mật khẩu vừa được đổi ở máy khác" in answer.text
    assert LAN["phone"] in answer.text
    assert session.scalars(select(LoginSession)).all() == []


def test_a_page_asked_for_without_sign_in_is_come_back_to(client: FlaskClient, cast: Cast) -> None:
    sent = client.get("/ban-hang/nhan-co-so?q=rau")

    assert sent.location == "/dang-nhap?tiep=/ban-hang/nhan-co-so?q%3Drau"
    assert client.post(sent.location, data=LAN | {"tiep": "/ban-hang/nhan-co-so?q=rau"}).location.endswith("q=rau")


def test_without_its_csrf_field_nothing_signs_in(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    answer = app.test_client().post("/dang-nhap", data=LAN)

    assert answer.status_code == 400
    assert "tải lại trang" in answer.text


def test_the_page_leads_on_where_there_is_no_account_or_no_password(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/dang-nhap?tiep=/ban-hang").text

    assert 'href="/dang-ky?tiep=/ban-hang"' in page
    assert 'href="/dat-lai-mat-khau"' in page
