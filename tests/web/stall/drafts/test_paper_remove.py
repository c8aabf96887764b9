"""A paper is taken back by who sent it, at any time, with its files."""

from flask import Flask
from flask.testing import FlaskClient

from market.base.storage import storage
from market.catalog.jobs import forget_photo
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.stall.drafts.test_papers import PAPERS, mai, papers, send_one

__all__ = ["mai"]


def test_a_paper_taken_back_is_gone_with_its_files(mai: FlaskClient, cast: Cast) -> None:
    send_one(mai)
    [paper] = papers(cast.mai)
    for _ in range(2):
        assert mai.post(f"{PAPERS}/{paper.id}/bo").status_code == 303
    assert papers(cast.mai) == []
    forget_photo({"key": paper.key})
    assert [one for one in storage().all_keys() if paper.key in one] == []


def test_another_s_paper_is_not_there(app: Flask, mai: FlaskClient, cast: Cast, now: Clock) -> None:
    send_one(mai)
    [paper] = papers(cast.mai)
    other = app.test_client()
    sign_in(other, cast.stranger, now())
    assert other.post(f"{PAPERS}/{paper.id}/bo").status_code == 404
    assert len(papers(cast.mai)) == 1
