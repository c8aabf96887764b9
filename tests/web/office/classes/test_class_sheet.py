"""The sheet to be printed and signed."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_class, write_down


def test_the_sheet_names_everybody_and_has_room_for_more(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    held = a_class(cast, now)
    for name in ("Bà Tám", "Ông Chín"):
        write_down(cast, held, name, now)
    page = hung.get(f"/van-phong/lop/{held}/in").text
    for words in ("Bà Tám", "Ông Chín", "Ký tên", "<td>10</td>", "chưa đối chiếu mẫu", "Cô Hoa", "data-print"):
        assert words in page
