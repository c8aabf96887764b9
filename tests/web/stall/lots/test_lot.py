"""The page of one lot: its journal, what keeps it from being sealed, sealing, its stamps."""

from dataclasses import replace
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.db import transaction
from market.sellers.models import Business
from market.trace import actions
from market.trace.rules import JournalKind, LotState
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden, press
from tests.queries import counting
from tests.trace import steps
from tests.trace.pages import at, only_its_people_may, words


def test_an_open_lot_offers_six_kinds_of_work(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    page = htx.get(at(cast, f"/{code}"))
    assert page.status_code == 200
    for work in ("gieo-trong", "bon-phan", "phun-thuoc", "thu-hoach", "so-che", "dong-goi"):
        assert at(cast, f"/{code}/ghi/{work}") in page.text
    assert "Chưa ghi thu hoạch" in words(page)
    assert htx.get(at(cast, f"/{code.lower()}")).status_code == 200


def test_each_obstacle_leads_to_its_cure(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    spray = steps.write(cast, code, JournalKind.SPRAYING, date(2026, 10, 10), now(), substance="Regent")
    steps.write(cast, code, JournalKind.HARVEST, date(2026, 10, 20), now(), amount=1000)
    page = htx.get(at(cast, f"/{code}"))
    assert "chưa đủ căn cứ" in words(page)
    assert at(cast, f"/{code}/sua/{spray}") in page.text
    assert at(cast, f"/{code}/chot") not in page.text


def test_a_whole_journal_is_shown_and_sealed(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    steps.whole_journal(cast, code, now())
    said = words(htx.get(at(cast, f"/{code}")))
    for sentence in ("Đủ 21 ngày cách ly (cần 14)", "3.700", "480", "Validacin 5L", "ghi sau 33 ngày", "Ghi xong lô"):
        assert sentence in said
    shown = hidden(htx.get(at(cast, f"/{code}")).text, "/chot")
    answer = htx.post(at(cast, f"/{code}/chot"), data=shown)
    assert (answer.status_code, answer.location) == (303, at(cast, f"/{code}"))
    assert htx.post(at(cast, f"/{code}/chot"), data=shown).status_code == 303
    page = htx.get(at(cast, f"/{code}"))
    assert "Đã ghi xong lô" in words(page)
    assert f"/lo/{code}" in page.text
    assert "/ghi/" not in page.text


def test_sealing_too_soon_says_why_on_the_same_page(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    page = htx.post(at(cast, f"/{code}/chot"), data={"seen": "khi nhật ký còn đủ"})
    assert page.status_code == 422
    assert "Chưa ghi xong lô được. Chưa ghi thu hoạch." in words(page)
    assert steps.lot(cast, code).state is LotState.OPEN


def test_what_a_helper_added_since_is_shown_before_the_lot_is_sealed(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    """A line more, and another plot: neither can be taken back afterwards."""
    code = steps.rice_lot(cast, now())
    steps.whole_journal(cast, code, now())
    path = at(cast, f"/{code}/chot")
    shown = hidden(htx.get(at(cast, f"/{code}")).text, path)
    steps.write(cast, code, JournalKind.SPRAYING, date(2026, 9, 1), now(), substance="Thuốc lạ", phi_days=1)
    which, elsewhere = steps.ref(cast, steps.lot(cast, code).id), replace(steps.RICE, plot="Ruộng 13")
    with transaction() as writing:
        steps.edit_as_shown(writing, Actor(person_id=cast.vy), which, elsewhere, now=now())
    answer = htx.post(path, data=shown)
    assert answer.status_code == 409
    assert "dòng nhật ký thứ 6 (nay là Phun thuốc ngày 01/09/2026)" in words(answer)
    assert "ruộng, ao, chuồng (nay là Ruộng 13)" in words(answer)
    assert "Thuốc lạ" in words(answer)
    assert steps.lot(cast, code).state is LotState.OPEN
    assert htx.post(path, data=hidden(answer.text, path)).status_code == 303
    assert steps.lot(cast, code).state is LotState.SEALED


def test_sealing_without_saying_what_was_seen_is_not_taken(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    steps.whole_journal(cast, code, now())
    answer = htx.post(at(cast, f"/{code}/chot"))
    assert answer.status_code == 422
    assert "Trang gửi thiếu phần cho biết bạn đã xem gì" in words(answer)
    assert steps.lot(cast, code).state is LotState.OPEN


def test_a_helper_with_a_mandate_seals_for_them(client: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    code = steps.rice_lot(cast, now())
    steps.whole_journal(cast, code, now())
    make.sign_in(client, cast.vy, now())
    assert client.post(at(cast, f"/{code}/chot")).status_code == 404
    with transaction() as writing:
        business, vy = writing.get_one(Business, cast.htx.business), writing.get_one(Person, cast.vy)
        make.make_mandate(writing, business, vy, writing.get_one(Person, cast.hung), now())
    assert press(client, at(cast, f"/{code}"), at(cast, f"/{code}/chot")).status_code == 303
    assert steps.lot(cast, code).state is LotState.SEALED


def test_a_fault_made_by_a_correction_is_told(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    lines = steps.whole_journal(cast, code, now())
    steps.seal(cast, code, now())
    sooner = actions.NewEntry(kind=JournalKind.HARVEST, happened_on=date(2026, 10, 5), amount=3_700_000, unit="kg")
    with transaction() as writing:
        actions.correct_entry(writing, Actor(), steps.line(cast, lines["thu"]), sooner, clock=now)
    said = words(htx.get(at(cast, f"/{code}")))
    assert "Nhật ký sau đính chính có điều chưa ổn" in said
    assert "Mới 6 ngày cách ly (cần 14)" in said
    assert "trước đây ghi" in said


def test_the_page_asks_little_however_long_the_journal(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    for day in range(1, 25):
        steps.write(cast, code, JournalKind.FERTILISING, date(2026, 10, day), now())
    steps.print_stamps(cast, code, 10, now())
    htx.get(at(cast, f"/{code}"))
    with counting() as seen:
        htx.get(at(cast, f"/{code}"))
    assert len(seen) <= 9


def test_only_the_stalls_people_see_and_seal(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    only_its_people_may(client, cast, now, at(cast, f"/{code}"))


def test_only_the_stalls_people_seal(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    only_its_people_may(client, cast, now, at(cast, f"/{code}/chot"), post=True)


def test_a_lot_of_another_stall_is_not_found_under_ones_own(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = steps.rice_lot(cast, now())
    make.sign_in(client, cast.lan.person, now())
    for rest in ("", "/sua", "/thu-hoi", "/ghi/thu-hoach", "/tem.pdf", "/sua/1"):
        assert client.get(f"/ban-hang/{cast.lan.slug}/lo/{code}{rest}").status_code == 404
