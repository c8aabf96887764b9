"""The page behind a QR code: what a buyer must know first, then where the goods come from."""

import hashlib
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.base.attempts import Caller, count_try
from market.base.db import transaction
from market.catalog.models import Variant
from market.places.models import Commune
from market.places.rules.modes import CommuneMode
from market.sellers.models import Business, Certificate, Stall, StallState, Verification
from market.trace.actions.brakes import UNKNOWN_STAMP, UNKNOWN_STAMP_ON_KNOWN_DEVICE
from market.trace.models import Lot, Scan
from market.trace.rules import JournalKind, LotLife, LotState, StampStanding, StampState, is_machine, standing_of
from market.values.codes import new_stamp_code
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import PASSWORD, sign_in
from tests.pages import without_token
from tests.queries import counting
from tests.trace import steps
from tests.trace.pages import words

PERSON = {"User-Agent": "Mozilla/5.0 (Linux; Android 11) Chrome/120 Mobile Zalo/23"}


def look(app: Flask, stamp: str, headers: dict[str, str] = PERSON) -> str:
    """What another phone's first look says."""
    return words(app.test_client().get(f"/T/{stamp}", headers=headers))


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Scan)) or 0


@pytest.fixture
def stamp(cast: Cast, now: Clock) -> str:
    return steps.active_stamp(cast, now())[1]


def test_an_active_stamp_tells_the_whole_story(client: FlaskClient, cast: Cast, now: Clock, stamp: str) -> None:
    with transaction() as session:
        session.get_one(Business, cast.htx.business).phone = Phone("0900 000 012")
        paper = {"kind": "VietGAP", "number": "TT-26-0031", "issuer": "NHONHO", "scope": "lúa nếp"}
        days = {"valid_from": date(2026, 1, 1), "checked_by": cast.hung, "checked_at": now()}
        session.add(Certificate(business_id=cast.htx.business, **paper, **days, valid_to=date(2027, 1, 1)))
        session.add(
            Certificate(business_id=cast.htx.business, **paper | {"number": "CŨ"}, **days, valid_to=date(2026, 11, 1))
        )
    page = client.get(f"/T/{stamp}", headers=PERSON)
    said = words(page)
    for sentence in (
        f"Tem {stamp[:4]}-{stamp[4:8]}-{stamp[8:]} · Chợ số Đại Sơn",
        "Tem đã dán lên gói",
        "Quét lần đầu. Nếu bao bì đã mở, đừng mua.",
        "Gạo nếp cái hoa vàng",
        "HTX nông nghiệp Đại Sơn",
        "thôn Mỗ Đoạn, xã Đại Sơn",
        "VietGAP TT-26-0031",
        "Phòng Kinh tế xã Đại Sơn đã đối chiếu ngày 24/11/2026",
        "Thu hoạch 20/10/2026",
        "Đủ 21 ngày cách ly (cần 14)",
        "tự khai",
        "ghi sau 33 ngày",
        "32.000 ₫ / kg Mua món này",
    ):
        assert sentence in said
    assert "CŨ" not in said
    assert 'href="tel:+84900000012"' in page.text


def test_it_is_small_and_asks_little(client: FlaskClient, cast: Cast, stamp: str) -> None:
    client.get(f"/T/{stamp}", headers=PERSON)
    with counting() as seen:
        page = client.get(f"/T/{stamp}", headers=PERSON)
    assert len(seen) <= 8
    assert len(page.data) < 50_000


def test_the_longest_journal_stays_under_fifty_kilobytes(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    for number in range(150):
        note = f"{number} " + "bón phân chuồng hoai mục, tưới nước giếng khoan buổi sáng sớm " * 3
        steps.write(cast, code, JournalKind.FERTILISING, date(2026, 7, 1 + number % 30), now(), note=note[:200])
    steps.whole_journal(cast, code, now())
    steps.seal(cast, code, now())
    [stamp] = steps.print_stamps(cast, code, 1, now()).codes
    page = client.get(f"/T/{stamp}")
    assert len(page.data) < 50_000
    assert "Trang 1 / 3" in words(page)
    assert f'href="/lo/{code}?nhat_ky=2#nhat-ky"' in page.text
    rest = [client.get(f"/lo/{code}?nhat_ky={number}") for number in (1, 2, 3)]
    assert all(len(one.data) < 50_000 for one in rest)
    told = [number for one in rest for number in re.findall(r"(\d+) bón phân chuồng", words(one))]
    assert sorted(map(int, told)) == list(range(150)), "each line once"


@pytest.mark.parametrize(
    "spell", [str.lower, lambda c: f"{c[:4]}-{c[4:8]}-{c[8:]}", lambda c: c.replace("0", "o").replace("1", "l")]
)
def test_a_code_is_read_however_it_is_typed(client: FlaskClient, stamp: str, spell) -> None:
    for path in (f"/T/{spell(stamp)}", f"/t/{spell(stamp)}"):
        page = client.get(path)
        assert (page.status_code, "Tem đã dán lên gói" in words(page)) == (200, True)


def test_a_stamp_not_yet_active_is_not_to_be_bought(client: FlaskClient, cast: Cast, now: Clock) -> None:
    open_lot, sealed = steps.rice_lot(cast, now()), steps.sealed_lot(cast, now())
    for code in (open_lot, sealed):
        [stamp] = steps.print_stamps(cast, code, 1, now()).codes
        said = words(client.get(f"/T/{stamp}"))
        assert "Tem chưa dán xong, chưa nên mua" in said
        assert "Mua món này" not in said
        assert ("chưa ghi xong nhật ký" in said) is (code == open_lot)
        assert ("Thu hoạch" in said) is (code == sealed)


@pytest.mark.parametrize("code", ["7K3M9PXQ2RA", "abc", "7K3M9PXQ2RP", "%F0%9F%98%80", "x" * 60])
def test_a_code_nobody_printed_is_explained(client: FlaskClient, cast: Cast, code: str) -> None:
    page = client.get(f"/T/{code}")
    assert page.status_code == 404
    assert "Chợ không có tem này" in words(page)
    assert "0220" in words(page)


def test_a_person_who_tries_codes_is_slowed_down_and_buyers_are_not(
    app: Flask, client: FlaskClient, stamp: str, now: Clock
) -> None:
    """Whatever browser each code is tried with; past the limit printed ones answer like the others."""
    for _ in range(5):
        assert client.get(f"/T/{stamp}").status_code == 200
    answers = [app.test_client().get(f"/T/{new_stamp_code()}") for _ in range(41)]
    assert [answer.status_code for answer in answers] == [404] * 40 + [429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert "Mời chờ 1 phút rồi quét lại" in words(answers[-1])
    printed, elsewhere = client.get(f"/T/{stamp}"), {"REMOTE_ADDR": "10.0.0.9"}
    assert without_token(printed.text) == without_token(client.get(f"/T/{new_stamp_code()}").text)
    assert printed.status_code == 429
    assert client.get(f"/T/{stamp}", environ_base=elsewhere).status_code == 200
    now.move(minutes=1)
    assert client.get(f"/T/{stamp}").status_code == 200


def test_a_browser_that_is_known_here_scans_on_where_others_behind_its_address_guess(
    app: Flask, client: FlaskClient, stamp: str, cast: Cast, now: Clock
) -> None:
    """Also there it looks up no more codes than anybody."""
    client.post("/dang-nhap", data={"phone": "0900 000 021", "password": PASSWORD})
    now.move(days=1, minutes=1)
    for number in range(40):
        count_try(UNKNOWN_STAMP, caller=Caller(device=f"new {number}", network="127.0.0.1"))
    assert app.test_client().get(f"/T/{stamp}").status_code == 429
    assert client.get(f"/T/{stamp}").status_code == 200
    device = hashlib.sha256(client.get_cookie("khach").value.encode()).hexdigest()
    for _ in range(39):
        count_try(UNKNOWN_STAMP_ON_KNOWN_DEVICE, device)
    assert [client.get(f"/T/{new_stamp_code()}").status_code for _ in range(2)] == [404, 429]


def test_a_scan_asks_once_whether_it_may(client: FlaskClient, stamp: str) -> None:
    client.get(f"/T/{stamp}")
    with counting() as seen:
        client.get(f"/T/{stamp}")
    assert len([one for one in seen if "try_window" in one]) == 1


# --- who has looked


def test_one_phone_counts_once_and_another_is_told_carefully(
    app: Flask, client: FlaskClient, stamp: str, session: Session
) -> None:
    assert "Quét lần đầu" in words(client.get(f"/T/{stamp}", headers=PERSON))
    again = words(client.get(f"/T/{stamp}", headers=PERSON))
    assert "Đã có 1 máy xem tem này, lần đầu lúc 09:00 24/11" in again
    assert "Nhiều máy xem" not in again
    assert "Đã có 2 máy xem" in look(app, stamp)
    assert count(session) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "ZaloBot/1.0"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"User-Agent": "curl/8.5"},
        {"User-Agent": ""},
        PERSON | {"Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_programs_are_not_counted(app: Flask, stamp: str, session: Session, headers: dict[str, str]) -> None:
    look(app, stamp, headers)
    app.test_client().head(f"/T/{stamp}", headers=PERSON)
    assert count(session) == 0


def test_phones_are_not_taken_for_programs() -> None:
    assert not is_machine(PERSON["User-Agent"])
    assert not is_machine("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Safari/604.1")


def test_the_stalls_own_people_are_not_counted_and_buyers_are(
    app: Flask, cast: Cast, now: Clock, stamp: str, session: Session
) -> None:
    for person, counted in ((cast.htx.person, 0), (cast.mai, 1)):
        phone = app.test_client()
        sign_in(phone, person, now())
        phone.get(f"/T/{stamp}", headers=PERSON)
        assert count(session) == counted


def test_looks_before_activation_do_not_make_a_stamp_old(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    code = steps.sealed_lot(cast, now())
    [stamp] = steps.print_stamps(cast, code, 1, now()).codes
    look(app, stamp)
    steps.activate(cast, code, 1, 1, now.move(hours=1))
    assert "Quét lần đầu" in look(app, stamp)
    assert count(session) == 2


def test_what_a_recall_and_a_void_stamp_say_goes_first() -> None:
    today = date(2026, 12, 24)
    yesterday = date(2026, 12, 23)

    def said(lot: LotState, stamp: StampState, best_before: date | None = today) -> StampStanding:
        return standing_of(LotLife(state=lot, best_before=best_before), stamp, today=today)

    for state in StampState:
        assert said(LotState.RECALLED, state, yesterday) is StampStanding.RECALLED
    for lot in (LotState.OPEN, LotState.SEALED):
        assert said(lot, StampState.VOID, yesterday) is StampStanding.VOID
        assert said(lot, StampState.PRINTED) is StampStanding.NOT_ACTIVE
        for stamp in (StampState.PRINTED, StampState.ACTIVATED):
            assert said(lot, stamp, yesterday) is StampStanding.PAST
    assert said(LotState.OPEN, StampState.ACTIVATED) is StampStanding.NOT_ACTIVE
    for day in (today, None):
        assert said(LotState.SEALED, StampState.ACTIVATED, day) is StampStanding.ACTIVE


def test_a_market_that_only_shows_offers_nothing_to_buy(client: FlaskClient, cast: Cast, stamp: str) -> None:
    with transaction() as session:
        session.get_one(Commune, cast.commune).mode = CommuneMode.SHOWCASE
    assert "Mua món này" not in words(client.get(f"/T/{stamp}"))
    with transaction() as session:
        code = session.scalars(select(Lot.code)).one()
    assert "Mua món này" not in words(client.get(f"/lo/{code}"))


@pytest.mark.parametrize(("state", "can_be_bought"), [("mo", True), ("nghi", False), ("dong", False)])
def test_a_stamp_offers_to_buy_only_where_the_stall_is_open(
    client: FlaskClient, cast: Cast, stamp: str, state: str, can_be_bought: bool
) -> None:
    with transaction() as session:
        session.get_one(Stall, cast.htx.stall).state = StallState(state)
    page = client.get(f"/T/{stamp}", headers=PERSON)
    assert page.status_code == 200
    assert ("Mua món này" in page.text) is can_be_bought


def test_goods_that_cannot_be_bought_have_no_button(client: FlaskClient, cast: Cast, now: Clock, stamp: str) -> None:
    """Nor does one lead to a page that is no more: the stamp asks what the product's page asks."""
    assert "Mua món này" in words(client.get(f"/T/{stamp}"))
    with transaction() as session:
        session.execute(update(Variant).where(Variant.id == cast.gao_nep).values(is_sold_out=True))
    assert "Mua món này" not in words(client.get(f"/T/{stamp}"))
    with transaction() as session:
        session.execute(update(Variant).values(is_sold_out=False))
        session.execute(
            update(Verification).where(Verification.business_id == cast.htx.business).values(ended_at=now())
        )
    said = words(client.get(f"/T/{stamp}"))
    assert "Tem đã dán lên gói" in said
    assert "Mua món này" not in said
