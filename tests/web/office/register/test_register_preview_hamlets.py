"""The same of a large register: its hamlets become the list, and the file is looked at anew."""

from flask.testing import FlaskClient

from market.base.db import reading
from market.base.jobs import work_once
from market.places.queries import hamlets_of
from tests.cast import Cast
from tests.nights import by_day_on
from tests.pages import press
from tests.web.office.register.test_register_import_hamlets import without_hamlets
from tests.web.office.register.test_register_preview import LANE, PATH, large, send


@by_day_on("sqlite")
def test_the_hamlets_of_a_large_file_become_the_list(hung: FlaskClient, cast: Cast) -> None:
    without_hamlets()
    task = send(hung, large().replace("Mỗ Đoạn".encode(), "Mới Lập".encode()))
    work_once(LANE)
    preview = f"{PATH}/viec/{task.rpartition('/')[2]}"
    done = press(hung, preview, f"{preview}/thon")
    assert done.status_code == 303
    assert [one.name for one in hamlets_of(reading(), cast.commune)] == ["thôn Mới Lập"]
    work_once(LANE)
    again = f"{PATH}/viec/{done.location.rpartition('/')[2]}"
    assert "Ghi 301 dòng vào sổ" in hung.get(again).text
    assert hung.post(f"{PATH}/viec/999999/thon").status_code == 404
