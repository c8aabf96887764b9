"""What a marketplace asks beside what the market knows is answered once and remembered (field B02)."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.channels.asking import ColumnQuestion
from market.channels.models import ExportRun
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.channels.templates import cells, read_template
from tests.conftest import Clock
from tests.pages import hidden
from tests.web.stall.channels.asked import ASKING, ORIGIN
from tests.web.stall.channels.conftest import SHIPS, at, send

KEY = ColumnQuestion(token=ORIGIN, label="", hint="").key


def answer(client: FlaskClient, cast: Cast, text: str):
    sent = hidden(client.get(at(cast, "/shopee/hoi")).text, "/shopee/hoi/luu")
    return client.post(at(cast, "/shopee/hoi/luu"), data=sent | {KEY: text})


def test_a_column_nobody_can_know_is_asked_once_and_goes_into_every_file(
    htx: FlaskClient, cast: Cast, session: Session
) -> None:
    send(htx, cast, "shopee", ASKING)
    board = htx.get(at(cast, "/shopee")).text
    assert "0/1 món sẵn sàng" in board
    assert at(cast, "/shopee/hoi") in board
    page = htx.get(at(cast, "/shopee/hoi")).text
    assert "Ghi nước làm ra" in page
    assert answer(htx, cast, "Việt Nam").location == at(cast, "/shopee")
    assert "1/1 món sẵn sàng" in htx.get(at(cast, "/shopee")).text
    assert htx.post(at(cast, "/shopee/xuat"), data=SHIPS["shopee"]).status_code == 303
    file = htx.get(at(cast, f"/tep/{session.scalars(select(ExportRun.id)).one()}")).data
    manifest = read_template(ASKING)
    row = dict(zip(manifest.columns, cells(file, manifest.sheet)[6], strict=False))
    assert row[ORIGIN] == "Việt Nam"
    send(htx, cast, "shopee", ASKING + b"")
    assert "Việt Nam" in htx.get(at(cast, "/shopee/hoi")).text, "the next file does not ask again"


def test_a_limit_nobody_says_is_asked_with_a_number(htx: FlaskClient, cast: Cast, session: Session) -> None:
    send(htx, cast, "shopee", ASKING)
    page = htx.get(at(cast, "/shopee/hoi")).text
    assert "Tên nhóm phân loại dài nhất mấy ký tự" in page
    assert "theo tài liệu của sàn" in page
    assert "Giá: 1.000 đến 120.000.000 đ" in page


def test_a_template_that_asks_for_nothing_says_so(ready: FlaskClient, cast: Cast) -> None:
    assert "Mẫu này không hỏi gì thêm" in ready.get(at(cast, "/tiktok/hoi")).text


def test_only_the_stalls_people_answer(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, "/shopee/hoi"))
