"""What a hamlet's helper is given to answer."""

from flask.testing import FlaskClient

from market.feedback.rules.tickets import AboutKind
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.steps import send


def test_a_helper_sees_the_hamlet_s_difficulties_and_none_about_helpers(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    make.sign_in(client, cast.vy, now())
    page = "/to-cong-nghe/phan-anh"
    assert "Không có phản ánh nào chờ bạn" in client.get(page).text
    send(cast, now, words="Không biết chụp ảnh")
    send(cast, now, words="Em ấy hay quát", about=AboutKind.HELPER)
    shown = client.get(page).text
    assert ("Không biết chụp ảnh" in shown, "hay quát" in shown) == (True, False)
    assert "1 phản ánh của bà con chờ bạn trả lời" in client.get("/to-cong-nghe").text
