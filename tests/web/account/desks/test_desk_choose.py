"""The desk that somebody chooses is one of theirs."""

import pytest
from flask.testing import FlaskClient

from market.accounts.models import Person
from market.base.db import reading
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.account.desks.test_desks import CHOOSE


@pytest.mark.parametrize("desk", ["xa", "thon", "gian:999999", "", "gian:x"])
def test_another_s_desk_is_not_there(client: FlaskClient, cast: Cast, now: Clock, desk: str) -> None:
    make.sign_in(client, cast.lan.person, now())
    assert client.post(CHOOSE, data={"noi": desk}).status_code == 404
    assert client.post(CHOOSE, data={"noi": f"gian:{cast.htx.stall}"}).status_code == 404
    assert reading().get_one(Person, cast.lan.person).desk is None
