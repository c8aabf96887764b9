"""Who is kept out: nobody signed in is sent to sign in, a signed-in stranger finds nothing."""

from collections.abc import Sequence

from flask import Flask

from tests.factories import sign_in

LOCKED = 303
NOT_THERE = 404


def keeps_out(app: Flask, path: str, people: Sequence[int], *, method: str = "GET") -> bool:
    """Whether the address sends nobody to sign in, and answers 404 to each of these people."""
    from market.base import clock

    nobody = app.test_client().open(path, method=method)
    sent_to_sign_in = nobody.status_code == LOCKED and nobody.location.startswith("/dang-nhap")
    answers = []
    for person in people:
        client = app.test_client()
        sign_in(client, person, clock.now())
        answers.append(client.open(path, method=method).status_code)
    return sent_to_sign_in and answers == [NOT_THERE] * len(people)
