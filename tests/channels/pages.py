"""What every page of a stall's marketplaces keeps."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def only_its_people_may(client: FlaskClient, cast: Cast, now: Clock, path: str, *, post: bool = False) -> None:
    """Nobody signed in is sent to sign in; another seller, a buyer and an officer find nothing."""
    ask = client.post if post else client.get
    assert ask(path).status_code == 303
    for person in (cast.lan.person, cast.mai, cast.hung, cast.stranger):
        sign_in(client, person, now())
        assert ask(path).status_code == 404
