"""A form of goods that are prepared asks for what their listing asks for."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import send
from tests.web.stall.drafts.test_drafts import DRAFTS, drafted, goods


def test_a_form_without_a_picture_is_not_kept(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    without = {field: value for field, value in goods().items() if field != "photo"}
    answer = send(client, f"{DRAFTS}/moi", without)
    assert (answer.status_code, drafted(cast.mai)) == (422, [])
    assert "Mời chụp hoặc chọn một ảnh của món hàng." in answer.text
