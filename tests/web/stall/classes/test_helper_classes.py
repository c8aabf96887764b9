"""A helper sees the classes of their own hamlets that the community group holds, and no others."""

from flask.testing import FlaskClient

from market.outreach.rules.classes import ClassHolder
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_class


def test_only_the_group_s_classes_of_the_helper_s_hamlets_are_listed(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    make.sign_in(client, cast.vy, now())
    assert "Thôn chưa có lớp nào" in client.get("/to-cong-nghe/lop").text
    mine, offices = a_class(cast, now), a_class(cast, now, ClassHolder.OFFICE)
    page = client.get("/to-cong-nghe/lop").text
    assert f"/to-cong-nghe/lop/{mine}" in page
    assert f"/to-cong-nghe/lop/{offices}" not in page
    assert client.get(f"/to-cong-nghe/lop/{offices}").status_code == 404
