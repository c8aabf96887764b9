"""What an officer says of columns, words and rows is kept for the commune and can be taken back (office 4-6)."""

import re
from html import unescape
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import Event
from market.base.db import transaction
from market.sellers.models import AnswerAbout, Business, RegisterAnswer
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.nights import in_turns, on_both
from tests.pages import hidden, press
from tests.web.office.register.test_register_import import send, write

pytestmark = [on_both, in_turns]  # alike on both kinds of database: one kind by day, the other with the next test


def csv(*rows: str, head: str = "Tên cơ sở,Loại hình,Thôn,Điện thoại") -> bytes:
    return "\n".join([head, *rows]).encode()


def look(client: FlaskClient, raw: bytes) -> str:
    sent = send(client, raw, "so.csv")
    assert sent.status_code == 303, sent.text
    return sent.location


def field(page: str, label: str) -> str:
    """The name of the select with this label."""
    found = re.search(rf'<label for="([^"]+)"[^>]*>\s*{re.escape(label)}', unescape(page))
    assert found, label
    return found[1]


def answer(client: FlaskClient, kept: str, **meanings: str) -> None:
    """Say what each label means: label -> meaning."""
    page = client.get(kept).text
    said = {field(page, label): meaning for label, meaning in meanings.items()}
    done = client.post(f"{kept}/tra-loi", data=hidden(page, f"{kept}/tra-loi") | said)
    assert (done.status_code, done.location) == (303, kept)


def businesses(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Business.name).order_by(Business.id)))


def test_a_word_that_was_answered_is_understood_in_the_next_file_too(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    kept = look(hung, csv("Quán Sen,tiệm,Mỗ Đoạn,", "Quán Súng,HKD,xóm Chùa,"))
    assert "Ghi 0 dòng" not in (page := hung.get(kept).text)
    assert "Chưa có dòng nào ghi được" in page

    hamlet = str(cast.mo_doan)
    answer(hung, kept, **{"Loại hình “tiệm” nghĩa là gì?": "ho_kinh_doanh", "Thôn “xóm Chùa” nghĩa là gì?": hamlet})

    assert "Ghi 2 dòng vào sổ" in hung.get(kept).text
    again = look(hung, csv("Quán Ba,TIỆM,xom chua,"))
    assert "Ghi 1 dòng vào sổ" in hung.get(again).text
    assert session.scalar(select(func.count(Event.id)).where(Event.verb == "answer_register")) == 1


def test_an_answer_is_changed_and_taken_back(hung: FlaskClient, cast: Cast, session: Session) -> None:
    kept, label = look(hung, csv("Quán Sen,tiệm,Mỗ Đoạn,")), "Loại hình “tiệm” nghĩa là gì?"
    for meaning in ("ho_kinh_doanh", "ca_nhan"):
        answer(hung, kept, **{label: meaning})
        assert session.scalars(select(RegisterAnswer.meaning)).all() == [meaning]
        session.rollback()
    answer(hung, kept, **{label: ""})
    assert session.scalar(select(func.count(RegisterAnswer.id))) == 0
    assert "Không rõ loại hình “tiệm”" in hung.get(kept).text


def test_a_column_that_nobody_understands_is_asked_about(hung: FlaskClient, cast: Cast) -> None:
    head = "Tên cơ sở,Loại hình,Thôn,Đầu mối"
    kept = look(hung, csv("Quán Sen,HKD,Mỗ Đoạn,0912 345 678", head=head))
    assert "cột chưa hiểu, chưa ghi" in hung.get(kept).text

    answer(hung, kept, **{"Cột “Đầu mối” là cột nào?": "phone"})

    page = hung.get(kept).text
    assert "cột chưa hiểu, chưa ghi" not in page
    assert "Cột “Đầu mối” là cột nào?" in page, "it stays, to be taken back"


def test_a_sheet_whose_titles_are_all_unknown_can_be_told(hung: FlaskClient, cast: Cast) -> None:
    kept = look(hung, csv("Quán Sen,HKD,Mỗ Đoạn,9", head="Gọi là,Dạng,Ở,Khác"))
    assert "Chưa đọc được dòng nào" in hung.get(kept).text
    columns = {"Gọi là": "name", "Dạng": "kind", "Ở": "hamlet"}
    answer(hung, kept, **{f"Cột “{title}” là cột nào?": meaning for title, meaning in columns.items()})
    assert "Ghi 1 dòng vào sổ" in hung.get(kept).text


def test_next_months_file_makes_no_duplicates(hung: FlaskClient, cast: Cast, session: Session) -> None:
    """A new phone, HKD for Hộ kinh doanh, a moved hamlet: asked about, then joined (office 6)."""
    write(
        hung, look(hung, csv("Hộ kinh doanh Tạp hóa An,HKD,Mỗ Đoạn,0912345678", "Xay xát Bình,HKD,Mỗ Đoạn,0912345679"))
    )
    before = businesses(session)
    known = session.scalar(select(Business.id).where(Business.name == "Hộ kinh doanh Tạp hóa An"))
    kept = look(hung, csv("HKD tạp hoá An,HKD,Mỗ Đoạn,0987654321", "Xay xát Bình,HKD,Nghĩa Dũng,0912345679"))
    page = hung.get(kept).text
    assert page.count("Có thể trùng với") == 2
    assert "dòng vào sổ</button>" not in page

    label = "“HKD tạp hoá An” trong tệp và “Hộ kinh doanh Tạp hóa An” trong sổ"
    answer(hung, kept, **{label: str(known)})
    page = unescape(hung.get(kept).text)
    assert "điện thoại: 0912 345 678 → 0987 654 321" in page
    write(hung, kept)
    assert len(businesses(session)) == len(before)
    assert session.get_one(Business, known).phone == "+84987654321"

    other = session.scalar(select(Business.id).where(Business.name == "Xay xát Bình"))
    answer(hung, kept, **{"“Xay xát Bình” trong tệp và “Xay xát Bình” trong sổ": f"-{other}"})
    write(hung, kept)
    assert businesses(session).count("Xay xát Bình") == 2
    assert "Không có gì mới để ghi" in hung.get(kept).text, "the same file again changes nothing"


def test_what_the_register_has_and_the_file_lacks_is_listed(hung: FlaskClient, cast: Cast) -> None:
    """E19"""
    write(hung, look(hung, csv("Hộ A,HKD,Mỗ Đoạn,", "Hộ B,HKD,Mỗ Đoạn,")))
    page = hung.get(look(hung, csv("Hộ A,HKD,Mỗ Đoạn,"))).text
    listed = page[page.index("Có trong sổ, không có trong tệp") :]
    assert "Hộ B</a>" in listed
    assert "Hộ A</a>" not in listed


def test_the_rows_to_fix_are_a_workbook_that_can_be_sent_again(hung: FlaskClient, cast: Cast) -> None:
    kept = look(hung, csv("Hộ A,HKD,Đâu Đó,0912345678", "Hộ B,HKD,Mỗ Đoạn,0912345679"))
    file = hung.get(f"{kept}/can-sua.xlsx")

    (head, row) = load_workbook(BytesIO(file.data)).active.values
    assert head == ("Tên cơ sở", "Loại hình", "Thôn", "Điện thoại", "Vì sao")
    assert row[:4] == ("Hộ A", "HKD", "Đâu Đó", "0912345678")
    assert "Không có thôn" in row[4]
    again = send(hung, file.data)
    assert "cột chưa hiểu" not in hung.get(again.location).text


def test_an_answer_of_another_commune_says_nothing_here(hung: FlaskClient, cast: Cast, session: Session) -> None:
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
        writing.flush()
        answered = {"about": AnswerAbout.KIND, "said": "tiem", "meaning": "ho_kinh_doanh", "answered_at": clock.now()}
        writing.add(RegisterAnswer(commune_id=far.id, **answered))
    assert "Không rõ loại hình “tiệm”" in hung.get(look(hung, csv("Quán Sen,tiệm,Mỗ Đoạn,"))).text


def test_what_is_no_choice_is_left_as_it_is(hung: FlaskClient, cast: Cast, session: Session) -> None:
    kept = look(hung, csv("Quán Sen,tiệm,Mỗ Đoạn,"))
    page = hung.get(kept).text
    name = field(page, "Loại hình “tiệm” nghĩa là gì?")
    done = press(hung, kept, f"{kept}/tra-loi", **{name: "x'; DROP"})
    assert done.status_code == 303
    assert session.scalar(select(func.count(RegisterAnswer.id))) == 0


def test_others_find_nothing(app: Flask, hung: FlaskClient, cast: Cast) -> None:
    kept = look(hung, csv("Quán Sen,tiệm,Mỗ Đoạn,"))
    assert keeps_out(app, f"{kept}/can-sua.xlsx", [cast.lan.person, cast.vy])
    assert keeps_out(app, f"{kept}/tra-loi", [cast.lan.person, cast.vy], method="POST")
