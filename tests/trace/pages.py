"""The pages of HTX Đại Sơn's lots, as its own people, others and nobody open them."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def at(cast: Cast, rest: str = "") -> str:
    return f"/ban-hang/{cast.htx.slug}/lo{rest}"


def words(response: TestResponse) -> str:
    """What a page says, tags and breaks left out."""
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", response.get_data(as_text=True), flags=re.DOTALL)
    return re.sub(r"\s+", " ", text)


def only_its_people_may(client: FlaskClient, cast: Cast, now: Clock, path: str, *, post: bool = False) -> None:
    """Nobody signed in is sent to sign in; another seller, a buyer and an officer find nothing."""
    ask = client.post if post else client.get
    answer = ask(path)
    assert answer.status_code == 303
    assert "/dang-nhap" in answer.location
    for person in (cast.lan.person, cast.mai, cast.hung, cast.stranger):
        sign_in(client, person, now())
        assert ask(path).status_code == 404
