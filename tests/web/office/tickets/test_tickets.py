"""The board of what people told the commune."""

from flask.testing import FlaskClient

from market.feedback.rules.tickets import AboutKind, TicketKind
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.feedback.steps import another_officer, answer, officer, send

PAGE = "/van-phong/phan-anh"


def test_the_board_counts_by_age_and_lists_what_is_this_officer_s(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Không có phản ánh nào ở đây" in hung.get(PAGE).text
    another_officer(cast, now)
    code = send(cast, now, words="Loa hỏng")
    about = {"kind": TicketKind.CONDUCT, "about": AboutKind.OFFICER, "officer_id": cast.hung, "words": "Cán bộ quát"}
    send(cast, now, **about)
    now.move(days=3)
    sign_in(hung, cast.hung, now())
    shown = hung.get(PAGE).text
    assert ("Loa hỏng" in shown, "Cán bộ quát" in shown) == (True, False)
    for part in ("Chờ bao lâu rồi", "Quá hạn", "gửi 3 ngày trước", "quá hạn trả lời từ"):
        assert part in shown
    answer(cast, officer(cast, now), code, now)
    assert "Loa hỏng" not in hung.get(PAGE).text
    assert "Loa hỏng" in hung.get(f"{PAGE}?xem=da-tra-loi").text
