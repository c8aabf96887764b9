"""Stamps from the lot's page: made, downloaded, activated, made void."""

import pytest
from flask.testing import FlaskClient

from market.base.jobs import work_once
from market.base.jobs.long_tasks import LONG_TASK
from market.cli import HANDLERS
from tests.cast import Cast
from tests.conftest import Clock
from tests.trace import steps
from tests.trace.pages import at, only_its_people_may, words
from tests.trace.test_printing import read_back
from tests.trace.test_printing import words as printed_words


@pytest.fixture
def code(cast: Cast, now: Clock) -> str:
    return steps.sealed_lot(cast, now())


def test_stamps_are_made_and_their_sheet_read_back(htx: FlaskClient, cast: Cast, now: Clock, code: str) -> None:
    answer = htx.post(at(cast, f"/{code}/tem"), data={"count": "70"})
    assert answer.location == at(cast, f"/{code}#tem")
    page = htx.get(at(cast, f"/{code}"))
    assert "Tem 1 đến 70" in words(page)
    sheet = htx.get(at(cast, f"/{code}/tem.pdf?tu=1&den=70"))
    assert sheet.mimetype == "application/pdf"
    assert f'filename="tem-{code}-1-70.pdf"' in sheet.headers["Content-Disposition"]
    found = read_back(sheet.data)
    assert len(set(found)) == 70
    path = found[0].removeprefix("http://cho.test")
    assert found[0] == f"http://cho.test/T/{path.rpartition('/')[2]}"
    assert "Tem chưa dán xong" in words(htx.get(path))


def test_a_stamp_says_whose_goods_it_is_on_from_where_how_much_and_of_when(
    htx: FlaskClient, cast: Cast, now: Clock, code: str
) -> None:
    steps.print_stamps(cast, code, 2, now())
    text = " ".join(printed_words(htx.get(at(cast, f"/{code}/tem.pdf")).data).split())
    for told in ("Gạo nếp cái hoa vàng", "HTX nông nghiệp Đại Sơn", "thôn Mỗ Đoạn", "5 kg", "Đóng gói ", "Quét để xem"):
        assert told in text, told


@pytest.mark.parametrize(("button", "said"), [("kich-hoat", "Đã ghi dán xong 12 tem."), ("huy-tem", "Đã hủy 12 tem.")])
def test_fewer_than_were_typed_is_said(
    htx: FlaskClient, cast: Cast, now: Clock, code: str, button: str, said: str
) -> None:
    """Trial, people 15: 1 to 99 of 12 quietly did 12."""
    steps.print_stamps(cast, code, 12, now())
    answer = htx.post(at(cast, f"/{code}/{button}"), data={"first": "1", "last": "99"})
    page = words(htx.get(answer.location))
    assert said in page
    assert "Bạn ghi 99 số: 87 số kia chưa in, hoặc đã ghi từ trước." in page


def test_a_part_of_the_stamps_can_be_printed_again(htx: FlaskClient, cast: Cast, now: Clock, code: str) -> None:
    steps.print_stamps(cast, code, 10, now())
    assert len(read_back(htx.get(at(cast, f"/{code}/tem.pdf?tu=3&den=5")).data)) == 3
    assert len(read_back(htx.get(at(cast, f"/{code}/tem.pdf")).data)) == 10
    assert htx.get(at(cast, f"/{code}/tem.pdf?tu=11")).status_code == 404


@pytest.mark.parametrize("count", ["", "0", "nhiều", "2001", "-1"])
def test_a_number_of_stamps_that_cannot_be_is_refused(htx: FlaskClient, cast: Cast, code: str, count: str) -> None:
    page = htx.post(at(cast, f"/{code}/tem"), data={"count": count})
    assert page.status_code == 422
    assert f'value="{count}"' in page.text
    assert steps.lot(cast, code).stamps_printed == 0


def test_many_stamps_are_printed_by_the_jobs_process_and_the_page_waits_for_them(
    htx: FlaskClient, cast: Cast, code: str
) -> None:
    data = {"count": "201", "client_key": "many"}
    task, again = (htx.post(at(cast, f"/{code}/tem"), data=data).location for _ in range(2))
    assert task == again
    assert steps.lot(cast, code).stamps_printed == 0
    assert "chưa có tem nào được làm" in words(htx.get(task))
    other = htx.post(at(cast, f"/{code}/tem"), data=data | {"count": "200"})
    assert (other.status_code, "chợ đã ghi: làm 201 tem" in words(other)) == (409, True)

    work_once({LONG_TASK: HANDLERS[LONG_TASK]})

    assert steps.lot(cast, code).stamps_printed == 201
    assert "Đã làm 201 tem của lô" in words(htx.get(task))
    assert len(read_back(htx.get(f"{task}/tep").data)) == 201
    assert "Tem 1 đến 201" in words(htx.get(at(cast, f"/{code}")))
    small = {"count": "3", "client_key": "few"}
    assert htx.post(at(cast, f"/{code}/tem"), data=small).location == at(cast, f"/{code}#tem")
    assert htx.post(at(cast, f"/{code}/tem"), data=small | {"count": "300"}).status_code == 409


def test_stamps_stuck_on_are_activated(htx: FlaskClient, cast: Cast, now: Clock, code: str) -> None:
    stamp = steps.print_stamps(cast, code, 10, now()).codes[0]
    assert htx.post(at(cast, f"/{code}/kich-hoat"), data={"first": "1", "last": "6"}).status_code == 303
    assert "Đã ghi dán xong 6 tem." in words(htx.get(at(cast, f"/{code}")))
    assert "Tem đã dán lên gói" in words(htx.get(f"/T/{stamp}"))
    assert htx.post(at(cast, f"/{code}/kich-hoat"), data={"first": "1", "last": "6"}).status_code == 303
    assert "Các tem này đã ghi dán từ trước." in words(htx.get(at(cast, f"/{code}")))
    assert steps.lot(cast, code).stamps_activated == 6
    other = htx.post(at(cast, f"/{code}/kich-hoat"), data={"first": "11", "last": "12"})
    assert (other.status_code, "đã ghi dán, đã hủy hoặc chưa in" in words(other)) == (422, True)


@pytest.mark.parametrize(("first", "last"), [("6", "1"), ("", "2"), ("một", "2"), ("0", "2")])
def test_numbers_that_cannot_be_are_refused(
    htx: FlaskClient, cast: Cast, now: Clock, code: str, first: str, last: str
) -> None:
    steps.print_stamps(cast, code, 10, now())
    page = htx.post(at(cast, f"/{code}/kich-hoat"), data={"first": first, "last": last})
    assert page.status_code == 422
    assert steps.lot(cast, code).stamps_activated == 0


def test_an_open_lots_stamps_wait(htx: FlaskClient, cast: Cast, now: Clock) -> None:
    open_lot = steps.rice_lot(cast, now())
    steps.print_stamps(cast, open_lot, 1, now())
    assert "Ghi xong lô rồi mới báo dán tem được" in words(htx.get(at(cast, f"/{open_lot}")))
    page = htx.post(at(cast, f"/{open_lot}/kich-hoat"), data={"first": "1", "last": "1"})
    assert page.status_code == 422


def test_lost_stamps_are_made_void(htx: FlaskClient, cast: Cast, now: Clock, code: str) -> None:
    stamp = steps.print_stamps(cast, code, 3, now()).codes[1]
    assert htx.post(at(cast, f"/{code}/huy-tem"), data={"first": "2", "last": "2"}).status_code == 303
    assert "Tem đã hủy" in words(htx.get(f"/T/{stamp}"))
    assert htx.post(at(cast, f"/{code}/huy-tem"), data={"first": "2", "last": "2"}).status_code == 303
    other = htx.post(at(cast, f"/{code}/huy-tem"), data={"first": "4", "last": "4"})
    assert other.status_code == 422


@pytest.mark.parametrize("button", ["tem", "kich-hoat", "huy-tem"])
def test_only_the_stalls_people_handle_stamps(
    client: FlaskClient, cast: Cast, now: Clock, code: str, button: str
) -> None:
    only_its_people_may(client, cast, now, at(cast, f"/{code}/{button}"), post=True)


def test_only_the_stalls_people_download_them(client: FlaskClient, cast: Cast, now: Clock, code: str) -> None:
    steps.print_stamps(cast, code, 1, now())
    only_its_people_may(client, cast, now, at(cast, f"/{code}/tem.pdf"))
