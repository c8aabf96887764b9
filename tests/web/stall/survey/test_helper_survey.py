"""What was surveyed in a helper's hamlets."""

from flask.testing import FlaskClient

from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.office.survey.steps import survey


def test_a_helper_sees_what_was_surveyed_in_their_hamlets_alone(client: FlaskClient, cast: Cast, now: Clock) -> None:
    make.sign_in(client, cast.hung, now())
    survey(client, cast.nghia_dung, name="Tranh thêu", maker="Cô Thêu")
    survey(client, cast.mo_doan, name="Rươi", maker="Anh Tư")
    make.sign_in(client, cast.vy, now())
    page = client.get("/to-cong-nghe/khao-sat").text
    assert "Tranh thêu" in page
    assert "Rươi" not in page
