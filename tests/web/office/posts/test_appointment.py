"""An appointment's buttons: for the officers of its own commune alone. What they do: test_posts.py."""

from flask import Flask

from tests.access import keeps_out
from tests.cast import Cast


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    for act in ("dong-y", "huy"):
        assert keeps_out(app, f"/van-phong/nhiem-vu/1/{act}", [cast.lan.person, cast.vy, cast.hung], method="POST")
