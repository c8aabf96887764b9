"""A helper holds the code up, and writes down who has no phone."""

from flask.testing import FlaskClient

from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_class, scan
from tests.pages import press


def test_a_helper_writes_down_who_came_and_reads_no_phone(client: FlaskClient, cast: Cast, now: Clock) -> None:
    held = a_class(cast, now)
    scan(cast, held, now, cast.mai)
    make.sign_in(client, cast.vy, now())
    path = f"/to-cong-nghe/lop/{held}"
    assert press(client, path, f"{path}/nguoi", name="Bà Tám", phone="0900 000 077").status_code == 303
    assert press(client, path, f"{path}/nguoi", name="").status_code == 422
    page = client.get(path).text
    for words in ("Danh sách: 2 người", "Bà Tám", "Vũ Thị Mai", "Mã điểm danh lớp"):
        assert words in page
    assert "0900 000 077" not in page
